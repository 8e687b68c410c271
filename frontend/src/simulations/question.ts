/** A question to the simulator, as it is asked on the page and as the API takes it. */

import type { QueueRecord } from "../api/types";

export interface LoadForm {
  queue: string;
  calls: number;
  talk_s: number;
  patience_s: number | null;
}

export interface QuestionForm {
  traffic: "past" | "drawn";
  /** "YYYY-MM-DD" */
  date: string;
  loads: LoadForm[];
  staff: "past" | "members";
  /** Hours of the day. */
  start: number;
  end: number;
  seed: number;
}

/** Share of a working day's calls in each of its hours, for a day of ten: a peak before noon and one in the afternoon. */
const SHAPE = [0.07, 0.12, 0.14, 0.11, 0.07, 0.1, 0.13, 0.12, 0.09, 0.05];

/** So many calls, spread over the hours from start to end as they usually come. Sums up to `calls`. */
export function callsPerHour(calls: number, start: number, end: number): number[] {
  const hours = Array.from({ length: 24 }, (_, hour) => {
    const open = Math.max(0, Math.min(hour + 1, end) - Math.max(hour, start));
    const place = Math.min(
      SHAPE.length - 1,
      Math.floor(((hour + 0.5 - start) / Math.max(1, end - start)) * SHAPE.length),
    );
    return open * (SHAPE[Math.max(0, place)] ?? 0);
  });
  const total = hours.reduce((sum, share) => sum + share, 0);
  return hours.map((share) => (total > 0 ? Math.round((share / total) * calls * 1000) / 1000 : 0));
}

export function questionOf(form: QuestionForm, planned: QueueRecord[]) {
  const hours = form.staff === "members" ? { start: form.start, end: form.end } : { start: 9, end: 18 };
  return {
    traffic:
      form.traffic === "past"
        ? { kind: "past", date: form.date }
        : {
            kind: "drawn",
            loads: form.loads.map(({ queue, calls, talk_s, patience_s }) => ({
              queue,
              calls_per_hour: callsPerHour(calls, hours.start, hours.end),
              talk_s,
              patience_s,
            })),
          },
    staff: form.staff === "past" ? { kind: "past", date: form.date } : { kind: "members", ...hours },
    queues: planned,
    seed: form.seed,
  };
}
