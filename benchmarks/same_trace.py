"""The same callers, at the same moments and with the same talks, through app_queue and through callbase: who was served out of
order, by somebody without the skill, how long all waited.

Two services, three kinds of agents: some serve the one, some the other, some both. Agents are just enough, so that most callers
wait. A caller's wait is from its INVITE to the INVITE at the agent's telephone.
"""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from dataclasses import dataclass

from benchmarks.app_queue import AppQueue
from benchmarks.context import Context
from benchmarks.figure import Figure, figure
from benchmarks.installation import Installation
from benchmarks.ours import Callbase
from benchmarks.ports import MediaSink
from benchmarks.sip.agents import AgentPhones, Talk
from benchmarks.sip.callers import TimedCall, TimedCallers
from benchmarks.systems import Group, System, agent_accounts
from callbase.platform.asterisk import cache_dir, find_or_make_tree

NAME = "same_trace"

_SEED = 1
_AGENTS = 12
_ONLY_ONE = 4
"""Of the agents, so many serve the first service only, and as many the second only; the rest both."""
_LASTS_S = 90.0
_TALK_S = (2.0, 6.0)
_OCCUPANCY = 0.95
_AFTER_S = 60.0
"""How long those who wait at the end are given."""
_TOLERANCE_S = 0.1
"""Moments nearer to each other than this count as the same: a message's way, not a decision."""


@dataclass(frozen=True, slots=True)
class Arrival:
    at_s: float
    caller: str
    number: str
    service_s: float


@dataclass(frozen=True, slots=True)
class Served:
    arrival: Arrival
    agent: str
    called: float
    rang: float

    @property
    def wait_s(self) -> float:
        return self.rang - self.called


@dataclass(frozen=True, slots=True)
class Outcome:
    served: list[Served]
    not_served: int
    double_offers: int
    out_of_order: int
    skill_breaches: int

    def wait_s(self, share: float) -> float:
        """A quantile of the waits; 0.5 for the median."""
        ordered = sorted(one.wait_s for one in self.served)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def run(context: Context) -> list[Figure]:
    accounts = agent_accounts(_AGENTS)
    users = tuple(account.user for account in accounts)
    groups = (Group("first", "4008009991", users[:-_ONLY_ONE]), Group("second", "4008009992", users[_ONLY_ONE:]))
    trace = arrivals([group.number for group in groups])
    asterisk = find_or_make_tree(cache_dir(), context.say)
    folder = context.work / "trace"
    peer = asyncio.run(_play(context, AppQueue(accounts, groups, folder / "app_queue", asterisk), trace))
    ours = asyncio.run(_play(context, Callbase(accounts, groups, Installation(folder / "callbase")), trace))
    detail = {"agents": _AGENTS, "calls": len(trace), "seed": _SEED}
    counts = {
        "calls out of order": [one.out_of_order for one in (ours, peer)],
        "double offers": [one.double_offers for one in (ours, peer)],
        "skill breaches": [one.skill_breaches for one in (ours, peer)],
        "calls not served": [one.not_served for one in (ours, peer)],
    }
    waits = {
        "s wait mean": [statistics.fmean(served.wait_s for served in one.served) for one in (ours, peer)],
        **{f"s wait p{share:.0%}".rstrip("%"): [one.wait_s(share) for one in (ours, peer)] for share in (0.5, 0.9, 0.95, 0.99)},
    }
    return [figure(NAME, unit, *both, **detail) for unit, both in (counts | waits).items()]


def arrivals(numbers: list[str]) -> list[Arrival]:
    """A seeded Poisson stream over _LASTS_S; each caller for one of the numbers by chance."""
    chance = random.Random(_SEED)
    rate = _OCCUPANCY * _AGENTS / statistics.fmean(_TALK_S)
    made: list[Arrival] = []
    at_s = 0.0
    while (at_s := at_s + chance.expovariate(rate)) < _LASTS_S:
        made.append(Arrival(at_s, f"138{len(made):08}", chance.choice(numbers), chance.uniform(*_TALK_S)))
    return made


async def _play(context: Context, system: System, trace: list[Arrival]) -> Outcome:
    sink = MediaSink()
    phones = AgentPhones(talk_s=_TALK_S[1], media_port=sink.port, service_s={one.caller: one.service_s for one in trace})
    callers = TimedCallers(system.sip, sink.port)
    await phones.open()
    await callers.open()
    try:
        await system.start()
        await phones.register(system.accounts, system.sip)
        await system.make_ready()
        started = time.monotonic()
        for arrival in trace:
            await asyncio.sleep(max(0.0, started + arrival.at_s - time.monotonic()))
            callers.call(arrival.caller, arrival.number)
        deadline = time.monotonic() + _AFTER_S
        while callers.under_way and time.monotonic() < deadline:
            await asyncio.sleep(0.1)
    finally:
        callers.close()
        phones.close()
        await system.stop()
        sink.close()
    found = judged(trace, system.groups, callers.calls, phones.talks, phones.refused)
    context.say(
        f"{system.name}: {len(found.served)} of {len(trace)} served, {found.out_of_order} out of order, "
        f"{found.double_offers} double offers, "
        f"{found.skill_breaches} skill breaches, wait p50 {found.wait_s(0.5):.2f} s p95 {found.wait_s(0.95):.2f} s"
    )
    return found


def judged(
    trace: list[Arrival], groups: tuple[Group, ...], calls: list[TimedCall], talks: list[Talk], double_offers: int
) -> Outcome:
    """A call is out of order where its agent could have served somebody who had come before it and was still waiting then."""
    called = {call.caller: call.called for call in calls}
    by_caller = {arrival.caller: arrival for arrival in trace}
    members = {group.number: group.members for group in groups}
    served = [Served(by_caller[talk.caller], talk.agent, called[talk.caller], talk.rang) for talk in talks]
    return Outcome(
        served=served,
        not_served=len(trace) - len({one.arrival.caller for one in served}),
        double_offers=double_offers,
        out_of_order=sum(any(_passed_over(one, other, members) for other in served) for one in served),
        skill_breaches=sum(one.agent not in members[one.arrival.number] for one in served),
    )


def _passed_over(one: Served, other: Served, members: dict[str, tuple[str, ...]]) -> bool:
    """Whether `one` was served while `other` should have been."""
    return (
        other.called < one.called - _TOLERANCE_S
        and other.rang > one.rang + _TOLERANCE_S
        and one.agent in members[other.arrival.number]
    )
