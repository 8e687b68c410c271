import type { EmbedCommand, EmbedEvent, EmbedTo, ToFrame, ToPage } from "./protocol";

/**
 * `/embed.js`: one line in another system's page
 *
 *     <script src="https://callbase.example.com/embed.js" data-tenant="demo"></script>
 *
 * puts the softphone into it and gives the page `window.callbase`. Uses nothing of the console, so that it stays small.
 */
(() => {
  type Name = EmbedEvent["event"];
  type Listener = (event: EmbedEvent) => void;
  type Pending = { resolve: () => void; reject: (error: Error) => void };

  const script = document.currentScript as HTMLScriptElement;
  const { tenant = "demo", into, width = "380", height = "320" } = script.dataset;
  const home = new URL(script.src).origin;
  const listeners = new Map<Name | "*", Set<Listener>>();
  const pending = new Map<string, Pending>();
  let lastId = 0;
  let connected = false;

  const frame = document.createElement("iframe");
  frame.src = `${home}/embed/${encodeURIComponent(tenant)}`;
  frame.allow = "microphone; autoplay; clipboard-write";
  frame.title = "callbase";
  frame.style.cssText = "border:1px solid #d5dae3;border-radius:12px;background:#fff;max-width:100%";
  frame.style.width = `${width}px`;
  frame.style.height = `${height}px`;
  if (!into) frame.style.cssText += ";position:fixed;right:16px;bottom:16px;z-index:2147483000";

  function send(command: EmbedCommand): Promise<void> {
    lastId += 1;
    const id = String(lastId);
    const message: ToFrame = { callbase: 1, id, ...command };
    return new Promise((resolve, reject) => {
      pending.set(id, { resolve, reject });
      frame.contentWindow?.postMessage(message, home);
    });
  }

  function ask(command: EmbedCommand): Promise<void> {
    return connected ? send(command) : Promise.reject(failure("not_connected", ""));
  }

  function failure(code: string, message: string): Error {
    return Object.assign(new Error(message || code), { code });
  }

  function settle(id: string, error: { code: string; message: string } | null): void {
    const asked = pending.get(id);
    pending.delete(id);
    if (error) asked?.reject(failure(error.code, error.message));
    else asked?.resolve();
  }

  function loaded(): void {
    // The softphone has begun anew (sign-in, sign-out, reload): it does not know what it was asked before.
    for (const id of [...pending.keys()]) settle(id, { code: "not_connected", message: "" });
    connected = true;
    void send({ do: "connect" }).catch(() => {});
  }

  window.addEventListener("message", ({ source, origin, data }: MessageEvent<ToPage>) => {
    if (source !== frame.contentWindow || origin !== home || data?.callbase !== 1) return;
    if ("reply" in data) settle(data.reply, data.error);
    else if (data.event === "loaded") loaded();
    else
      for (const name of [data.event, "*"] as const) for (const listener of listeners.get(name) ?? []) listener(data);
  });

  const callbase = {
    frame,
    /** Calls back at each event of that name; "*": at every one. Gives the way to stop it. */
    on(name: Name | "*", listener: Listener): () => void {
      const those = listeners.get(name) ?? new Set();
      listeners.set(name, those.add(listener));
      return () => those.delete(listener);
    },
    dial: (number: EmbedTo) => ask({ do: "dial", number }),
    answer: () => ask({ do: "answer" }),
    reject: () => ask({ do: "reject" }),
    hangUp: () => ask({ do: "hang_up" }),
    hold: () => ask({ do: "hold" }),
    retrieve: () => ask({ do: "retrieve" }),
    sendDigits: (digits: string) => ask({ do: "digits", digits }),
    consult: (to: EmbedTo) => ask({ do: "consult", to }),
    complete: () => ask({ do: "complete" }),
    alternate: () => ask({ do: "alternate" }),
    conference: () => ask({ do: "conference" }),
    reconnect: () => ask({ do: "reconnect" }),
    transfer: (to: EmbedTo) => ask({ do: "transfer", to }),
    join: (to: EmbedTo) => ask({ do: "join", to }),
    drop: (party: string) => ask({ do: "drop", party }),
    leave: () => ask({ do: "leave" }),
    park: () => ask({ do: "park" }),
    pickUp: (what: { call: string } | { agent: string }) => ask({ do: "pick_up", what }),
    deflect: (to: EmbedTo) => ask({ do: "deflect", to }),
    ready: () => ask({ do: "ready" }),
    notReady: (reason?: string) => ask({ do: "not_ready", reason }),
    setData: (data: Record<string, string | null>) => ask({ do: "set_data", data }),
    finish: (outcome?: string, note?: string) => ask({ do: "finish", outcome, note }),
  };
  Object.assign(window, { callbase });

  const mount = () => (into ? document.querySelector(into) : document.body)?.append(frame);
  if (document.body) mount();
  else document.addEventListener("DOMContentLoaded", mount);
})();
