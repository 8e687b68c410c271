"""The same load on app_queue, plain and recording, and on callbase, in steps of rising load.

All three are up at a time, and take the load in turn, in one run: so what else the machine does, which makes a call dearer by a
fifth from one minute to the next, meets all of them. Which begins changes with each round.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from benchmarks.acd import Measured, measure, together
from benchmarks.app_queue import AppQueue
from benchmarks.callers import Callers
from benchmarks.context import Context
from benchmarks.installation import Installation
from benchmarks.ours import Callbase
from benchmarks.ports import MediaSink, free_rtp_range
from benchmarks.sip.agents import AgentPhones
from benchmarks.systems import System, agent_accounts, one_group
from callbase.platform.asterisk import cache_dir, find_or_make_tree

FEW_WAIT = 50
MANY_AGENTS = 200
"""With more, each has one turn: to have them all in talks takes minutes."""


@dataclass(frozen=True, slots=True)
class Comparison:
    agents: int
    waiting: int
    """Callers kept waiting."""
    ours: list[Measured]
    peer: list[Measured]
    peer_records: bool

    @property
    def detail(self) -> dict[str, object]:
        return {"agents": self.agents, "waiting": self.waiting, "peer_records": self.peer_records}

    @property
    def clean_ours(self) -> list[Measured]:
        return [step for step in self.ours if step.clean]

    @property
    def clean_peer(self) -> list[Measured]:
        return [step for step in self.peer if step.clean]

    @property
    def clean_both(self) -> list[tuple[Measured, Measured]]:
        """Steps of the same load in which neither failed, the lightest first."""
        return [(ours, peer) for ours, peer in zip(self.ours, self.peer, strict=True) if ours.clean and peer.clean]

    def steps(self) -> dict[str, list[dict[str, object]]]:
        return {"ours": [step.summary() for step in self.ours], "peer": [step.summary() for step in self.peer]}


def backlogs(agents: int) -> tuple[int, ...]:
    """How many callers are kept waiting: a quarter of the agents, and where those are many, a few as well: what each costs who
    waits and hears music is then told apart from what a call costs."""
    quarter = max(10, agents // 4)
    return (quarter, FEW_WAIT) if quarter > FEW_WAIT else (quarter,)


def compare(context: Context, agents: int, waiting: int, loads: tuple[int, ...], rounds: int = 1) -> list[Comparison]:
    """Measures all three with so many agents and callers who wait: callbase beside each of the others. `rounds`: turns each has
    at a step, in which the window is divided."""
    accounts = agent_accounts(agents)
    asterisk = find_or_make_tree(cache_dir(), context.say)
    folder = context.work / f"{agents}-agents-{waiting}"
    groups = one_group(accounts)
    peers = [AppQueue(accounts, groups, folder / f"app_queue-{records}", asterisk, records=records) for records in (False, True)]
    ours = Callbase(accounts, groups, Installation(folder / "callbase", rtp_ports=free_rtp_range(10_000)))
    *found_peers, found_ours = asyncio.run(
        _in_turn(context, [*peers, ours], waiting, loads, rounds if agents <= MANY_AGENTS else 1)
    )
    return [
        Comparison(agents, waiting, found_ours, found_peer, peer.records)
        for peer, found_peer in zip(peers, found_peers, strict=True)
    ]


async def _in_turn(
    context: Context, systems: Sequence[System], waiting: int, loads: tuple[int, ...], rounds: int
) -> list[list[Measured]]:
    """The steps of each."""
    async with AsyncExitStack() as stack:
        up = [await stack.enter_async_context(_up(context, system, waiting)) for system in systems]
        steps: list[list[Measured]] = [[] for _ in up]
        for load in loads:
            turns: list[list[Measured]] = [[] for _ in up]
            for number in range(rounds):
                for one, taken in list(zip(up, turns, strict=True))[:: (-1) ** number]:
                    taken.append(await one.turn(load, context.window_s / rounds))
                    context.say(str(taken[-1]))
            for step, taken in zip(steps, turns, strict=True):
                step.append(together(taken))
    return steps


@dataclass(frozen=True, slots=True)
class _Up:
    """A system with its telephones registered."""

    system: System
    phones: AgentPhones
    callers: Callers

    async def turn(self, load: int, window_s: float) -> Measured:
        self.phones.talk_for(len(self.system.accounts) / load)
        await self.callers.start()
        try:
            return await measure(self.system, self.phones, self.callers, window_s)
        finally:
            await self.callers.stop()


@asynccontextmanager
async def _up(context: Context, system: System, waiting: int) -> AsyncIterator[_Up]:
    agents = len(system.accounts)
    sink = MediaSink()
    phones = AgentPhones(talk_s=1.0, media_port=sink.port)
    callers = Callers(
        target=system.sip, number=system.groups[0].number, at_once=agents + waiting,
        media_port=sink.port, folder=context.work / f"sipp-{system.name}-{agents}-{waiting}",
    )  # fmt: skip
    await phones.open()
    try:
        await system.start()
        await phones.register(system.accounts, system.sip)
        await system.make_ready()
        yield _Up(system, phones, callers)
    finally:
        phones.close()
        await system.stop()
        sink.close()
