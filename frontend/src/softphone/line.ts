/** What the telephone needs of a SIP stack; JsSIP behind it in the browser, a fake in tests. */

export type LineEvent =
  | { type: "connected" }
  | { type: "disconnected" }
  | { type: "registered" }
  | { type: "registration_failed"; cause: string }
  | { type: "invited"; id: string; remote: string; autoAnswer: boolean; interaction: string | null }
  | { type: "progress"; id: string; sound: boolean }
  | { type: "established"; id: string }
  | { type: "stream"; id: string; stream: MediaStream }
  | { type: "ended"; id: string; cause: string; failed: boolean };

export interface SipLine {
  /** Opens the connection and registers. */
  open(): void;
  /** Hangs up, unregisters, and closes. */
  close(): void;
  /** Closes without a word: the platform keeps the caller and calls whoever registers next. */
  abandon(): void;
  /** Registers (again), over a new connection where the old one is dead. */
  register(): void;
  answer(id: string): void;
  decline(id: string): void;
  terminate(id: string): void;
  call(id: string, number: string): void;
  mute(id: string, on: boolean): void;
  digit(id: string, digit: string): void;
  /** Speaks from the microphone chosen now, where that is another than the call was begun with, or that one is gone. */
  changeMicrophone(id: string): void;
  /** The browser's counts of the call (W3C webrtc-stats); null where there is none. */
  stats(id: string): Promise<Iterable<Record<string, unknown>> | null>;
}

/** Makes a line that reports to `listener`. */
export type LineMaker = (listener: (event: LineEvent) => void) => SipLine;

/** Whether an INVITE asks to be answered by itself: our own header, or RFC 5373-style `answer-after=0`. */
export function asksAutoAnswer(header: (name: string) => string | undefined): boolean {
  if (header("X-Callbase-Answer")?.trim().toLowerCase() === "auto") return true;
  return /answer-after\s*=\s*0\b/i.test(header("Call-Info") ?? "");
}
