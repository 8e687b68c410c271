import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App, Form, Input } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startI18n } from "../i18n";
import { ResourcePage } from "./ResourcePage";

startI18n("en-US");

interface Thing {
  id: string;
  name: string;
  note: string;
}
const opened: Thing = { id: "a", name: "Name", note: "Note" };
let now: Thing;
let listed: Thing;
const sent = vi.fn<(body: unknown) => void>();

beforeEach(() => {
  now = listed = opened;
  sent.mockReset();
  vi.stubGlobal("fetch", async (path: string, { method, body }: RequestInit) => {
    if (method === "PATCH") sent(JSON.parse(String(body)));
    if (path.startsWith("/api/things/")) return Response.json(now);
    return Response.json(path.startsWith("/api/things") ? { items: [listed], total: 1 } : { findings: [] });
  });
});
afterEach(() => vi.unstubAllGlobals());

async function rename(renewedBy?: string) {
  const page = (
    <ResourcePage<Thing>
      path="/api/things"
      idOf={(it) => it.id}
      nameOf={(it) => it.name}
      title="Things"
      newLabel="New"
      renewedBy={renewedBy}
      columns={[{ title: "Name", dataIndex: "name" }]}
      form={() =>
        ["name", "note"].map((field) => (
          <Form.Item key={field} name={field} label={field}>
            <Input data-testid={field} />
          </Form.Item>
        ))
      }
    />
  );
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(["session"], { signed_in: true, permissions: [], person: null, tenant: null });
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={createMemoryRouter([{ path: "/", element: page }])} />
      </App>
    </QueryClientProvider>,
  );
  fireEvent.click(await screen.findByTestId("edit-a"));
  fireEvent.change(await screen.findByTestId("name"), { target: { value: "Mine" } });
  fireEvent.click(screen.getByTestId("resource-save"));
}

it("Only what was changed is sent, so that what a colleague changed meanwhile in another field stays", async () => {
  now = { ...opened, note: "Theirs" };
  await rename();
  await waitFor(() => expect(sent).toHaveBeenCalledWith({ name: "Mine" }));
}, 60_000);

it("All is sent where what was changed makes the rest anew", async () => {
  await rename("name");
  await waitFor(() => expect(sent).toHaveBeenCalledWith({ name: "Mine", note: "Note" }));
}, 60_000);

it("Where a colleague changed the same field meanwhile, theirs is replaced only by one's own choice", async () => {
  now = { ...opened, name: "Theirs" };
  await rename();
  const replace = await screen.findByText("Replace theirs");
  expect(sent).not.toHaveBeenCalled();
  fireEvent.click(replace);
  await waitFor(() => expect(sent).toHaveBeenCalledWith({ name: "Mine" }));
}, 60_000);

it("Who would rather see theirs first sees it upon opening it again", async () => {
  now = { ...opened, name: "Theirs" };
  await rename();
  listed = now;
  fireEvent.click(await screen.findByText("Go on editing"));
  expect(sent).not.toHaveBeenCalled();
  await waitFor(() => expect(screen.queryByText("Replace theirs")).toBeNull());
  fireEvent.click(screen.getByText("Cancel"));
  fireEvent.click(await screen.findByText("Discard"));
  await waitFor(() => expect(screen.queryByTestId("resource-save")).toBeNull());
  await screen.findByText("Theirs");
  fireEvent.click(screen.getByTestId("edit-a"));
  await waitFor(() => expect((screen.getByTestId("name") as HTMLInputElement).value).toBe("Theirs"));
}, 60_000);
