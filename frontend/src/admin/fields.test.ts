import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ID_FORMS } from "./fields";

describe("the forms of ids", () => {
  const rules = readFileSync("../callbase/web/fields.py", "utf8");

  it.each(Object.entries(ID_FORMS))("are the API's: %s", (kind, form) => {
    const theirs = new RegExp(`^${kind.toUpperCase()}_FORM = r"(.*)"$`, "m").exec(rules)?.[1];
    expect(form.source).toBe(theirs);
  });
});
