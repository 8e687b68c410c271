import type { PhoneSound } from "./phone";
import { RingTone } from "./ringtone";

/** Ring tone and the far end's voice, in the browser. */
export class BrowserSound implements PhoneSound {
  private readonly tone = new RingTone();
  private element: HTMLAudioElement | null = null;

  ring(): void {
    this.tone.start();
  }

  silence(): void {
    this.tone.stop();
  }

  async play(stream: MediaStream): Promise<boolean> {
    this.element ??= this.makeElement();
    this.element.srcObject = stream;
    return this.resume();
  }

  /** After a click, where the browser wanted one. */
  async resume(): Promise<boolean> {
    try {
      await this.element?.play();
      return true;
    } catch {
      return false;
    }
  }

  stop(): void {
    if (this.element) this.element.srcObject = null;
  }

  private makeElement(): HTMLAudioElement {
    const element = document.createElement("audio");
    element.autoplay = true;
    element.dataset.testid = "remote-audio";
    document.body.append(element);
    return element;
  }
}
