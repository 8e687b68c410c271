import { describe, expect, it } from "vitest";
import { callsPerHour, type QuestionForm, questionOf } from "./question";

const sum = (numbers: number[]) => numbers.reduce((total, it) => total + it, 0);

describe("callsPerHour", () => {
  it("spreads all calls over the open hours and none outside", () => {
    const hours = callsPerHour(600, 9, 18);
    expect(hours).toHaveLength(24);
    expect(sum(hours)).toBeCloseTo(600, 1);
    expect(sum(hours.slice(0, 9)) + sum(hours.slice(18))).toBe(0);
    expect(Math.max(...hours)).toBe(Math.max(...hours.slice(10, 13)));
  });

  it("takes half hours by half", () => {
    const hours = callsPerHour(100, 8.5, 12);
    expect(hours[8]).toBeGreaterThan(0);
    expect(sum(hours)).toBeCloseTo(100, 1);
  });
});

const form: QuestionForm = {
  traffic: "drawn",
  date: "2026-11-20",
  loads: [{ queue: "sales", calls: 100, talk_s: 120, patience_s: null }],
  staff: "members",
  start: 9,
  end: 18,
  seed: 5,
};

describe("questionOf", () => {
  it("asks for drawn calls and the members of the queues", () => {
    const question = questionOf(form, []);
    expect(question.traffic).toMatchObject({
      kind: "drawn",
      loads: [{ queue: "sales", talk_s: 120, patience_s: null }],
    });
    expect(question.staff).toEqual({ kind: "members", start: 9, end: 18 });
    expect(question.seed).toBe(5);
  });

  it("asks for a past day's calls and people", () => {
    const question = questionOf({ ...form, traffic: "past", staff: "past" }, []);
    expect(question.traffic).toEqual({ kind: "past", date: "2026-11-20" });
    expect(question.staff).toEqual({ kind: "past", date: "2026-11-20" });
  });
});
