/** Wallboards as the API has them (`callbase/apps/boards/schemas.py`). */

export const MEASURES = [
  "waiting",
  "longest_wait",
  "average_wait",
  "expected_wait",
  "service_level",
  "service_level_today",
  "signed_in",
  "ready",
  "busy",
  "not_ready",
  "offered_today",
  "answered_today",
  "abandoned_today",
] as const;
export type Measure = (typeof MEASURES)[number];

export const TILE_KINDS = ["number", "gauge", "queues", "states", "agents", "calls", "trunks", "trend"] as const;
export type TileKind = (typeof TILE_KINDS)[number];

export interface Tile {
  kind: TileKind;
  measure: Measure;
  by: "queue" | "skill";
  of: string[];
  title: string;
  width: number;
  warn: number | null;
  alarm: number | null;
}

export interface BoardRecord {
  id: string;
  name: string;
  position: number;
  tiles: Tile[];
}
