import { useEffect, useRef } from "react";
import { create } from "zustand";

/** Keys that work everywhere on the page, also while typing; which ones is each person's choice, kept in the browser. */

export const COMMANDS = [
  "answer",
  "reject",
  "hold",
  "mute",
  "keypad",
  "hang_up",
  "dial",
  "ready",
  "listen",
  "whisper",
  "barge",
  "take_over",
] as const;
export type Command = (typeof COMMANDS)[number];

export const DEFAULT_KEYS: Record<Command, string> = {
  answer: "F2",
  reject: "Shift+F2",
  hold: "F8",
  mute: "F6",
  keypad: "Shift+F6",
  hang_up: "F9",
  dial: "F10",
  ready: "F4",
  listen: "F7",
  whisper: "Shift+F7",
  barge: "Shift+F8",
  take_over: "Shift+F9",
};

const STORED = "callbase.shortcuts";

function stored(): Record<Command, string> {
  try {
    return { ...DEFAULT_KEYS, ...JSON.parse(localStorage.getItem(STORED) ?? "{}") };
  } catch {
    return DEFAULT_KEYS;
  }
}

export const useShortcutKeys = create<Record<Command, string>>(stored);

export function setShortcut(command: Command, keys: string): void {
  useShortcutKeys.setState({ [command]: keys });
  localStorage.setItem(STORED, JSON.stringify(useShortcutKeys.getState()));
}

export function resetShortcuts(): void {
  localStorage.removeItem(STORED);
  useShortcutKeys.setState(DEFAULT_KEYS);
}

type KeyPress = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey">;

/** A key press as it is written: "F2", "Ctrl+Alt+A". Null for a modifier alone, or a key that would hinder typing. */
export function keysOf(event: KeyPress): string | null {
  if (["Control", "Alt", "Shift", "Meta", "Process", "Unidentified"].includes(event.key)) return null;
  const isFunctionKey = /^F\d{1,2}$/.test(event.key);
  if (!isFunctionKey && !event.ctrlKey && !event.altKey && !event.metaKey) return null;
  // By its place on the keyboard, for Alt changes what letter a key gives.
  const key = /^Key([A-Z])$/.exec(event.code)?.[1] ?? /^Digit(\d)$/.exec(event.code)?.[1] ?? event.key;
  const modifiers = [
    event.ctrlKey || event.metaKey ? "Ctrl" : "",
    event.altKey ? "Alt" : "",
    event.shiftKey ? "Shift" : "",
  ].filter(Boolean);
  return [...modifiers, key].join("+");
}

export function useShortcuts(actions: Partial<Record<Command, () => void>>): void {
  const latest = useRef(actions);
  latest.current = actions;
  const keys = useShortcutKeys();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.repeat) return;
      const combination = keysOf(event);
      const command = COMMANDS.find((it) => keys[it] === combination);
      const action = command && latest.current[command];
      if (!action) return;
      event.preventDefault();
      action();
    };
    window.addEventListener("keydown", pressed);
    return () => window.removeEventListener("keydown", pressed);
  }, [keys]);
}
