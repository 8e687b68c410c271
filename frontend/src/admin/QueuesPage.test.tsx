import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { listOf } from "../../mock/lists";
import type { QueueRecord } from "../api/types";
import { startI18n } from "../i18n";
import { QueuesPage } from "./QueuesPage";

startI18n("en-US");

const whole = (listOf("queues") as QueueRecord[]).find((it) => it.id === "sales")!;
/** As little as makes a queue: a form is slow to build here. */
const sales = { ...whole, members: whole.members.slice(0, 1), requires: [], rings: [], entry: [], overflow: [] };
const fetched = vi.fn<typeof fetch>();

function answer(path: string): unknown {
  if (path.startsWith("/api/configuration/findings")) return { findings: [] };
  const items = path.startsWith("/api/queues") ? [sales] : [];
  return { items, total: items.length, page: 1, page_size: 500 };
}

beforeEach(() => {
  fetched.mockReset().mockImplementation(async (path) => Response.json(answer(String(path))));
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => vi.unstubAllGlobals());

function open() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(["session"], { signed_in: true, permissions: ["queues.manage"], person: null, tenant: null });
  const router = createMemoryRouter(
    [
      { path: "/admin/queues", element: <QueuesPage /> },
      { path: "/simulations", element: <p>what if</p> },
    ],
    { initialEntries: ["/admin/queues?search=sal"] },
  );
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
  return router;
}

const wrapUp = () => screen.findByLabelText<HTMLInputElement>("Wrap-up limit");

async function type(seconds: string): Promise<void> {
  const field = await wrapUp();
  fireEvent.change(field, { target: { value: seconds } });
}

describe("Simulate this, in a queue's form", () => {
  it("plans the queue as it is typed, saves nothing, and finds the form again as it was left", async () => {
    const router = open();
    await userEvent.click(await screen.findByTestId("edit-sales"));
    await type("75");
    await userEvent.click(screen.getByTestId("queue-simulate"));
    await screen.findByText("what if");
    expect(router.state.location.state.planned).toHaveLength(1);
    expect(router.state.location.state.planned[0]).toMatchObject({
      id: "sales",
      members: sales.members,
      wrap_up_s: 75,
    });
    expect(fetched.mock.calls.filter(([, options]) => options?.method !== "GET")).toEqual([]);

    await router.navigate(-1);
    expect((await wrapUp()).value).toBe("75");
    expect(router.state.location.search).toBe("?search=sal");
    await userEvent.click(screen.getByText("Cancel"));
    expect(await screen.findAllByText("There are unsaved changes. Discard them?")).not.toEqual([]);
  }, 60_000);

  it("stays with a field at fault", async () => {
    const router = open();
    await userEvent.click(await screen.findByTestId("edit-sales"));
    await type("");
    await userEvent.click(screen.getByTestId("queue-simulate"));
    expect(await screen.findByText("Required")).toBeTruthy();
    expect(router.state.location.pathname).toBe("/admin/queues");
  }, 60_000);

  it("is not offered for a queue that is not there yet", async () => {
    open();
    await userEvent.click(await screen.findByTestId("resource-new"));
    await screen.findByTestId("resource-save");
    expect(screen.queryByTestId("queue-simulate")).toBeNull();
  }, 60_000);
});
