import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { reasons } from "../../mock/cast";
import { tenantView } from "../../mock/live";
import type { Scene } from "../../mock/setting";
import type { Permission } from "../api/types";
import { startI18n } from "../i18n";
import type { AgentView, SupervisionMode, UnreachedView } from "../link/messages";
import { link, useLink } from "../link/store";
import { Others } from "./Others";
import { SoftphoneBar } from "./SoftphoneBar";

vi.mock("./service", () => ({
  useSoftphoneService: (select: (state: object) => unknown) =>
    select({ settings: { not_ready_reasons: reasons, devices: [], outcomes: [], sip: null }, mine: false }),
  usePhone: () => ({ call: null, registration: "off", answerWanted: false }),
  currentPhone: () => null,
  useCallIsHere: () => false,
  callIsHere: () => false,
}));
vi.mock("../ui/useReasonText", () => ({ useReasonText: () => (reason: string | null) => reason ?? "" }));

startI18n("en-US");

const request = vi.spyOn(link, "request");

function open(
  scene: Scene,
  at = "/workbench",
  change: (view: ReturnType<typeof tenantView>) => void = () => {},
  permissions: Permission[] = [],
) {
  const view = tenantView(scene);
  change(view);
  useLink.setState({ status: "live", engineOnline: true, view, you: "1001", skewMs: 0 });
  const queries = new QueryClient();
  queries.setQueryData(["session"], { signed_in: true, permissions, person: null, tenant: null });
  render(
    <QueryClientProvider client={queries}>
      <App>
        <MemoryRouter initialEntries={[at]}>
          <SoftphoneBar />
          <Others />
        </MemoryRouter>
      </App>
    </QueryClientProvider>,
  );
}

beforeEach(() => {
  request.mockReset().mockResolvedValue({ type: "reply", id: "1", error: null, message: "", answer: null });
});
afterEach(() => {
  vi.useRealTimers();
  useLink.setState({ status: "idle", view: null, you: "" });
});

describe("the bar of a supervisor at an agent's call", () => {
  const supervising = (mode: SupervisionMode, ...permissions: Permission[]) =>
    open(
      "not_ready",
      "/board",
      (view) => {
        const supervises = {
          agent: "1002",
          interaction: "b1",
          mode,
          connected: true,
          since_ms: Date.now(),
          shown: false,
        };
        Object.assign(view.agents["1001"]!, { state: "busy", supervises: { supervisor: "1001", ...supervises } });
        Object.assign(view.agents["1002"]!, { state: "busy", name: "Li", interaction: "b1", connection: "connected" });
      },
      permissions,
    );

  it("says how, and by a key each goes over to another way that is allowed", async () => {
    supervising("listen", "calls.listen", "calls.whisper");
    expect(screen.getByTestId("supervision-bar").textContent).toContain("Listening to Li");
    expect(screen.queryByTestId("call-hangup")).toBeNull();
    await userEvent.keyboard("{Shift>}{F8}{/Shift}{F7}");
    expect(request).not.toHaveBeenCalled();
    await userEvent.keyboard("{Shift>}{F7}{/Shift}");
    const whisper = { type: "Supervise", agent: "1002", supervisor: "1001", mode: "whisper" };
    expect(request).toHaveBeenCalledExactlyOnceWith(whisper);
  });

  it("offers no way, by button or key, that the engine would refuse: nobody is taken out of a conference", async () => {
    supervising("listen", "calls.listen", "calls.barge", "calls.take_over");
    const { view } = useLink.getState();
    const conference = { ...view!.interactions.b1!, phase: "conference" as const };
    act(() => useLink.setState({ view: { ...view!, interactions: { ...view!.interactions, b1: conference } } }));
    expect(screen.getByTestId("supervision-barge")).toBeTruthy();
    expect(screen.getByTestId("supervision-listen").getAttribute("aria-pressed")).toBe("true");
    expect(screen.queryByTestId("supervision-take_over")).toBeNull();
    await userEvent.keyboard("{Shift>}{F9}{/Shift}");
    expect(document.querySelector(".ant-modal")).toBeNull();
    expect(request).not.toHaveBeenCalled();
  });

  it("ends it by the key that hangs up", async () => {
    supervising("barge", "calls.barge");
    await userEvent.keyboard("{F9}");
    const stop = { type: "StopSupervising", agent: "1002", supervisor: "1001" };
    expect(request).toHaveBeenCalledExactlyOnceWith(stop);
  });

  it("asks before it takes the customer from the agent", async () => {
    supervising("listen", "calls.take_over");
    await userEvent.click(screen.getByTestId("supervision-take_over"));
    const asked = await screen.findAllByText("Take over the call of Li?", {}, { timeout: 15_000 });
    expect(asked.length).toBeGreaterThan(0);
    expect(request).not.toHaveBeenCalled();
  });

  it("says that the call is over, but not to who has left it", () => {
    const without = (agent: Partial<AgentView>) => {
      supervising("listen");
      const { agents, ...view } = useLink.getState().view!;
      const after = {
        ...agents,
        "1001": { ...agents["1001"]!, supervises: null },
        "1002": { ...agents["1002"]!, ...agent },
      };
      act(() => useLink.setState({ view: { ...view, agents: after } }));
      const told = screen.queryByText("The call of Li has ended") !== null;
      cleanup();
      return told;
    };
    expect(without({})).toBe(false);
    expect(without({ state: "working_after_call", connection: null })).toBe(true);
    expect(without({ state: "ready", interaction: null, connection: null })).toBe(true);
  });

  it("may be left by who has lost every right to it meanwhile", async () => {
    supervising("listen");
    await userEvent.click(screen.getByTestId("supervision-leave"));
    expect(request).toHaveBeenCalledOnce();
  });
});

describe("the bar", () => {
  it("tells an agent who is at its call where that is to be known", () => {
    const by = (shown: boolean) => {
      open("talk", "/workbench", (view) => {
        const one = { supervisor: "1002", agent: "1001", interaction: "m", connected: true, since_ms: 1, shown };
        Object.assign(view.agents["1002"]!, { name: "Li" });
        Object.assign(view.agents["1001"]!, { supervised_by: [{ ...one, mode: "whisper" }] });
      });
      const told = screen.queryByTestId("at-my-call")?.textContent;
      cleanup();
      return told;
    };
    expect([by(true), by(false)]).toEqual(["Li whispers", undefined]);
  });

  it("offers another reason, and to sign out of the telephone, to who is not ready", async () => {
    open("not_ready");
    expect(screen.getByTestId("state-ready")).toBeTruthy();
    await userEvent.click(screen.getByTestId("state-not-ready"));
    const other = reasons.find((it) => it.id !== "lunch")!.id;
    await userEvent.click(await screen.findByTestId(`reason-${other}`));
    expect(request).toHaveBeenLastCalledWith({ type: "SetNotReady", agent: "1001", reason: other });
    await userEvent.click(screen.getByTestId("state-not-ready"));
    await userEvent.click(await screen.findByTestId("agent-sign-out"));
    expect(request).toHaveBeenLastCalledWith({ type: "SignOut", agent: "1001" });
  });

  it("lets the session begin anew, once that is confirmed", async () => {
    open("wrap_up");
    await userEvent.click(screen.getByTestId("state-not-ready"));
    await userEvent.click(await screen.findByTestId("session-restart"));
    expect(request).not.toHaveBeenCalled();
    const ok = await vi.waitFor(() => {
      const button = document.querySelector<HTMLElement>(".ant-modal .ant-btn-primary");
      expect(button).not.toBeNull();
      return button!;
    }, 15_000);
    await userEvent.click(ok);
    expect(request).toHaveBeenCalledExactlyOnceWith({ type: "RestartSession", agent: "1001" });
  });

  it("does not offer that in a call, where it would be refused", async () => {
    open("talk");
    await userEvent.click(screen.getByTestId("state-not-ready"));
    expect(await screen.findByTestId("agent-sign-out")).toBeTruthy();
    expect(screen.queryByTestId("session-restart")).toBeNull();
  });

  it.each([
    ["agent", "Agent"],
    ["supervisor", "Supervisor"],
  ] as const)("says who one is, and as what: %s", (type, word) => {
    open("ready", "/workbench", (view) => Object.assign(view.agents["1001"]!, { name: "Li", type }));
    expect(screen.getByTestId("agent-state").title).toBe(`Li · 1001 · ${word}`);
  });

  it("offers nothing but ready to who is signed out", () => {
    open("signed_out");
    expect(screen.getByTestId("state-ready")).toBeTruthy();
    expect(screen.queryByTestId("state-not-ready")).toBeNull();
  });

  it("counts a hold from its begin, and the call from its own once it is retrieved", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const times = (scene: Scene) => {
      open(scene, "/workbench", (view) => {
        view.agents["1001"]!.since_ms = Date.now() - 57_200;
        view.interactions.i1!.phase_since_ms = Date.now() - 4_200;
      });
      return [...document.querySelectorAll("time")].map((it) => it.textContent);
    };
    expect(times("hold")).toEqual(["0:04", "0:04"]);
    cleanup();
    expect(times("talk")).toEqual(["0:57", "0:57"]);
  });

  it("counts a talk from when the other is there, not from when it rang", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    open("talk", "/workbench", (view) => {
      view.agents["1001"]!.since_ms = Date.now() - 57_200;
      view.agents["1001"]!.connected_since_ms = Date.now() - 12_200;
    });
    expect([...document.querySelectorAll("time")].map((it) => it.textContent)).toEqual(["0:12", "0:12"]);
  });

  it("says that it rings, who is consulted and who is called, not that one talks", () => {
    const told = (scene: Scene) => {
      open(scene);
      const text = screen.getByTestId("agent-state-text").textContent;
      cleanup();
      return text;
    };
    expect((["consulted", "calling", "consult_rings", "talk", "hold"] as const).map(told)).toEqual([
      "Ringing",
      "Calling…",
      "Consultation",
      "Talking",
      "On hold",
    ]);
  });

  it("finishes the wrap-up from any page but the workbench, which has a button of its own", async () => {
    open("wrap_up", "/customers");
    await userEvent.click(screen.getByTestId("bar-finish"));
    expect(request).toHaveBeenCalledExactlyOnceWith({ type: "FinishWrapUp", agent: "1001" });
  });

  it("has no second button to finish on the workbench", () => {
    open("wrap_up");
    expect(screen.queryByTestId("bar-finish")).toBeNull();
  });
});

describe("the bar of a call with others in it", () => {
  const asked = () => request.mock.calls.map(([action]) => action);

  it("asks whom to consult, by name and keys alone, and does it", async () => {
    open("talk");
    await userEvent.keyboard("{F10}");
    await userEvent.type(await screen.findByTestId("party-search"), "1005");
    await userEvent.keyboard("{Enter}");
    expect(asked()).toEqual([{ type: "ConsultationCall", agent: "1001", to: { type: "agent", agent: "1005" } }]);
  });

  it("gives the customer away at once by another key, and not to a colleague in a call", async () => {
    open("talk");
    await userEvent.keyboard("{F10}");
    await userEvent.type(await screen.findByTestId("party-search"), "1002");
    await userEvent.keyboard("{Shift>}{Enter}{/Shift}");
    expect(request).not.toHaveBeenCalled();
    await userEvent.clear(screen.getByTestId("party-search"));
    await userEvent.type(screen.getByTestId("party-search"), "02158886666");
    await userEvent.keyboard("{Shift>}{Enter}{/Shift}");
    const to = { type: "number", number: "02158886666" };
    expect(asked()).toEqual([{ type: "SingleStepTransferCall", agent: "1001", to }]);
  });

  it("ends the consultation alone by what hangs up, also while one speaks to the customer", async () => {
    open("consult_held");
    expect(screen.queryByTestId("call-hangup")).toBeNull();
    await userEvent.keyboard("{F9}");
    expect(asked()).toEqual([{ type: "ReconnectCall", agent: "1001" }]);
  });

  it("takes each step of a consultation by its key, and what hangs up ends the consultation alone", async () => {
    open("consulting");
    await userEvent.keyboard("{Control>}{F8}{F7}{F10}{/Control}{F9}");
    const types = ["AlternateCall", "ConferenceCall", "TransferCall", "ReconnectCall"];
    expect(asked()).toEqual(types.map((type) => ({ type, agent: "1001" })));
    expect(screen.queryByTestId("call-hangup")).toBeNull();
  });

  it("tells whom a colleague consulted that it is over, and not while the colleague talks on with it", async () => {
    open("advising");
    act(() => useLink.setState({ view: tenantView("advising") }));
    expect(screen.queryByText(/is over/)).toBeNull();
    act(() => useLink.setState({ view: tenantView("not_ready") }));
    expect(await screen.findByText("The consultation with 李明轩 is over")).toBeTruthy();
  });

  it("says that there is nothing to pick up to who asks for it by its key", async () => {
    open("ready", "/workbench", (view) => {
      view.interactions = {};
      for (const agent of Object.values(view.agents)) agent.rings_for_all = false;
    });
    await userEvent.keyboard("{Control>}{F2}{/Control}");
    expect(await screen.findByText("There is nothing to pick up")).toBeTruthy();
  });

  it("names who asks to whom is consulted, beside the customer", () => {
    open("consulted");
    expect(screen.getByTestId("call-bar").textContent).toContain("陈志强");
    expect(screen.getByTestId("call-bar").textContent).toContain("Consultation from 李明轩");
    expect(screen.queryByTestId("call-redirect")).toBeNull();
  });

  it("takes others out of a conference, not the customer, and leaves it", async () => {
    open("conference");
    expect(screen.getByTestId("conference").textContent).toContain("陈志强");
    expect(screen.getAllByLabelText(/^Take .* out$/)).toHaveLength(2);
    await userEvent.keyboard("{Control>}{F7}{/Control}{Tab}{Enter}");
    await userEvent.keyboard("{Control>}{Shift>}{F9}{/Shift}{/Control}");
    expect(asked()).toEqual([
      { type: "ClearConnection", agent: "1001", party: "leg-1006" },
      { type: "ClearConnection", agent: "1001" },
    ]);
  });

  it("asks before the key that hangs up ends a conference for all, and only leaves for who joined it", async () => {
    open("conference");
    await userEvent.keyboard("{F9}");
    const asked_first = await screen.findAllByText("End the call for everybody?", {}, { timeout: 15_000 });
    expect(asked_first.length).toBeGreaterThan(0);
    expect(request).not.toHaveBeenCalled();
    await userEvent.click(screen.getAllByText("End for all").at(-1)!);
    cleanup();
    open("joined");
    expect(screen.queryByTestId("call-hangup")).toBeNull();
    await userEvent.keyboard("{F9}");
    expect(asked()).toEqual([
      { type: "ClearCall", agent: "1001" },
      { type: "ClearConnection", agent: "1001" },
    ]);
  });

  it("names no customer where the call is one of the house", () => {
    open("consulting", "/workbench", (view) => {
      const [first, ...rest] = view.interactions.i1!.parties;
      const parties = [{ ...first, agent: "1005", kind: "agent" }, ...rest];
      Object.assign(view.interactions.i1!, { direction: "internal", parties });
    });
    expect(screen.getByTestId("consultation").textContent).not.toContain("customer");
    expect(screen.getByTestId("call-alternate").textContent).toMatch(/^Speak to \S+/);
  });

  it("parks, fetches what is parked, and sends elsewhere what rings", async () => {
    open("talk");
    await userEvent.keyboard("{Control>}{F6}{/Control}");
    cleanup();
    open("to_fetch");
    await userEvent.keyboard("{Control>}{F2}{/Control}");
    await userEvent.click(await screen.findByTestId("pick-up-p1"));
    cleanup();
    open("offer");
    await userEvent.keyboard("{F10}");
    await userEvent.type(await screen.findByTestId("party-search"), "1005{Enter}");
    expect(asked()).toEqual([
      { type: "ParkCall", agent: "1001" },
      { type: "DirectedPickupCall", agent: "1001", interaction: "p1" },
      { type: "DeflectCall", agent: "1001", to: { type: "agent", agent: "1005" } },
    ]);
  });
});

describe("whom one calls", () => {
  it("is called by the platform, one's own telephone first", async () => {
    open("ready");
    await userEvent.keyboard("{F10}");
    await userEvent.type(await screen.findByTestId("party-search"), "138 0013-8002{Enter}");
    const to = { type: "number", number: "13800138002" };
    expect(request).toHaveBeenCalledExactlyOnceWith({ type: "MakeCall", agent: "1001", to });
  });

  it.each([
    [{ cause: "busy" }, "李明轩 is busy"],
    [{ cause: "no_user_responding" }, "李明轩 does not answer"],
    [{ cause: "unallocated", number: "13800138009" }, "The number 138 0013 8009 does not exist"],
    [{ cause: "error", number: "13800138009" }, "The call to 138 0013 8009 did not get through"],
    [{ cause: "rejected", own_telephone: true }, "Your own telephone did not answer"],
  ] as [Partial<UnreachedView>, string][])("in vain is told in plain words: %o", async (what, words) => {
    open("ready");
    const { view } = useLink.getState();
    const told = { interaction: "i9", number: "1002", cause: "normal", own_telephone: false, at_ms: 1 } as const;
    const agents = { ...view!.agents, "1001": { ...view!.agents["1001"]!, unreached: { ...told, ...what } } };
    act(() => useLink.setState({ view: { ...view!, agents } }));
    expect(await screen.findByText(words, { exact: false })).toBeTruthy();
  });

  it.each([
    ["congestion", "No line leads to your outside number"],
    ["no_answer", "Your outside number did not answer"],
  ] as const)("from an outside number in vain is told of that number: %s", async (cause, words) => {
    open("ready");
    const { view } = useLink.getState();
    const unreached = { interaction: "i9", number: "13800138009", cause, own_telephone: true, at_ms: 1 };
    const me = { ...view!.agents["1001"]!, device_number: "13700137000", unreached };
    act(() => useLink.setState({ view: { ...view!, agents: { ...view!.agents, "1001": me } } }));
    expect(await screen.findByText(words, { exact: false })).toBeTruthy();
  });

  it.each([
    [{ intervention: { what: "taken_over", interaction: "i9", by: "1002", at_ms: 1 } }, "李明轩 took your call over"],
    [{ intervention: { what: "call_ended", interaction: "i9", by: null, at_ms: 1 } }, "A supervisor ended the call"],
    [
      { intervention: { what: "taken_out", interaction: "i9", by: "1002", at_ms: 1 } },
      "took you out of the conference",
    ],
    [{ state: "logged_off", reason: "forced" }, "You were signed out"],
  ] as [Partial<AgentView>, string][])("and what others did to one's call is told, too: %o", async (what, words) => {
    open("ready");
    const { view } = useLink.getState();
    act(() =>
      useLink.setState({
        view: { ...view!, agents: { ...view!.agents, "1001": { ...view!.agents["1001"]!, ...what } } },
      }),
    );
    expect(await screen.findByText(words, { exact: false })).toBeTruthy();
  });

  it("in vain before the page was opened is told no more", () => {
    open("ready", "/workbench", (view) => {
      const told = { interaction: "i9", number: "1002", cause: "busy", own_telephone: false, at_ms: 1 } as const;
      view.agents["1001"]!.unreached = told;
    });
    expect(screen.queryByText(/is busy/)).toBeNull();
  });
});

describe("the focus", () => {
  it("is back in the note once the list of whom to call is closed by a key", async () => {
    open("talk");
    const note = document.body.appendChild(document.createElement("textarea"));
    note.focus();
    await userEvent.keyboard("{F10}");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByTestId("party-search")));
    await userEvent.keyboard("{Escape}");
    expect(document.activeElement).toBe(note);
    note.remove();
  });
});
