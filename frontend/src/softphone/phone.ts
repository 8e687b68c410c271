import type { LineEvent, LineMaker, SipLine } from "./line";
import { initialPhone, type PhoneEffect, type PhoneEvent, type PhoneState, step } from "./machine";

/** Things around the telephone that make sound; none of them in tests. */
export interface PhoneSound {
  ring(): void;
  /** That it rings at the far end. */
  ringBack(): void;
  silence(): void;
  /** Plays the far end; resolves false where the browser wants a click first. */
  play(stream: MediaStream): Promise<boolean>;
  stop(): void;
}

/** Calls back once the customer of that interaction is on the screen, or will not be in time. */
export type ShowCard = (interaction: string, shown: () => void) => void;

/** Which interaction's call the agent muted, beyond the page's life: who reloads must not be heard unawares. */
export interface MuteMemory {
  muted(): string | null;
  remember(interaction: string | null): void;
}

const noMemory: MuteMemory = { muted: () => null, remember: () => {} };

/** Runs the state machine over a SIP line. */
export class Phone {
  private state: PhoneState = initialPhone;
  private line: SipLine | null = null;
  private retryTimer: ReturnType<typeof setTimeout> | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(
    private readonly makeLine: LineMaker,
    private readonly sound: PhoneSound,
    private readonly now: () => number = Date.now,
    private readonly showCard: ShowCard = (_, shown) => shown(),
    private readonly memory: MuteMemory = noMemory,
  ) {}

  getState = (): PhoneState => this.state;

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  send(event: PhoneEvent): void {
    const { state, effects } = step(this.state, event);
    const changed = state !== this.state;
    this.state = state;
    if (event.type === "mute") this.memory.remember(state.call?.muted ? state.call.interaction : null);
    for (const effect of effects) this.perform(effect);
    if (changed) for (const listener of this.listeners) listener();
  }

  /** The browser's counts of the call; null where there is none. */
  async stats(): Promise<Iterable<Record<string, unknown>> | null> {
    const id = this.state.call?.id;
    return (id && this.line?.stats(id)) || null;
  }

  /** The page is going: no BYE, no un-REGISTER, so that the platform keeps the caller until this telephone is back. */
  drop(): void {
    clearTimeout(this.retryTimer);
    this.sound.silence();
  }

  private heard(event: LineEvent): void {
    switch (event.type) {
      case "connected":
        return;
      case "disconnected":
        this.send({ type: "transport_lost" });
        return;
      case "established":
        this.send({ type: "established", id: event.id, atMs: this.now() });
        return;
      case "stream":
        void this.sound.play(event.stream).then((playing) => {
          if (!playing) this.send({ type: "sound_blocked" });
        });
        return;
      case "ended":
        if (this.state.call?.id === event.id) {
          this.sound.stop();
          this.memory.remember(null);
        }
        this.send(event);
        return;
      case "invited":
        this.send({ ...event, muted: event.interaction !== null && this.memory.muted() === event.interaction });
        return;
      default:
        this.send(event);
    }
  }

  private perform(effect: PhoneEffect): void {
    switch (effect.do) {
      case "open":
        this.line ??= this.makeLine((event) => this.heard(event));
        this.line.open();
        return;
      case "close":
        this.line?.close();
        this.line = null;
        this.sound.stop();
        return;
      case "abandon":
        this.line?.abandon();
        this.line = null;
        this.sound.stop();
        return;
      case "register":
        this.line?.register();
        return;
      case "retry":
        clearTimeout(this.retryTimer);
        this.retryTimer = setTimeout(() => this.send({ type: "retry_due" }), effect.afterMs);
        return;
      case "cancel_retry":
        clearTimeout(this.retryTimer);
        return;
      case "show_card":
        this.showCard(effect.interaction, () => this.send({ type: "card_shown", id: effect.id }));
        return;
      case "ring":
        this.sound.ring();
        return;
      case "ring_back":
        this.sound.ringBack();
        return;
      case "silence":
        this.sound.silence();
        return;
      case "answer":
        this.line?.answer(effect.id);
        return;
      case "terminate":
        this.line?.terminate(effect.id);
        return;
      case "decline":
        this.line?.decline(effect.id);
        return;
      case "call":
        this.line?.call(effect.id, effect.number);
        return;
      case "mute":
        this.line?.mute(effect.id, effect.on);
        return;
      case "digit":
        this.line?.digit(effect.id, effect.digit);
        return;
      case "change_microphone":
        this.line?.changeMicrophone(effect.id);
    }
  }
}
