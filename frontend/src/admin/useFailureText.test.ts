import { renderHook } from "@testing-library/react";
import { expect, test } from "vitest";
import { startI18n } from "../i18n";
import { useFailureText } from "./useFailureText";

test.each([
  ["it answers 502", "对方返回 502", "it answers 502"],
  ["[Errno 111] Connection refused", "连接被拒绝", "connection refused"],
  ["The read operation timed out", "对方未及时回应", "no answer in time"],
  ["[Errno -2] Name or service not known", "找不到该主机", "its host is not known"],
  [
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:992)",
    "对方证书无效",
    "its certificate is not valid",
  ],
  [
    "no mail server is set (CALLBASE_SMTP_URL)",
    "未设置邮件服务器（CALLBASE_SMTP_URL）",
    "no mail server is set (CALLBASE_SMTP_URL)",
  ],
  ["451 try again later", "451 try again later", "451 try again later"],
])("%s is told to readers of both languages", (failure, inChinese, inEnglish) => {
  for (const [language, told] of [
    ["zh-CN", inChinese],
    ["en-US", inEnglish],
  ] as const) {
    startI18n(language);
    const { result } = renderHook(() => useFailureText());
    expect(result.current(failure)).toBe(told);
  }
});
