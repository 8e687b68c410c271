"""What happened in a queue over its latest `measure_over_s`: answers and abandonments in buckets, the oldest of which falls away.

A bucket is a thirtieth of the window, so a measure is over the window and at most a thirtieth more. A timer drops buckets, and
stands still while there are none; so what a window says changes only by events, and a replay sees the same.
"""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.state import Bucket, QueueWindow

BUCKETS = 30


def record(core: Core, tenant: str, queue: str, *, answered_after_ms: int | None = None, within: bool = False) -> None:
    """An answer after so long a wait (and whether within the service level), or without one an abandonment."""
    found = _present(core, tenant, queue)
    for counts in (found, found.buckets[-1]):
        if answered_after_ms is None:
            counts.abandoned += 1
        else:
            counts.answered += 1
            counts.waited_ms += answered_after_ms
            counts.within += within


def window(core: Core, tenant: str, queue: str) -> QueueWindow | None:
    return core.state.tenants[tenant].windows.get(queue)


def average_wait_ms(found: QueueWindow | None) -> int | None:
    """Of those answered in it."""
    return found.waited_ms // found.answered if found is not None and found.answered else None


def service_level(found: QueueWindow | None) -> float | None:
    """Answered within the service level, of those answered or abandoned in it: 0…1."""
    ended = found.answered + found.abandoned if found is not None else 0
    return round(found.within / ended, 4) if found is not None and ended else None


def roll(core: Core, tenant: str, queue: str) -> None:
    """Time for the oldest bucket to fall away."""
    there = core.state.tenants[tenant]
    found = there.windows[queue]
    found.timer = None
    bucket_ms = _bucket_ms(core, tenant, queue)
    oldest_ms = core.now_ms - (BUCKETS + 1) * bucket_ms
    while found.buckets and found.buckets[0].since_ms <= oldest_ms:
        _take_out(found, found.buckets.pop(0))
    if found.buckets:
        found.timer = core.set_timer("window", tenant, queue, found.buckets[0].since_ms - oldest_ms)
    else:
        del there.windows[queue]
    core.touch_queue(tenant, queue)


def forget(core: Core, tenant: str, queue: str) -> None:
    """The queue is no more."""
    found = core.state.tenants[tenant].windows.pop(queue, None)
    if found is not None:
        core.cancel_timer(found.timer)


def _take_out(found: QueueWindow, bucket: Bucket) -> None:
    found.answered -= bucket.answered
    found.waited_ms -= bucket.waited_ms
    found.within -= bucket.within
    found.abandoned -= bucket.abandoned


def _present(core: Core, tenant: str, queue: str) -> QueueWindow:
    """With a bucket for this moment as its last."""
    windows = core.state.tenants[tenant].windows
    found = windows.get(queue)
    bucket_ms = _bucket_ms(core, tenant, queue)
    if found is None:
        timer = core.set_timer("window", tenant, queue, (BUCKETS + 1) * bucket_ms)
        found = windows[queue] = QueueWindow(timer=timer)
    if not found.buckets or core.now_ms >= found.buckets[-1].since_ms + bucket_ms:
        found.buckets.append(Bucket(since_ms=core.now_ms))
    return found


def _bucket_ms(core: Core, tenant: str, queue: str) -> int:
    config = core.queue(tenant, queue)
    over_s = config.measure_over_s if config is not None else 0.0
    return max(1000, int(over_s * 1000) // BUCKETS)
