"""How long callers are without an engine when the leading one of two is killed: from kill -9 to the other one's first command.

The leader is killed again and again while callers wait, and each killed one stands by next. No peer does the same, so there is no
peer.
"""

from __future__ import annotations

import asyncio
import os
import signal
import statistics
import time
from collections.abc import Callable
from typing import TypeVar

from benchmarks.callers import Callers
from benchmarks.context import Context
from benchmarks.figure import Figure, figure
from benchmarks.installation import Installation
from benchmarks.ours import Callbase
from benchmarks.ports import free_sip_port
from benchmarks.systems import Group

T = TypeVar("T")
NAME = "take_over"
RUNS = 30
WAITING = 10
_READY_WITHIN_S, _TAKEN_WITHIN_S = 60.0, 10.0


def run(context: Context) -> list[Figure]:
    return asyncio.run(_measure(context))


async def _measure(context: Context) -> list[Figure]:
    installation = Installation(context.work / "home", {"CALLBASE_ENGINES": "2"})
    group = Group(id="bench", number="4008007000", members=())
    system = Callbase([], (group,), installation)
    callers = Callers(installation.sip, group.number, WAITING, free_sip_port(), context.work / "callers")
    try:
        await system.start()
        await callers.start()
        await _until(lambda: _waiting(system) == WAITING, _READY_WITHIN_S)
        before = _places(system)
        taken_ms = []
        for number in range(RUNS):
            taken_ms.append(await _take_over(installation))
            context.say(f"{number + 1} of {RUNS}: {taken_ms[-1]:.0f} ms")
        await _until(lambda: _waiting(system) == WAITING, _READY_WITHIN_S)
        detail = {"runs": RUNS, "callers_waiting": WAITING, "places_kept": _places(system) == before}
        return [
            figure(NAME, "ms p50", statistics.median(taken_ms), **detail),
            figure(NAME, "ms max", max(taken_ms), **detail, all=[round(one) for one in taken_ms]),
        ]
    finally:
        await callers.stop()
        await system.stop()


async def _take_over(installation: Installation) -> float:
    """Kills the leader, once it may be; the milliseconds until the other one's first command."""
    await _until(installation.may_take_over, _READY_WITHIN_S)
    leader = installation.leading_engine()
    killed_s = time.time()
    os.kill(leader, signal.SIGKILL)
    return 1000 * (await _until(lambda: installation.first_command_s(killed_s), _TAKEN_WITHIN_S) - killed_s)


def _waiting(system: Callbase) -> int:
    return len(_places(system))


def _places(system: Callbase) -> list[str]:
    """The waiting, in order."""
    waiting = [one for one in system.link.view.interactions.values() if one.phase == "queue"]
    return [one.interaction for one in sorted(waiting, key=lambda one: one.position or 0)]


async def _until(found: Callable[[], T], timeout_s: float) -> T:
    """The first true value."""
    async with asyncio.timeout(timeout_s):
        while not (value := await asyncio.to_thread(found)):
            await asyncio.sleep(0.02)
        return value
