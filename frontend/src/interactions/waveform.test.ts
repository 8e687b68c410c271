import { describe, expect, it } from "vitest";
import { resample } from "./waveform";

describe("a waveform fitted to the screen", () => {
  it("keeps the loudest of what falls together", () => expect(resample([0.1, 0.9, 0.2, 0.3], 2)).toEqual([0.9, 0.3]));
  it("spreads a short recording over the whole width", () => expect(resample([0.5, 1], 4)).toEqual([0.5, 0.5, 1, 1]));
  it("is nothing for a recording without sound", () => expect(resample([], 10)).toEqual([]));
});
