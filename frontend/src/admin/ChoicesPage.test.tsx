import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { MemoryRouter } from "react-router";
import { afterEach, expect, it, vi } from "vitest";
import { startI18n } from "../i18n";
import { ChoicesPage } from "./ChoicesPage";

startI18n("en-US");
afterEach(() => vi.unstubAllGlobals());

const outcomes = ["sold", "later", "wrong"].map((id, position) => ({ id, name: { "en-US": id }, position }));

it("puts an outcome before the one above it", async () => {
  const put = vi.fn();
  vi.stubGlobal(
    "fetch",
    vi.fn(async (path: string, { method, body }: RequestInit) => {
      if (method === "PATCH") {
        put(path, JSON.parse(String(body)));
        return Response.json({});
      }
      const items = path.startsWith("/api/outcomes") ? outcomes : [];
      return Response.json({ items, total: items.length, page: 1, page_size: 50 });
    }),
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <MemoryRouter>
          <ChoicesPage />
        </MemoryRouter>
      </App>
    </QueryClientProvider>,
  );
  await vi.waitFor(() => expect(screen.getByTestId<HTMLButtonElement>("up-later").disabled).toBe(false), 15_000);
  expect(screen.getByTestId<HTMLButtonElement>("up-sold").disabled).toBe(true);
  await userEvent.click(screen.getByTestId("up-later"));
  await vi.waitFor(() => expect(put).toHaveBeenCalledTimes(2), 15_000);
  expect(put.mock.calls).toEqual([
    ["/api/outcomes/later", { position: 0 }],
    ["/api/outcomes/sold", { position: 1 }],
  ]);
});
