import { describe, expect, it } from "vitest";
import { tenantView } from "../../mock/live";
import { takeable } from "./pick-up";

const keys = (change: (view: ReturnType<typeof tenantView>) => void = () => {}) => {
  const view = tenantView("to_fetch");
  change(view);
  const agents = Object.values(view.agents);
  return takeable(view.agents["1001"]!, agents, Object.values(view.interactions)).map((it) => it.key);
};

describe("what may be picked up", () => {
  it("is parked, or rings at a colleague one serves a queue with; longest waiting first", () => {
    expect(keys()).toEqual(["p1", "p2", "1008"]);
  });

  it("is not one's own call to a colleague, at whom it rings", () => {
    expect(
      keys((view) => {
        const own = { interaction: "own", phase: "flow", direction: "internal", agent: "1008" } as const;
        view.interactions.own = { ...view.interactions.p1!, ...own };
        Object.assign(view.agents["1001"]!, { state: "busy", interaction: "own", connection: "connected" });
      }),
    ).toEqual(["p1", "p2"]);
  });

  it("is nothing that rings elsewhere, nor at oneself, nor what is answered already", () => {
    expect(keys((view) => Object.assign(view.agents["1008"]!, { queues: ["support"] }))).toEqual(["p1", "p2"]);
    expect(keys((view) => Object.assign(view.agents["1008"]!, { rings_for_all: false }))).toEqual(["p1", "p2"]);
    expect(keys((view) => Object.assign(view.interactions.p1!, { phase: "talk" }))).toEqual(["p2", "1008"]);
  });
});
