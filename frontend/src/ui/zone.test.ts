import { describe, expect, it } from "vitest";
import { zoned } from "./zone";

describe("a date picker in the centre's time zone", () => {
  const shanghai = zoned("Asia/Shanghai");

  it("shows the centre's wall clock, not the browser's", () => {
    expect(shanghai.shown("2026-11-24T02:30:00Z").format("YYYY-MM-DD HH:mm")).toBe("2026-11-24 10:30");
  });

  it("means the moment at which the centre's clock shows that", () => {
    const wall = shanghai.shown("2026-11-24T02:30:00Z").startOf("day");
    expect(shanghai.moment(wall)).toBe("2026-11-23T16:00:00.000Z");
    expect(shanghai.moment(wall.endOf("day"))).toBe("2026-11-24T15:59:59.999Z");
  });

  it("gives back the moment it was shown, in summer time too", () => {
    const berlin = zoned("Europe/Berlin");
    for (const moment of ["2026-07-01T22:15:00.000Z", "2026-12-01T22:15:00.000Z"])
      expect(berlin.moment(berlin.shown(moment))).toBe(moment);
  });
});
