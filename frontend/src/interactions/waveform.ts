import type { Peaks } from "../api/types";

const BAR = 2;
const GAP = 1;

/** Loudest peak of each of `bars` equal stretches; a call of an hour has far more peaks than a screen has pixels. */
export function resample(peaks: readonly number[], bars: number): number[] {
  if (peaks.length === 0 || bars <= 0) return [];
  return Array.from({ length: bars }, (_, bar) => {
    const from = Math.floor((bar * peaks.length) / bars);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * peaks.length) / bars));
    let loudest = 0;
    for (let index = from; index < to; index++) loudest = Math.max(loudest, peaks[index] ?? 0);
    return loudest;
  });
}

/** Customer upwards from the middle, agent downwards; what has been heard is solid. */
export function drawWaveform(canvas: HTMLCanvasElement, peaks: Peaks, atSeconds: number): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
  if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(name).trim();
  const bars = Math.floor(width / (BAR + GAP));
  const middle = height / 2;
  const played = peaks.duration_ms > 0 ? (atSeconds * 1000 * bars) / peaks.duration_ms : 0;
  context.fillStyle = colour("--line-strong");
  context.fillRect(0, middle - 0.5, width, 1);
  const lane = (values: readonly number[], fill: string, sign: 1 | -1) => {
    context.fillStyle = fill;
    for (const [index, value] of resample(values, bars).entries()) {
      // Speech on the telephone is mostly quiet; the root shows it without cutting what is loud.
      const length = Math.max(1, Math.sqrt(Math.min(1, value)) * (middle - 4));
      context.globalAlpha = index <= played ? 1 : 0.42;
      context.fillRect(index * (BAR + GAP), sign > 0 ? middle - 1 - length : middle + 1, BAR, length);
    }
    context.globalAlpha = 1;
  };
  lane(peaks.peaks[0] ?? [], colour("--queue"), 1);
  lane(peaks.peaks[1] ?? [], colour("--talk"), -1);
  context.fillStyle = colour("--text");
  context.fillRect(Math.min(width - 1.5, played * (BAR + GAP)), 0, 1.5, height);
}
