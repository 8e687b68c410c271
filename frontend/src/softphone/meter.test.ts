import { expect, it } from "vitest";
import { levelOf } from "./meter";

const tone = (amplitude: number) => Float32Array.from({ length: 480 }, (_, at) => amplitude * Math.sin(at / 3));

it("a microphone's level is nothing in silence, all at full scale, and halfway at a thirtieth", () => {
  expect(levelOf(new Float32Array(480))).toBe(0);
  expect(levelOf(new Float32Array(480).fill(1))).toBe(1);
  expect(levelOf(tone(0.0447))).toBeCloseTo(0.5, 1);
  expect(levelOf(tone(0.0005))).toBe(0);
});
