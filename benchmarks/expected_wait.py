"""The expected wait as it is told, against what really happened on simulated days, beside simpler guesses."""

from __future__ import annotations

from benchmarks.context import Context
from benchmarks.figure import Figure, figure
from callbase.core.config import Agent, Config, Member, Queue, Tenant
from callbase.simulation.foretold import Foretold
from callbase.simulation.play import play
from callbase.simulation.staffing import Shift
from callbase.simulation.traffic import Load, drawn

NAME = "expected_wait"
SEEDS = range(3)
HALF_HOUR_MS = 1_800_000
MIDNIGHT_MS = 1_767_571_200_000
"""2026-01-05, UTC."""
RUSH = (18, 22, 30, 38, 42, 40, 30, 24, 20, 26, 36, 42, 38, 28, 20, 16)
"""Calls in each half hour from nine to five, to be multiplied."""


def config(agents: int, *queues: str) -> Config:
    """All agents serve all queues; the earlier named has priority."""
    staff = {f"{1001 + place}": Agent(id=f"{1001 + place}", name="") for place in range(agents)}
    members = tuple(Member(agent=agent) for agent in staff)
    made = {
        queue: Queue(id=queue, name={}, members=members, priority=len(queues) - place, wrap_up_s=15.0)
        for place, queue in enumerate(queues)
    }
    return Config(version=1, tenants={"demo": Tenant(id="demo", name="", timezone="UTC", agents=staff, queues=made)})


def calls(queue: str, share: float, patience_ms: float | None) -> Load:
    return Load(queue=queue, calls=tuple(share * many for many in (0.0,) * 18 + RUSH), patience_ms=patience_ms)


DAYS: dict[str, tuple[Config, tuple[Load, ...]]] = {
    "one queue, patient callers": (config(4, "sales"), (calls("sales", 1.0, 3_600_000.0),)),
    "one queue, impatient callers": (config(4, "sales"), (calls("sales", 1.4, 300_000.0),)),
    "a large queue": (config(30, "sales"), (calls("sales", 9.0, 600_000.0),)),
    "two queues share agents, one goes first": (
        config(6, "gold", "plain"),
        (calls("gold", 0.4, 600_000.0), calls("plain", 1.3, 600_000.0)),
    ),
}


def a_day(config: Config, loads: tuple[Load, ...], seeds: range = SEEDS) -> Foretold:
    """Rush hours, a break of the half of the agents at noon, ringing and wrap-up; several drawn days together."""
    together = Foretold()
    agents = sorted(config.tenants["demo"].agents)
    shifts = [Shift(agent=agent, start_ms=18 * HALF_HOUR_MS, end_ms=34 * HALF_HOUR_MS) for agent in agents[::2]]
    shifts += [Shift(agent=agent, start_ms=18 * HALF_HOUR_MS, end_ms=25 * HALF_HOUR_MS) for agent in agents[1::2]]
    shifts += [Shift(agent=agent, start_ms=26 * HALF_HOUR_MS, end_ms=34 * HALF_HOUR_MS) for agent in agents[1::2]]
    for seed in seeds:
        one = Foretold()
        play(config, "demo", drawn(loads, seed), shifts, midnight_ms=MIDNIGHT_MS, read=one.read)
        together.guesses += one.guesses
    return together


def run(context: Context) -> list[Figure]:
    found: list[Figure] = []
    for name, (configured, loads) in DAYS.items():
        day = a_day(configured, loads)
        found.append(
            figure(
                NAME,
                "s",
                day.error_ms("foretold") / 1000,
                day.error_ms("average") / 1000,
                days=name,
                beside="the day's average wait so far",
                last_answered=round(day.error_ms("last") / 1000, 1),
                callers=len(day.guesses),
                mean_wait=round(sum(one.waited for one in day.guesses) / len(day.guesses) / 1000, 1),
            )
        )
        context.say(f"{name}: done")
    return found
