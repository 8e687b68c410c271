import type { QueueView } from "../link/messages";

/** Somebody waits, and nobody is ready for them; where agents at least talk the wait has an end, elsewhere it has none. */
export function unattended(queue: Pick<QueueView, "waiting" | "ready" | "busy">): "all_busy" | "nobody" | null {
  if (queue.waiting === 0 || queue.ready > 0) return null;
  return queue.busy > 0 ? "all_busy" : "nobody";
}
