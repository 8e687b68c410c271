import { describe, expect, it } from "vitest";
import {
  chosenOver,
  collisions,
  DEFAULT_KEYS,
  keysOf,
  resetShortcuts,
  setShortcut,
  useShortcutKeys,
} from "./shortcuts";

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

describe("the keys of all commands", () => {
  it("are one for each", () => expect(collisions(DEFAULT_KEYS)).toEqual([]));

  it("are found out where two commands lie on one, while any number may have none", () => {
    expect(collisions({ ...DEFAULT_KEYS, park: "F2", conference: "F2" })).toEqual([["answer", "park", "conference"]]);
    expect(collisions({ ...DEFAULT_KEYS, park: "", conference: "" })).toEqual([]);
  });

  it("are not given away twice by a person's choice", () => {
    resetShortcuts();
    expect(setShortcut("park", "F9")).toBe("hang_up");
    expect(useShortcutKeys.getState().park).toBe(DEFAULT_KEYS.park);
    expect(setShortcut("park", "Ctrl+Alt+P")).toBeNull();
    expect(useShortcutKeys.getState().park).toBe("Ctrl+Alt+P");
    resetShortcuts();
  });

  it("stay as chosen where a later command would come with the same one", () => {
    const keys = chosenOver({ hold: DEFAULT_KEYS.park });
    expect(keys.hold).toBe(DEFAULT_KEYS.park);
    expect(keys.park).toBe("");
    expect(keys.answer).toBe(DEFAULT_KEYS.answer);
  });
});
