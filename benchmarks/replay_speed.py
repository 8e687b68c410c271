"""How fast `callbase replay --from … --to …` goes through two hours of a busy centre of 300 seats: the simulation plays them, the
engine's own journal brings entries, facts and snapshots to a real PostgreSQL, and the replay compares all of it.
"""

from __future__ import annotations

import asyncio
import time

from benchmarks.busy_centre import SEATS, Played, play
from benchmarks.context import Context
from benchmarks.database import running
from benchmarks.figure import Figure, figure
from benchmarks.journaled import append, journal
from callbase.engine.replay import replay

NAME = "replay_speed"
HOURS = 2.0
BAR = 20.0
WRITTEN_WITHIN_S = 600.0


def run(context: Context) -> list[Figure]:
    context.say(f"playing {HOURS:g} hours of {SEATS} seats")
    played = play(HOURS)
    with running(context.work) as url:
        return [asyncio.run(_measure(context, url, played))]


async def _measure(context: Context, url: str, played: Played) -> Figure:
    async with journal(url, context.work / "spool") as written:
        taken = 0
        for until, state in played.snapshots:
            for seq in range(taken + 1, until + 1):
                append(written, seq, played.happened[seq - 1])
                if seq % 1_000 == 0:
                    await asyncio.sleep(0)
            taken = until
            written.keep_snapshot(until, played.happened[until - 1].at_ms, state)
            if not await written.drain(WRITTEN_WITHIN_S):
                raise TimeoutError(f"the database does not have everything after {WRITTEN_WITHIN_S:g} s")
    ended_ms = played.happened[-1].at_ms
    began_s, began_cpu_s = time.perf_counter(), time.process_time()
    result = await replay(url, since_ms=played.begun_ms, until_ms=ended_ms)
    took_s, cpu_s = time.perf_counter() - began_s, time.process_time() - began_cpu_s
    if result.differences or not result.compared or result.last != len(played.happened):
        raise AssertionError(str(result))
    times = (ended_ms - played.begun_ms) / 1000 / took_s
    context.say(f"{result.last} events, {result.facts} facts in {took_s:.1f} s: {times:.0f} x real time")
    return figure(
        NAME,
        "x real time",
        times,
        bar=BAR,
        seats=SEATS,
        hours=HOURS,
        calls=played.calls,
        talked=played.talked,
        events=result.last,
        facts=result.facts,
        snapshots_compared=len(result.compared),
        took_s=round(took_s, 2),
        cpu_s=round(cpu_s, 2),
    )
