import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { RENEWED_EVERY_MS, useRenewal } from "./useRenewal";

const fetched = vi.fn<typeof fetch>();
beforeEach(() => {
  vi.useFakeTimers();
  fetched.mockReset().mockImplementation(async () => new Response(null, { status: 204 }));
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function twoIntervals(renewable: boolean): Promise<unknown[]> {
  const queries = new QueryClient();
  queries.setQueryData(["session"], { signed_in: true, renewable });
  const wrapper = ({ children }: { children: ReactNode }) => (
    <QueryClientProvider client={queries}>{children}</QueryClientProvider>
  );
  const { unmount } = renderHook(useRenewal, { wrapper });
  await act(() => vi.advanceTimersByTimeAsync(2 * RENEWED_EVERY_MS + 1_000));
  unmount();
  await act(() => vi.advanceTimersByTimeAsync(2 * RENEWED_EVERY_MS));
  return fetched.mock.calls.map(([path]) => path);
}

it("A page that may do nothing but watch renews its session while it is open", async () => {
  expect(await twoIntervals(true)).toEqual(Array(3).fill("/api/auth/renew"));
});

it("Nobody else's page does", async () => {
  expect(await twoIntervals(false)).toEqual([]);
});
