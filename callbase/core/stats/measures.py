"""What rules and boards measure of a queue: who waits and works there now, and how the latest `measure_over_s` went."""

from __future__ import annotations

from collections.abc import Callable

from callbase.core.core import Core
from callbase.core.stats import windows
from callbase.core.stats.expected import expected_wait_ms


def _waiting(core: Core, tenant: str, queue: str) -> float:
    return float(core.index.queues[tenant, queue].line.waiting)


def _longest_wait_s(core: Core, tenant: str, queue: str) -> float:
    since_ms = core.index.queues[tenant, queue].line.oldest_since_ms
    return (core.now_ms - since_ms) / 1000 if since_ms is not None else 0.0


def _signed_in(core: Core, tenant: str, queue: str) -> float:
    counts = core.index.queues[tenant, queue].counts
    return float(sum(count for state, count in counts.items() if state != "logged_off"))


def _ready(core: Core, tenant: str, queue: str) -> float:
    return float(core.index.queues[tenant, queue].counts.get("ready", 0))


def _average_wait_s(core: Core, tenant: str, queue: str) -> float | None:
    average_ms = windows.average_wait_ms(windows.window(core, tenant, queue))
    return average_ms / 1000 if average_ms is not None else None


def _service_level(core: Core, tenant: str, queue: str) -> float | None:
    return windows.service_level(windows.window(core, tenant, queue))


def coming_waits_ms(core: Core, tenant: str, queue: str) -> int | None:
    """How long one who comes now, without any priority, is likely to wait."""
    return expected_wait_ms(core, tenant, queue, len(core.index.queues[tenant, queue].line) + 1)


def _expected_wait_s(core: Core, tenant: str, queue: str) -> float | None:
    expected_ms = coming_waits_ms(core, tenant, queue)
    return expected_ms / 1000 if expected_ms is not None else None


MEASURES: dict[str, Callable[[Core, str, str], float | None]] = {
    "waiting": _waiting,
    "longest_wait_s": _longest_wait_s,
    "average_wait_s": _average_wait_s,
    "expected_wait_s": _expected_wait_s,
    "service_level": _service_level,
    "signed_in": _signed_in,
    "ready": _ready,
}
"""As conditions name them (`queue.…`) → the measure; None where there is none (nobody was answered)."""
