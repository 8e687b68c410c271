import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { FakeLine } from "./fake-line";
import { Phone } from "./phone";
import { useQuality, watchQuality } from "./quality-watch";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const sound = { ring: () => {}, ringBack: () => {}, silence: () => {}, play: async () => true, stop: () => {} };
const counts = (received: number, lost: number) => [
  { type: "inbound-rtp", kind: "audio", packetsReceived: received, packetsLost: lost, jitter: 0.002 },
];

it("a call's quality is shown while one talks, told soon and at the end, and of that call only", async () => {
  let line!: FakeLine;
  const phone = new Phone(
    (say) => {
      line = new FakeLine(say);
      return line;
    },
    sound,
    () => 5000,
  );
  const told = vi.fn();
  const stop = watchQuality(phone, told);
  phone.send({ type: "start" });
  line.say({ type: "registered" });
  line.say({ type: "invited", id: "a", remote: "1", autoAnswer: true, interaction: "i" });
  line.say({ type: "established", id: "a" });
  for (const [received, lost] of [
    [100, 0],
    [200, 0],
    [250, 50],
  ] as const) {
    line.counts = counts(received, lost);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(useQuality.getState().now).toMatchObject({ loss: 0.5, jitterMs: 2 });
  expect(told).not.toHaveBeenCalled();
  line.counts = counts(550, 50);
  await vi.advanceTimersByTimeAsync(3_000);
  line.say({ type: "ended", id: "a", cause: "Terminated", failed: false });
  expect(useQuality.getState().now).toBeNull();
  const [interaction, quality] = told.mock.lastCall ?? [];
  expect(interaction).toBe("i");
  expect(quality).toMatchObject({ startedMs: 5000, rttMs: null });
  expect(quality.loss).toBeCloseTo(0.5 / 3);
  expect(quality.lowestMos).toBeLessThan(quality.mos);

  told.mockClear();
  phone.send({ type: "test", id: "t", number: "*43" });
  line.say({ type: "established", id: "t" });
  line.counts = counts(100, 0);
  await vi.advanceTimersByTimeAsync(1_000);
  line.counts = counts(200, 0);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(useQuality.getState().now?.loss).toBe(0);
  line.say({ type: "ended", id: "t", cause: "Terminated", failed: false });
  expect(told).not.toHaveBeenCalled();
  stop();
});
