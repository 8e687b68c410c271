import type { LineEvent, SipLine } from "./line";

/** A SIP line without SIP, for tests: writes down what it is told, says what the test lets it say. */
export class FakeLine implements SipLine {
  readonly done: string[] = [];
  counts: Record<string, unknown>[] = [];

  constructor(readonly say: (event: LineEvent) => void) {}

  open(): void {
    this.done.push("open");
  }
  close(): void {
    this.done.push("close");
  }
  abandon(): void {
    this.done.push("abandon");
  }
  register(): void {
    this.done.push("register");
  }
  answer(id: string): void {
    this.done.push(`answer ${id}`);
  }
  decline(id: string): void {
    this.done.push(`decline ${id}`);
  }
  terminate(id: string): void {
    this.done.push(`terminate ${id}`);
  }
  call(id: string, number: string): void {
    this.done.push(`call ${id} ${number}`);
  }
  mute(id: string, on: boolean): void {
    this.done.push(`mute ${id} ${on}`);
  }
  digit(id: string, digit: string): void {
    this.done.push(`digit ${id} ${digit}`);
  }
  changeMicrophone(id: string): void {
    this.done.push(`microphone ${id}`);
  }
  async stats(): Promise<Record<string, unknown>[]> {
    return this.counts;
  }
}
