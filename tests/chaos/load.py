"""Callers who come, wait, talk and hang up, and agents' telephones that answer: what a run of faults happens to."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.sip.agents import AgentPhones
from benchmarks.sip.callers import TimedCall, TimedCallers
from benchmarks.sip.voices import Voices
from tests.chaos.accounts import Call, Talk
from tests.chaos.sipp_callers import SippCallers

_LOOK_EVERY_S = 0.05
_SHORTEST_GAP_S = 0.25
_IMPATIENT, _HANG_UP_TALKING = 0.25, 0.3
"""Shares of the callers."""
_PATIENCE_S, _TALKED_S, _FLOOD_S = (0.3, 8.0), (0.6, 3.0), (0.3, 2.0)
_CALLS_AGAIN_S = (0.5, 2.0)
"""Who waited at a node that died."""


@dataclass(slots=True)
class _Placed:
    call: TimedCall
    node: int
    cut: bool = False


class Load:
    """Keeps so many calls up, beside SIPp's: a little more than there are agents, so that somebody always waits."""

    def __init__(
        self,
        phones: AgentPhones,
        callers: Sequence[TimedCallers],
        sipp: Sequence[SippCallers],
        voices: Voices,
        number: str,
        at_once: int,
        chance: random.Random,
    ) -> None:
        """`callers`, `sipp`: those of each node."""
        self.phones, self.sipp = phones, sipp
        self._placing = True
        self._callers, self._voices, self._number, self._at_once, self._chance = callers, voices, number, at_once, chance
        self._hang_up_at: dict[str, float] = {}
        """Caller → when, by time.monotonic(), whatever the call has come to."""
        self._talks_for: dict[str, float] = {}
        """Caller → how long it talks before it hangs up."""
        self._placed: list[_Placed] = []
        self._newest: dict[str, _Placed] = {}
        """By caller."""
        self.interrupted: set[str] = set()
        """Callers whose agent's telephone was at a node that died, and not they."""
        self._call_again_at: dict[str, float] = {}
        self._away: set[int] = set()
        """Nodes that are dead."""
        self._started = 0
        self._next_at = 0.0

    @property
    def under_way(self) -> bool:
        """Whether anybody is."""
        return self._under_way > 0 or not all(sipp.over for sipp in self.sipp)

    @property
    def _under_way(self) -> int:
        return sum(callers.under_way for callers in self._callers) + len(self._call_again_at)

    @property
    def left(self) -> list[str]:
        """Who is."""
        callers = [call.caller for callers in self._callers for call in callers.open_calls]
        return callers + [call.caller for sipp in self.sipp if not sipp.over for call in sipp.calls() if not call.ended]

    async def run(self) -> None:
        while True:
            now = time.monotonic()
            if self._placing:
                for node in self._alive:
                    await self.sipp[node].come()
            if self._placing and self._under_way < self._at_once and now >= self._next_at:
                self._next_at = now + _SHORTEST_GAP_S * self._chance.uniform(1, 3)
                self._place()
            for caller in [caller for caller, at in self._call_again_at.items() if at <= now]:
                del self._call_again_at[caller]
                self._call(caller)
            self._hang_up(now)
            await asyncio.sleep(_LOOK_EVERY_S)

    def place_no_more(self) -> None:
        self._placing = False
        for sipp in self.sipp:
            sipp.place_no_more()

    def flood(self, calls: int) -> None:
        """All in one moment, all gone in the next."""
        for _ in range(calls):
            call = self._call(self._somebody())
            self._hang_up_at[call.caller] = call.called + self._chance.uniform(*_FLOOD_S)

    def died(self, *nodes: int) -> None:
        """Nobody will say how their calls ended, and who calls before one is back hears nothing. Where another lives callers go
        there, and so do those who waited, again."""
        self._away.update(nodes)
        for node in nodes:
            talks = self.phones.forget(self._callers[node].target)
            talking = {talk.caller for talk in talks} | {talk.caller for talk in self.phones.going_on()}
            self.sipp[node].cut()
            for call in self._callers[node].forget():
                self._newest[call.caller].cut = True
                if self._alive and call.answered and call.caller not in talking:
                    self._call_again_at[call.caller] = time.monotonic() + self._chance.uniform(*_CALLS_AGAIN_S)
            for talk in talks:
                placed = self._newest.get(talk.caller)
                if placed and placed.node in self._away:
                    placed.cut = True
                else:
                    self.interrupted.add(talk.caller)

    def back(self, *nodes: int) -> None:
        self._away.difference_update(nodes)

    @property
    def _alive(self) -> list[int]:
        return [node for node in range(len(self._callers)) if node not in self._away]

    def calls(self) -> list[Call]:
        epoch = time.time() - time.monotonic()
        return [
            Call(
                caller=one.caller,
                called=one.called + epoch,
                rang=one.rang and one.rang + epoch,
                answered=one.answered and one.answered + epoch,
                left=one.left and one.left + epoch,
                ended=one.ended and one.ended + epoch,
                status=one.status,
                hung_up=one.hung_up,
                heard=[at + epoch for at in one.heard],
                cut=placed.cut,
            )
            for placed in self._placed
            for one in (placed.call,)
        ]

    def talks(self) -> list[Talk]:
        epoch = time.time() - time.monotonic()
        return [
            Talk(
                agent=one.agent,
                caller=one.caller,
                rang=one.rang + epoch,
                connected=one.connected and one.connected + epoch,
                ended=one.hung_up and one.hung_up + epoch,
                by_agent=one.by_agent,
                heard=[at + epoch for at in one.heard],
            )
            for one in self.phones.begun
        ]

    def _place(self) -> None:
        call = self._call(self._somebody())
        kind = self._chance.random()
        if kind < _IMPATIENT:
            self._hang_up_at[call.caller] = call.called + self._chance.uniform(*_PATIENCE_S)
        elif kind < _IMPATIENT + _HANG_UP_TALKING:
            self._talks_for[call.caller] = self._chance.uniform(*_TALKED_S)

    def _somebody(self) -> str:
        self._started += 1
        return f"137{self._started:08}"

    def _call(self, caller: str) -> TimedCall:
        nodes = self._alive or range(len(self._callers))
        node = nodes[len(self._placed) % len(nodes)]
        call = self._callers[node].call(caller, self._number)
        placed = self._newest[caller] = _Placed(call, node, cut=node in self._away)
        self._placed.append(placed)
        return call

    def _hang_up(self, now: float) -> None:
        for talk in self.phones.begun[-4 * self._at_once :]:
            if talk.connected and (talks_for := self._talks_for.pop(talk.caller, None)) is not None:
                self._hang_up_at[talk.caller] = talk.connected + talks_for
        for caller in [caller for caller, at in self._hang_up_at.items() if at <= now]:
            del self._hang_up_at[caller]
            placed = self._newest[caller]
            self._callers[placed.node].hang_up(placed.call)
