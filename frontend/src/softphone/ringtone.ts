/** A ring tone made on the spot: two soft notes, a pause, again (no sound file to load, so it never comes late). */
export class RingTone {
  private context: SinkedContext | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  /** At that device; "": the machine's own choice. */
  start(device = ""): void {
    if (this.timer !== undefined || typeof AudioContext === "undefined") return;
    this.once(device);
    this.timer = setInterval(() => this.chime(), 2400);
  }

  once(device = ""): void {
    if (typeof AudioContext === "undefined") return;
    const context: SinkedContext = this.context ?? new AudioContext();
    this.context = context;
    void context.resume().catch(() => {});
    // Where that device is gone, at the machine's own choice.
    void context.setSinkId?.(device).catch(() => context.setSinkId?.("").catch(() => {}));
    this.chime();
  }

  stop(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    void this.context?.suspend().catch(() => {});
  }

  private chime(): void {
    const context = this.context;
    if (context?.state === "suspended") void context.resume().catch(() => {});
    if (!context) return;
    for (const [delay, frequency] of [
      [0, 659.25],
      [0.18, 880],
      [0.55, 659.25],
      [0.73, 880],
    ] as const) {
      const start = context.currentTime + delay;
      const tone = context.createOscillator();
      const gain = context.createGain();
      tone.frequency.value = frequency;
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(0.18, start + 0.02);
      gain.gain.exponentialRampToValueAtTime(0.001, start + 0.32);
      tone.connect(gain).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.34);
    }
  }
}

/** Not in every browser. */
type SinkedContext = AudioContext & { setSinkId?: (device: string) => Promise<void> };

/** Whether this browser can ring at another device than it speaks at. */
export const ringsAnywhere = (): boolean =>
  typeof AudioContext !== "undefined" && "setSinkId" in AudioContext.prototype;
