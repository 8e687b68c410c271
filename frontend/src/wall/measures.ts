import type { Measure, Tile } from "../api/boards";
import type { AgentView, QueueView } from "../link/messages";

/** What a tile shows, worked out of the engine's live state. */

export type Tone = "plain" | "warn" | "alarm";

/** Seconds for waits, 0…1 for service levels, else counts; null where there is no such figure. */
export function measureOf(measure: Measure, queues: QueueView[], nowMs: number): number | null {
  const sum = (pick: (it: QueueView) => number) => queues.reduce((total, it) => total + pick(it), 0);
  switch (measure) {
    case "longest_wait": {
      const since = queues.map((it) => it.oldest_since_ms).filter((it) => it !== null);
      return since.length ? Math.max(0, (nowMs - Math.min(...since)) / 1000) : null;
    }
    case "average_wait":
      return greatest(queues.map((it) => it.average_wait_ms));
    case "expected_wait":
      return greatest(queues.map((it) => it.expected_wait_ms));
    case "service_level": {
      const known = queues.map((it) => it.service_level).filter((it) => it !== null);
      return known.length ? Math.min(...known) : null;
    }
    case "service_level_today": {
      const finished = sum((it) => it.answered_today + it.abandoned_today);
      return finished ? sum((it) => it.within_service_level_today) / finished : null;
    }
    default:
      return sum((it) => it[measure]);
  }
}

/** Of several queues the one that is worst off counts: an average of averages says nothing. */
function greatest(values: (number | null)[]): number | null {
  const known = values.filter((it) => it !== null);
  return known.length ? Math.max(...known) / 1000 : null;
}

const MORE_IS_BETTER: Measure[] = ["service_level", "service_level_today", "signed_in", "ready", "answered_today"];
export const isShare = (measure: Measure): boolean => measure.startsWith("service_level");
export const isWait = (measure: Measure): boolean => measure.endsWith("_wait");

/** Coloured from a threshold on: upwards, or downwards where more is better. Shares are set in per cent. */
export function toneOf(tile: Pick<Tile, "measure" | "warn" | "alarm">, value: number | null): Tone {
  if (value === null) return "plain";
  const shown = isShare(tile.measure) ? value * 100 : value;
  const past = (limit: number | null) =>
    limit !== null && (MORE_IS_BETTER.includes(tile.measure) ? shown <= limit : shown >= limit);
  return past(tile.alarm) ? "alarm" : past(tile.warn) ? "warn" : "plain";
}

/** The agents a tile is about: of its queues, or who has one of its skills; without either all. */
export function agentsOf(
  tile: Pick<Tile, "by" | "of">,
  agents: AgentView[],
  skills: Record<string, Record<string, number>>,
): AgentView[] {
  if (tile.of.length === 0) return agents;
  if (tile.by === "skill") return agents.filter((it) => tile.of.some((skill) => (skills[skill]?.[it.agent] ?? 0) > 0));
  return agents.filter((it) => it.queues.some((queue) => tile.of.includes(queue)));
}

/** The tile at `from` put where the one at `to` is. */
export function moved<T>(tiles: T[], from: number, to: number): T[] {
  if (to < 0 || to >= tiles.length) return tiles;
  const rest = tiles.filter((_, at) => at !== from);
  return [...rest.slice(0, to), tiles[from]!, ...rest.slice(to)];
}
