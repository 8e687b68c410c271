import type { Page } from "./types";

/** A list's items, whether it came in pages or whole. */
export function asItems<T>(list: Page<T> | T[]): T[] {
  return Array.isArray(list) ? list : list.items;
}
