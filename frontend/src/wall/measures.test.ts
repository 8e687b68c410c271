import { describe, expect, it } from "vitest";
import type { AgentView, QueueView } from "../link/messages";
import { agentsOf, measureOf, moved, toneOf } from "./measures";

const queue = (more: Partial<QueueView>): QueueView =>
  ({
    waiting: 0,
    oldest_since_ms: null,
    average_wait_ms: null,
    expected_wait_ms: null,
    service_level: null,
    answered_today: 0,
    abandoned_today: 0,
    within_service_level_today: 0,
    ...more,
  }) as QueueView;

describe("a tile's figure", () => {
  const queues = [
    queue({ waiting: 2, oldest_since_ms: 40_000, average_wait_ms: 9_000, service_level: 0.9, answered_today: 8 }),
    queue({ waiting: 3, oldest_since_ms: 70_000, average_wait_ms: 30_000, service_level: 0.5, abandoned_today: 2 }),
  ];

  it("adds up counts, and takes the worst of what cannot be added", () => {
    expect(measureOf("waiting", queues, 100_000)).toBe(5);
    expect(measureOf("longest_wait", queues, 100_000)).toBe(60);
    expect(measureOf("average_wait", queues, 100_000)).toBe(30);
    expect(measureOf("service_level", queues, 100_000)).toBe(0.5);
  });

  it("takes the day's service level over all calls together", () => {
    const [first, second] = queues;
    const day = [{ ...first!, within_service_level_today: 6 }, second!];
    expect(measureOf("service_level_today", day, 0)).toBe(0.6);
  });

  it("is nothing where there is none", () => {
    expect(measureOf("service_level", [queue({})], 0)).toBeNull();
    expect(measureOf("expected_wait", [], 0)).toBeNull();
    expect(measureOf("longest_wait", [queue({})], 0)).toBeNull();
  });
});

describe("a tile's colour", () => {
  it("changes upwards for waits and downwards for what should be high, shares in per cent", () => {
    const wait = { measure: "longest_wait", warn: 30, alarm: 60 } as const;
    expect([29, 30, 60].map((it) => toneOf(wait, it))).toEqual(["plain", "warn", "alarm"]);
    const level = { measure: "service_level", warn: 80, alarm: 60 } as const;
    expect([0.9, 0.8, 0.5].map((it) => toneOf(level, it))).toEqual(["plain", "warn", "alarm"]);
    expect(toneOf(level, null)).toBe("plain");
    expect(toneOf({ measure: "waiting", warn: null, alarm: null }, 99)).toBe("plain");
  });
});

describe("a tile's agents", () => {
  const agents = [
    { agent: "1", queues: ["sales"] },
    { agent: "2", queues: ["support"] },
  ] as AgentView[];

  it("are those of its queues, or those who have its skills", () => {
    const ids = (by: "queue" | "skill", of: string[]) =>
      agentsOf({ by, of }, agents, { english: { "2": 60 } }).map((it) => it.agent);
    expect(ids("queue", [])).toEqual(["1", "2"]);
    expect(ids("queue", ["sales"])).toEqual(["1"]);
    expect(ids("skill", ["english"])).toEqual(["2"]);
    expect(ids("skill", ["gone"])).toEqual([]);
  });
});

describe("tiles", () => {
  it("change places", () => {
    expect(moved(["a", "b", "c"], 0, 2)).toEqual(["b", "c", "a"]);
    expect(moved(["a", "b", "c"], 2, 1)).toEqual(["a", "c", "b"]);
    expect(moved(["a"], 0, 1)).toEqual(["a"]);
  });
});
