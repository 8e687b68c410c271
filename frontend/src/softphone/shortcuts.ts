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
  "pick_up",
  "park",
  "complete",
  "alternate",
  "conference",
  "reconnect",
  "leave",
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
  pick_up: "Ctrl+F2",
  park: "Ctrl+F6",
  complete: "Ctrl+F10",
  alternate: "Ctrl+F8",
  conference: "Ctrl+F7",
  reconnect: "Ctrl+F9",
  leave: "Ctrl+Shift+F9",
  ready: "F4",
  listen: "F7",
  whisper: "Shift+F7",
  barge: "Shift+F8",
  take_over: "Shift+F9",
};

/** Which commands lie on one key, where only the first would ever be heard; "" is no key. */
export function collisions(keys: Record<Command, string>): Command[][] {
  const on = new Map<string, Command[]>();
  for (const it of COMMANDS) if (keys[it]) on.set(keys[it], [...(on.get(keys[it]) ?? []), it]);
  return [...on.values()].filter((it) => it.length > 1);
}

if (import.meta.env.DEV)
  for (const commands of collisions(DEFAULT_KEYS))
    throw new Error(`Shortcut ${DEFAULT_KEYS[commands[0]!]} is given to several commands: ${commands.join(", ")}`);

const STORED = "callbase.shortcuts";

/** What was chosen before a command came into being keeps its key, and the command has none until it is given one. */
export function chosenOver(chosen: Partial<Record<Command, string>>): Record<Command, string> {
  const taken = new Set(Object.values(chosen));
  const free = COMMANDS.filter((it) => chosen[it] === undefined && !taken.has(DEFAULT_KEYS[it]));
  const none = Object.fromEntries(COMMANDS.map((it) => [it, ""])) as Record<Command, string>;
  return { ...none, ...Object.fromEntries(free.map((it) => [it, DEFAULT_KEYS[it]])), ...chosen };
}

function stored(): Record<Command, string> {
  try {
    return chosenOver(JSON.parse(localStorage.getItem(STORED) ?? "{}"));
  } catch {
    return DEFAULT_KEYS;
  }
}

export const useShortcutKeys = create<Record<Command, string>>(stored);

/** Changes nothing where another command has the key already: that one is returned. */
export function setShortcut(command: Command, keys: string): Command | null {
  const present = useShortcutKeys.getState();
  const holder = COMMANDS.find((it) => it !== command && present[it] === keys);
  if (holder) return holder;
  useShortcutKeys.setState({ [command]: keys });
  localStorage.setItem(STORED, JSON.stringify(useShortcutKeys.getState()));
  return null;
}

/** What a button does, with its key where it has one. */
export const withKey = (text: string, keys: string): string => (keys ? `${text} (${keys})` : text);

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
