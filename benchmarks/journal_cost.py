"""What the journal costs: the engine's loop (`engine/runner.py`) with its journal, spool and PostgreSQL, and without any.

What is given to both is half an hour of a busy centre of 300 seats, as the simulation played it; what the core decides goes
nowhere, and nothing is shown to screens. So it is the journal beside the core alone; a running engine, which does these things as
well, is made slower by a smaller part than this says.

Throughput: CPU time, all events as fast as they are taken, until the database has everything; the first was stored before, and
with it what a connection costs once, or once an hour (6 ms: its function, the tables of the coming days). Where more come than
are taken they wait in the switch's socket, and come from there some hundred at a time, so that is how they are given here; what
one costs that comes alone is told as well ("one by one"). An engine takes as many events a second as the time of its loop,
which is one thread, goes into one. What its other threads take, which wait for the database, is told beside (the process in
all), and so is the database's own.
Latency: events come at the pace of 20 calls a second (thirteen such centres), and what is timed is from when one is due to its
first command; what came before has been written by then. CPU time at that pace is told as well: batches are small then, and an
event finds little of what it needs in the processor's caches. All is taken in turn several times, so that what else the machine
does meets both sides alike.
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec

from benchmarks.busy_centre import CALLS_PER_HOUR, SEATS, Happened, play
from benchmarks.context import Context
from benchmarks.cpu import used_ms
from benchmarks.database import running, server_pid
from benchmarks.figure import Figure, figure
from benchmarks.journaled import journal
from callbase.core.engine import Engine
from callbase.engine.clock import Clock
from callbase.engine.entry import Entry
from callbase.engine.metrics import Metrics
from callbase.engine.runner import TOGETHER, Runner
from callbase.platform import garbage

NAME = "journal_cost"
HOURS = 0.5
ROUNDS = 5
TURNS_AT_ONCE = 3
"""In each round: a second each, and a machine that others use as well is quicker in one second than in the next."""
CALLS_PER_S = 20.0
BAR = 1.1
DRAINED_WITHIN_S = 300.0


def run(context: Context) -> list[Figure]:
    happened = play(HOURS).happened
    with running(context.work) as url:
        return asyncio.run(_measure(context, url, happened))


Drain = Callable[[float], Awaitable[bool]]


class _Moment(Clock):
    """The moment of the event at hand."""

    def __init__(self) -> None:
        self.next_ms = deque[int]()
        """Of the events that come next, each looked at once."""

    def now_ms(self) -> int:
        return self.next_ms.popleft()

    def leap(self) -> None:
        pass


class _Loop(Runner):
    """Timers come as events, with the others."""

    def _arm_timer(self) -> None:
        pass


class _Side(msgspec.Struct):
    """With the journal, or without. In each round."""

    cpu_us: list[float] = []
    """An event's, until it is done and stored."""
    loop_us: list[float] = []
    """The engine's loop's part of that: what limits how many events it takes."""
    alone_us: list[float] = []
    """The same, of events that come one by one."""
    way_us: list[float] = []
    """An event's, until its commands are given."""
    server_us: list[float] = []
    """An event's, of the database."""
    paced_us: list[float] = []
    """An event's, until it is done and stored, at the pace of CALLS_PER_S."""
    latency_ms: list[float] = []


async def _measure(context: Context, url: str, happened: list[Happened]) -> list[Figure]:
    sides = {True: _Side(), False: _Side()}
    server = server_pid(context.work)
    for turn in range(ROUNDS):
        for journaled, side in [*sides.items()] * TURNS_AT_ONCE:
            async with _loop(url, context.work / "spool", journaled) as (loop, moment, drained):
                before_ms = sum(used_ms([server]).values())
                loop_us, way_us, cpu_us = await _at_once(loop, moment, drained, happened, TOGETHER)
                side.loop_us.append(loop_us)
                side.way_us.append(way_us)
                side.cpu_us.append(cpu_us)
                side.server_us.append((sum(used_ms([server]).values()) - before_ms) / len(happened) * 1000)
            async with _loop(url, context.work / "spool", journaled) as (loop, moment, drained):
                side.alone_us.append((await _at_once(loop, moment, drained, happened, 1))[0])
        for journaled, side in sides.items():
            async with _loop(url, context.work / "spool", journaled) as (loop, moment, drained):
                await _paced(context.window_s, loop, moment, drained, happened, side)
        context.say(f"round {turn + 1} of {ROUNDS}")
    with_it, without = sides[True], sides[False]
    detail = {"bar": BAR, "seats": SEATS, "rounds": ROUNDS, "events": len(happened)}
    made = [
        figure(NAME, "us CPU an event until its commands are given", *_medians(with_it.way_us, without.way_us), **detail),
        figure(NAME, "us CPU an event of the engine's loop, in all", *_medians(with_it.loop_us, without.loop_us), **detail),
        figure(
            NAME,
            "us CPU an event of the engine's loop, in all, one by one",
            *_medians(with_it.alone_us, without.alone_us),
            **detail,
        ),
        figure(NAME, "us CPU an event in all", *_medians(with_it.cpu_us, without.cpu_us), **detail),
        figure(NAME, "us CPU an event of the database", *_medians(with_it.server_us), **detail),
        figure(
            NAME,
            "us CPU an event in all, paced",
            *_medians(with_it.paced_us, without.paced_us),
            calls_per_s=CALLS_PER_S,
            **detail,
        ),
    ]
    for percent in (50, 99):
        found = [statistics.quantiles(side.latency_ms, n=100)[percent - 1] for side in (with_it, without)]
        unit = f"ms from an event to its command, p{percent}"
        made.append(figure(NAME, unit, *found, calls_per_s=CALLS_PER_S, commanded=len(with_it.latency_ms), **detail))
    return made


def _medians(*sides: list[float]) -> tuple[float, ...]:
    return tuple(statistics.median(side) for side in sides)


@asynccontextmanager
async def _loop(url: str, spool: Path, journaled: bool) -> AsyncIterator[tuple[_Loop, _Moment, Drain]]:
    shutil.rmtree(spool, ignore_errors=True)
    if journaled:
        async with journal(url, spool) as written:
            yield *_made(written.append), written.drain
    else:
        yield *_made(_nowhere), _nothing_to_drain


def _made(keep: Callable[..., None]) -> tuple[_Loop, _Moment]:
    moment = _Moment()
    core = Engine()
    loop = _Loop(
        core, moment, 0, journal=keep, execute=lambda command: None, publish=lambda output, now_ms: None, metrics=Metrics()
    )
    return loop, moment


def _nowhere(entries: Sequence[Entry], *, awaited: bool) -> None:
    pass


async def _nothing_to_drain(timeout_s: float) -> bool:
    return True


async def _at_once(
    loop: _Loop, moment: _Moment, drained: Drain, happened: list[Happened], at_hand: int
) -> tuple[float, float, float]:
    """CPU time of an event, in us: of the loop, of the loop until its commands are given, in all. `at_hand` come together."""
    first, *happened = happened
    _receive(loop, moment, [first])
    assert await drained(DRAINED_WITHIN_S)
    garbage.collect()
    began_s, loop_began_s, way_s = time.process_time(), time.thread_time(), 0.0
    for start in range(0, len(happened), at_hand):
        came_s = time.thread_time()
        _receive(loop, moment, happened[start : start + at_hand])
        way_s += time.thread_time() - came_s
        if start % 512 == 0:
            await asyncio.sleep(0)
    assert await drained(DRAINED_WITHIN_S)
    taken_s = (time.thread_time() - loop_began_s, way_s, time.process_time() - began_s)
    loop_us, way_us, cpu_us = (one_s / len(happened) * 1e6 for one_s in taken_s)
    return loop_us, way_us, cpu_us


def _receive(loop: _Loop, moment: _Moment, come: Sequence[Happened]) -> None:
    moment.next_ms.extend(one.at_ms for one in come)
    *others, last = come
    for one in others:
        loop.receive_soon(one.event)
    loop.receive(last.event)


async def _paced(window_s: float, loop: _Loop, moment: _Moment, drained: Drain, happened: list[Happened], side: _Side) -> None:
    """The end of it, when the centre is full."""
    faster = CALLS_PER_S / (CALLS_PER_HOUR / 3600)
    from_ms = happened[-1].at_ms - int(window_s * 1000 * faster)
    begun = next(number for number, one in enumerate(happened) if one.at_ms >= from_ms)
    for one in happened[:begun]:
        _receive(loop, moment, [one])
    assert await drained(DRAINED_WITHIN_S)
    garbage.collect()
    given_s: list[float] = []
    loop._execute = lambda command: given_s.append(time.perf_counter())
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    for one in happened[begun:]:
        due_s = began_s + (one.at_ms - from_ms) / 1000 / faster
        if (early_s := due_s - time.perf_counter()) > 0:
            await asyncio.sleep(early_s)
        given_s.clear()
        _receive(loop, moment, [one])
        if given_s:
            side.latency_ms.append((given_s[0] - due_s) * 1000)
    assert await drained(DRAINED_WITHIN_S)
    side.paced_us.append((time.process_time() - began_cpu_s) / (len(happened) - begun) * 1e6)
