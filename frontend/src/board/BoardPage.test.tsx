import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tenantView } from "../../mock/live";
import type { Permission } from "../api/types";
import { startI18n } from "../i18n";
import { link, useLink } from "../link/store";
import { formatNumber } from "../ui/format";
import { BoardPage } from "./BoardPage";

startI18n("en-US");

function open(...permissions: Permission[]) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(["session"], { signed_in: true, permissions, person: null, tenant: null });
  for (const path of ["/api/queues", "/api/not-ready-reasons"]) queries.setQueryData([path, "all"], []);
  render(
    <QueryClientProvider client={queries}>
      <App>
        <MemoryRouter>
          <BoardPage />
        </MemoryRouter>
      </App>
    </QueryClientProvider>,
  );
}

/** A few of them: a page is slow to build here. */
function view() {
  const all = tenantView("ready");
  const agents = Object.fromEntries(["1002", "1005", "1013"].map((id) => [id, all.agents[id]!]));
  return { ...all, agents, interactions: { w1: all.interactions.w1!, w2: all.interactions.w2! } };
}

/** The button in the question that was asked which says yes. */
const confirmation = () =>
  vi.waitFor(() => {
    const button = document.querySelector<HTMLElement>(".ant-modal .ant-btn-dangerous");
    expect(button).not.toBeNull();
    return button!;
  }, 15_000);

const reply = (message: string) => ({ type: "reply" as const, id: "1", error: null, message, answer: null });

const request = vi.spyOn(link, "request");

beforeEach(() => {
  request.mockReset().mockResolvedValue(reply(""));
  useLink.setState({ status: "live", engineOnline: true, view: view() });
});
afterEach(() => useLink.setState({ status: "idle", view: null, you: "" }));

describe("the board", () => {
  it("is only to be looked at by who does not supervise", () => {
    open("board.view");
    expect(screen.getByTestId("agent-1002").tagName).toBe("DIV");
    expect(screen.queryByTestId("call-menu-w1")).toBeNull();
  });

  it("narrows to the agents whose name or number is searched for", async () => {
    open("board.view");
    await userEvent.type(screen.getByTestId("board-search"), "1013{Enter}");
    await vi.waitFor(() => expect(within(screen.getByTestId("board-agents")).queryByTestId("agent-1002")).toBeNull());
    expect(screen.getByTestId("agent-1013")).toBeTruthy();
  });

  it("shows how long a caller has waited, not since when the latest telephone rings or rang", () => {
    const now = Date.now();
    const w1 = { ...view().interactions.w1!, waits_since_ms: now - 300_000, phase_since_ms: now - 2_000 };
    useLink.setState({ view: { ...view(), interactions: { w1 } } });
    open("board.view");
    expect(screen.getByTestId("call-w1").textContent).toContain("5:00");
  });

  it("says of who is called back once the queue is open that this is waited for, and lets it be cancelled", async () => {
    const w1 = { ...view().interactions.w1!, phase: "callback", callback: true, until_open: true } as const;
    useLink.setState({ view: { ...view(), interactions: { w1 } } });
    open("board.view", "calls.release");
    expect(screen.getByTestId("call-w1").textContent).toContain("Called back once the queue is open");
    await userEvent.click(screen.getByTestId("call-menu-w1"));
    expect(await screen.findByText("Cancel the callback…")).toBeTruthy();
  });

  it("names in a call within the house the other one at each, and shows nobody waiting for it", () => {
    const all = view();
    const house = { direction: "internal", phase: "flow", queue: null, customer: null, position: null } as const;
    const called = { ...all.interactions.w1!, ...house, caller_number: "1002", called_number: "1005" };
    const busy = { state: "busy", interaction: "w1" } as const;
    const agents = {
      ...all.agents,
      "1002": { ...all.agents["1002"]!, ...busy, name: "Li" },
      "1005": { ...all.agents["1005"]!, ...busy, name: "Wang" },
    };
    useLink.setState({ view: { ...all, agents, interactions: { ...all.interactions, w1: called } } });
    open("board.view");
    expect(screen.getByTestId("agent-1002").textContent).toContain("Wang");
    expect(screen.getByTestId("agent-1005").textContent).toContain("Li");
    expect(screen.getByTestId("agent-1005").textContent).not.toContain("1002");
    expect(screen.queryByTestId("call-w1")).toBeNull();
    expect(screen.getByTestId("call-w2")).toBeTruthy();
  });

  it("says in each menu whose it is, for tiles and waiting calls move on while it is open", async () => {
    open("board.view", "agents.supervise");
    await userEvent.click(screen.getByTestId("agent-1005"));
    expect(await screen.findByText(`${view().agents["1005"]!.name} · 1005`)).toBeTruthy();
    await userEvent.click(screen.getByTestId("call-menu-w1"));
    await vi.waitFor(() => expect(screen.getAllByText(view().interactions.w1!.customer!.name)).toHaveLength(2));
  });

  it("asks a supervisor before it signs somebody out", async () => {
    open("board.view", "agents.supervise");
    await userEvent.click(screen.getByTestId("agent-1005"));
    await userEvent.click(await screen.findByText("Sign out…"));
    expect(request).not.toHaveBeenCalled();
    await userEvent.click(await confirmation());
    expect(request).toHaveBeenCalledExactlyOnceWith({ type: "SignOut", agent: "1005" });
  });

  it("asks before it has somebody's session begin anew", async () => {
    open("board.view", "agents.supervise");
    await userEvent.click(screen.getByTestId("agent-1005"));
    await userEvent.click(await screen.findByText("Restart the session…"));
    expect(request).not.toHaveBeenCalled();
    await userEvent.click(await confirmation());
    expect(request).toHaveBeenCalledExactlyOnceWith({ type: "RestartSession", agent: "1005" });
  });

  it("marks who is a supervisor, and tells the type of each where all is told of it", async () => {
    const now = view();
    const boss = { ...now.agents["1013"]!, type: "supervisor" as const };
    useLink.setState({ view: { ...now, agents: { ...now.agents, "1013": boss } } });
    open("board.view", "agents.supervise");
    expect(within(screen.getByTestId("agent-1013")).getByTestId("tile-supervisor")).toBeTruthy();
    expect(within(screen.getByTestId("agent-1005")).queryByTestId("tile-supervisor")).toBeNull();
    await userEvent.click(screen.getByTestId("agent-1005"));
    await userEvent.click(await screen.findByText("Why no calls?"));
    expect((await screen.findByTestId("agent-type")).textContent).toBe("Agent");
  });

  it("sends a waiting caller to a number, typed as one writes it", async () => {
    open("board.view", "agents.supervise");
    await userEvent.click(screen.getByTestId("call-menu-w1"));
    await userEvent.click(await screen.findByText("Send elsewhere…"));
    const field = await screen.findByTestId("reroute-number");
    await userEvent.type(field, "not a number{Enter}");
    expect(request).not.toHaveBeenCalled();
    await userEvent.clear(field);
    await userEvent.type(field, "138 0013-8000{Enter}");
    const to = { type: "number", number: "13800138000" };
    expect(request).toHaveBeenCalledExactlyOnceWith({ type: "Reroute", interaction: "w1", to });
  });

  it("sends nobody to a number who is not on the line, but is to be called back", async () => {
    const now = view();
    const back = { ...now.interactions.w1!, callback: true, parties: [] };
    useLink.setState({ view: { ...now, interactions: { ...now.interactions, w1: back } } });
    open("board.view", "agents.supervise");
    await userEvent.click(screen.getByTestId("call-menu-w1"));
    await userEvent.click(await screen.findByText("Send elsewhere…"));
    expect(await screen.findByTestId("reroute-agent")).toBeTruthy();
    expect(screen.queryByTestId("reroute-number")).toBeNull();
  });

  it("makes an agent ready at once", async () => {
    open("board.view", "agents.supervise");
    await userEvent.click(screen.getByTestId("agent-1005"));
    await userEvent.click(await screen.findByText("Set ready"));
    expect(request).toHaveBeenCalledExactlyOnceWith({ type: "SetReady", agent: "1005" });
  });

  it("asks before it cuts a waiting customer off", async () => {
    open("board.view", "calls.release");
    await userEvent.click(screen.getByTestId("call-menu-w1"));
    await userEvent.click(await screen.findByText("End the call…"));
    expect(request).not.toHaveBeenCalled();
    await userEvent.click(await confirmation());
    expect(request).toHaveBeenCalledExactlyOnceWith({ type: "ReleaseInteraction", interaction: "w1" });
  });

  it("lets a supervisor with a telephone listen, in the ways that are allowed", async () => {
    const now = view();
    const boss = { ...now.agents["1005"]!, agent: "2001", state: "not_ready" as const };
    const talking = {
      ...now.agents["1002"]!,
      state: "busy" as const,
      interaction: "w1",
      connection: "connected" as const,
    };
    const parties = [now.interactions.w1!.parties[0]!, { ...now.interactions.w1!.parties[0]!, agent: "1002" }];
    const interactions = { w1: { ...now.interactions.w1!, phase: "talk" as const, parties } };
    const agents = { ...now.agents, "2001": boss, "1002": talking };
    useLink.setState({ you: "2001", view: { ...now, agents, interactions } });
    open("board.view", "calls.listen", "calls.take_over");
    await userEvent.click(screen.getByTestId("agent-1002"));
    expect(await screen.findByText("Take over…")).toBeTruthy();
    expect(screen.queryByText("Whisper")).toBeNull();
    expect(screen.queryByText("Sign out…")).toBeNull();
    await userEvent.click(screen.getByText("Listen"));
    const action = { type: "Supervise", agent: "1002", supervisor: "2001", mode: "listen" };
    expect(request).toHaveBeenCalledExactlyOnceWith(action);
  });

  it("marks a queue whose callers nobody serves, and tells their numbers beside their names", () => {
    const now = view();
    const sales = { ...now.queues.sales!, waiting: 2, ready: 0, busy: 0, not_ready: 1, signed_in: 1 };
    useLink.setState({ view: { ...now, queues: { ...now.queues, sales } } });
    open("board.view");
    expect(screen.getByTestId("unattended-sales").textContent).toContain("nobody serves them");
    expect(screen.getByTestId("unattended-sales").closest("tr")?.className).toContain("board-alarm");
    const known = Object.values(now.interactions).find((it) => it.customer?.name)!;
    expect(screen.getByTestId(`call-${known.interaction}`).textContent).toContain(formatNumber(known.caller_number));
  });

  it("does not mark one whose agents only talk", () => {
    const now = view();
    const sales = { ...now.queues.sales!, waiting: 2, ready: 0, busy: 1 };
    useLink.setState({ view: { ...now, queues: { ...now.queues, sales } } });
    open("board.view");
    expect(screen.queryByTestId("unattended-sales")).toBeNull();
  });

  it("puts a caller before those ahead", async () => {
    open("board.view", "agents.supervise");
    await userEvent.click(screen.getByTestId("call-menu-w2"));
    await userEvent.click(await screen.findByText("Put first"));
    expect(request).toHaveBeenCalledExactlyOnceWith({ type: "Reprioritize", interaction: "w2", first: true });
  });

  it("says why an agent gets no calls", async () => {
    request.mockResolvedValue(reply("Nobody waits."));
    open("board.view", "agents.supervise");
    await userEvent.click(screen.getByTestId("agent-1005"));
    await userEvent.click(await screen.findByText("Why no calls?"));
    expect(await screen.findByText("Nobody waits.")).toBeTruthy();
    expect(request).toHaveBeenCalledWith({ type: "ExplainAgent", agent: "1005" });
  });

  it("offers nothing to act on while the engine is away", () => {
    useLink.setState({ engineOnline: false });
    open("board.view", "agents.supervise");
    expect(screen.getByTestId("agent-1005").tagName).toBe("DIV");
  });
});
