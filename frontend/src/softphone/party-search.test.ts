import { describe, expect, it } from "vitest";
import { tenantView } from "../../mock/live";
import { candidates, dialled, type Known } from "./party-search";

const agents = Object.values(tenantView("ready").agents).slice(0, 10);
const known: Known = {
  you: "1001",
  agents,
  queues: [
    { id: "sales", name: "销售" },
    { id: "support", name: "Support" },
  ],
  recent: [{ number: "13800138002", name: "Sarah Mitchell" }],
};
const keys = (text: string) => candidates(text, known).shown.map((it) => it.key);

describe("whom to call", () => {
  it("is found by name or number, never oneself; who is signed out is seen to be that, and cannot be called", () => {
    expect(keys("Emily")).toEqual(["agent 1006"]);
    expect(keys("1006")).toEqual(["agent 1006"]);
    expect(keys("1001")).toEqual([]);
    const signedOut = agents.find((it) => it.state === "logged_off")!;
    expect(keys(signedOut.agent)).toEqual([`agent ${signedOut.agent}`]);
    expect(candidates(signedOut.agent, known).shown[0]?.free).toBe(false);
    const away = agents.map((it) =>
      it.agent === "1006" ? { ...it, state: "ready" as const, device_online: false } : it,
    );
    expect(candidates("1006", { ...known, agents: away }).shown[0]).toMatchObject({ free: false, unreachable: true });
    expect(keys("销售")).toEqual(["queue sales"]);
    expect(keys("sarah")).toEqual(["number 13800138002"]);
  });

  it("is the number typed, in whatever way it is written, and only once", () => {
    expect(dialled("138 0013-8002")).toBe("13800138002");
    expect(dialled("+86 (21) 5888.6666")).toBe("+862158886666");
    expect(dialled("Sarah")).toBeNull();
    expect(candidates("021 5888", known).shown[0]?.to).toEqual({ type: "number", number: "0215888" });
    expect(keys("13800138002")).toEqual(["number 13800138002"]);
  });

  it("is with nothing typed who can talk now, then queues, then whom one talked with", () => {
    const found = candidates("", known).shown;
    const states = found.filter((it) => it.state).map((it) => it.state);
    expect(states[0]).toBe(agents.some((it) => it.agent !== "1001" && it.state === "ready") ? "ready" : "not_ready");
    expect(states.lastIndexOf("not_ready")).toBeLessThan(states.indexOf("busy"));
    expect(found.slice(-3).map((it) => it.key)).toEqual(["queue sales", "queue support", "number 13800138002"]);
  });

  it("has some of each kind before anything is typed, however many there are, and says how many more", () => {
    const crowd = Object.values(tenantView("crowded").agents);
    const queues = Array.from({ length: 200 }, (_, index) => ({ id: `q${index}`, name: `Queue ${index}` }));
    const { shown, more } = candidates("", { ...known, agents: crowd, queues });
    expect(shown.map((it) => it.to.type)).toEqual([...Array(5).fill("agent"), "queues", "queues", "number"]);
    expect(more).toBe(crowd.filter((it) => it.agent !== "1001" && it.state !== "logged_off").length + 201 - 8);
    expect(candidates("Queue 199", { ...known, queues })).toMatchObject({ shown: [{ key: "queue q199" }], more: 0 });
  });
});
