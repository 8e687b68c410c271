"""What callers were told they would wait, beside what they waited, and beside simpler guesses made at the same moment."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

import msgspec

from callbase.core.facts import AnyFact, SegmentEnded, SegmentStarted

SHORTEST_MS = 10_000
"""Who waited less was never told anything."""


class Guess(msgspec.Struct, frozen=True, kw_only=True):
    """Of one caller, in milliseconds. None: nothing could be said."""

    waited: int
    foretold: int | None
    average: float | None
    """The naive one: mean wait of the day's answered until then."""
    last: int | None
    """The wait of who was answered last."""


class Foretold:
    """Reads the facts of a day; `guesses` has one entry for each who waited and was answered."""

    def __init__(self) -> None:
        self.guesses: list[Guess] = []
        self._begun: dict[str, tuple[int | None, float | None, int | None]] = {}
        self._answered: dict[str, tuple[int, int, int]] = {}
        """Queue → answered, sum of their waits, the last one's wait."""

    def read(self, facts: Iterable[AnyFact]) -> None:
        for fact in facts:
            if isinstance(fact, SegmentStarted) and fact.kind == "queue":
                count, total, last = self._answered.get(fact.queue or "", (0, 0, 0))
                self._begun[fact.segment] = (fact.expected_ms, total / count if count else None, last if count else None)
            elif isinstance(fact, SegmentEnded) and fact.kind == "queue":
                self._ended(fact)

    def _ended(self, fact: SegmentEnded) -> None:
        foretold, average, last = self._begun.pop(fact.segment)
        if fact.result != "answered":
            return
        waited = fact.at_ms - fact.started_ms
        count, total, _ = self._answered.get(fact.queue or "", (0, 0, 0))
        self._answered[fact.queue or ""] = (count + 1, total + waited, waited)
        if waited >= SHORTEST_MS:
            self.guesses.append(Guess(waited=waited, foretold=foretold, average=average, last=last))

    def error_ms(self, of: Literal["foretold", "average", "last"]) -> float:
        """Mean absolute error of `foretold`, `average` or `last`, over those of whom all three could be said."""
        whole = [one for one in self.guesses if None not in (one.foretold, one.average, one.last)]
        errors: list[float] = [abs(getattr(one, of) - one.waited) for one in whole]
        return sum(errors) / len(errors)
