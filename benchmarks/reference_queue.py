"""One queue in a few obvious lines, to hold the core's routing and queueing theory against: who comes first (by priority, then by
arrival) is served first, by whoever is free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heapify, heappop, heappush, heapreplace
from typing import NamedTuple


class Arrival(NamedTuple):
    """`patience` None: it waits for ever. The lower rank goes first."""

    at: float
    service: float
    patience: float | None = None
    rank: int = 0


class Served(NamedTuple):
    rank: int
    wait: float
    answered: bool


def first_come(arrivals: Iterable[Arrival], agents: int, ring: float = 0.0) -> Iterator[Served]:
    """All of one rank. An agent's telephone rings for `ring` before the talk; who gives up meanwhile frees it again."""
    free = [0.0] * agents
    for arrival in arrivals:
        start = max(arrival.at, free[0])
        leaves = arrival.at + arrival.patience if arrival.patience is not None else None
        if leaves is not None and leaves < start + ring:
            if leaves > start:
                heapreplace(free, leaves)
            yield Served(arrival.rank, leaves - arrival.at, False)
        else:
            heapreplace(free, start + ring + arrival.service)
            yield Served(arrival.rank, start + ring - arrival.at, True)


def by_rank(arrivals: Iterable[Arrival], agents: int, ring: float = 0.0) -> Iterator[Served]:
    """Patient callers of several ranks; no talk is interrupted."""
    free = [0.0] * agents
    heapify(free)
    waiting: list[tuple[int, int, Arrival]] = []
    for place, arrival in enumerate(arrivals):
        while waiting and free[0] < arrival.at:
            yield _serve(heappop(waiting)[2], free, ring)
        heappush(waiting, (arrival.rank, place, arrival))
    while waiting:
        yield _serve(heappop(waiting)[2], free, ring)


def _serve(arrival: Arrival, free: list[float], ring: float) -> Served:
    start = max(arrival.at, free[0])
    heapreplace(free, start + ring + arrival.service)
    return Served(arrival.rank, start + ring - arrival.at, True)
