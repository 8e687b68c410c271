import { describe, expect, it } from "vitest";
import { keysOf } from "./shortcuts";

const press = (part: Partial<KeyboardEvent>) =>
  keysOf({ key: "", code: "", ctrlKey: false, altKey: false, shiftKey: false, metaKey: false, ...part });

describe("a shortcut", () => {
  it("may be a function key alone", () => expect(press({ key: "F2", code: "F2" })).toBe("F2"));
  it("may be a letter with a modifier, whatever letter Alt makes of it", () =>
    expect(press({ key: "å", code: "KeyA", ctrlKey: true, altKey: true })).toBe("Ctrl+Alt+A"));
  it("takes ⌘ for Ctrl", () => expect(press({ key: "a", code: "KeyA", metaKey: true })).toBe("Ctrl+A"));
  it("is never a plain letter, which would hinder typing", () => expect(press({ key: "a", code: "KeyA" })).toBeNull());
  it("is never a modifier alone", () =>
    expect(press({ key: "Control", code: "ControlLeft", ctrlKey: true })).toBeNull());
});
