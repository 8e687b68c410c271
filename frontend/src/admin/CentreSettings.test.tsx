import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen, waitFor } from "@testing-library/react";
import { App } from "antd";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { startI18n } from "../i18n";
import { CentreSettings } from "./CentreSettings";

startI18n("en-US");

const fetched = vi.fn<typeof fetch>();
let centre = { supervision_shown: false, park_returns_after_s: 60, place_kept_s: 300 };
let refused = false;

beforeEach(() => {
  centre = { supervision_shown: false, park_returns_after_s: 60, place_kept_s: 300 };
  refused = false;
  fetched.mockReset().mockImplementation(async (_, asked) => {
    if (asked?.method === "PATCH" && refused) {
      return Response.json({ error: { code: "forbidden", message: "You may not do this." } }, { status: 403 });
    }
    if (asked?.method === "PATCH") centre = { ...centre, ...JSON.parse(String(asked.body)) };
    return Response.json(centre);
  });
  vi.stubGlobal("fetch", fetched);
});
afterEach(() => vi.unstubAllGlobals());

async function field(): Promise<HTMLInputElement> {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  render(
    <QueryClientProvider client={queries}>
      <App>
        <CentreSettings />
      </App>
    </QueryClientProvider>,
  );
  return screen.findByLabelText<HTMLInputElement>("Parked calls come back after");
}

const type = (input: HTMLInputElement, seconds: string) => {
  fireEvent.change(input, { target: { value: seconds } });
  fireEvent.blur(input);
};

it("How long a place is kept for who calls again after the switch failed", async () => {
  await field();
  const input = screen.getByLabelText<HTMLInputElement>("Places kept for callers of a failed switch");
  expect(input.value).toBe("300");
  type(input, "0");
  await waitFor(() => expect(centre.place_kept_s).toBe(0));
});

describe("How long a call stays parked", () => {
  it("is kept when the field is left, and nothing else is sent", async () => {
    const input = await field();
    expect(input.value).toBe("60");
    type(input, "90");
    await waitFor(() =>
      expect(centre).toEqual({ supervision_shown: false, park_returns_after_s: 90, place_kept_s: 300 }),
    );
    const sent = fetched.mock.calls.filter(([, asked]) => asked?.method === "PATCH");
    expect(sent.map(([, asked]) => asked?.body)).toEqual([JSON.stringify({ park_returns_after_s: 90 })]);
  });

  it.each([
    ["3601", "From 10 to 3600"],
    ["5", "From 10 to 3600"],
    ["12.5", "A whole number, please"],
  ])("is not changed into another number where %s is typed, but refused with the reason", async (typed, reason) => {
    const input = await field();
    type(input, typed);
    expect(screen.getByTestId("park-returns-wrong").textContent).toBe(reason);
    expect(input.value).toBe(typed);
    type(input, "3600");
    await screen.findByText("Saved");
    expect(screen.queryByTestId("park-returns-wrong")).toBeNull();
    expect(fetched.mock.calls.filter(([, asked]) => asked?.method === "PATCH")).toHaveLength(1);
    expect(centre.park_returns_after_s).toBe(3600);
  });

  it("is as it was where nothing was typed, or it is refused", async () => {
    const input = await field();
    type(input, "");
    await waitFor(() => expect(input.value).toBe("60"));
    refused = true;
    type(input, "120");
    await screen.findByText("You may not do this.");
    await waitFor(() => expect(input.value).toBe("60"));
    expect(centre.park_returns_after_s).toBe(60);
  });
});
