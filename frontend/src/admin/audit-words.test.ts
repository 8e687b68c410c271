import { expect, it } from "vitest";
import { type AuditWords, told } from "./audit-words";

const words: AuditWords = {
  t: (key, values) =>
    ({ "audit.and": ", ", "audit.then": "; ", "condition.list": " or " })[key] ??
    (key === "audit.part" ? `${values?.field} ${values?.value}` : [key, ...Object.values(values ?? {})].join(" ")),
  named: (_, id) => (id === "1001" ? "Wang" : id),
  field: (name) => name[0]!.toUpperCase() + name.slice(1),
  code: (_, code) => code,
};
const lines = (name: string, before: unknown, after: unknown) =>
  told(name, before, after, words).map((it) => `${it.path.join(" › ")}: ${it.before} → ${it.after}`);

it("Of a list's parts only what differs is told, by whose it is", () => {
  const before = [
    { agent: "1001", priority: 1, level: 50 },
    { agent: "1002", priority: 1, level: 50 },
    { agent: "1003", priority: 1, level: 50 },
  ];
  const after = [before[1], { ...before[0], priority: 5 }, { agent: "1004", priority: 2, level: 60 }];
  expect(lines("members", before, after)).toEqual([
    "Members › Wang › Priority: 1 → 5",
    "Members › 1004:  → Priority 2, Level 60",
    "Members › 1003: Priority 1, Level 50 → ",
  ]);
});

it("Of what only stands in another order the order is told", () => {
  const rules = [{ id: "first" }, { id: "second" }];
  expect(lines("overflow", rules, [...rules].reverse())).toEqual(["Overflow: first, second → second, first"]);
});

it("Hours, names, targets and conditions are told as their forms tell them", () => {
  const spans = [{ start: "09:00", end: "18:00" }];
  expect(lines("hours", [{ weekday: 1, spans }], [{ weekday: 1, spans: [{ start: "09:00", end: "12:00" }] }])).toEqual([
    "Hours › weekday.1 › Spans: 09:00-18:00 → 09:00-12:00",
  ]);
  expect(lines("name", { "zh-CN": "销售", "en-US": "Sales" }, { "zh-CN": "销售", "en-US": "Shop" })).toEqual([
    "Name: 销售 / Sales → 销售 / Shop",
  ]);
  expect(lines("closed", null, { type: "queues", queues: ["a", "b"] })).toEqual([
    "Closed:  → target.says.queues a or b",
  ]);
  const when = { type: "is", field: "priority", operator: "gt", value: 3 };
  expect(lines("entry", [], [{ when, priority: 2 }])[0]).toContain("condition.says.gt");
});

it("No field ends as JSON, whatever it holds", () => {
  const odd = { waiting: { music: "jazz", steps: [{ at_s: 5, what: "place" }], keys: { "1": { type: "voicemail" } } } };
  for (const [one, other] of [
    [odd, undefined],
    [undefined, odd],
    [{}, odd],
    [[], [1, "two", null]],
    [{ "1001": 5 }, { "1001": 6 }],
    [[{}], [{ id: "x" }]],
    [0, false],
  ])
    for (const line of lines("skills", one, other)) expect(line).not.toMatch(/[{}[\]"]|undefined|object/);
});
