import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { MemoryRouter } from "react-router";
import { afterEach, describe, expect, it, vi } from "vitest";
import { tenantView } from "../../mock/live";
import type { Scene } from "../../mock/setting";
import { startI18n } from "../i18n";
import { useLink } from "../link/store";
import { RecentList } from "../workbench/RecentList";
import { MissedCalls } from "./MissedCalls";
import { noteDeclined, useMissed } from "./missed";

startI18n("en-US");

const person = { agent: "1001" };
const session = { signed_in: true, permissions: ["interactions.view_own"], person, tenant: { timezone: "UTC" } };

function show(what: React.ReactNode) {
  const queries = new QueryClient({
    defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY } },
  });
  queries.setQueryData(["session"], session);
  queries.setQueryData(["/api/queues", "all"], []);
  queries.setQueryData(["recent", "mine", { came_to: "1001" }], { items: recent });
  render(
    <QueryClientProvider client={queries}>
      <MemoryRouter>{what}</MemoryRouter>
    </QueryClientProvider>,
  );
}

const one = { caller_number: "13800138001", started_at: "2026-11-24T02:00:00Z", ended_at: "2026-11-24T02:01:00Z" };
const recent = [
  {
    ...one,
    id: "asked",
    agent: "1002",
    agent_name: "李明轩",
    talk_ms: 271_000,
    own_talk_ms: null,
    not_answered_by: [],
    answered_at: one.started_at,
  },
  {
    ...one,
    id: "rang",
    agent: "1002",
    own_talk_ms: null,
    talk_ms: 271_000,
    not_answered_by: ["1001"],
    answered_at: one.started_at,
  },
  {
    ...one,
    id: "talked",
    agent: "1001",
    talk_ms: 90_000,
    own_talk_ms: 62_000,
    not_answered_by: ["1001"],
    answered_at: one.started_at,
  },
  {
    ...one,
    id: "others",
    agent: "1001",
    talk_ms: 0,
    own_talk_ms: 0,
    not_answered_by: ["1002"],
    answered_at: one.started_at,
  },
];

/** It rings, and then the agent is that. */
function ringThen(state: "not_ready" | "ready", reason: string | null, rang: Scene = "offer") {
  const offered = tenantView(rang);
  offered.interactions[rang] = { ...offered.interactions.i1!, interaction: rang };
  offered.agents["1001"] = { ...offered.agents["1001"]!, interaction: rang };
  const after = tenantView("not_ready");
  after.agents["1001"] = { ...after.agents["1001"]!, state, reason, since_ms: Date.UTC(2026, 10, 24, 10, 31) };
  act(() => {
    useLink.setState({ status: "live", view: offered, you: "1001" });
    useLink.setState({ view: after });
  });
}

afterEach(() => {
  cleanup();
  sessionStorage.clear();
  useMissed.setState({ calls: [] });
  useLink.setState({ status: "idle", view: null, you: "" });
});

describe("a missed call", () => {
  it("is told with name, number and time until it is dismissed", async () => {
    show(<MissedCalls />);
    ringThen("not_ready", "no_answer");
    expect(screen.getByTestId("notice-missed").textContent).toContain("Missed: 陈志强 138 0013 8001, 10:31:00");
    act(() => useLink.setState({ view: tenantView("ready") }));
    expect(screen.getByTestId("notice-missed")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Dismiss" }));
    await vi.waitFor(() => expect(screen.queryByTestId("notice-missed")).toBeNull(), 10_000);
    expect(sessionStorage.getItem("callbase.missed")).toBe("[]");
  });

  it("stands there once for who rang again, and one bar holds them all", () => {
    show(<MissedCalls />);
    ringThen("not_ready", "no_answer");
    ringThen("not_ready", "no_answer");
    expect(screen.getByTestId("notice-missed").textContent).toContain("(2×)");
    ringThen("not_ready", "no_answer", "stranger");
    expect(screen.getAllByTestId("notice-missed")).toHaveLength(1);
    expect(useMissed.getState().calls.map((it) => it.times)).toEqual([2, 1]);
  });

  it("is missed no more once one talks with who rang, and hidden in every call", () => {
    show(<MissedCalls />);
    ringThen("not_ready", "no_answer");
    ringThen("not_ready", "no_answer", "stranger");
    act(() => useLink.setState({ view: tenantView("consulted") }));
    expect(screen.queryByTestId("notice-missed")).toBeNull();
    act(() => useLink.setState({ view: tenantView("talk") }));
    act(() => useLink.setState({ view: tenantView("not_ready") }));
    const told = screen.getByTestId("notice-missed").textContent;
    expect(told).toContain("139 0013 9777");
    expect(told).not.toContain("138 0013 8001");
  });

  it("is a colleague, too, who asked for advice until it gave up; not one whom this agent declined or answered", () => {
    const askedThen = (scene: Scene) =>
      act(() => {
        useLink.setState({ status: "live", view: tenantView("consulted"), you: "1001" });
        useLink.setState({ view: tenantView(scene) });
      });
    show(<MissedCalls />);
    askedThen("advising");
    noteDeclined("i1");
    askedThen("ready");
    expect(useMissed.getState().calls).toEqual([]);
    noteDeclined(null);
    askedThen("ready");
    expect(screen.getByTestId("notice-missed").textContent).toContain("李明轩 1002");
  });

  it("is neither one that was declined nor one whose caller gave up", () => {
    show(<MissedCalls />);
    ringThen("not_ready", "rejected");
    ringThen("ready", null);
    expect(screen.queryByTestId("notice-missed")).toBeNull();
  });

  it("is marked in the list of one's own calls, unless one talked in it after all", () => {
    show(<RecentList of="mine" />);
    expect(screen.getByTestId("missed-rang").textContent).toBe("Missed");
    expect(screen.queryByTestId("missed-talked")).toBeNull();
    expect(screen.queryByTestId("missed-others")).toBeNull();
    expect(screen.getByTestId("answered-by-asked").textContent).toBe("Answered by 李明轩");
    expect(screen.queryByText("4:31"), "another's time is not one's own").toBeNull();
    expect(screen.getByText("1:02")).toBeTruthy();
  });
});
