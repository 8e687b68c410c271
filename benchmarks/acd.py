"""Puts a system under a backlog of callers and measures: calls a second, CPU a call, how long free agents were left waiting.

Callers (SIPp, on the trunk) are always more than agents, so that somebody always waits; every agent's telephone answers at once,
talks for `talk_s`, hangs up. One measurement is a ramp-up, which is thrown away, and a window.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.callers import FILL_PER_S, Callers
from benchmarks.cpu import used_ms
from benchmarks.sip.agents import AgentPhones
from benchmarks.systems import System

_RAMP_UP_S = 4.0
"""At least; longer until each agent has had a call."""
_SETTLE_S = 5.0
"""After the last callers have come."""
_LONGEST_RAMP_UP_S = 90.0


@dataclass(frozen=True, slots=True)
class Measured:
    """`failures`: calls SIPp counts as failed, offers to busy telephones, all messages sent twice."""

    system: str
    agents: int
    talk_s: float
    calls: int
    calls_per_s: float
    cpu_ms: dict[str, float]
    """CPU time used within the window, by part of the system."""
    load_cpu_ms: dict[str, float]
    """The same of what makes the load: agents' telephones and callers, which share the machine's cores with the system."""
    window_s: float
    failed_calls: int
    double_offers: int
    retransmissions: int
    gaps_ms: list[float]
    """From an agent's BYE to the next INVITE at the same telephone."""

    @property
    def cpu_ms_per_call(self) -> float:
        return self.cpu_ms_of(*self.cpu_ms)

    def cpu_ms_of(self, *parts: str) -> float:
        """CPU time a call of these parts together."""
        return sum(self.cpu_ms.get(part, 0.0) for part in parts) / self.calls if self.calls else float("inf")

    @property
    def cores(self) -> float:
        return sum(self.cpu_ms.values()) / 1000 / self.window_s

    @property
    def clean(self) -> bool:
        return not (self.failed_calls or self.double_offers or self.retransmissions) and self.calls > 0

    def gap_ms(self, share: float) -> float:
        """A quantile of the gaps; 0.95 for p95."""
        ordered = sorted(self.gaps_ms)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    @property
    def mean_gap_ms(self) -> float:
        return statistics.fmean(self.gaps_ms) if self.gaps_ms else float("nan")

    def summary(self) -> dict[str, object]:
        return {
            "talk_s": self.talk_s,
            "calls": self.calls,
            "calls_per_s": round(self.calls_per_s, 2),
            "cpu_ms_per_call": {part: round(self.cpu_ms_of(part), 2) for part in self.cpu_ms},
            "cores": round(self.cores, 2),
            "load_cores": {part: round(used / 1000 / self.window_s, 2) for part, used in self.load_cpu_ms.items()},
            "load_average": [round(average, 1) for average in os.getloadavg()],
            "failed_calls": self.failed_calls,
            "double_offers": self.double_offers,
            "retransmissions": self.retransmissions,
            "gap_mean_ms": round(self.mean_gap_ms, 1),
            "gap_p95_ms": round(self.gap_ms(0.95), 1),
        }

    def __str__(self) -> str:
        parts = ", ".join(f"{part} {self.cpu_ms_of(part):.1f}" for part in self.cpu_ms)
        load = ", ".join(f"{part} {used / 1000 / self.window_s:.2f}" for part, used in self.load_cpu_ms.items())
        return (
            f"{self.system}: {self.agents} agents, talk {self.talk_s:g} s: {self.calls_per_s:.1f} calls/s, "
            f"{self.cpu_ms_per_call:.1f} ms CPU a call ({parts}), {self.cores:.2f} cores ({load} beside); "
            f"free to INVITE mean {self.mean_gap_ms:.1f} ms p95 {self.gap_ms(0.95):.1f} ms; "
            f"{self.failed_calls} failed, {self.double_offers} double offers, {self.retransmissions} retransmissions"
        )


def together(turns: Sequence[Measured]) -> Measured:
    """One system's windows under the same load as one."""
    first, window_s = turns[0], sum(turn.window_s for turn in turns)
    calls = sum(turn.calls for turn in turns)
    return Measured(
        system=first.system,
        agents=first.agents,
        talk_s=first.talk_s,
        calls=calls,
        calls_per_s=calls / window_s,
        cpu_ms={part: sum(turn.cpu_ms[part] for turn in turns) for part in first.cpu_ms},
        load_cpu_ms={part: sum(turn.load_cpu_ms[part] for turn in turns) for part in first.load_cpu_ms},
        window_s=window_s,
        failed_calls=sum(turn.failed_calls for turn in turns),
        double_offers=sum(turn.double_offers for turn in turns),
        retransmissions=sum(turn.retransmissions for turn in turns),
        gaps_ms=[gap for turn in turns for gap in turn.gaps_ms],
    )


async def measure(system: System, phones: AgentPhones, callers: Callers, window_s: float) -> Measured:
    """One window under the callers' present load, after a ramp-up."""
    agents = len(system.accounts)
    loop = asyncio.get_running_loop()
    crowded_since = await _ramp_up(phones, callers, agents)
    before, refused, sent_again = callers.counts(), phones.refused, phones.retransmissions
    phones.talks.clear()
    phones.begun.clear()
    started, cpu_ms, load_cpu_ms = loop.time(), system.cpu_ms(), _load_cpu_ms(callers)
    await asyncio.sleep(window_s)
    took_s, cpu_ms_after, load_cpu_ms_after = loop.time() - started, system.cpu_ms(), _load_cpu_ms(callers)
    talks, begun = list(phones.talks), list(phones.begun)
    after_refused, after_sent_again = phones.refused, phones.retransmissions
    await asyncio.sleep(1.1)  # SIPp's statistics are written every second
    after = callers.counts()
    return Measured(
        system=system.name,
        agents=agents,
        talk_s=phones.talk_s,
        calls=len(talks),
        calls_per_s=len(talks) / took_s,
        cpu_ms={part: used - cpu_ms[part] for part, used in cpu_ms_after.items()},
        load_cpu_ms={part: used - load_cpu_ms[part] for part, used in load_cpu_ms_after.items()},
        window_s=took_s,
        failed_calls=after.failed - before.failed,
        double_offers=after_refused - refused,
        retransmissions=after.retransmissions - before.retransmissions + after_sent_again - sent_again,
        gaps_ms=[
            (talk.rang - talk.free_since) * 1000
            for talk in begun
            if talk.free_since is not None and talk.free_since > crowded_since
        ],
    )


def _load_cpu_ms(callers: Callers) -> dict[str, float]:
    """So far. The telephones are in this process."""
    return {"telephones": time.process_time() * 1000, "callers": sum(used_ms([callers.pid]).values())}


async def _ramp_up(phones: AgentPhones, callers: Callers, agents: int) -> float:
    """Until each agent has had a call and all who are to wait do, who come one by one: hundreds of calls at once are work for
    seconds, which would be measured. Not for ever: a system too slow to get there is measured as it is. From the moment returned
    on callers always wait, by time.monotonic()."""
    started = time.monotonic()
    while (took_s := time.monotonic() - started) < _RAMP_UP_S or (phones.served < agents and took_s < _LONGEST_RAMP_UP_S):
        await asyncio.sleep(0.2)
    callers.come(agents / phones.talk_s + FILL_PER_S)
    while callers.counts().under_way < callers.at_once and time.monotonic() - started < 2 * _LONGEST_RAMP_UP_S:
        await asyncio.sleep(0.2)
    callers.call_again_at_once()
    await asyncio.sleep(_SETTLE_S / 2)
    crowded_since = time.monotonic()
    await asyncio.sleep(_SETTLE_S / 2)
    return crowded_since
