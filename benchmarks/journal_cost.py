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

The two take the same events in turn, a twentieth of a second each. So what else the machine does meets both alike, PostgreSQL's
work on the journal among it: that takes as much of the caches on the same machine as another program that is busy, and none where
it is on another. How much is told by the third figure, beside the loop without a journal on a machine that does nothing else.

Latency: events come at the pace of 20 calls a second (thirteen such centres), and what is timed is from when one is due to its
first command; what came before has been written by then. CPU time at that pace is told as well: batches are small then, and an
event finds little of what it needs in the processor's caches. The two are taken in turn, several times.
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
from callbase.core.events import AnyEvent
from callbase.core.output import Output
from callbase.engine.clock import Clock
from callbase.engine.entry import Entry
from callbase.engine.metrics import Metrics
from callbase.engine.runner import TOGETHER, Runner
from callbase.platform import garbage

NAME = "journal_cost"
HOURS = 0.5
ROUNDS = 5
TURNS_IN_A_ROUND = 3
IN_TURN = 32 * TOGETHER
"""Events that one takes before the other does."""
GIVES_WAY_AFTER = 8 * TOGETHER
"""Events, then what the journal has to do in the loop has its turn: behind a full socket some hundred come before that."""
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


_NO_ENTRY = Entry(seq=0, at_ms=0, event=msgspec.Raw(b"{}"))


class _Unjournaled(_Loop):
    """Neither encodes an event nor makes an entry of it."""

    def _take(self, event: AnyEvent) -> tuple[Entry, Output]:
        now_ms = self.clock.now_ms()
        started_s = time.perf_counter()
        output = self._ask_core(event, now_ms)
        self._metrics.core_seconds.observe(time.perf_counter() - started_s)
        self._metrics.events[type(event)].inc()
        return _NO_ENTRY, output


class _Side(msgspec.Struct):
    """With the journal, or without. In each turn, CPU time of an event until it is done and stored."""

    loop_us: list[float] = []
    """Of the engine's loop: what limits how many events it takes."""
    alone_us: list[float] = []
    """The same, of events that come one by one."""
    idle_us: list[float] = []
    """The same as the first, with nothing else on the machine; only without the journal."""
    cpu_us: list[float] = []
    """Of the process."""
    server_us: list[float] = []
    """Of the database."""
    paced_us: list[float] = []
    """Of the process, at the pace of CALLS_PER_S."""
    latency_ms: list[float] = []


async def _measure(context: Context, url: str, happened: list[Happened]) -> list[Figure]:
    with_it, without = sides = _Side(), _Side()
    spool, server = context.work / "spool", server_pid(context.work)
    for turn in range(ROUNDS):
        for _ in range(TURNS_IN_A_ROUND):
            before_ms = sum(used_ms([server]).values())
            taken = await _side_by_side(url, spool, happened, TOGETHER)
            with_it.server_us.append((sum(used_ms([server]).values()) - before_ms) / len(happened) * 1000)
            for side, (loop_us, cpu_us) in zip(sides, taken, strict=True):
                side.loop_us.append(loop_us)
                side.cpu_us.append(cpu_us)
            for side, (loop_us, _) in zip(sides, await _side_by_side(url, spool, happened, 1), strict=True):
                side.alone_us.append(loop_us)
            without.idle_us.append(await _by_itself(url, spool, happened))
        for side in sides:
            async with _loop(url, spool, side is with_it) as one:
                await _paced(context.window_s, one, happened, side)
        context.say(f"round {turn + 1} of {ROUNDS}")
    detail = {"bar": BAR, "seats": SEATS, "rounds": ROUNDS, "events": len(happened)}
    in_all = "us CPU an event of the engine's loop, in all"
    made = [
        figure(NAME, in_all, *_medians(with_it.loop_us, without.loop_us), **detail),
        figure(NAME, f"{in_all}, one by one", *_medians(with_it.alone_us, without.alone_us), **detail),
        figure(NAME, f"{in_all}, beside a machine at rest", *_medians(with_it.loop_us, without.idle_us), **detail),
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
        found = [statistics.quantiles(side.latency_ms, n=100)[percent - 1] for side in sides]
        unit = f"ms from an event to its command, p{percent}"
        made.append(figure(NAME, unit, *found, calls_per_s=CALLS_PER_S, commanded=len(with_it.latency_ms), **detail))
    return made


def _medians(*sides: list[float]) -> tuple[float, ...]:
    return tuple(statistics.median(side) for side in sides)


class _One(msgspec.Struct):
    """A loop, how to wait until all it took in is stored, and the CPU time that took of its thread."""

    loop: _Loop
    moment: _Moment
    drained: Drain
    journaled: bool
    loop_s: float = 0.0

    async def take(self, happened: Sequence[Happened], at_hand: int) -> None:
        """`at_hand` come together. What the journal has to do in the loop has its turn with the side that has it only."""
        began_s = time.thread_time()
        for start in range(0, len(happened), at_hand):
            _receive(self, happened[start : start + at_hand])
            if self.journaled and start % GIVES_WAY_AFTER == 0:
                await asyncio.sleep(0)
        self.loop_s += time.thread_time() - began_s

    async def end(self) -> None:
        began_s = time.thread_time()
        assert await self.drained(DRAINED_WITHIN_S)
        self.loop_s += time.thread_time() - began_s

    async def begin(self, first: Happened) -> None:
        await self.take([first], 1)
        await self.end()
        self.loop_s = 0.0


@asynccontextmanager
async def _loop(url: str, spool: Path, journaled: bool) -> AsyncIterator[_One]:
    shutil.rmtree(spool, ignore_errors=True)
    if journaled:
        async with journal(url, spool) as written:
            yield _made(written.append, written.drain, True)
    else:
        yield _made(_nowhere, _nothing_to_drain, False)


def _made(keep: Callable[..., None], drain: Drain, journaled: bool) -> _One:
    moment = _Moment()
    loop = (_Loop if journaled else _Unjournaled)(
        Engine(), moment, 0, journal=keep, execute=lambda command: None, publish=lambda output, now_ms: None, metrics=Metrics()
    )
    return _One(loop=loop, moment=moment, drained=drain, journaled=journaled)


def _nowhere(entries: Sequence[Entry], *, awaited: bool) -> None:
    pass


async def _nothing_to_drain(timeout_s: float) -> bool:
    return True


async def _side_by_side(url: str, spool: Path, happened: list[Happened], at_hand: int) -> list[tuple[float, float]]:
    """CPU time of an event, in us, of the loop and of the process; with the journal, and without."""
    async with _loop(url, spool, True) as with_it, _loop(url, spool.with_name("none"), False) as without:
        first, *others = happened
        for one in (with_it, without):
            await one.begin(first)
        garbage.collect()
        began_s, loop_began_s = time.process_time(), time.thread_time()
        order = [with_it, without]
        for start in range(0, len(others), IN_TURN):
            for one in order:
                await one.take(others[start : start + IN_TURN], at_hand)
            order.reverse()
        await with_it.end()
        threads_s = time.process_time() - began_s - (time.thread_time() - loop_began_s)
    taken_s = ((with_it.loop_s, with_it.loop_s + threads_s), (without.loop_s, without.loop_s))
    return [(loop_s / len(others) * 1e6, cpu_s / len(others) * 1e6) for loop_s, cpu_s in taken_s]


async def _by_itself(url: str, spool: Path, happened: list[Happened]) -> float:
    """CPU time of an event without the journal, in us."""
    async with _loop(url, spool, False) as one:
        first, *others = happened
        await one.begin(first)
        garbage.collect()
        await one.take(others, TOGETHER)
    return one.loop_s / len(others) * 1e6


def _receive(one: _One, come: Sequence[Happened]) -> None:
    one.moment.next_ms.extend(event.at_ms for event in come)
    *others, last = come
    for event in others:
        one.loop.receive_soon(event.event)
    one.loop.receive(last.event)


async def _paced(window_s: float, one: _One, happened: list[Happened], side: _Side) -> None:
    """The end of it, when the centre is full."""
    faster = CALLS_PER_S / (CALLS_PER_HOUR / 3600)
    from_ms = happened[-1].at_ms - int(window_s * 1000 * faster)
    begun = next(number for number, event in enumerate(happened) if event.at_ms >= from_ms)
    for event in happened[:begun]:
        _receive(one, [event])
    await one.end()
    garbage.collect()
    given_s: list[float] = []
    one.loop._execute = lambda command: given_s.append(time.perf_counter())
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    for event in happened[begun:]:
        due_s = began_s + (event.at_ms - from_ms) / 1000 / faster
        if (early_s := due_s - time.perf_counter()) > 0:
            await asyncio.sleep(early_s)
        given_s.clear()
        _receive(one, [event])
        if given_s:
            side.latency_ms.append((given_s[0] - due_s) * 1000)
    await one.end()
    side.paced_us.append((time.process_time() - began_cpu_s) / (len(happened) - begun) * 1e6)
