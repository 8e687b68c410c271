import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, expect, it, vi } from "vitest";
import { startI18n } from "../i18n";
import enUS from "../i18n/en-US.json";
import { PERMISSION_GROUPS, permissionKey } from "./permissions";
import { RolesPage } from "./RolesPage";

startI18n("en-US");
afterEach(() => vi.unstubAllGlobals());

const ALL = PERMISSION_GROUPS.flatMap((it) => it.permissions);
const MINE = ALL.filter((it) => it !== "tokens.manage");
const supervisor = {
  id: "supervisor",
  name: { "zh-CN": "班长", "en-US": "Supervisor" },
  permissions: ["board.view"],
  scope: "all",
};

function shown(save: (path: string, body: unknown) => void) {
  vi.stubGlobal(
    "fetch",
    vi.fn(async (path: string, { method, body }: RequestInit = {}) => {
      if (method === "PATCH" || method === "POST") {
        save(path, JSON.parse(String(body)));
        return Response.json({});
      }
      if (path.startsWith("/api/auth/session")) return Response.json({ signed_in: true, permissions: MINE });
      if (path.startsWith("/api/roles/templates")) return Response.json([supervisor]);
      const items = path.startsWith("/api/roles") ? [{ ...supervisor, people: 1 }] : [];
      return Response.json({ items, total: items.length, page: 1, page_size: 50 });
    }),
  );
  render(
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <RouterProvider router={createMemoryRouter([{ path: "/", element: <RolesPage /> }])} />
      </App>
    </QueryClientProvider>,
  );
}

const right = (it: string) => screen.getByTestId(`right-${it}`).closest("label")!.querySelector("input")!;

it("gives a right one has, and none that one has not", async () => {
  const save = vi.fn();
  shown(save);
  fireEvent.click(await screen.findByTestId("edit-supervisor", {}, { timeout: 15_000 }));
  await vi.waitFor(() => expect(right("calls.listen").disabled).toBe(false), 15_000);
  expect(right("tokens.manage").disabled).toBe(true);
  fireEvent.click(right("calls.listen"));
  fireEvent.click(screen.getByTestId("resource-save"));
  await vi.waitFor(() => expect(save).toHaveBeenCalled(), 15_000);
  const [path, body] = save.mock.calls[0] as [string, { permissions: string[] }];
  expect(path).toBe("/api/roles/supervisor");
  expect(body.permissions).toEqual(["board.view", "calls.listen"]);
}, 30_000);

it("says of every right what it means", () => {
  const help: Record<string, string> = enUS.permission_help;
  expect(Object.keys(help).sort()).toEqual(ALL.map(permissionKey).sort());
  expect(Object.keys(enUS.permission).sort()).toEqual(Object.keys(help).sort());
});
