"""A leader that reaches no switch node gives way to a standby that does."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import structlog

from callbase.engine.clock import passed_s

log = structlog.get_logger(__name__)

LOST_AFTER_S = 2.0
"""A switch that is started again is back sooner, or answers nobody."""
NEVER_REACHED_S = 60.0
"""For so long an engine that has begun to lead tries to reach one at first: it may take its time to tell all it has, and two that
both cannot use what both reach must not change places all the time."""
STEADY_S = 1.5
"""For so long the standby has to reach a node that this engine does not: longer than a driver pauses between two tries."""
ASK_EVERY_S = 0.5
SILENT_AFTER_S = 2.0
"""A standby that does not say so again does not reach it any more."""


class WithoutSwitch:
    def __init__(self, nodes: Callable[[], Mapping[str, str]], ask: Callable[[], None]) -> None:
        """`nodes`: of each "ok" or why not. `ask`: asks the standby whether it reaches one, which it says by `reached`."""
        self._nodes, self._ask = nodes, ask
        self._lost_at_s = passed_s() + NEVER_REACHED_S - LOST_AFTER_S
        """Since when none is reached; in the future, where none was since this engine leads."""
        self._reached_s: tuple[float, float] | None = None
        """Since when the standby says that it reaches one, and when it last said so."""

    def reached(self) -> None:
        """By the standby."""
        now_s = passed_s()
        since_s, last_s = self._reached_s or (now_s, now_s)
        self._reached_s = (since_s if now_s - last_s <= SILENT_AFTER_S else now_s), now_s

    async def until_giving_way(self) -> None:
        """Until it is better that the standby leads."""
        while True:
            if self._better():
                break
            await asyncio.sleep(ASK_EVERY_S)
        log.error("this engine reaches no switch, and another one does, which is to lead", switch=dict(self._nodes()))

    def _better(self) -> bool:
        now_s = passed_s()
        if "ok" in self._nodes().values():
            self._lost_at_s, self._reached_s = now_s, None
            return False
        if now_s - self._lost_at_s < LOST_AFTER_S:
            return False
        self._ask()
        return self._reached_s is not None and self._reached_s[1] - self._reached_s[0] >= STEADY_S
