import { renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { startI18n } from "../i18n";
import reasons from "./reasons.json";
import { useStateText } from "./useStateText";

test.each([
  ...Object.entries(reasons),
  ["unknown while the engine is away", "暂时无法得知"],
  ["something new", "something new"],
])("%s is told to a Chinese reader", (state, told) => {
  startI18n("zh-CN");
  const { result } = renderHook(() => useStateText());
  expect(result.current(state)).toBe(told);
});

test.each(Object.keys(reasons))("%s is told to an English reader, all placeholders filled", (state) => {
  startI18n("en-US");
  const { result } = renderHook(() => useStateText());
  expect(result.current(state)).not.toMatch(/[{}\u4e00-\u9fff]|health\./);
});
