import {
  type AnswerNow,
  type AnyAction,
  type FactMessage,
  type FromClient,
  type Hello,
  PROTOCOL,
  type ReplyMessage,
  type TenantView,
  type ToClient,
} from "./messages";
import { applyChange } from "./mirror";

/**
 * One browser's end of the link: says Hello, keeps a mirror of the engine's state, asks for things and waits for the replies.
 * Knows nothing of React. The mirror is kept while the connection is away, marked as not live.
 */

export type LinkStatus = "idle" | "connecting" | "live" | "waiting" | "refused";

export interface LinkState {
  status: LinkStatus;
  /** The engine's state; null until the first snapshot. */
  view: TenantView | null;
  /** The agent this connection speaks for; "" for none. */
  you: string;
  /** Whether the gateway reaches the engine. */
  engineOnline: boolean;
  /** Add to Date.now() to get the engine's clock. */
  skewMs: number;
  /** Why the connection was refused, a code. */
  refusal: string | null;
  /** When (Date.now()) the next attempt is made, while status is "waiting". */
  retryAtMs: number | null;
}

/**
 * A request the engine refused, with the field at fault where there is one, or that had no answer in time (`time_out`), no connection
 * (`link_down`) or no bounds (`too_large`).
 */
export class RequestFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly data: Record<string, string> = {},
    readonly field = "",
  ) {
    super(message || code);
    this.name = "RequestFailed";
  }
}

export interface SocketLike {
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: (() => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LinkOptions {
  open: () => SocketLike;
  onState: (state: LinkState) => void;
  /** A program's; the console is known by its session. */
  token?: string;
  /** Shows the agent its calls; a desk phone rings once its call is here. */
  cards?: boolean;
  /** Each fact one may see. Those of a time without connection are told over the API only. */
  onFact?: (message: FactMessage) => void;
  onAnswerNow?: (message: AnswerNow) => void;
  /** Another page of the same agent is the telephone now. */
  onSoftphoneElsewhere?: () => void;
  requestTimeOutMs?: number;
  random?: () => number;
}

/** For `open`. */
export function overWebSocket(url: string): () => SocketLike {
  if (typeof WebSocket === "undefined")
    throw new Error("There is no WebSocket here (Node has one from 22 on): give an `open` of your own");
  return () => new WebSocket(url) as unknown as SocketLike;
}

interface Pending {
  resolve: (reply: ReplyMessage) => void;
  reject: (error: RequestFailed) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** Somebody who waits for the connection. */
interface Waits {
  resolve: () => void;
  reject: (error: RequestFailed) => void;
  timer: ReturnType<typeof setTimeout>;
}

/** The server ends a connection over a longer message. */
const LONGEST_REQUEST = 60 * 1024;
const FIRST_RETRY_MS = 300;
const LONGEST_RETRY_MS = 4_000;
/** A server that says nothing to a Hello for this long is given up. */
const HELLO_TIME_OUT_MS = 8_000;
/** After this long without a word the server is asked whether it is there, and given up when it does not answer. */
const SILENCE_MS = 3_000;
const PONG_TIME_OUT_MS = 4_000;
/** A page's clock and the engine's further apart than before by this: one of them was set. */
const CLOCK_SET_MS = 5_000;

export class LinkClient {
  private state: LinkState = {
    status: "idle",
    view: null,
    you: "",
    engineOnline: true,
    skewMs: 0,
    refusal: null,
    retryAtMs: null,
  };
  private socket: SocketLike | null = null;
  private seq = 0;
  private resyncing = false;
  private attempts = 0;
  private softphone = false;
  /** What the server was told is on the screen; null: nothing yet. */
  private card: string | null = null;
  private lastId = 0;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private helloTimer: ReturnType<typeof setTimeout> | undefined;
  private silenceTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly pending = new Map<string, Pending>();
  private readonly waits = new Set<Waits>();

  constructor(private readonly options: LinkOptions) {}

  /** `softphone`: this page is the agent's telephone, so its going away is the telephone's going away. */
  start(softphone = false): void {
    if (this.state.status !== "idle" && this.state.status !== "refused") {
      this.setSoftphone(softphone);
      return;
    }
    this.softphone = softphone;
    this.connect();
  }

  /** Tells the server that this page has become, or is no longer, the agent's telephone. */
  setSoftphone(softphone: boolean): void {
    if (this.softphone === softphone) return;
    this.softphone = softphone;
    if (this.socket) this.reconnectNow();
  }

  stop(): void {
    clearTimeout(this.retryTimer);
    this.dropSocket();
    this.failPending();
    this.update({ status: "idle", view: null, you: "", refusal: null, retryAtMs: null });
    for (const waits of this.waits) this.settleWaits("link_down", waits);
  }

  /** Resolves once the engine's state is there; rejects where the connection is refused or ended, or not made within that time. */
  connected(timeOutMs = 15_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const waits: Waits = { resolve, reject, timer: setTimeout(() => this.settleWaits("time_out", waits), timeOutMs) };
      this.waits.add(waits);
      this.tellWaits();
    });
  }

  /** Does not wait for the back-off: the network is said to be back, or the page was woken. */
  reconnectNow(): void {
    if (this.state.status === "idle") return;
    clearTimeout(this.retryTimer);
    this.attempts = 0;
    this.dropSocket();
    this.failPending();
    this.connect();
  }

  /** After sleep a dead socket may still look open: anything but a live answer within a moment makes a new connection. */
  checkAlive(): void {
    if (this.state.status === "waiting") this.reconnectNow();
    else if (this.state.status === "live") this.resubscribe();
  }

  /** Resolves when the engine has done it; rejects with RequestFailed. */
  request(action: AnyAction): Promise<ReplyMessage> {
    const socket = this.socket;
    if (!socket || this.state.status !== "live") return Promise.reject(new RequestFailed("link_down", ""));
    if (JSON.stringify(action).length > LONGEST_REQUEST) return Promise.reject(new RequestFailed("too_large", ""));
    this.lastId += 1;
    const id = String(this.lastId);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id);
        reject(new RequestFailed("time_out", ""));
      }, this.options.requestTimeOutMs ?? 5_000);
      this.pending.set(id, { resolve, reject, timer });
      this.send({ type: "request", id, action });
    });
  }

  private connect(): void {
    this.update({ status: "connecting", retryAtMs: null });
    let socket: SocketLike;
    try {
      socket = this.options.open();
    } catch {
      this.retryLater();
      return;
    }
    this.socket = socket;
    socket.onopen = () => {
      const { token = "", onFact } = this.options;
      const hello: Hello = {
        type: "hello",
        protocol: PROTOCOL,
        token,
        facts: onFact !== undefined,
        softphone: this.softphone,
        cards: this.options.cards === true,
      };
      this.card = null;
      this.send(hello);
    };
    socket.onmessage = (event) => {
      const message = parse(event.data);
      this.expectMore();
      if (message) this.receive(message);
    };
    socket.onclose = () => this.lost();
    this.expectSnapshot();
  }

  private expectSnapshot(): void {
    clearTimeout(this.helloTimer);
    this.helloTimer = setTimeout(() => this.lost(), HELLO_TIME_OUT_MS);
  }

  /** A network that is gone without a word leaves the socket open for minutes. */
  private expectMore(): void {
    clearTimeout(this.silenceTimer);
    this.silenceTimer = setTimeout(() => {
      this.send({ type: "ping" });
      this.silenceTimer = setTimeout(() => this.lost(), PONG_TIME_OUT_MS);
    }, SILENCE_MS);
  }

  private receive(message: ToClient): void {
    switch (message.type) {
      case "snapshot":
        clearTimeout(this.helloTimer);
        this.seq = message.seq;
        this.resyncing = false;
        this.attempts = 0;
        this.update({
          status: "live",
          view: message.state,
          you: message.you,
          refusal: null,
          retryAtMs: null,
          skewMs: message.now_ms - Date.now(),
          engineOnline: true,
        });
        this.tellCard();
        return;
      case "change":
        if (this.numbered(message.seq) && this.state.view) {
          // Delay in the network only ever makes the engine's clock look slow, so the largest difference is the truest, unless
          // a clock was set.
          const newest = message.now_ms - Date.now();
          const set = this.state.skewMs - newest > CLOCK_SET_MS;
          const skewMs = set ? newest : Math.max(this.state.skewMs, newest);
          this.update({ view: applyChange(this.state.view, message), skewMs });
          this.tellCard();
        }
        return;
      case "fact":
        if (this.numbered(message.seq)) this.options.onFact?.(message);
        return;
      case "tenant_removed":
        this.numbered(message.seq);
        return;
      case "answer_now":
        this.options.onAnswerNow?.(message);
        return;
      case "engine_status":
        clearTimeout(this.helloTimer);
        this.update({ engineOnline: message.online });
        if (!message.online) this.failPending();
        return;
      case "reply":
        this.settle(message);
        return;
      case "pong":
        return;
      case "refused":
        if (message.code === "softphone_elsewhere") {
          // The connection stays open, for looking only.
          this.softphone = false;
          this.options.onSoftphoneElsewhere?.();
          return;
        }
        if (message.code === "message_malformed") {
          // One message is at fault, not who we are.
          this.lost();
          return;
        }
        this.dropSocket();
        this.failPending();
        this.update({ status: "refused", refusal: message.code });
        return;
    }
  }

  private tellCard(): void {
    const { view, you } = this.state;
    const call = view?.agents[you]?.interaction ?? "";
    const card = view && call in view.interactions ? call : "";
    if (!this.options.cards || card === this.card) return;
    this.card = card;
    this.send({ type: "card_shown", interaction: card });
  }

  /** Whether the numbered message follows the last one; where it does not, all is asked for anew. */
  private numbered(seq: number): boolean {
    if (this.resyncing) return false;
    if (seq !== this.seq + 1) {
      this.resubscribe();
      return false;
    }
    this.seq = seq;
    return true;
  }

  private resubscribe(): void {
    this.resyncing = true;
    this.expectSnapshot();
    this.send({ type: "resubscribe" });
  }

  private settle(reply: ReplyMessage): void {
    const pending = this.pending.get(reply.id);
    if (!pending) return;
    this.pending.delete(reply.id);
    clearTimeout(pending.timer);
    if (reply.error) {
      const { code, data, field } = reply.error;
      pending.reject(new RequestFailed(code, reply.message, data, field));
    } else pending.resolve(reply);
  }

  private lost(): void {
    this.dropSocket();
    this.failPending();
    this.retryLater();
  }

  private retryLater(): void {
    const ceiling = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.attempts);
    this.attempts += 1;
    const delay = ceiling * (0.5 + 0.5 * (this.options.random ?? Math.random)());
    this.update({ status: "waiting", retryAtMs: Date.now() + delay });
    clearTimeout(this.retryTimer);
    this.retryTimer = setTimeout(() => this.connect(), delay);
  }

  private dropSocket(): void {
    clearTimeout(this.helloTimer);
    clearTimeout(this.silenceTimer);
    this.resyncing = false;
    const socket = this.socket;
    this.socket = null;
    if (!socket) return;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    socket.close();
  }

  private failPending(): void {
    for (const pending of this.pending.values()) {
      clearTimeout(pending.timer);
      pending.reject(new RequestFailed("link_down", ""));
    }
    this.pending.clear();
  }

  private send(message: FromClient): void {
    this.socket?.send(JSON.stringify(message));
  }

  private update(change: Partial<LinkState>): void {
    this.state = { ...this.state, ...change };
    this.options.onState(this.state);
    this.tellWaits();
  }

  private tellWaits(): void {
    const { status, refusal } = this.state;
    if (status !== "live" && status !== "refused") return;
    for (const waits of this.waits) this.settleWaits(status === "refused" ? (refusal ?? "refused") : null, waits);
  }

  private settleWaits(failure: string | null, waits: Waits): void {
    clearTimeout(waits.timer);
    this.waits.delete(waits);
    if (failure) waits.reject(new RequestFailed(failure, ""));
    else waits.resolve();
  }
}

function parse(text: string): ToClient | null {
  try {
    return JSON.parse(text) as ToClient;
  } catch {
    return null;
  }
}
