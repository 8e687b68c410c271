import { formatDuration, useEngineNow } from "./time";

/** Time since a moment of the engine's clock, ticking. */
export function Since({ ms }: { ms: number }) {
  const now = useEngineNow();
  return <time className="num">{formatDuration(now - ms)}</time>;
}

/** Time left until a moment of the engine's clock. */
export function Until({ ms }: { ms: number }) {
  const now = useEngineNow();
  return <time className="num">{formatDuration(ms - now + 500)}</time>;
}
