import { describe, expect, it } from "vitest";
import { tenantView } from "../../mock/live";
import type { Scene } from "../../mock/setting";
import { comingOf } from "./coming";

function of(scene: Scene, talks = false) {
  const view = tenantView(scene);
  const agent = view.agents["1001"]!;
  return comingOf(talks ? { ...agent, state: "busy", connection: "connected" } : agent, view.interactions.i1!);
}

describe("why a call is an agent's", () => {
  it.each([
    ["offer", null],
    ["house_call", null],
    ["consulted", { reason: "consultation", by: "1002" }],
    ["advising", { reason: "consultation", by: "1002" }],
    ["invited", { reason: "invitation", by: "1002" }],
    ["transferred", { reason: "transferred", by: "1002" }],
    ["returned", { reason: "returned", by: null }],
    ["parked_back", { reason: "parked", by: null }],
    ["consulting", null],
  ] as const)("%s", (scene, expected) => {
    expect(of(scene)).toEqual(expected);
  });

  it("is known of a transfer while one talks, but of what came back no more", () => {
    expect(of("transferred", true)).toEqual({ reason: "transferred", by: "1002" });
    expect(of("returned", true)).toBeNull();
  });
});
