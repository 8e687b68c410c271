"""The same load on app_queue, plain and recording, and on callbase, one after the other in one run, in steps of rising load."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from benchmarks.acd import Measured, measure
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


def compare(context: Context, agents: int, waiting: int, loads: tuple[int, ...]) -> list[Comparison]:
    """Measures all three with so many agents and callers who wait: callbase beside each of the others."""
    accounts = agent_accounts(agents)
    asterisk = find_or_make_tree(cache_dir(), context.say)
    folder = context.work / f"{agents}-agents-{waiting}"
    groups = one_group(accounts)
    peers = [AppQueue(accounts, groups, folder / f"app_queue-{records}", asterisk, records=records) for records in (False, True)]
    ours = Callbase(accounts, groups, Installation(folder / "callbase", rtp_ports=free_rtp_range(10_000)))
    found_peers = [asyncio.run(_measure_all(context, peer, waiting, loads)) for peer in peers]
    found_ours = asyncio.run(_measure_all(context, ours, waiting, loads))
    return [
        Comparison(agents, waiting, found_ours, found_peer, peer.records)
        for peer, found_peer in zip(peers, found_peers, strict=True)
    ]


async def _measure_all(context: Context, system: System, waiting: int, loads: tuple[int, ...]) -> list[Measured]:
    agents = len(system.accounts)
    sink = MediaSink()
    phones = AgentPhones(talk_s=agents / loads[0], media_port=sink.port)
    callers = Callers(
        target=system.sip, number=system.groups[0].number, at_once=agents + waiting,
        media_port=sink.port, folder=context.work / f"sipp-{system.name}-{agents}-{waiting}",
    )  # fmt: skip
    found = []
    await phones.open()
    try:
        await system.start()
        await phones.register(system.accounts, system.sip)
        await system.make_ready()
        await callers.start()
        for load in loads:
            phones.talk_for(agents / load)
            found.append(await measure(system, phones, callers, context.window_s))
            context.say(str(found[-1]))
    finally:
        await callers.stop()
        phones.close()
        await system.stop()
        sink.close()
    return found
