import i18next, { type TFunction } from "i18next";
import { describe, expect, it, test } from "vitest";
import type { Condition, Operator } from "../api/rules";
import enUS from "../i18n/en-US.json";
import zhCN from "../i18n/zh-CN.json";
import {
  asGroup,
  blankComparison,
  dataSummary,
  FIELD_GROUPS,
  fieldOf,
  nameOf,
  operatorsOf,
  QUEUE_FIELD_GROUPS,
  simplified,
  summary,
  valueFor,
  type Words,
} from "./conditions";

const instance = i18next.createInstance();
void instance.init({
  initAsync: false,
  interpolation: { escapeValue: false },
  resources: { "en-US": { translation: enUS }, "zh-CN": { translation: zhCN } },
});

function words(language: string): Words {
  const t: TFunction = instance.getFixedT(language);
  return {
    t: (key, values) => t(key, values ?? {}),
    named: (_, id) => ({ support: "Support", office: "Office" })[id] ?? id,
  };
}

const is = (field: string, operator: Operator, value: string | number | string[]): Condition => ({
  type: "is",
  field,
  operator,
  value,
});

const CONDITION: Condition = {
  type: "all",
  of: [
    is("queue.longest_wait_s", "gt", 90),
    { type: "any", of: [is("queue.service_level", "lt", 0.8), is("queue.support.ready", "eq", 0)] },
    { type: "not", of: is("caller_list", "eq", "black") },
  ],
};

test("what is asked of a queue as a whole looks at no caller", () => {
  const offered = QUEUE_FIELD_GROUPS.flatMap(([, bases]) => bases);
  expect(offered).toContain("queue.waiting");
  expect(offered).toContain("calendar");
  for (const field of ["caller_number", "customer.level", "data", "wait_s"]) expect(offered).not.toContain(field);
});

describe("a condition in words", () => {
  it("is one sentence, with brackets only where they are needed", () => {
    expect(summary(CONDITION, words("en-US"))).toBe(
      "longest wait more than 90 s and (service level less than 80 % or agents ready of “Support” is 0) and not (caller's list is black)",
    );
    expect(summary(CONDITION, words("zh-CN"))).toBe(
      "最长等待大于 90 秒 且 （服务水平小于 80 % 或 “Support”的就绪座席为0） 且 并非（主叫名单为black）",
    );
  });

  it.each([
    [is("calendar.office", "eq", "closed"), "“Office” is closed"],
    [is("caller_list", "eq", ""), "the caller is in no list"],
    [is("caller_list", "ne", ""), "the caller is in a list"],
    [is("customer.level", "in", ["gold", "platinum"]), "customer's level is “gold” or “platinum”"],
    [is("data.order", "starts_with", "A"), "attached data order begins with “A”"],
    [is("weekday", "ge", 6), "weekday at least Saturday"],
    [is("language", "eq", "zh-CN"), "language is Chinese"],
    [is("no.such.field", "eq", "x"), "no.such.field"],
  ])("%j", (condition, text) => expect(summary(condition, words("en-US"))).toBe(text));

  it("never shows a key instead of a word, whatever the field and operator", () => {
    for (const language of ["en-US", "zh-CN"])
      for (const base of FIELD_GROUPS.flatMap(([, bases]) => bases)) {
        const blank = blankComparison(base, "office");
        for (const operator of operatorsOf(fieldOf(blank.field)!.kind)) {
          const text = summary({ ...blank, operator, value: valueFor(operator, blank.value) }, words(language));
          expect(text).not.toMatch(/condition\.|weekday\.|language\.|\{\{/);
        }
      }
  });
});

describe("what a flow attaches to a call", () => {
  const data = {
    reason: "renewal",
    line: { field: "called_number" },
    choice: { field: "data.key" },
    queue: { field: "queue.support.ready" },
    mood: { field: "mood" },
  };

  it("is told a key a line, with the words of fields", () => {
    expect(dataSummary(data, words("en-US")).split("\n")).toEqual([
      "reason = “renewal”",
      "line = number called",
      "choice = attached data key",
      "queue = agents ready of “Support”",
      "mood = mood",
    ]);
    expect(dataSummary({ line: { field: "called_number" } }, words("zh-CN"))).toBe("line = 被叫号码");
  });
});

describe("a field's name", () => {
  it("is taken apart and put together again", () => {
    for (const name of ["caller_number", "data.a.b", "calendar.office", "queue.waiting", "queue.a.waiting"]) {
      const field = fieldOf(name)!;
      expect(nameOf(field.base, field.of)).toBe(name);
    }
    expect(fieldOf("queue.mood")).toBeNull();
    expect(fieldOf("mood")).toBeNull();
  });
});

describe("the builder's top", () => {
  it("is a group, and nothing of it where there are no rows", () => {
    const one = is("priority", "ge", 5);
    expect(asGroup(one)).toEqual({ type: "all", of: [one] });
    expect(simplified(asGroup(one))).toEqual(one);
    expect(simplified(asGroup(null))).toBeNull();
    expect(asGroup(CONDITION)).toBe(CONDITION);
  });

  it("keeps the value when one becomes several and back", () => {
    expect(valueFor("in", "gold")).toEqual(["gold"]);
    expect(valueFor("in", "")).toEqual([]);
    expect(valueFor("eq", ["gold", "silver"])).toBe("gold");
  });
});
