import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const TEXTS = "text text-2 text-3 ready reserved talk hold wrap not-ready off lost queue-text accent".split(" ");
const SURFACES = ["surface", "surface-2"];
/** WCAG 2.2, 1.4.3: of text of the usual size. */
const LEAST = 4.5;

const css = readFileSync("src/app/tokens.css", "utf8");
function colours(selector: string): Record<string, string> {
  const from = css.indexOf(`${selector} {`);
  const block = css.slice(from, css.indexOf("}", from));
  return Object.fromEntries([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((it) => [it[1], it[2]]));
}

function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}
function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light! + 0.05) / (dark! + 0.05);
}

describe.each([":root", ':root[data-theme="dark"]'])("In %s", (selector) => {
  const of = colours(selector);
  it.each(TEXTS.flatMap((text) => SURFACES.map((surface) => [text, surface])))("%s is read on %s", (text, surface) => {
    expect(contrast(of[text!]!, of[surface!]!)).toBeGreaterThanOrEqual(LEAST);
  });
  it("what stands on the accent is read", () => {
    expect(contrast(of["on-accent"]!, of.accent!)).toBeGreaterThanOrEqual(LEAST);
    expect(contrast(of["on-accent"]!, of.off!)).toBeGreaterThanOrEqual(LEAST);
  });
});
