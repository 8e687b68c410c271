import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { TenantView } from "../link/messages";
import { useLink } from "../link/store";
import { whenCardShown } from "./card";

const offered = {
  agents: { "1001": { interaction: "i" } },
  interactions: { i: {} },
} as unknown as TenantView;
const nothing = { agents: { "1001": { interaction: null } }, interactions: {} } as unknown as TenantView;

beforeEach(() => {
  vi.useFakeTimers();
  useLink.setState({ status: "live", engineOnline: true, view: nothing, you: "1001" });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the bell", () => {
  it("waits for the card and no longer", () => {
    const shown = vi.fn();
    whenCardShown("i", shown);
    vi.advanceTimersByTime(500);
    expect(shown).not.toHaveBeenCalled();
    useLink.setState({ view: offered });
    vi.advanceTimersByTime(0);
    expect(shown).toHaveBeenCalledOnce();
    useLink.setState({ view: nothing });
    vi.advanceTimersByTime(5_000);
    expect(shown).toHaveBeenCalledOnce();
  });

  it("does not wait where the card is there already, nor without a link", () => {
    useLink.setState({ view: offered });
    const shown = vi.fn();
    whenCardShown("i", shown);
    useLink.setState({ status: "waiting", view: nothing });
    whenCardShown("i", shown);
    vi.advanceTimersByTime(0);
    expect(shown).toHaveBeenCalledTimes(2);
  });

  it("rings all the same for a card that does not come, or a link that goes meanwhile", () => {
    const shown = vi.fn();
    whenCardShown("i", shown);
    vi.advanceTimersByTime(1_001);
    expect(shown).toHaveBeenCalledOnce();
    whenCardShown("i", shown);
    useLink.setState({ engineOnline: false });
    vi.advanceTimersByTime(0);
    expect(shown).toHaveBeenCalledTimes(2);
  });
});
