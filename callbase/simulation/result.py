"""What came of a simulated day, in the measures of the reports (COPC)."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Literal, get_args

import msgspec

from callbase.core.facts import AgentStateChanged, AnyFact, SegmentEnded

Outcome = Literal["left", "abandoned", "answered"]
_OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""Of a call that comes to a queue again, the last of these it came to counts: it is offered once."""
_AT_WORK = ("not_ready", "ready", "reserved", "busy", "working_after_call")


class QueueResult(msgspec.Struct, kw_only=True):
    """Waits are in ms, of the answered."""

    queue: str
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    left: int = 0
    """Went elsewhere: overflow, a key, a supervisor."""
    within_service_level: int = 0
    asa_ms: float = 0.0
    wait_p50_ms: int = 0
    wait_p95_ms: int = 0
    wait_max_ms: int = 0

    @property
    def service_level(self) -> float | None:
        counted = self.answered + self.abandoned
        return self.within_service_level / counted if counted else None


class DayResult(msgspec.Struct, kw_only=True):
    queues: dict[str, QueueResult]
    calls: int
    occupancy: float | None
    """Handling time as a share of handling, ready and ringing time, of all agents; None where nobody was there."""
    agents: int
    """Who took at least one call."""


class Collector:
    """Reads facts as they come."""

    def __init__(self, service_level_ms: dict[str, int]) -> None:
        self._threshold_ms = service_level_ms
        self._queues: dict[str, QueueResult] = {queue: QueueResult(queue=queue) for queue in service_level_ms}
        self._waits: dict[str, list[int]] = {queue: [] for queue in service_level_ms}
        self._became: dict[tuple[str, str], Outcome] = {}
        """(queue, interaction) → what became of it there so far."""
        self._state_ms = dict.fromkeys(_AT_WORK, 0)
        self._took: set[str] = set()

    def read(self, facts: list[AnyFact]) -> None:
        for fact in facts:
            if isinstance(fact, SegmentEnded) and fact.kind == "queue" and fact.queue in self._queues:
                outcome = next((one for one in _OUTCOMES if one == fact.result), _OUTCOMES[0])
                self._waited(fact.queue, fact.interaction, fact.at_ms - fact.started_ms, outcome)
            elif isinstance(fact, AgentStateChanged):
                if fact.previous in self._state_ms:
                    self._state_ms[fact.previous] += fact.at_ms - fact.previous_since_ms
                if fact.state == "busy":
                    self._took.add(fact.agent)

    def _waited(self, queue: str, interaction: str, wait_ms: int, outcome: Outcome) -> None:
        counted, before = self._queues[queue], self._became.get((queue, interaction))
        if before is None:
            counted.offered += 1
        elif _OUTCOMES.index(outcome) <= _OUTCOMES.index(before):
            return
        else:
            setattr(counted, before, getattr(counted, before) - 1)
        self._became[queue, interaction] = outcome
        setattr(counted, outcome, getattr(counted, outcome) + 1)
        if outcome == "answered":
            insort(self._waits[queue], wait_ms)
            counted.within_service_level += wait_ms <= self._threshold_ms[queue]

    def result(self, calls: int) -> DayResult:
        for queue, waits in self._waits.items():
            if waits:
                counted = self._queues[queue]
                counted.asa_ms = sum(waits) / len(waits)
                counted.wait_p50_ms, counted.wait_p95_ms, counted.wait_max_ms = (
                    waits[bisect_left(range(1, len(waits) + 1), share * len(waits))] for share in (0.5, 0.95, 1.0)
                )
        handling = self._state_ms["busy"] + self._state_ms["working_after_call"]
        there = handling + self._state_ms["ready"] + self._state_ms["reserved"]
        return DayResult(queues=self._queues, calls=calls, occupancy=handling / there if there else None, agents=len(self._took))
