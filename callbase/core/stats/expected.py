"""How long a caller at a place in line is likely to wait, worked out from how the line has moved of late.

The pace of a queue is the agents' time that went by for each answer while somebody waited: handling, ringing, and the calls
that shared agents take elsewhere are all in it, whatever their causes. With s agents at work a line then moves on every
pace / s, and besides by those who give up. Who has n callers ahead waits, as in Erlang A (M/M/c+M),

    sum over i = 0 … n of 1 / (s / pace + i × rate of giving up)

Measured against simulated days in docs/routing-theory.md.
"""

from __future__ import annotations

from math import log

from callbase.core.core import Core
from callbase.core.queue.lookout import QueueIndex
from callbase.core.routing.needs import Need, fits
from callbase.core.state import Place, QueuePace

MEMORY = 50
"""Answers after which an old one counts for little more than a third."""
ENOUGH = 3
"""With fewer answers seen nothing is said."""
ADDED_UP = 200
"""Places further back are taken together (an integral in place of the sum)."""


def expected_wait_ms(core: Core, tenant: str, queue: str, place: int, need: Need) -> int | None:
    """For who stands at that place, 1 being the head, with that need. None where it is not known: too little was seen, or
    nobody is at work."""
    index = core.index.queues.get((tenant, queue))
    there = core.state.tenants.get(tenant)
    pace = there.paces.get(queue) if there is not None else None
    if index is None:
        return None
    if _served_at_once(index, place, need):
        return 0
    staff = at_work(core, tenant, queue)
    if pace is None or pace.answers < ENOUGH or not staff or pace.work_ms <= 0:
        return None
    moves, gives_up = staff / pace.work_ms, pace.lost / pace.stood_ms if pace.stood_ms > 0 else 0.0
    near = min(place, ADDED_UP)
    waits = sum(1 / (moves + ahead * gives_up) for ahead in range(near))
    if place > near:
        far = place - near
        waits += log(1 + far * gives_up / (moves + near * gives_up)) / gives_up if gives_up else far / moves
    return int(waits)


def _served_at_once(index: QueueIndex, place: int, need: Need) -> bool:
    """Whether somebody ready who fits the need is left over for that place. Those in line for whom nobody is ready keep nobody
    from an agent."""
    seekers = index.needs.get(need)
    if seekers is not None:
        ready = len(seekers.ready)
    else:
        ready = sum(fits(need, index.ready_seat(agent)[0]) for *_, agent in index.ready)
    rivals = sum(len(others.waiting) for others in index.needs.values() if len(others.ready))
    return 0 < ready >= place - (len(index.line) - rivals)


def at_work(core: Core, tenant: str, queue: str) -> int:
    """Members who take calls: ready, reserved, busy or working after one."""
    counts = core.index.queues[tenant, queue].counts
    return sum(counts.get(state, 0) for state in ("ready", "reserved", "busy", "working_after_call"))


def line_moved(core: Core, tenant: str, queue: str, place: Place, *, answered: bool) -> None:
    """Somebody who stood at that place has left the line, by an agent's answer or not."""
    index = core.index.queues.get((tenant, queue))
    if index is None:
        return
    pace = core.state.tenants[tenant].paces.setdefault(queue, QueuePace())
    keep = 1 - 1 / MEMORY
    pace.stood_ms = pace.stood_ms * keep + core.now_ms - place.entered_ms
    pace.lost = pace.lost * keep + (not answered)
    if answered:
        if pace.since_ms is not None:
            work_ms = (core.now_ms - pace.since_ms) * at_work(core, tenant, queue)
            pace.answers = min(pace.answers + 1, MEMORY)
            pace.work_ms += (work_ms - pace.work_ms) / pace.answers
        pace.since_ms = core.now_ms
    if not index.line.waiting:
        pace.since_ms = None
