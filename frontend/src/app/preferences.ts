import { create } from "zustand";
import type { ThemeChoice } from "../api/types";

/** Light or dark, as the person chose or the system says; kept in the browser so that a reload does not flash. */

const STORED = "callbase.theme";
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
const systemStill = window.matchMedia("(prefers-reduced-motion: reduce)");

interface ThemeState {
  choice: ThemeChoice;
  dark: boolean;
  /** The system asks that nothing move. */
  still: boolean;
}

function isDark(choice: ThemeChoice): boolean {
  return choice === "dark" || (choice === "system" && systemDark.matches);
}

function stored(): ThemeChoice {
  const value = localStorage.getItem(STORED);
  return value === "light" || value === "dark" ? value : "system";
}

export const useTheme = create<ThemeState>(() => ({
  choice: stored(),
  dark: isDark(stored()),
  still: systemStill.matches,
}));

export function setTheme(choice: ThemeChoice): void {
  localStorage.setItem(STORED, choice);
  useTheme.setState({ choice, dark: isDark(choice) });
}

systemDark.addEventListener("change", () => {
  const { choice } = useTheme.getState();
  useTheme.setState({ dark: isDark(choice) });
});

systemStill.addEventListener("change", () => useTheme.setState({ still: systemStill.matches }));
