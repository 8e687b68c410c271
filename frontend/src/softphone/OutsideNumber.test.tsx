import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { App } from "antd";
import { MemoryRouter } from "react-router";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { tenantView } from "../../mock/live";
import type { Scene } from "../../mock/setting";
import { ApiError, api } from "../api/client";
import type { SoftphoneSettings } from "../api/types";
import { startI18n } from "../i18n";
import { link, useLink } from "../link/store";
import * as desk from "./desk";
import { SoftphoneBar } from "./SoftphoneBar";

const settings = vi.hoisted(() => ({ now: {} as Partial<SoftphoneSettings> }));
vi.mock("./service", () => {
  const state = () => ({ settings: settings.now, mine: false });
  return {
    useSoftphoneService: Object.assign((select: (state: object) => unknown) => select(state()), { getState: state }),
    usePhone: () => ({ call: null, registration: "off", answerWanted: false }),
    currentPhone: () => null,
    useCallIsHere: () => false,
    callIsHere: () => false,
  };
});
vi.mock("../api/client", async (original) => ({ ...(await original<object>()), api: vi.fn() }));
vi.mock("../ui/useReasonText", () => ({ useReasonText: () => (reason: string | null) => reason ?? "" }));

startI18n("en-US");

const request = vi.spyOn(link, "request");
const put = vi.mocked(api);
const MOBILE = { id: "1001-outside", kind: "outside", number: "13700137000" } as const;

function open(scene: Scene, outside: SoftphoneSettings["outside"], ...more: SoftphoneSettings["devices"]) {
  settings.now = {
    agent: "1001",
    outside,
    devices: [{ id: "1001-web", kind: "browser", number: "" }, { id: "1001", kind: "sip", number: "" }, ...more],
  };
  useLink.setState({ status: "live", engineOnline: true, view: tenantView(scene), you: "1001", skewMs: 0 });
  const queries = new QueryClient();
  queries.setQueryData(["session"], { signed_in: true, permissions: [], person: null, tenant: null });
  render(
    <QueryClientProvider client={queries}>
      <App>
        <MemoryRouter initialEntries={["/workbench"]}>
          <SoftphoneBar />
        </MemoryRouter>
      </App>
    </QueryClientProvider>,
  );
}

const signIn = { type: "SignIn", agent: "1001", device: MOBILE.id };

beforeEach(() => {
  localStorage.clear();
  put.mockReset();
  request.mockReset().mockResolvedValue({ type: "reply", id: "1", error: null, message: "", answer: null });
});
afterEach(() => {
  cleanup();
  useLink.setState({ status: "idle", view: null, you: "" });
});

describe("where an agent is called", () => {
  it("is chosen among browser, desk phone and outside number, and remembered by this browser", async () => {
    open("ready", "fixed", MOBILE);
    await userEvent.click(screen.getByTestId("device"));
    expect(screen.getByTestId("device-browser")).toBeTruthy();
    expect(screen.getByTestId("device-sip")).toBeTruthy();
    expect(screen.queryByTestId("device-number")).toBeNull();
    await userEvent.click(screen.getByTestId("device-outside"));
    await waitFor(() => expect(request).toHaveBeenCalledExactlyOnceWith(signIn));
    request.mockClear();
    await desk.signIn();
    expect(request).toHaveBeenCalledExactlyOnceWith(signIn);
  });

  it("is not a number outside for who is not permitted one", async () => {
    open("ready", "no");
    await userEvent.click(screen.getByTestId("device"));
    expect(screen.queryByTestId("device-outside")).toBeNull();
    expect(screen.queryByTestId("device-number")).toBeNull();
  });

  it("may be a number of one's own, once the engine knows it", async () => {
    put.mockResolvedValue({ device: MOBILE.id, number: MOBILE.number, config_version: 9 });
    open("ready", "own");
    await userEvent.click(screen.getByTestId("device"));
    await userEvent.click(screen.getByTestId("device-number"));
    await userEvent.type(await screen.findByTestId("outside-number"), "137 0013 7000");
    await userEvent.click(screen.getByTestId("outside-save"));
    const body = { number: "137 0013 7000" };
    await waitFor(() => expect(put).toHaveBeenCalledWith("/api/softphone/outside-number", { method: "PUT", body }));
    expect(request).not.toHaveBeenCalled();
    const { view } = useLink.getState();
    act(() => useLink.setState({ view: { ...view!, config_version: 9 } }));
    await waitFor(() => expect(request).toHaveBeenCalledExactlyOnceWith(signIn));
  });

  it("stays what it was where the number is none, and why is said at the field", async () => {
    const fields = { number: ["This is not a telephone number."] };
    put.mockRejectedValue(new ApiError(422, "invalid", "Please check the fields marked.", null, fields));
    open("ready", "own");
    await userEvent.click(screen.getByTestId("device"));
    await userEvent.click(screen.getByTestId("device-number"));
    await userEvent.type(await screen.findByTestId("outside-number"), "12");
    await userEvent.click(screen.getByTestId("outside-save"));
    expect(await screen.findByText("This is not a telephone number.")).toBeTruthy();
    expect(request).not.toHaveBeenCalled();
  });
});

describe("a call that rings at an outside number", () => {
  it("is taken there by the key and can be rejected here, but not answered", async () => {
    open("outside_offer", "fixed", MOBILE);
    expect(screen.getByTestId("call-press-key").textContent).toBe("Pick up at your number and press 1");
    expect(screen.queryByTestId("call-answer")).toBeNull();
    expect(screen.getByTestId("device").textContent).toContain("137 0013 7000");
    expect(screen.getByTitle("Outside number 137 0013 7000 · Taken by pressing 1")).toBeTruthy();
    await userEvent.click(screen.getByTestId("call-reject"));
    await waitFor(() => expect(request).toHaveBeenCalledExactlyOnceWith({ type: "RejectCall", agent: "1001" }));
  });
});
