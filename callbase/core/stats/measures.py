"""What rules measure of a queue: who waits and works there now, and how the latest `measure_over_s` went.

A rule is to help those who wait while it goes badly, so it must not wait for somebody to be answered before it sees that. What
those who wait now have suffered already counts: too late for the service level is too late, whoever answers; a wait longer than
the average so far can only grow; and where nothing foretells the wait of who comes next, the first in line's says most (the
delay of the head of the line). Boards show what is over and done with, and a wait only where it can be foretold.

Who is to be called back keeps a place in line, but waits no longer: a rule that has callers called back would else go on until
nobody is left on the line.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

from callbase.core.core import Core
from callbase.core.routing.needs import standing_need
from callbase.core.stats import windows
from callbase.core.stats.expected import expected_wait_ms


def _called_back(core: Core, tenant: str, queue: str) -> set[str]:
    """Who keeps a place in its line without the telephone, or has just been told so."""
    agreed = (core.state.interactions[one] for one in core.index.called_back)
    return {
        one.id
        for one in agreed
        if one.tenant == tenant and queue in one.places and one.callback is not None and (one.callback.parting or not one.leg)
    }


def _waiting(core: Core, tenant: str, queue: str) -> float:
    return float(core.index.queues[tenant, queue].line.waiting - len(_called_back(core, tenant, queue)))


def _longest_wait_s(core: Core, tenant: str, queue: str) -> float:
    called_back = _called_back(core, tenant, queue)
    waiting = (one for one in core.index.queues[tenant, queue].line.entered() if one not in called_back)
    longest = next(waiting, None)
    if longest is None:
        return 0.0
    return (core.now_ms - core.state.interactions[longest].places[queue].entered_ms) / 1000


def _signed_in(core: Core, tenant: str, queue: str) -> float:
    counts = core.index.queues[tenant, queue].counts
    return float(sum(count for state, count in counts.items() if state != "logged_off"))


def _ready(core: Core, tenant: str, queue: str) -> float:
    return float(core.index.queues[tenant, queue].counts.get("ready", 0))


def _waits_beyond_ms(core: Core, tenant: str, queue: str, beyond_ms: int) -> Iterator[int]:
    """Of those on the line in the queue of their own, who have waited for longer; as they will be counted."""
    for waiting in core.index.queues[tenant, queue].line.entered_by(core.now_ms - beyond_ms - 1):
        interaction = core.state.interactions[waiting]
        if interaction.queue == queue and interaction.callback is None and not interaction.returned:
            yield core.now_ms - interaction.entered_ms


def _average_wait_s(core: Core, tenant: str, queue: str) -> float | None:
    """Who has waited for longer than the average of the answered counts with that."""
    found = windows.window(core, tenant, queue)
    answered, waited_ms = (found.answered, found.waited_ms) if found is not None else (0, 0)
    longer = list(_waits_beyond_ms(core, tenant, queue, waited_ms // answered if answered else 0))
    waits = answered + len(longer)
    return (waited_ms + sum(longer)) // waits / 1000 if waits else None


def _service_level(core: Core, tenant: str, queue: str) -> float | None:
    """Who has waited for longer than it promises is not within it."""
    config = core.queue(tenant, queue)
    found = windows.window(core, tenant, queue)
    within, ended = (found.within, found.answered + found.abandoned) if found is not None else (0, 0)
    promised_ms = int(config.service_level_s * 1000) if config is not None else 0
    ended += sum(1 for _ in _waits_beyond_ms(core, tenant, queue, promised_ms))
    return round(within / ended, 4) if ended else None


def coming_waits_ms(core: Core, tenant: str, queue: str) -> int | None:
    """How long one who comes now, without any priority, is likely to wait; None where that cannot be foretold."""
    config, index = core.queue(tenant, queue), core.index.queues[tenant, queue]
    return expected_wait_ms(core, tenant, queue, len(index.line) + 1, standing_need(config)) if config is not None else None


def _expected_wait_s(core: Core, tenant: str, queue: str) -> float | None:
    """Without end where nobody is signed in."""
    if not _signed_in(core, tenant, queue):
        return math.inf
    expected_ms = coming_waits_ms(core, tenant, queue)
    return expected_ms / 1000 if expected_ms is not None else _longest_wait_s(core, tenant, queue) or None


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
