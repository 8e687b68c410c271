import type { QueueView } from "../link/messages";

/** Of those answered or abandoned, the share answered in time; null before there was one. */
export function serviceLevel(
  queue: Pick<QueueView, "answered_today" | "abandoned_today" | "within_service_level_today">,
): number | null {
  const finished = queue.answered_today + queue.abandoned_today;
  return finished === 0 ? null : queue.within_service_level_today / finished;
}
