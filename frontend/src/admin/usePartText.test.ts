import { renderHook } from "@testing-library/react";
import { expect, it } from "vitest";
import { setLanguage, startI18n } from "../i18n";
import { usePartText } from "./usePartText";

it("names a part, and its machine where there are several", () => {
  startI18n("en-US");
  for (const [language, disk, of] of [
    ["en-US", "Disk", "Disk (10.0.0.2)"],
    ["zh-CN", "磁盘", "磁盘（10.0.0.2）"],
  ] as const) {
    setLanguage(language);
    const { result } = renderHook(() => usePartText());
    expect(result.current("disk")).toBe(disk);
    expect(result.current("disk@10.0.0.2")).toBe(of);
    expect(result.current("something new")).toBe("something new");
  }
});
