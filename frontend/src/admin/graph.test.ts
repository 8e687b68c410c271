import { describe, expect, it } from "vitest";
import { layOut } from "./graph";

const flow = {
  hello: { type: "greet", next: "menu" },
  menu: { type: "menu", choices: { "1": "sales", "9": "other" }, otherwise: "bye" },
  other: { type: "set_language", language: "other", next: "menu" },
  sales: { type: "queue", queue: "sales" },
  bye: { type: "hang_up" },
  lost: { type: "hang_up" },
};

describe("a flow's picture", () => {
  it("places each node once, by its distance from the start", () => {
    const { placed } = layOut("hello", flow);
    expect(Object.fromEntries(placed.map((it) => [it.id, it.column]))).toMatchObject({
      hello: 0,
      menu: 1,
      sales: 2,
      other: 2,
      bye: 2,
    });
    expect(placed).toHaveLength(6);
  });

  it("ends although the flow goes in a circle, and shows what cannot be reached", () => {
    const { placed, edges } = layOut("hello", flow);
    expect(edges).toContainEqual({ from: "other", to: "menu", port: "" });
    expect(placed.find((it) => it.id === "lost")?.column).toBe(3);
  });

  it("puts no two nodes in one place", () => {
    const places = layOut("hello", flow).placed.map((it) => `${it.column}/${it.row}`);
    expect(new Set(places).size).toBe(places.length);
  });

  it("leads from a decision by each of its cases", () => {
    const when = { type: "is", field: "weekday", operator: "eq", value: 7 } as const;
    const { edges } = layOut("who", {
      who: {
        type: "decide",
        cases: [
          { when, next: "a" },
          { when, next: "b" },
        ],
        otherwise: "a",
      },
      a: { type: "send", target: { type: "voicemail" }, failed: "b" },
      b: { type: "hang_up" },
    });
    expect(edges.map((it) => `${it.from} ${it.port} ${it.to}`)).toEqual([
      "who 1 a",
      "who 2 b",
      "who otherwise a",
      "a failed b",
    ]);
  });

  it("bears a flow whose start is missing", () => {
    expect(layOut("nowhere", flow).placed).toHaveLength(6);
  });
});
