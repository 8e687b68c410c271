"""From an agent's command to its event on the same agent's screen, and whether the card is there before the telephone rings.

Real: callbase with all its processes, Asterisk, SIP calls from a trunk to as many registered telephones (no audio flows),
recording, a WebSocket a screen with its session's cookie, customers in the database. Not real: the browsers behind the
WebSockets, which say of each card that it is shown as soon as it has come.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from benchmarks.context import Context
from benchmarks.figure import Figure, figure
from benchmarks.installation import Installation
from benchmarks.ours import Callbase
from benchmarks.people import make_people
from benchmarks.ports import MediaSink, free_rtp_range
from benchmarks.screens import Act, Card, Screens, Seen
from benchmarks.sip.agents import AgentPhones, Talk
from benchmarks.sip.callers import TimedCallers
from benchmarks.systems import agent_accounts, one_group

NAME = "command_to_event"
AGENTS = 1_000
CALLS_PER_S = 20.0
OCCUPANCY = 0.8
FIRST_NUMBER, CUSTOMERS = 13_800_000_000, 20_000
BAR_MS = 60.0
BAR_CARD = 0.999
RAMP_UP_S = 75.0
"""Also until each page's session has been looked at twice: from then on that is as on any day."""
WINDOWS = 6
"""Ninety-nine per cent wants many: the window is this many times that of other benchmarks."""


@dataclass(slots=True)
class Outcome:
    calls: int
    window_s: float
    acts: list[Act]
    cards: list[Card]
    rang: list[Talk]
    screens: Seen
    cpu_ms: dict[str, float]
    load_cpu_ms: dict[str, float]
    """Of the benchmark itself, which on the same machine takes it from what is measured."""
    failed: int
    lost: list[str] = field(default_factory=list)

    def took_ms(self, kind: str | None = None) -> list[float]:
        """Of all acts, or those of a kind. One that was never seen took for ever."""
        chosen = [act for act in self.acts if kind in (None, act.kind) and not act.refused]
        return [(act.seen - act.sent) * 1000 if act.seen else float("inf") for act in chosen]

    def leads_ms(self) -> list[float]:
        """How long each card, with its customer, was there before the INVITE; negative where it came after it."""
        cards: dict[tuple[str, str], list[float]] = defaultdict(list)
        for card in self.cards:
            cards[card.agent, card.caller].append(card.shown)
        return [(talk.rang - min(cards.get((talk.agent, talk.caller), [float("inf")]))) * 1000 for talk in self.rang]


def run(context: Context) -> list[Figure]:
    agents = max(context.agents)
    found = asyncio.run(_measure(context, agents, CALLS_PER_S * agents / AGENTS))
    return _figures(context, agents, found)


async def _measure(context: Context, agents: int, calls_per_s: float) -> Outcome:
    accounts = agent_accounts(agents)
    groups = one_group(accounts)
    installation = Installation(context.work / "callbase", rtp_ports=free_rtp_range(10_000))
    system = Callbase(accounts, groups, installation)
    sink = MediaSink()
    phones = AgentPhones(talk_s=OCCUPANCY * agents / calls_per_s, media_port=sink.port)
    callers = TimedCallers(system.sip, sink.port)
    await phones.open()
    await callers.open()
    try:
        await system.start()
        environment = installation.environment()
        cookies = await asyncio.to_thread(
            make_people, environment, [account.user for account in accounts], FIRST_NUMBER, CUSTOMERS
        )
        await phones.register(accounts, system.sip)
        screens = Screens(f"ws://127.0.0.1:{installation.http_port}/link", cookies)
        screens.start()
        try:
            await screens.ask("sign_in")
            context.say(f"{agents} agents are signed in")
            calling = asyncio.create_task(callers_by_chance(callers, groups[0].number, calls_per_s))
            await screens.ask("work")
            return await _window(context, system, screens, phones, callers, calling)
        finally:
            screens.stop()
    finally:
        phones.close()
        callers.close()
        await system.stop()
        sink.close()


async def _window(
    context: Context, system: Callbase, screens: Screens, phones: AgentPhones, callers: TimedCallers, calling: asyncio.Task[None]
) -> Outcome:
    loop = asyncio.get_running_loop()
    await asyncio.sleep(RAMP_UP_S)
    before = await screens.ask("seen")
    phones.begun.clear()
    placed, began, cpu_ms, own_ms = len(callers.calls), loop.time(), system.cpu_ms(), time.process_time() * 1000
    await asyncio.sleep(context.window_s * WINDOWS)
    took_s, cpu_after, own_ms = loop.time() - began, system.cpu_ms(), time.process_time() * 1000 - own_ms
    rang, calls = list(phones.begun), callers.calls[placed:]
    calling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await calling
    await asyncio.sleep(1.0)
    seen = await screens.ask("seen")
    failed = sum(1 for call in calls if call.status not in (0, 200))
    return Outcome(
        calls=len(calls),
        window_s=took_s,
        acts=list(seen.acts),
        cards=list(seen.cards),
        rang=[talk for talk in rang if talk.rang >= began],
        screens=seen,
        cpu_ms={part: used - cpu_ms[part] for part, used in cpu_after.items()},
        load_cpu_ms={"screens": (seen.cpu_s - before.cpu_s) * 1000, "telephones": own_ms},
        failed=failed,
        lost=list(seen.lost),
    )


async def callers_by_chance(callers: TimedCallers, number: str, calls_per_s: float) -> None:
    """For ever; callers come by chance."""
    loop, chance = asyncio.get_running_loop(), random.Random(1)
    due = loop.time()
    for turn in itertools.count():
        due += chance.expovariate(calls_per_s)
        await asyncio.sleep(due - loop.time())
        callers.call(str(FIRST_NUMBER + turn % CUSTOMERS), number)


def _figures(context: Context, agents: int, found: Outcome) -> list[Figure]:
    all_ms, leads_ms = found.took_ms(), found.leads_ms()
    early = sum(1 for lead in leads_ms if lead >= 0.0) / len(leads_ms) if leads_ms else float("nan")
    never = [act for act in found.acts if not act.seen]
    detail: dict[str, Any] = {
        "agents": agents,
        "calls": found.calls,
        "calls_per_s": round(found.calls / found.window_s, 2),
        "failed_calls": found.failed,
        "commands": {kind: spread(found.took_ms(kind)) for kind in sorted({act.kind for act in found.acts})},
        "never_seen": len([act for act in never if not act.refused]),
        "refused": sorted({f"{act.kind}: {act.refused}" for act in never if act.refused}),
        "screens_lost": len(found.lost),
        "messages_per_s": round(found.screens.messages / found.window_s),
        "megabytes_per_s": round(found.screens.bytes / found.window_s / 1e6, 2),
        "cores": {part: round(used / 1000 / found.window_s, 2) for part, used in found.cpu_ms.items()},
        "benchmark_cores": {part: round(used / 1000 / found.window_s, 2) for part, used in found.load_cpu_ms.items()},
    }
    cards: dict[str, Any] = {"agents": agents, "offers": len(leads_ms), "bar": BAR_CARD, "lead_ms": spread(leads_ms, lowest=True)}
    context.say(f"{NAME}: {spread(all_ms)} ms; card first in {early:.4%} of {len(leads_ms)} calls; {detail}")
    for why in found.lost[:5]:
        context.say(f"lost: {why}")
    return [
        figure(NAME, "ms p99", quantile(all_ms, 0.99), bar=BAR_MS, all=spread(all_ms), **detail),
        figure(NAME, "share of calls with the card before the INVITE at a desk phone", early, **cards),
    ]


def spread(values: list[float], *, lowest: bool = False) -> dict[str, float]:
    shares = {"p0": 0.0, "p0.1": 0.001, "p1": 0.01, "p50": 0.5} if lowest else {"p50": 0.5, "p95": 0.95, "p99": 0.99, "max": 1.0}
    return {"n": len(values), **{name: round(quantile(values, share), 1) for name, share in shares.items()}}


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
