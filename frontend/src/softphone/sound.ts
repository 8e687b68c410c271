import { useAudioChoice } from "./audio-choice";
import type { PhoneSound } from "./phone";
import { RINGING_BACK, RingTone } from "./ringtone";

/** Ring tone and the far end's voice, in the browser, at the devices chosen. */
export class BrowserSound implements PhoneSound {
  private readonly tone = new RingTone();
  private readonly secondTone = new RingTone();
  private readonly backTone = new RingTone(RINGING_BACK);
  private element: HTMLAudioElement | null = null;

  ring(): void {
    const { speaker, ringer } = useAudioChoice.getState();
    this.tone.start(speaker);
    if (ringer && ringer !== speaker) this.secondTone.start(ringer);
  }

  ringBack(): void {
    this.backTone.start(useAudioChoice.getState().speaker);
  }

  silence(): void {
    this.backTone.stop();
    this.tone.stop();
    this.secondTone.stop();
  }

  async play(stream: MediaStream): Promise<boolean> {
    this.element ??= this.makeElement();
    this.element.srcObject = stream;
    await this.applySpeaker();
    return this.resume();
  }

  /** A device that is not there leaves the voice at the machine's own choice; unplugged and back, it is taken again. */
  async applySpeaker(): Promise<void> {
    const { speaker } = useAudioChoice.getState();
    try {
      await this.element?.setSinkId?.(speaker);
    } catch {
      await this.element?.setSinkId?.("").catch(() => {});
    }
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
