import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import enUS from "./en-US.json";
import zhCN from "./zh-CN.json";

type Tree = { [key: string]: string | Tree };

function keysOf(tree: Tree, before = ""): string[] {
  return Object.entries(tree).flatMap(([key, value]) => {
    const name = before ? `${before}.${key}` : key;
    return typeof value === "string" ? [name] : keysOf(value, name);
  });
}

function textOf(tree: Tree, key: string): string {
  let at: string | Tree | undefined = tree;
  for (const part of key.split(".")) at = typeof at === "object" ? at[part] : undefined;
  return typeof at === "string" ? at : "";
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.tsx?$/.test(entry.name) && !entry.name.includes(".test.") ? [readFileSync(path, "utf8")] : [];
  });
}

const code = sources("src").join("\n");
const english = keysOf(enUS);
const chinese = keysOf(zhCN);
/** `total_one` and `total_other` are found as `total`. */
const findable = new Set(english.flatMap((key) => [key, key.replace(/_(one|other)$/, "")]));

const literal = [...code.matchAll(/\bt\(\s*"([\w.-]+)"/g)].map((it) => it[1]!);
/** Keys put together at run time: the part before the variable must lead somewhere. */
const prefixes = [...code.matchAll(/\bt\(\s*`([\w.-]+[._])\$\{/g)].map((it) => it[1]!);
const menuKeys = [...code.matchAll(/label: "(menu\.[\w.]+)"/g)].map((it) => it[1]!);

describe("the two catalogues", () => {
  it("have the same keys", () => expect(chinese.sort()).toEqual([...english].sort()));

  it("have a text for each key, with the same variables", () => {
    const variables = (text: string) => (text.match(/\{\{\w+\}\}/g) ?? []).sort();
    for (const key of english) {
      expect(textOf(enUS, key), key).not.toBe("");
      expect(textOf(zhCN, key), key).not.toBe("");
      expect(variables(textOf(zhCN, key)), key).toEqual(variables(textOf(enUS, key)));
    }
  });

  it("have every key the code uses", () => {
    expect(literal.length).toBeGreaterThan(200);
    expect([...literal, ...menuKeys].filter((key) => !findable.has(key))).toEqual([]);
    expect(prefixes.filter((prefix) => !english.some((key) => key.startsWith(prefix)))).toEqual([]);
  });

  it("have no key that nothing uses", () => {
    const used = new Set([...literal, ...menuKeys]);
    // Server-side names (error codes, permissions, reasons …) are looked up by what the server says.
    const byName = [...code.matchAll(/[`"]([\w-]+(?:\.[\w-]+)*)[.]\$\{/g)].map((it) => `${it[1]}.`);
    const groups = ["error.", "audit_action.", "audit_object.", ...prefixes, ...byName];
    const unused = english.filter(
      (key) =>
        !used.has(key) && !used.has(key.replace(/_(one|other)$/, "")) && !groups.some((it) => key.startsWith(it)),
    );
    expect(unused).toEqual([]);
  });
});
