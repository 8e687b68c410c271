import type { PlayedQueue, SimulationRecord } from "../src/api/types";
import { iso, MINUTE_MS, now } from "./clock";
import { queues } from "./lists";

/** Questions asked of the simulator, and what it answered. */

const day = (queue: string, offered: number, abandoned: number, inTime: number, asa_ms: number): PlayedQueue => ({
  queue,
  offered,
  answered: offered - abandoned,
  abandoned,
  left: 0,
  within_service_level: inTime,
  service_level: inTime / offered,
  asa_ms,
  wait_p50_ms: asa_ms / 3,
  wait_p95_ms: asa_ms * 4,
  wait_max_ms: asa_ms * 9,
});

const drawn = (queue: string, calls: number) => ({
  kind: "drawn" as const,
  loads: [{ queue, calls_per_hour: Array.from({ length: 24 }, (_, hour) => (hour > 8 && hour < 18 ? calls / 9 : 0)) }],
});

const base = { progress: 1, error: "", message: "" };

export const simulations = (): SimulationRecord[] => [
  {
    ...base,
    id: "w1",
    created_at: iso(now() - 6 * MINUTE_MS),
    state: "done",
    question: { traffic: drawn("sales", 640), queues: queues.slice(0, 1) },
    result: {
      present: {
        calls: 640,
        agents: 10,
        occupancy: 0.884,
        queues: [day("sales", 640, 61, 402, 41_000), day("support", 212, 6, 178, 14_000)],
      },
      planned: {
        calls: 640,
        agents: 12,
        occupancy: 0.771,
        queues: [day("sales", 640, 14, 561, 11_000), day("support", 212, 9, 169, 17_000)],
      },
    },
  },
  {
    ...base,
    id: "w2",
    state: "failed",
    created_at: iso(now() - 50 * MINUTE_MS),
    error: "simulation_no_calls",
    message: "There are no calls of that day to play. 这一天没有可以重放的来电。",
    question: { traffic: { kind: "past", date: "2026-11-01" }, queues: [] },
    result: null,
  },
  {
    ...base,
    id: "w3",
    state: "running",
    progress: 0.37,
    created_at: iso(now() - 80 * MINUTE_MS),
    question: { traffic: drawn("support", 900), queues: [] },
    result: null,
  },
];
