"""A day of calls, as a list: when each comes, for which queue, how long its caller waits and talks."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec


class TracedCall(msgspec.Struct, frozen=True, kw_only=True):
    """One call. `at_ms` is from the beginning of the day; `patience_ms` None: it waits for ever."""

    at_ms: int
    queue: str
    caller_number: str
    talk_ms: int
    patience_ms: int | None = None


class Load(msgspec.Struct, frozen=True, kw_only=True):
    """What comes to one queue: calls in each interval of the day (Poisson within it), exponential talks and patience."""

    queue: str
    calls: tuple[float, ...]
    """Expected calls in each interval."""
    interval_ms: int = 1_800_000
    talk_ms: float = 180_000.0
    patience_ms: float | None = 120_000.0


def drawn(loads: Sequence[Load], seed: int) -> list[TracedCall]:
    """The calls of a day, in order; the same seed draws the same day."""
    chance = random.Random(seed)
    calls = [call for load in loads for call in _of_load(load, chance)]
    calls.sort(key=lambda call: (call.at_ms, call.queue))
    return [msgspec.structs.replace(call, caller_number=f"139{place:08}") for place, call in enumerate(calls)]


def _of_load(load: Load, chance: random.Random) -> Iterable[TracedCall]:
    """By inversion of the cumulated rate: exponential steps of unit rate, laid on the day."""
    ends = list(accumulate(load.calls))
    total, passed, interval = (ends[-1] if ends else 0.0), chance.expovariate(1.0), 0
    while passed < total:
        while ends[interval] <= passed:
            interval += 1
        within = 1 - (ends[interval] - passed) / load.calls[interval]
        yield TracedCall(
            at_ms=int((interval + within) * load.interval_ms),
            queue=load.queue,
            caller_number="",
            talk_ms=max(1, round(chance.expovariate(1 / load.talk_ms))),
            patience_ms=max(1, round(chance.expovariate(1 / load.patience_ms))) if load.patience_ms is not None else None,
        )
        passed += chance.expovariate(1.0)
