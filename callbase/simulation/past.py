"""A day that was, as calls that can be played again.

What was not seen has to be supposed: how long who was answered would have waited, and how long who gave up would have talked.
Both are drawn from exponential distributions: patience, from the answer on, with the mean that explains best what was seen (all
waiting time by the number who gave up: the maximum-likelihood estimate with censored data); talks with the mean of those seen.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

import msgspec

from callbase.simulation.traffic import TracedCall

_TALK_MS = 180_000.0
"""Where nobody talked that day."""


class SeenCall(msgspec.Struct, frozen=True, kw_only=True):
    """`talk_ms` None: it was not answered. `gave_up`: by its caller, after `wait_ms`."""

    at_ms: int
    queue: str
    caller_number: str
    wait_ms: int
    talk_ms: int | None
    gave_up: bool


def supposed(seen: Sequence[SeenCall], seed: int) -> list[TracedCall]:
    """In order of arrival. Where nobody gave up all day, all wait for ever."""
    chance = random.Random(seed)
    talks = [call.talk_ms for call in seen if call.talk_ms is not None]
    talk_ms = sum(talks) / len(talks) if talks else _TALK_MS
    gave_up = sum(call.gave_up for call in seen)
    patience_ms = max(1.0, sum(call.wait_ms for call in seen) / gave_up) if gave_up else None

    def patience(call: SeenCall) -> int | None:
        if call.gave_up:
            return max(1, call.wait_ms)
        return None if patience_ms is None else call.wait_ms + round(chance.expovariate(1 / patience_ms))

    return [
        TracedCall(
            at_ms=call.at_ms,
            queue=call.queue,
            caller_number=call.caller_number,
            talk_ms=call.talk_ms if call.talk_ms is not None else max(1, round(chance.expovariate(1 / talk_ms))),
            patience_ms=patience(call),
        )
        for call in sorted(seen, key=lambda call: (call.at_ms, call.queue))
    ]
