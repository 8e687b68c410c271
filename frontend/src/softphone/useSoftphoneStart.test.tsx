import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, render, waitFor } from "@testing-library/react";
import { App } from "antd";
import { afterEach, expect, it, vi } from "vitest";
import { tenantView } from "../../mock/live";
import { api } from "../api/client";
import { startI18n } from "../i18n";
import { link, useLink } from "../link/store";
import * as desk from "./desk";
import { SoftphoneBar } from "./SoftphoneBar";
import { useSoftphoneStart } from "./useSoftphoneStart";

vi.mock("../api/client", async (original) => ({ ...(await original<object>()), api: vi.fn() }));
vi.mock("../ui/useReasonText", () => ({ useReasonText: () => (reason: string | null) => reason ?? "" }));
vi.mock("./CallControl", () => ({ CallControl: () => null }));

startI18n("en-US");

const DESK = { id: "1001", kind: "sip", number: "" };
const MOBILE = { id: "1001-outside", kind: "outside", number: "13700137000" };
const settings = { agent: "1001", outside: "no", not_ready_reasons: [], outcomes: [], sip: null, devices: [DESK] };
const published = (version: number) =>
  act(() => useLink.setState({ view: { ...tenantView("signed_out"), config_version: version } }));

function Page() {
  useSoftphoneStart(true);
  return <SoftphoneBar />;
}

afterEach(() => useLink.setState({ status: "idle", view: null, you: "" }));

it("A telephone given or taken by an administrator is there, or is not, in the page that is open", async () => {
  vi.spyOn(link, "start").mockImplementation(() => {});
  const request = vi.spyOn(link, "request").mockResolvedValue({
    type: "reply",
    id: "1",
    error: null,
    message: "",
    answer: null,
  });
  const asked = vi.mocked(api).mockResolvedValue({ ...settings, outside: "fixed", devices: [DESK, MOBILE] });
  localStorage.setItem("callbase.device.1001", MOBILE.id);
  useLink.setState({ status: "live", engineOnline: true, you: "1001", skewMs: 0 });
  published(7);
  const queries = new QueryClient();
  queries.setQueryData(["session"], { signed_in: true, permissions: [], person: null, tenant: null });
  render(
    <QueryClientProvider client={queries}>
      <App>
        <Page />
      </App>
    </QueryClientProvider>,
  );
  const signsInAt = async (device: string) =>
    waitFor(async () => {
      await desk.goReady();
      expect(request).toHaveBeenCalledWith({ type: "SignIn", agent: "1001", device });
    });
  await signsInAt(MOBILE.id);
  asked.mockResolvedValue(settings);
  published(8);
  request.mockClear();
  await signsInAt(DESK.id);
  asked.mockResolvedValue({ ...settings, outside: "fixed", devices: [DESK, MOBILE] });
  published(9);
  request.mockClear();
  await signsInAt(MOBILE.id);
});
