import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { fireEvent, render, screen } from "@testing-library/react";
import { App } from "antd";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { outcomes } from "../../mock/cast";
import { tenantView } from "../../mock/live";
import type { SoftphoneSettings } from "../api/types";
import { startI18n } from "../i18n";
import { RequestFailed } from "../link/client";
import { link, useLink } from "../link/store";
import { useSoftphoneService } from "../softphone/service";
import { WrapUp } from "./WrapUp";

startI18n("en-US");

const view = tenantView("wrap_up");
const agent = view.agents["1001"]!;
const interaction = view.interactions.i1!;
const request = vi.spyOn(link, "request");
const [first, second] = outcomes.map((it) => it.id) as [string, string];

function page(note: string, outcome: string | null = null) {
  return (
    <QueryClientProvider client={new QueryClient()}>
      <App>
        <WrapUp agent={agent} interaction={{ ...interaction, note, outcome }} />
      </App>
    </QueryClientProvider>
  );
}

const noteField = () => screen.getByTestId<HTMLTextAreaElement>("outcome-note");
const saving = () => screen.getByTestId("note-saving").dataset.saving;
const sent = () => request.mock.calls.map(([action]) => action);
const asked = (what: object) => ({ type: "SetOutcome", agent: "1001", interaction: "i1", ...what });

beforeEach(() => {
  request.mockReset().mockResolvedValue({ type: "reply", id: "1", error: null, message: "", answer: null });
  useLink.setState({ status: "live", engineOnline: true, view, you: "1001" });
  useSoftphoneService.setState({ settings: { outcomes } as SoftphoneSettings });
});
afterEach(() => {
  useLink.setState({ status: "idle", view: null, you: "" });
  sessionStorage.clear();
});

describe("outcome and note", () => {
  it("are shown as another page saved them, and what is not touched here is not sent", async () => {
    render(page("calls on Monday", first));
    expect(noteField().value).toBe("calls on Monday");
    fireEvent.click(screen.getByTestId(`outcome-${second}`));
    await vi.waitFor(() => expect(sent()).toEqual([asked({ outcome: second })]), 10_000);
  });

  it("saves a note by itself while no outcome is chosen, and says so", async () => {
    render(page(""));
    fireEvent.change(noteField(), { target: { value: "wants an offer" } });
    expect(saving()).toBe("saving");
    await vi.waitFor(() => expect(saving()).toBe("saved"), 10_000);
    expect(sent()).toEqual([asked({ note: "wants an offer" })]);
  });

  it("saves a note at once when its field is left", async () => {
    render(page(""));
    fireEvent.change(noteField(), { target: { value: "x" } });
    fireEvent.blur(noteField());
    expect(sent()).toEqual([asked({ note: "x" })]);
  });

  it("says that a note is not saved, keeps it through a reload, and tries again", async () => {
    request.mockRejectedValueOnce(new RequestFailed("link_down", ""));
    const { unmount } = render(page(""));
    fireEvent.change(noteField(), { target: { value: "kept" } });
    fireEvent.blur(noteField());
    await vi.waitFor(() => expect(saving()).toBe("failed"), 10_000);
    vi.spyOn(globalThis, "fetch").mockRejectedValueOnce(new Error("away"));
    unmount();
    render(page(""));
    expect(noteField().value).toBe("kept");
    await vi.waitFor(() => expect(saving()).toBe("saved"), 10_000);
    expect(sent().at(-1)).toEqual(asked({ note: "kept" }));
  });

  it("takes over what another page wrote after this one's was saved", async () => {
    const { rerender } = render(page(""));
    fireEvent.change(noteField(), { target: { value: "mine" } });
    await vi.waitFor(() => expect(saving()).toBe("saved"), 10_000);
    expect(noteField().value).toBe("mine");
    rerender(page("mine"));
    rerender(page("theirs"));
    expect(noteField().value).toBe("theirs");
    fireEvent.change(noteField(), { target: { value: "mine" } });
    await vi.waitFor(() => expect(sent()).toHaveLength(2), 10_000);
    expect(sent().at(-1)).toEqual(asked({ note: "mine" }));
  });
});
