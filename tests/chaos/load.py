"""Callers who come, wait, talk and hang up, and agents' telephones that answer: what a run of faults happens to."""

from __future__ import annotations

import asyncio
import random
import time

from benchmarks.sip.agents import AgentPhones
from benchmarks.sip.callers import TimedCall, TimedCallers
from benchmarks.sip.voices import Voices
from tests.chaos.accounts import Call, Talk

_LOOK_EVERY_S = 0.05
_SHORTEST_GAP_S = 0.25
_IMPATIENT, _HANG_UP_TALKING = 0.25, 0.3
"""Shares of the callers."""
_PATIENCE_S, _TALKED_S, _FLOOD_S = (0.3, 8.0), (0.6, 3.0), (0.3, 2.0)


class Load:
    """Keeps so many calls up, a little more than there are agents, so that somebody always waits."""

    def __init__(
        self, phones: AgentPhones, callers: TimedCallers, voices: Voices, number: str, at_once: int, chance: random.Random
    ) -> None:
        self.phones = phones
        self.placing = True
        self._callers, self._voices, self._number, self._at_once, self._chance = callers, voices, number, at_once, chance
        self._hang_up_at: dict[str, float] = {}
        """Caller → when, by time.monotonic(), whatever the call has come to."""
        self._talks_for: dict[str, float] = {}
        """Caller → how long it talks before it hangs up."""
        self._cut: set[str] = set()
        self._switch_away = False
        self._started = 0
        self._next_at = 0.0

    @property
    def under_way(self) -> int:
        return self._callers.under_way

    async def run(self) -> None:
        while True:
            now = time.monotonic()
            if self.placing and self.under_way < self._at_once and now >= self._next_at:
                self._next_at = now + _SHORTEST_GAP_S * self._chance.uniform(1, 3)
                self._place()
            self._hang_up(now)
            await asyncio.sleep(_LOOK_EVERY_S)

    def flood(self, calls: int) -> None:
        """All in one moment, all gone in the next."""
        for _ in range(calls):
            call = self._call()
            self._hang_up_at[call.caller] = call.called + self._chance.uniform(*_FLOOD_S)

    def switch_died(self) -> None:
        """Nobody will say how its calls ended; and who calls before it is back hears nothing."""
        self._switch_away = True
        self._cut.update(call.caller for call in self._callers.forget())
        self._cut.update(talk.caller for talk in self.phones.forget())

    def switch_back(self) -> None:
        self._switch_away = False

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
                cut=one.caller in self._cut,
            )
            for one in self._callers.calls
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
            )
            for one in self.phones.begun
        ]

    def _place(self) -> None:
        call = self._call()
        kind = self._chance.random()
        if kind < _IMPATIENT:
            self._hang_up_at[call.caller] = call.called + self._chance.uniform(*_PATIENCE_S)
        elif kind < _IMPATIENT + _HANG_UP_TALKING:
            self._talks_for[call.caller] = self._chance.uniform(*_TALKED_S)

    def _call(self) -> TimedCall:
        self._started += 1
        call = self._callers.call(f"137{self._started:08}", self._number)
        if self._switch_away:
            self._cut.add(call.caller)
        return call

    def _hang_up(self, now: float) -> None:
        for talk in self.phones.begun[-4 * self._at_once :]:
            if talk.connected and (talks_for := self._talks_for.pop(talk.caller, None)) is not None:
                self._hang_up_at[talk.caller] = talk.connected + talks_for
        for caller in [caller for caller, at in self._hang_up_at.items() if at <= now]:
            del self._hang_up_at[caller]
            call = next(one for one in reversed(self._callers.calls) if one.caller == caller)
            self._callers.hang_up(call)
