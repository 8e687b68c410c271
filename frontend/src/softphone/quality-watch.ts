import { create } from "zustand";
import type { Phone } from "./phone";
import { type Counts, countsOf, type Quality, QualityOfCall, qualityBetween } from "./quality";

/** Looks at the call's quality every so often while one talks, shows it, and tells of it while and after the call. */

const EVERY_MS = 1_000;
/** Soon, should the page go; then seldom. What is told is of the whole call so far. */
const FIRST_TOLD_AFTER = 10;
const TOLD_EVERY = 60;

/** Of the last second; null without a call or a sound in it. */
export const useQuality = create<{ now: Quality | null }>(() => ({ now: null }));

export type CallQuality = NonNullable<ReturnType<QualityOfCall["summary"]>> & { startedMs: number };

/** `tell` gets what is to be kept with the interaction the call is part of. */
export function watchQuality(phone: Phone, tell: (interaction: string, quality: CallQuality) => void): () => void {
  let watching: { id: string; stop: () => void } | null = null;
  const look = () => {
    const call = phone.getState().call;
    const id = call?.phase === "talking" ? call.id : null;
    if (id === (watching?.id ?? null)) return;
    watching?.stop();
    watching = null;
    if (!call || !id) return;
    const { interaction } = call;
    const told = interaction ? (quality: CallQuality) => tell(interaction, quality) : () => {};
    watching = { id, stop: watchCall(phone, call.answeredAtMs ?? 0, told) };
  };
  const unsubscribe = phone.subscribe(look);
  return () => {
    unsubscribe();
    watching?.stop();
  };
}

function watchCall(phone: Phone, startedMs: number, tell: (quality: CallQuality) => void): () => void {
  const whole = new QualityOfCall();
  let before: Counts | null = null;
  let looks = 0;
  let over = false;
  const tellSoFar = () => {
    const summary = whole.summary();
    if (summary) tell({ ...summary, startedMs });
  };
  const look = async () => {
    const report = await phone.stats();
    if (over || !report) return;
    const counts = countsOf(report, Date.now());
    const quality = before && counts ? qualityBetween(before, counts) : null;
    before = counts;
    useQuality.setState({ now: quality });
    if (!quality) return;
    whole.add(quality);
    looks += 1;
    if (looks === FIRST_TOLD_AFTER || looks % TOLD_EVERY === 0) tellSoFar();
  };
  const timer = setInterval(() => void look().catch(() => {}), EVERY_MS);
  return () => {
    over = true;
    clearInterval(timer);
    useQuality.setState({ now: null });
    tellSoFar();
  };
}
