import { useSyncExternalStore } from "react";
import { useLink } from "../link/store";

/** One clock for all that ticks on the page. */

let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (timer === undefined) {
    now = Date.now();
    timer = setInterval(() => {
      now = Date.now();
      for (const it of listeners) it();
    }, 500);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** The engine's clock, ticking. */
export function useEngineNow(): number {
  const here = useSyncExternalStore(subscribe, () => now);
  const skew = useLink((state) => state.skewMs);
  return here + skew;
}

/** 65_000 → "1:05"; 3_725_000 → "1:02:05". */
export function formatDuration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const h = Math.floor(seconds / 3600);
  const m = Math.floor((seconds % 3600) / 60);
  const s = String(seconds % 60).padStart(2, "0");
  return h > 0 ? `${h}:${String(m).padStart(2, "0")}:${s}` : `${m}:${s}`;
}
