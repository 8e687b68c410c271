"""The time events are stamped with: the wall clock's, that never goes back and never races through an hour in a second."""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

STEP_MS = 5_000
"""A wall clock further ahead than this was set, or the machine slept: we step along. Anything less is slewed."""
SLEW = 0.01
"""How fast a difference is taken up, in ms a ms."""


class Clock:
    """Milliseconds since 1970 UTC. Runs on the monotonic clock, corrected towards the wall clock.

    `at_least_ms`: the last moment journaled; starting before it, this clock starts from it.
    """

    def __init__(
        self,
        at_least_ms: int = 0,
        *,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._ticked_ms = monotonic() * 1000
        self._now_ms = max(wall() * 1000, float(at_least_ms))
        if self._now_ms > wall() * 1000 + STEP_MS:
            log.warning(
                "the system clock is behind the journal; going on from the journal's time",
                behind_s=round(self._now_ms / 1000 - wall()),
            )

    def now_ms(self) -> int:
        """The present moment; never less than before."""
        ticked_ms = self._monotonic() * 1000
        passed_ms, self._ticked_ms = ticked_ms - self._ticked_ms, ticked_ms
        self._now_ms += passed_ms
        ahead_ms = self._wall() * 1000 - self._now_ms
        if ahead_ms > STEP_MS:
            log.warning("the system clock jumped ahead", by_s=round(ahead_ms / 1000))
            self._now_ms += ahead_ms
        else:
            most_ms = passed_ms * SLEW
            self._now_ms += max(-most_ms, min(ahead_ms, most_ms))
        return int(self._now_ms)
