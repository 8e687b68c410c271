export interface Melody {
  everyMs: number;
  /** Seconds after the begin, for how many, Hz, how loud. */
  notes: readonly (readonly [number, number, number, number])[];
}

/** Two soft notes, twice. */
const RINGING: Melody = {
  everyMs: 2_400,
  notes: [
    [0, 0.32, 659.25, 0.18],
    [0.18, 0.32, 880, 0.18],
    [0.55, 0.32, 659.25, 0.18],
    [0.73, 0.32, 880, 0.18],
  ],
};

/** What one hears while it rings at the far end, as exchanges in China have it: 450 Hz, one second of five. */
export const RINGING_BACK: Melody = { everyMs: 5_000, notes: [[0, 1, 450, 0.05]] };

/** A tone made on the spot: no sound file to load, so it never comes late. */
export class RingTone {
  private context: SinkedContext | null = null;
  private timer: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly melody: Melody = RINGING) {}

  /** At that device; "": the machine's own choice. */
  start(device = ""): void {
    if (this.timer !== undefined || typeof AudioContext === "undefined") return;
    this.once(device);
    this.timer = setInterval(() => this.chime(), this.melody.everyMs);
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
    for (const [delay, length, frequency, loudness] of this.melody.notes) {
      const start = context.currentTime + delay;
      const tone = context.createOscillator();
      const gain = context.createGain();
      tone.frequency.value = frequency;
      gain.gain.setValueAtTime(0, start);
      gain.gain.linearRampToValueAtTime(loudness, start + 0.02);
      if (length < LONG_S) gain.gain.exponentialRampToValueAtTime(0.001, start + length);
      else {
        gain.gain.setValueAtTime(loudness, start + length - 0.02);
        gain.gain.linearRampToValueAtTime(0, start + length);
      }
      tone.connect(gain).connect(context.destination);
      tone.start(start);
      tone.stop(start + length + 0.02);
    }
  }
}

/** A note dies away; a tone this long does not. */
const LONG_S = 0.8;

/** Not in every browser. */
type SinkedContext = AudioContext & { setSinkId?: (device: string) => Promise<void> };

/** Whether this browser can ring at another device than it speaks at. */
export const ringsAnywhere = (): boolean =>
  typeof AudioContext !== "undefined" && "setSinkId" in AudioContext.prototype;
