import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import { createMemoryRouter, RouterProvider } from "react-router";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { startI18n } from "../i18n";
import { CalendarsPage } from "./CalendarsPage";

startI18n("en-US");

const office = {
  id: "office",
  name: { "zh-CN": "办公", "en-US": "Office" },
  hours: [{ weekday: 1, spans: [{ start: "09:00", end: "18:00" }] }],
  days: [],
};
const fetched = vi.fn<typeof fetch>();
const saved = () => fetched.mock.calls.filter(([, asked]) => asked?.method === "PATCH");

beforeEach(() => {
  fetched.mockReset().mockImplementation(async (path) => {
    const items = String(path).startsWith("/api/calendars") ? [office] : [];
    return Response.json(
      String(path).includes("findings") ? { findings: [] } : { items, total: items.length, page: 1 },
    );
  });
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => vi.unstubAllGlobals());

function open() {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(["session"], { signed_in: true, permissions: ["queues.manage"], person: null, tenant: null });
  const router = createMemoryRouter([{ path: "/", element: <CalendarsPage /> }]);
  render(
    <QueryClientProvider client={queries}>
      <App>
        <RouterProvider router={router} />
      </App>
    </QueryClientProvider>,
  );
}

it("Holidays are filled into a calendar that is being made, working days as its week is typed", async () => {
  const holiday = { date: `${new Date().getFullYear()}-10-01`, name: { "en-US": "National Day" }, spans: [] };
  fetched.mockImplementation(async (path) =>
    Response.json(
      String(path).startsWith("/api/holidays")
        ? { announced: true, days: [holiday] }
        : { items: [], findings: [], total: 0, page: 1 },
    ),
  );
  open();
  fireEvent.click(await screen.findByTestId("resource-new"));
  const monday = await screen.findByLabelText("Monday");
  fireEvent.change(monday, { target: { value: "" } });
  fireEvent.blur(monday);
  fireEvent.click(screen.getByTestId("fill-holidays"));
  await waitFor(() => expect(screen.getByTestId(`day-${holiday.date}`).title).toContain("National Day"));
  const asked = fetched.mock.calls.map(([path]) => String(path)).filter((path) => path.startsWith("/api/holidays"));
  expect(asked).toEqual([`/api/holidays?year=${holiday.date.slice(0, 4)}&as_weekday=2`]);
}, 60_000);

it("Hours that cannot be read are not saved as those of before", async () => {
  open();
  fireEvent.click(await screen.findByTestId("edit-office"));
  const type = async (hours: string) => {
    const field = await screen.findByLabelText("Monday");
    fireEvent.change(field, { target: { value: hours } });
    fireEvent.blur(field);
    fireEvent.click(screen.getByText("Save"));
  };
  await type("22-6");
  await screen.findByText("This cannot be read; write such as 9-12, 13:30-18", {
    selector: ".ant-form-item-explain *",
  });
  expect(saved()).toEqual([]);
  await type("9-12");
  await waitFor(() => expect(saved()).toHaveLength(1));
  expect(JSON.parse(String(saved()[0]![1]?.body)).hours).toEqual([
    { weekday: 1, spans: [{ start: "09:00", end: "12:00" }] },
  ]);
}, 60_000);
