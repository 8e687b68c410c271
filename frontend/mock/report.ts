import type { TodayReport } from "../src/api/types";
import { NAMES, queueNames } from "./cast";
import { iso, now } from "./clock";

/** The day so far; of one queue where it is asked for. */
export function report(queue: string | null): TodayReport {
  const measures = (offered: number, answered: number, abandoned: number, level: number) => ({
    offered,
    answered,
    abandoned,
    service_level: level,
    service_level_s: 20,
    asa_ms: 13_400,
    longest_wait_ms: 182_000,
    aht_ms: 236_000,
    talk_ms: answered * 180_000,
    hold_ms: answered * 14_000,
    wrap_up_ms: answered * 24_000,
    foretold: Math.round(answered * 0.6),
    foretold_error_ms: 21_000,
    foretold_bias_ms: -4_000,
    callbacks: Math.round(abandoned / 2),
    called_back: Math.round(abandoned / 2) - 1,
    callbacks_waiting: 1,
    consultations: Math.round(answered / 9),
    conferences: Math.round(answered / 40),
    transfers_out: Math.round(answered / 12),
    transfers_in: Math.round(answered / 14),
  });
  const queues = [
    { queue: "sales", name: queueNames.sales, ...measures(128, 119, 6, 0.864) },
    { queue: "support", name: queueNames.support, ...measures(86, 71, 12, 0.663), asa_ms: 28_000 },
  ].filter((it) => !queue || it.queue === queue);
  return {
    date: iso(now()).slice(0, 10),
    timezone: "Asia/Shanghai",
    totals: queue ? queues[0]! : measures(214, 190, 18, 0.782),
    queues,
    agents: NAMES.slice(0, 19).map((name, index) => ({
      agent: String(1001 + index),
      name,
      answered: 27 - index,
      talk_ms: (27 - index) * 172_000,
      hold_ms: 240_000,
      wrap_up_ms: 620_000,
      aht_ms: 231_000 + index * 4_000,
      ready_ms: 5_400_000,
      not_ready_ms: 1_260_000,
      productive_ms: index % 3 ? 540_000 : 0,
      not_ready_by_reason: { break: 600_000, meeting: 540_000, no_answer: 60_000, "": 60_000 },
      consultations: index % 4,
      conferences: index % 5 === 0 ? 1 : 0,
      transfers_out: index % 3,
      transfers_in: (index + 1) % 3,
      signed_in_ms: 12_600_000,
      occupancy: 0.78 - index * 0.02,
      utilisation: 0.96 - index * 0.01,
    })),
    missed: 0,
    hours: [8, 9, 10, 11, 12, 13, 14, 15].map((hour, index) => ({
      hour,
      offered: 20 + index * 3,
      answered: [14, 31, 38, 29, 18, 26, 33, 12][index]!,
      abandoned: [0, 2, 5, 3, 1, 2, 4, 1][index]!,
    })),
  };
}

/** Of a day on which nobody has called yet. */
export function emptyReport(): TodayReport {
  const nothing = {
    offered: 0,
    answered: 0,
    abandoned: 0,
    service_level: null,
    service_level_s: null,
    asa_ms: null,
    longest_wait_ms: null,
    aht_ms: null,
    talk_ms: 0,
    hold_ms: 0,
    wrap_up_ms: 0,
    foretold: 0,
    foretold_error_ms: null,
    foretold_bias_ms: null,
    callbacks: 0,
    called_back: 0,
    callbacks_waiting: 0,
    consultations: 0,
    conferences: 0,
    transfers_out: 0,
    transfers_in: 0,
  };
  return {
    date: iso(now()).slice(0, 10),
    timezone: "Asia/Shanghai",
    totals: nothing,
    queues: [],
    agents: [],
    missed: 0,
    hours: [],
  };
}
