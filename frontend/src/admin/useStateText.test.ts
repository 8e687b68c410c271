import { renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { startI18n } from "../i18n";
import { useStateText } from "./useStateText";

test.each([
  ["silent for 17 s", "已 17 秒没有动静"],
  ["no answer within 1.4 s", "1.4 秒内没有回答"],
  ["not answering: Connection refused", "没有应答：Connection refused"],
  ["node a: not connected", "节点 a：未连接"],
  ["the last one failed: disk full", "上一次备份失败：disk full"],
  ["the last one is 30 hours old", "上一次备份已过 30 小时"],
  ["240 MB free: calls are no longer recorded soon", "仅剩 240 MB，很快将无法录音"],
  ["not running", "未运行"],
  ["unknown while the engine is away", "暂时无法得知"],
  ["something new", "something new"],
])("%s is told to a Chinese reader", (state, told) => {
  startI18n("zh-CN");
  const { result } = renderHook(() => useStateText());
  expect(result.current(state)).toBe(told);
});
