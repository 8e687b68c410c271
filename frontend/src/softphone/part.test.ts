import { describe, expect, it } from "vitest";
import { tenantView } from "../../mock/live";
import { shownPhase } from "./part";

describe("the phase an agent is shown", () => {
  const phase = (scene: Parameters<typeof tenantView>[0], change = {}) => {
    const view = tenantView(scene);
    return shownPhase({ ...view.agents["1001"]!, ...change }, view.interactions.i1!);
  };

  it("is its own, not the call's: it rings, is brought back or is over for one agent while others talk", () => {
    expect(phase("consulted")).toBe("offer");
    expect(phase("advising")).toBe("consult");
    expect(phase("conference", { connection: "reconnecting" })).toBe("reconnecting");
    expect(phase("conference", { state: "working_after_call", connection: null })).toBe("wrap_up");
    expect(phase("conference")).toBe("conference");
  });
});
