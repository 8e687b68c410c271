"""A run: a centre at work, faults at moments drawn by a seed, and the accounts at the end."""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import msgspec

from callbase.engine.replay import replay
from tests.chaos import written
from tests.chaos.accounts import Kind, Problem, judge
from tests.chaos.disks import Disks
from tests.chaos.faults import FAULTS, Fault
from tests.chaos.sipp_callers import hold_against
from tests.chaos.site import HEALTHY_WITHIN_S, NotHealthy, Site
from tests.replicated import Replicated

DRAINED_WITHIN_S = 60.0
ENCODING_PAUSE_S = 60.0
"""One recording takes no longer to encode, busy as the machine may be."""
FREE_WITHIN_S = 15.0
_LOOK_EVERY_S = 10.0
"""Where nothing strikes."""
_BEFORE_S, _AFTER_S = (1.0, 3.0), 1.5
"""At work before a fault strikes, by chance, and after all is well again."""


@dataclass(frozen=True, slots=True)
class Plan:
    seed: int
    faults: int = 0
    """0: as many as fit into `minutes`."""
    minutes: float = 0.0
    only: Sequence[Fault] = FAULTS
    """These, in an order drawn by the seed, and again. None: the centre is at work for `minutes`, and nothing strikes."""
    long: bool = True
    lived_in: bool = False
    """After the faults the centre is at work until each part has a process that lived long enough to tell whether it grows."""
    agents: int = 6
    talk_s: float = 3.0

    def drawn(self) -> Iterator[tuple[Fault, float, random.Random]]:
        """Faults, how long the centre is at work before each, and a generator for what it leaves to chance itself; the same for
        the same seed, whatever is drawn from those generators."""
        chance, number = random.Random(self.seed), itertools.count(1)
        while True:
            for fault in chance.sample(self.only, len(self.only)):
                yield fault, chance.uniform(*_BEFORE_S), random.Random(f"{self.seed}.{next(number)}")


class TakeOvers(msgspec.Struct, frozen=True):
    """ms from the fault to the other engine's first command."""

    p50: float | None
    max: float | None


class Result(msgspec.Struct, frozen=True, kw_only=True):
    seed: int
    faults: int
    calls: int
    dropped: int
    lost_waiting: int
    facts_lost: int
    facts_doubled: int
    agents_stuck: int
    takeover_ms: TakeOvers

    @property
    def clean(self) -> bool:
        return not any(getattr(self, kind) for kind in get_args(Kind))


def say(text: str) -> None:
    """Progress, on stderr: stdout holds JSON only."""
    print(text, file=sys.stderr, flush=True)


class Run:
    """`struck`: the faults so far, with when each struck; `problems`: what they cost."""

    def __init__(
        self, plan: Plan, home: Path, disks: Disks | None = None, replicated: Replicated | None = None, nodes: int = 1
    ) -> None:
        self.plan = plan
        self.site = Site(home, plan.agents, plan.talk_s, random.Random(plan.seed), disks, replicated, nodes)
        self.struck: list[tuple[float, Fault]] = []
        self.problems: list[Problem] = []
        self.take_overs_ms: list[float] = []

    async def carry_out(self) -> Result:
        try:
            await self.site.start()
            say(f"at work: {self.plan.agents} agents, seed {self.plan.seed}")
            if self.plan.only:
                await self._strike_all()
            else:
                await self._look_on_for(60 * self.plan.minutes)
            while self.plan.lived_in and self.site.resources.untold():
                await self._look_on_for(_LOOK_EVERY_S)
            await self._drain()
            await self._account()
        finally:
            await self.site.stop()
        return self._result()

    async def _strike_all(self) -> None:
        started = time.monotonic()
        for fault, before_s, chance in self.plan.drawn():
            if self._over(time.monotonic() - started):
                break
            await asyncio.sleep(before_s)
            await self._strike(fault, chance)

    async def _look_on_for(self, lasts_s: float) -> None:
        until = time.monotonic() + lasts_s
        while (left_s := until - time.monotonic()) > 0:
            await asyncio.sleep(min(_LOOK_EVERY_S, left_s))
            try:
                await self._all_at_work()
            except NotHealthy as failed:
                self.note("agents_stuck", str(failed))

    def _over(self, after_s: float) -> bool:
        if self.plan.faults and len(self.struck) >= self.plan.faults:
            return True
        return bool(self.plan.minutes) and after_s > 60 * self.plan.minutes

    async def _strike(self, fault: Fault, chance: random.Random) -> None:
        struck_s = time.time()
        self.struck.append((struck_s, fault))
        say(f"{len(self.struck)}: {fault.name}")
        commanded = self.site.installation.first_commands_s()
        try:
            await fault.strike(self.site, fault.long_s if self.plan.long else fault.short_s, chance)
            took_s = await self.site.healthy(HEALTHY_WITHIN_S)
            await asyncio.sleep(_AFTER_S)
            if fault.takes_over:
                self._taken_over(self.site.installation.first_commands_s() - commanded)
            await self._all_at_work()
            say(f"   healthy {took_s:.1f} s after it was over")
        except NotHealthy as failed:
            self.note("agents_stuck", str(failed))

    def _taken_over(self, commanded: set[float]) -> None:
        """Those are the first commands since the fault began, by the clock that the leader died under."""
        waited_s = min((at_s - self.site.sent_s for at_s in commanded if at_s > self.site.sent_s), default=math.inf)
        if waited_s > HEALTHY_WITHIN_S:
            self.note("agents_stuck", "the leader was gone, and no other engine gave the switch a command under that clock")
            return
        self.take_overs_ms.append(1000 * waited_s)
        say(f"   the other engine's first command after {self.take_overs_ms[-1]:.0f} ms")

    async def _all_at_work(self) -> None:
        """Makes ready, and notes, who is not. Raises NotHealthy."""
        await self.site.agents_free(FREE_WITHIN_S)
        for idle in await self.site.back_to_work():
            self.note("agents_stuck", idle)

    def note(self, kind: Kind, what: str) -> None:
        say(f"   {kind}: {what}")
        self.problems.append(Problem(kind, what, time.time()))

    async def _drain(self) -> None:
        """Nobody new comes; who is there is served."""
        self.site.load.place_no_more()
        self.site.desks.working = False
        deadline = time.monotonic() + DRAINED_WITHIN_S
        while self.site.load.under_way and time.monotonic() < deadline:
            await asyncio.sleep(0.2)
        if left := self.site.load.left:
            say(f"{len(left)} calls are under way still: {left}")
        try:
            await self.site.agents_ready(FREE_WITHIN_S)
        except NotHealthy as failed:
            say(f"   {failed}")

    async def _account(self) -> None:
        url = self.site.installation.runtime.database_url
        rows = await asyncio.to_thread(written.read, url, ENCODING_PAUSE_S)
        agents = [account.user for account in self.site.accounts]
        desks = self.site.desks
        found = judge(self.site.calls(), self.site.load.talks(), rows, agents)
        counts = {prefix: counted for sipp in self.site.load.sipp for prefix, counted in sipp.counts().items()}
        found += hold_against(counts, rows.interactions)
        say(f"SIPp counts {counts}")
        say(f"agents did {dict(desks.done)}; refused were {dict(desks.refused)}")
        say(f"{sum(call.cut for call in self.site.calls())} calls died with the switch, or came before it was back")
        for problem in found:
            say(f"{problem.kind}: {problem.what} (after {self.fault_at(problem.at)})")
        self.problems += found
        for group in (self.site.group, self.site.team):
            queue = self.site.system.link.view.queues[group.id]
            shown = (queue.offered_today, queue.answered_today)
            if shown != (counted := await asyncio.to_thread(written.counted, url, group.id)):
                self.note("facts_lost", f"{group.id}: offered, answered today: {shown} by the engine, {counted} by the database")
        if (replayed := await replay(url)).differences:
            self.note("facts_lost", str(replayed))

    def fault_at(self, at: float) -> str:
        """The one that had struck last."""
        return next((fault.name for struck, fault in reversed(self.struck) if struck <= at), "none")

    def table(self) -> list[str]:
        """In Markdown, a row a fault: how often it struck, and how much was found after it."""
        struck = Counter(fault.name for _, fault in self.struck)
        after = Counter(self.fault_at(problem.at) for problem in self.problems)
        names = [*(fault.name for fault in FAULTS if struck[fault.name]), *(["none"] if after["none"] else [])]
        rows = [f"| {name} | {struck[name]} | {after[name]} |" for name in names]
        return ["| fault | times | problems after it |", "|---|---|---|", *rows]

    def _result(self) -> Result:
        kinds = Counter(problem.kind for problem in self.problems)
        taken = self.take_overs_ms
        return Result(
            seed=self.plan.seed,
            faults=len(self.struck),
            calls=len(self.site.calls()),
            dropped=kinds["dropped"],
            lost_waiting=kinds["lost_waiting"],
            facts_lost=kinds["facts_lost"],
            facts_doubled=kinds["facts_doubled"],
            agents_stuck=kinds["agents_stuck"],
            takeover_ms=TakeOvers(
                p50=round(statistics.median(taken), 1) if taken else None, max=round(max(taken), 1) if taken else None
            ),
        )
