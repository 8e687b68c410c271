"""The core's own alarm clock: a heap over the live timers. Cancelled ones are skipped when they come up."""

from __future__ import annotations

import heapq
from typing import Literal

import msgspec

TimerKind = Literal[
    "offer",  # the agent's telephone has rung long enough
    "dial",  # the dialled number has
    "consultation",  # a consulted party has rung long enough
    "playback",  # the switch never said that a playback finished
    "menu",  # no key was pressed
    "question",  # a caller asked about a callback or a message said nothing
    "voicemail",  # the switch never said that a message ended
    "callback",  # time to try the customer again
    "waiting_step",  # a waiting caller's timeline goes on
    "parked",  # a parked caller goes back to who parked it
    "lookup",  # who calls should be known by now
    "key",  # who answered at an agent's outside number has not pressed the key
    "no_line",  # no trunk has a line for an agent's outside number
    "own_telephone",  # the telephone of who makes a call did not answer
    "wrap_up",
    "console",  # the agent's browser has been gone for longer than the grace
    "reconnect",  # a lost agent did not come back
    "recording",  # the switch never said that a recording ended
    "overflow",  # a second has passed for those who wait where time may make a rule hold
    "supervision",  # the supervisor's telephone has rung long enough
    "window",  # the oldest part of a queue's measures falls away
    "midnight",  # the tenant's day is over
    "again",  # routing failed on a waiting caller: it is tried again
    "step",  # a waiting caller's requirements relax, or the next ring of members is asked
    "prefer",  # a caller has waited long enough for one agent
    "tally",  # the oldest bucket of an agent's rolling figures is over
    "node",  # a switch node has been out of reach for longer than its calls are waited for
]


GRACE_MS = 5_000
"""After nobody could act for a while no timer strikes before this: the switch has to be asked first what happened, and whoever is
called again has to have the time to answer."""


class Timer(msgspec.Struct, frozen=True):
    """`subject`: an interaction, an agent, a queue, a recording, a leg, or a node (of no tenant), after the kind."""

    due_ms: int
    kind: TimerKind
    tenant: str
    subject: str


class Clock:
    """Timers by number, due in order of (moment, number)."""

    __slots__ = ("_heap", "_live")

    def __init__(self, live: list[tuple[int, Timer]]) -> None:
        self._live = dict(live)
        self._heap = [(timer.due_ms, number) for number, timer in live]
        heapq.heapify(self._heap)

    def live(self) -> list[tuple[int, Timer]]:
        """All timers, by number."""
        return sorted(self._live.items(), key=lambda item: item[0])

    def set(self, number: int, timer: Timer) -> None:
        self._live[number] = timer
        heapq.heappush(self._heap, (timer.due_ms, number))

    def cancel(self, number: int) -> None:
        self._live.pop(number, None)

    def next_due_ms(self) -> int | None:
        heap = self._heap
        while heap:
            due_ms, number = heap[0]
            timer = self._live.get(number)
            if timer is not None and timer.due_ms == due_ms:
                return due_ms
            heapq.heappop(heap)
        return None

    def pop_due(self, now_ms: int) -> tuple[int, Timer] | None:
        """Takes out the earliest timer that is due; None if none is."""
        due_ms = self.next_due_ms()
        if due_ms is None or due_ms > now_ms:
            return None
        _, number = heapq.heappop(self._heap)
        return number, self._live.pop(number)

    def postpone_overdue(self, until_ms: int, *, after: int = 0) -> None:
        """Gives every timer due before `until_ms` until then: time nobody could act in is not held against anyone. `after`: those
        with higher numbers only."""
        for number, timer in list(self._live.items()):
            if number > after and timer.due_ms < until_ms:
                self._live[number] = msgspec.structs.replace(timer, due_ms=until_ms)
        self._heap = [(timer.due_ms, number) for number, timer in self._live.items()]
        heapq.heapify(self._heap)
