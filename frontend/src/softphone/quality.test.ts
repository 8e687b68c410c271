import { describe, expect, it } from "vitest";
import { type Counts, countsOf, gradeOf, mosOf, QualityOfCall, qualityBetween } from "./quality";

const inbound = {
  type: "inbound-rtp",
  kind: "audio",
  packetsReceived: 500,
  packetsLost: 0,
  jitter: 0.004,
  jitterBufferDelay: 20,
  jitterBufferEmittedCount: 480,
};
const far = { type: "remote-inbound-rtp", kind: "audio", roundTripTime: 0.08, jitter: 0.012, fractionLost: 0.02 };
const start: Counts = {
  atMs: 0,
  received: 0,
  lost: 0,
  bufferedS: 0,
  emitted: 0,
  jitterMs: 0,
  farJitterMs: null,
  farLoss: null,
  rttMs: null,
};

describe("the quality of a call", () => {
  it("is read from the browser's counts, both directions", () => {
    expect(countsOf([inbound, far], 7)).toEqual({
      atMs: 7,
      received: 500,
      lost: 0,
      bufferedS: 20,
      emitted: 480,
      jitterMs: 4,
      farJitterMs: 12,
      farLoss: 0.02,
      rttMs: 80,
    });
    expect(countsOf([far], 7)).toBeNull();
  });

  it("takes the round trip from ICE until the far end has reported", () => {
    const pair = { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.03 };
    expect(countsOf([inbound, pair, { ...pair, nominated: false, currentRoundTripTime: 9 }], 0)?.rttMs).toBe(30);
  });

  it("is that of the worse direction", () => {
    const after: Counts = { ...start, received: 95, lost: 5, jitterMs: 3, farJitterMs: 30, farLoss: 0.01 };
    expect(qualityBetween(start, after)).toMatchObject({ loss: 0.05, jitterMs: 30 });
    expect(qualityBetween(start, { ...after, farLoss: 0.2 })?.loss).toBe(0.2);
  });

  it("is that of the time since, not since the call began, and of nothing while nothing arrives", () => {
    const bad: Counts = { ...start, received: 50, lost: 50 };
    const after: Counts = { ...bad, received: 150 };
    expect(qualityBetween(bad, after)?.loss).toBe(0);
    expect(qualityBetween(after, after)).toBeNull();
  });

  it("is estimated as the E-model has it", () => {
    expect(mosOf(0, 0)).toBeCloseTo(4.41, 2);
    expect(mosOf(100, 0)).toBeCloseTo(4.36, 1);
    expect(mosOf(400, 0)).toBeLessThan(3.6);
    expect(mosOf(50, 0.02)).toBeGreaterThan(4.03);
    expect(mosOf(50, 0.05)).toBeLessThan(4.03);
    expect(mosOf(5000, 1)).toBe(1);
    expect([4.2, 3.8, 2].map(gradeOf)).toEqual(["good", "fair", "poor"]);
  });

  it("is kept of a whole call as means, and the worst stretch", () => {
    const call = new QualityOfCall();
    expect(call.summary()).toBeNull();
    call.add({ rttMs: null, jitterMs: 2, loss: 0, mos: 4.4 });
    call.add({ rttMs: 40, jitterMs: 4, loss: 0.1, mos: 3 });
    expect(call.summary()).toEqual({ rttMs: 40, jitterMs: 3, loss: 0.05, mos: 3.7, lowestMos: 3 });
  });
});
