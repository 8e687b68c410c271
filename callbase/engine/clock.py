"""The time events are stamped with: the wall clock's, that never goes back and never leaps while anybody is in a call.

A wall clock that was set, by an hour say, must not end every wait, ring and work after a call at once, nor make each talk an hour
longer. So time goes on as it passes, a little faster or slower until the difference is taken up; at once, forward, where nobody
is there whom it could harm.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)

STEP_MS = 5_000
"""A wall clock further off than this was set. Anything less is a clock's common error."""
SLEW, SLEW_OF_STEP = 0.01, 0.05
"""How fast a difference is taken up, in ms a ms: one that is small, and one that is not. An hour takes twenty."""


def passed_s() -> float:
    """Goes on while the process or the machine is stopped, and with no clock that is set."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class Clock:
    """Milliseconds since 1970 UTC. Runs with the time that passes, corrected towards the wall clock.

    `at_least_ms`: the last moment journaled; starting before it, this clock starts from it. `going_on_from_ms`: what the clock
    that is followed shows now; this one starts there, whatever the wall clock says.
    """

    def __init__(
        self,
        at_least_ms: int = 0,
        *,
        going_on_from_ms: int | None = None,
        wall: Callable[[], float] = time.time,
        passed: Callable[[], float] = passed_s,
    ) -> None:
        self._wall, self._passed = wall, passed
        self._ticked_ms = passed() * 1000
        wall_ms = wall() * 1000
        self._now_ms = float(going_on_from_ms) if going_on_from_ms is not None else max(wall_ms, float(at_least_ms))
        self._off = False
        self._note(wall_ms - self._now_ms)

    def now_ms(self) -> int:
        """The present moment; never less than before."""
        ticked_ms = self._passed() * 1000
        passed_ms, self._ticked_ms = ticked_ms - self._ticked_ms, ticked_ms
        self._now_ms += passed_ms
        ahead_ms = self._wall() * 1000 - self._now_ms
        self._note(ahead_ms)
        most_ms = passed_ms * (SLEW_OF_STEP if self._off else SLEW)
        self._now_ms += max(-most_ms, min(ahead_ms, most_ms))
        return int(self._now_ms)

    def leap(self) -> None:
        """To the wall clock's time, if that is far ahead: for when nobody waits, rings, talks or works after a call."""
        if not self._off:
            return
        ahead_ms = self._wall() * 1000 - self._now_ms
        if ahead_ms > STEP_MS:
            self._now_ms += ahead_ms
            self._note(0)

    def _note(self, ahead_ms: float) -> None:
        off = abs(ahead_ms) > STEP_MS
        if off and not self._off:
            log.warning("the system clock was set; callbase's takes the difference up slowly", ahead_s=round(ahead_ms / 1000))
        elif self._off and not off:
            log.info("callbase's clock agrees with the system's again")
        self._off = off
