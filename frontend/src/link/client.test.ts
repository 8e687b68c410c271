import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LinkClient, type LinkState, overWebSocket, RequestFailed, type SocketLike } from "./client";
import { type AgentView, type Change, PROTOCOL, type TenantView } from "./messages";
import { applyChange } from "./mirror";

class FakeSocket implements SocketLike {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: Record<string, unknown>[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  close(): void {
    this.closed = true;
  }
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const agent = (state: AgentView["state"]): AgentView => ({
  agent: "1001",
  name: "Li Na",
  type: "agent",
  state,
  reason: null,
  since_ms: 0,
  device: "1001-web",
  device_online: true,
  devices_online: ["1001-web"],
  interaction: null,
  next_state: null,
  queues: ["sales"],
  moved: false,
  wrap_up_until_ms: null,
  connection: null,
  console_online: true,
  supervises: null,
  supervised_by: [],
  unreached: null,
  intervention: null,
  device_number: "",
  rings_for_all: false,
  connected_since_ms: null,
  digits_sent: null,
});

const view: TenantView = {
  tenant: "demo",
  config_version: 1,
  agents: { "1001": agent("ready") },
  interactions: {},
  queues: {},
  trunks: {},
  numbers: [],
  switch_online: true,
};

const change = (seq: number, part: Partial<Change> = {}): Change => ({
  type: "change",
  seq,
  now_ms: 0,
  tenant: "demo",
  agents: [],
  changed_agents: {},
  interactions: [],
  queues: [],
  trunks: [],
  removed_agents: [],
  removed_interactions: [],
  removed_queues: [],
  removed_trunks: [],
  config_version: null,
  switch_online: null,
  ...part,
});

let sockets: FakeSocket[];
let state: LinkState;
let client: LinkClient;
let elsewhere: boolean;

const socket = () => sockets.at(-1)!;

function connect() {
  socket().onopen?.();
  socket().say({ type: "snapshot", seq: 7, now_ms: 0, protocol: PROTOCOL, state: view, you: "1001" });
}

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  sockets = [];
  elsewhere = false;
  client = new LinkClient({
    open: () => {
      sockets.push(new FakeSocket());
      return socket();
    },
    onState: (next) => {
      state = next;
    },
    onSoftphoneElsewhere: () => {
      elsewhere = true;
    },
    random: () => 1,
  });
  client.start(true);
});
afterEach(() => vi.useRealTimers());

describe("the link", () => {
  it("says that this page is a telephone, and mirrors the snapshot", () => {
    connect();
    expect(socket().sent[0]).toMatchObject({ type: "hello", softphone: true });
    expect(state).toMatchObject({ status: "live", you: "1001" });
    expect(state.view?.agents["1001"]?.state).toBe("ready");
  });

  it("can be waited for, and then takes requests: the README's first lines", async () => {
    client.stop();
    client.start();
    const early = client.request({ type: "SetReady", agent: "1001" });
    await expect(early).rejects.toMatchObject({ code: "link_down" });
    const there = client.connected();
    connect();
    await there;
    await client.connected();
    const done = client.request({ type: "SetReady", agent: "1001" });
    socket().say({ type: "reply", id: "1", error: null, message: "", answer: null });
    await expect(done).resolves.toMatchObject({ id: "1" });
  });

  it("says to who waits for it that it is refused, ended, or not there in time", async () => {
    const late = client.connected(5_000);
    const never = expect(late).rejects.toMatchObject({ code: "time_out" });
    await vi.advanceTimersByTimeAsync(5_001);
    await never;
    const refused = expect(client.connected()).rejects.toMatchObject({ code: "token_invalid" });
    socket().onopen?.();
    socket().say({ type: "refused", code: "token_invalid", data: {} });
    await refused;
    client.start();
    const ended = expect(client.connected()).rejects.toMatchObject({ code: "link_down" });
    client.stop();
    await ended;
    expect(vi.getTimerCount()).toBe(0);
  });

  it("says at once where there is no WebSocket to be had", () => {
    vi.stubGlobal("WebSocket", undefined);
    expect(() => overWebSocket("wss://callbase.example.com/link")).toThrow(/no WebSocket/);
    vi.unstubAllGlobals();
  });

  it("the engine's clock is taken from what came soonest, and anew where one of the two clocks was set", () => {
    connect();
    socket().say(change(8, { now_ms: 60_000 }));
    expect(state.skewMs).toBe(60_000);
    socket().say(change(9, { now_ms: 59_900 })); // was under way for longer
    expect(state.skewMs).toBe(60_000);
    vi.setSystemTime(3_600_000); // this machine's clock, set ahead
    socket().say(change(10, { now_ms: 61_000 }));
    expect(state.skewMs).toBe(61_000 - 3_600_000);
  });

  it("applies changes in order", () => {
    connect();
    socket().say(change(8, { agents: [agent("busy")] }));
    expect(state.view?.agents["1001"]?.state).toBe("busy");
  });

  it("asks for everything anew at a gap, and believes no change until it has it", () => {
    connect();
    socket().say(change(9, { agents: [agent("busy")] }));
    socket().say(change(10, { agents: [agent("busy")] }));
    expect(socket().sent.filter((it) => it.type === "resubscribe")).toHaveLength(1);
    expect(state.view?.agents["1001"]?.state).toBe("ready");
    socket().say({ type: "snapshot", seq: 12, now_ms: 0, protocol: PROTOCOL, state: view, you: "1001" });
    socket().say(change(13, { agents: [agent("busy")] }));
    expect(state.view?.agents["1001"]?.state).toBe("busy");
  });

  it("comes back by itself, waiting longer each time, with the last known state still to be seen", () => {
    connect();
    socket().onclose?.();
    expect(state).toMatchObject({ status: "waiting", retryAtMs: 300 });
    expect(state.view).not.toBeNull();
    vi.advanceTimersByTime(300);
    expect(sockets).toHaveLength(2);
    socket().onclose?.();
    expect(state.retryAtMs).toBe(300 + 600);
    vi.advanceTimersByTime(600);
    connect();
    expect(state.status).toBe("live");
  });

  it("says which call is on the screen, whenever that changes", () => {
    client.stop();
    const showing = new LinkClient({
      open: () => {
        sockets.push(new FakeSocket());
        return socket();
      },
      onState: () => {},
      cards: true,
    });
    showing.start();
    connect();
    const call = { interaction: "i1" } as Change["interactions"][number];
    socket().say(change(8, { agents: [{ ...agent("reserved"), interaction: "i1" }], interactions: [call] }));
    socket().say(change(9, { agents: [{ ...agent("busy"), interaction: "i1" }] }));
    socket().say(change(10, { agents: [agent("ready")], removed_interactions: ["i1"] }));
    const told = socket().sent.filter((it) => it.type === "card_shown");
    expect(socket().sent[0]).toMatchObject({ cards: true });
    expect(told.map((it) => it.interaction)).toEqual(["", "i1", ""]);
    showing.stop();
  });

  it("is a program's with its token, which is told facts in their turn", () => {
    const told: unknown[] = [];
    const socket = new FakeSocket();
    const program = new LinkClient({
      open: () => socket,
      onState: () => {},
      token: "cb_1",
      onFact: ({ fact }) => told.push(fact),
    });
    program.start();
    socket.onopen?.();
    expect(socket.sent[0]).toMatchObject({ type: "hello", token: "cb_1", facts: true, softphone: false });
    socket.say({ type: "snapshot", seq: 7, now_ms: 0, protocol: PROTOCOL, state: view, you: "" });
    socket.say({ type: "fact", seq: 8, tenant: "demo", fact: { type: "OutcomeSet" } });
    socket.say({ type: "fact", seq: 10, tenant: "demo", fact: { type: "lost count" } });
    expect(told).toEqual([{ type: "OutcomeSet" }]);
    program.stop();
  });

  it("gives up a connection that never answers the Hello", () => {
    socket().onopen?.();
    vi.advanceTimersByTime(8000);
    expect(sockets[0]!.closed).toBe(true);
    expect(state.status).toBe("waiting");
  });

  it("asks whether the server is there when it says nothing, and gives it up when there is no answer", () => {
    connect();
    vi.advanceTimersByTime(3000);
    expect(socket().sent.at(-1)).toEqual({ type: "ping" });
    socket().say({ type: "pong" });
    vi.advanceTimersByTime(3000);
    socket().say(change(8));
    vi.advanceTimersByTime(3000 + 3999);
    expect(state.status).toBe("live");
    vi.advanceTimersByTime(1);
    expect(state.status).toBe("waiting");
    expect(sockets[0]!.closed).toBe(true);
  });

  it("stays refused, with the reason, instead of knocking for ever", () => {
    socket().onopen?.();
    socket().say({ type: "refused", code: "token_invalid", message: "" });
    vi.advanceTimersByTime(60_000);
    expect(sockets).toHaveLength(1);
    expect(state).toMatchObject({ status: "refused", refusal: "token_invalid" });
  });

  it("comes back with everything anew after a message the server did not understand", async () => {
    connect();
    const asked = client.request({ type: "SetReady", agent: "1001" });
    socket().say({ type: "refused", code: "message_malformed", message: "" });
    await expect(asked).rejects.toMatchObject({ code: "link_down" });
    expect(sockets[0]!.closed).toBe(true);
    expect(state).toMatchObject({ status: "waiting", refusal: null });
    vi.advanceTimersByTime(300);
    connect();
    expect(socket().sent).toMatchObject([{ type: "hello", softphone: true }]);
    expect(state.status).toBe("live");
  });

  it("stays connected, for looking, when another page became the telephone", () => {
    connect();
    socket().say({ type: "refused", code: "softphone_elsewhere", message: "" });
    expect(state.status).toBe("live");
    expect(elsewhere).toBe(true);
  });

  it("says so anew when a page that only looked becomes the telephone, or stops being it", () => {
    client.stop();
    client.start(false);
    connect();
    client.start(true);
    connect();
    expect(sockets).toHaveLength(3);
    expect(socket().sent[0]).toMatchObject({ type: "hello", softphone: true });
    client.setSoftphone(false);
    connect();
    expect(socket().sent[0]).toMatchObject({ type: "hello", softphone: false });
  });

  it("shows that the engine is away", () => {
    connect();
    socket().say({ type: "engine_status", online: false });
    expect(state.engineOnline).toBe(false);
  });
});

describe("a request", () => {
  const ready = { type: "SetReady", agent: "1001" } as const;

  it("resolves with its reply", async () => {
    connect();
    const done = client.request(ready);
    socket().say({ type: "reply", id: "1", error: null, message: "Nobody waits." });
    await expect(done).resolves.toMatchObject({ message: "Nobody waits." });
  });

  it("rejects with the engine's code and the words for the user", async () => {
    connect();
    const done = client.request(ready);
    socket().say({
      type: "reply",
      id: "1",
      error: { code: "device_offline", field: "agent", data: {} },
      message: "The telephone is not connected",
    });
    await expect(done).rejects.toMatchObject({
      code: "device_offline",
      message: "The telephone is not connected",
      field: "agent",
    });
  });

  it("rejects what the server would not take, and keeps the connection", async () => {
    connect();
    const data = { note: "x".repeat(64 * 1024) };
    const refused = client.request({ type: "SetData", interaction: "i1", data });
    await expect(refused).rejects.toMatchObject({ code: "too_large" });
    expect(socket().sent).toHaveLength(1);
    expect(state.status).toBe("live");
  });

  it("rejects when there is no answer in time, no connection, or the connection goes", async () => {
    connect();
    const late = client.request(ready);
    const lateFails = expect(late).rejects.toMatchObject({ code: "time_out" });
    await vi.advanceTimersByTimeAsync(5000);
    await lateFails;
    const cut = client.request(ready);
    const cutFails = expect(cut).rejects.toBeInstanceOf(RequestFailed);
    socket().onclose?.();
    await cutFails;
    await expect(client.request(ready)).rejects.toMatchObject({ code: "link_down" });
  });
});

describe("the mirror", () => {
  it("drops what is removed and keeps what is not named as the same object", () => {
    const next = applyChange(view, change(1, { removed_agents: ["1001"] }));
    expect(next.agents).toEqual({});
    expect(next.queues).toBe(view.queues);
  });

  it("takes the fields of a colleague that changed, and leaves the rest and whom it does not know", () => {
    const next = applyChange(
      view,
      change(1, { changed_agents: { "1001": { state: "busy", since_ms: 9 }, "1099": { state: "busy" } } }),
    );
    expect(next.agents).toEqual({ "1001": { ...view.agents["1001"], state: "busy", since_ms: 9 } });
  });

  it("takes a switch that went offline", () => {
    expect(applyChange(view, change(1, { switch_online: false })).switch_online).toBe(false);
  });
});
