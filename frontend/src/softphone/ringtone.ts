/** A ring tone made on the spot: two soft notes, a pause, again (no sound file to load, so it never comes late). */
export class RingTone {
  private context: AudioContext | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  start(): void {
    if (this.timer !== undefined || typeof AudioContext === "undefined") return;
    this.context ??= new AudioContext();
    void this.context.resume().catch(() => {});
    this.chime();
    this.timer = setInterval(() => this.chime(), 2400);
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
