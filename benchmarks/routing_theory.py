"""Routing against queueing theory: simulated waits beside the closed forms.

Means of long queues settle slowly, so many millions of calls are needed for one per cent. They are played in the reference queue;
that callbase's routing gives the same waits to the millisecond is proved by tests/simulation/test_play.py.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from itertools import islice

from benchmarks.context import Context
from benchmarks.figure import Figure, figure
from benchmarks.reference_queue import Arrival, Served, by_rank, first_come
from callbase.simulation.erlang import by_priority, impatient, patient

NAME = "routing_theory"
CALLS = 8_000_000
WARM_UP = 100_000
"""Calls not counted: the queue begins empty."""


def run(context: Context) -> list[Figure]:
    found: list[Figure] = []
    for case in (_patient, _impatient, _two_priorities):
        found += case()
        context.say(f"{case.__name__.strip('_')}: done")
    return found


def _patient() -> list[Figure]:
    load, agents, handling, threshold = 4.0, 6, 180.0, 20.0
    theory = patient(load, agents, handling, threshold)
    waited = answered_soon = 0
    total = 0.0
    for served in _counted(first_come(_arrivals(1, load, handling, None), agents)):
        waited += served.wait > 0
        total += served.wait
        answered_soon += served.wait <= threshold
    how = {"model": "M/M/c", "erlang": load, "agents": agents, "handling_s": handling, "calls": CALLS}
    return [
        figure(NAME, "probability of waiting", waited / CALLS, theory.waiting, **how),
        figure(NAME, "s mean wait", total / CALLS, theory.asa, **how),
        figure(NAME, "service level", answered_soon / CALLS, theory.service_level, **how, threshold_s=threshold),
    ]


def _impatient() -> list[Figure]:
    load, agents, handling, patience = 48.0, 50, 60.0, 120.0
    theory = impatient(load, agents, handling, patience)
    waited = gone = 0
    total = 0.0
    for served in _counted(first_come(_arrivals(2, load, handling, patience), agents)):
        waited += served.wait > 0
        gone += not served.answered
        total += served.wait
    how = {"model": "M/M/c+M", "erlang": load, "agents": agents, "handling_s": handling, "patience_s": patience, "calls": CALLS}
    return [
        figure(NAME, "probability of waiting", waited / CALLS, theory.waiting, **how),
        figure(NAME, "probability of abandoning", gone / CALLS, theory.abandoning, **how),
        figure(NAME, "s mean wait", total / CALLS, theory.wait, **how),
    ]


def _two_priorities() -> list[Figure]:
    loads, agents, handling = (1.0, 3.0), 6, 180.0
    theory = by_priority(loads, agents, handling)
    count, total = [0, 0], [0.0, 0.0]
    arrivals = _arrivals(3, sum(loads), handling, None, first_share=loads[0] / sum(loads))
    for served in _counted(by_rank(arrivals, agents)):
        count[served.rank] += 1
        total[served.rank] += served.wait
    how = {"model": "M/M/c, two priorities", "erlang": loads, "agents": agents, "handling_s": handling, "calls": CALLS}
    return [
        figure(NAME, "s mean wait", total[rank] / count[rank], theory[rank], **how, priority=("high", "low")[rank])
        for rank in (0, 1)
    ]


def _counted(served: Iterable[Served]) -> Iterator[Served]:
    return islice(served, WARM_UP, WARM_UP + CALLS)


def _arrivals(seed: int, load: float, handling: float, patience: float | None, first_share: float = 0.0) -> Iterator[Arrival]:
    chance = random.Random(seed)
    at, rate, service = 0.0, load / handling, 1 / handling
    draw = chance.expovariate
    while True:
        at += draw(rate)
        rank = 1 if first_share and chance.random() >= first_share else 0
        yield Arrival(at, draw(service), draw(1 / patience) if patience is not None else None, rank)
