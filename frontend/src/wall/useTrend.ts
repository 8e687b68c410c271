import { useEffect, useReducer, useRef } from "react";
import type { Tile } from "../api/boards";
import { useLink } from "../link/store";
import { measureOf } from "./measures";

const EVERY_MS = 5_000;
const KEPT = 360;

type Point = [atMs: number, value: number | null];

export interface Trend {
  /** Of the last half hour this page has been open, oldest first. */
  of: (tile: Tile) => Point[];
}

const keyOf = (tile: Tile) => `${tile.measure} ${[...tile.of].sort().join()}`;

/** Notes the figures of trend tiles as they pass, for there is no history on the link. */
export function useTrend(tiles: Tile[]): Trend {
  const noted = useRef(new Map<string, Point[]>());
  const [, draw] = useReducer((times: number) => times + 1, 0);
  useEffect(() => {
    const note = () => {
      const { view, skewMs } = useLink.getState();
      if (!view) return;
      const trends = tiles.filter((it) => it.kind === "trend");
      for (const tile of trends) {
        const queues = Object.values(view.queues).filter((it) => tile.of.length === 0 || tile.of.includes(it.queue));
        const points = noted.current.get(keyOf(tile)) ?? [];
        points.push([Date.now() + skewMs, measureOf(tile.measure, queues, Date.now() + skewMs)]);
        noted.current.set(keyOf(tile), points.slice(-KEPT));
      }
      if (trends.length) draw();
    };
    note();
    const timer = setInterval(note, EVERY_MS);
    return () => clearInterval(timer);
  }, [tiles]);
  return { of: (tile) => noted.current.get(keyOf(tile)) ?? [] };
}
