import { renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { startI18n } from "../i18n";
import { useStateText } from "./useStateText";

test.each([
  ["silent for 17 s", "已 17 秒没有动静"],
  ["demo/carrier is rejected at the carrier", "demo/carrier 未能在运营商注册（rejected）"],
  ["4 of 10 agents on duty have no telephone", "在岗的 10 名座席中有 4 名的话机不在线"],
  ["recordings have waited for 20 minutes to be encoded", "录音已等待处理 20 分钟"],
  ["/etc/ssl/calls.pem ends in 5 days", "/etc/ssl/calls.pem 将在 5 天后到期"],
  ["3.0 s apart from the engine's", "与 engine 的时钟相差 3.0 秒"],
  ["b:5432 is 15 s behind", "b:5432 落后 15 秒"],
  ["b:5432 does not answer: refused", "b:5432 没有应答：refused"],
  [
    "a:5432 and b:5432 both take writes, so each has what the other one lacks: stop the one that was followed",
    "a:5432 and b:5432 同时可写，数据已各不相同：请停止已被接替的那一台",
  ],
  ["none of the servers takes writes: no replica has been promoted yet", "没有可写的数据库：尚未提升任何备库"],
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
