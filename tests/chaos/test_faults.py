"""That a run can be told again by its seed, and a few faults in a centre at work."""

from __future__ import annotations

import signal
from itertools import islice
from pathlib import Path
from typing import cast

import pytest

from tests.chaos.faults import FAULTS, named
from tests.chaos.run import Plan, Run
from tests.chaos.site import NODES, Site


def drawn(seed: int, draws: int = 1) -> list[tuple[str, float, float]]:
    """Each fault twice: its name, the time before it, and what it draws last, of so many draws."""
    plan = islice(Plan(seed=seed).drawn(), 2 * len(FAULTS))
    return [(fault.name, before_s, [chance.random() for _ in range(draws)][-1]) for fault, before_s, chance in plan]


def test_a_seed_draws_the_same_faults_at_the_same_moments_again_and_each_of_them_before_any_comes_twice() -> None:
    assert drawn(7) == drawn(7)
    assert drawn(7) != drawn(8)
    assert {name for name, _, _ in drawn(7)[: len(FAULTS)]} == {fault.name for fault in FAULTS}


def test_what_a_fault_draws_changes_nothing_that_comes_after_it() -> None:
    few, many = drawn(7), drawn(7, draws=3)
    assert [(name, before_s) for name, before_s, _ in few] == [(name, before_s) for name, before_s, _ in many]
    assert len({last for _, _, last in few + many}) == len(few + many), "each draws what no other one does"


class TwoNodes:
    """A site with a load, both well again at once, that notes what is killed."""

    nodes = 2

    def __init__(self) -> None:
        self.killed: list[str] = []
        self.load = self

    async def send(self, part: str, number: signal.Signals) -> None:
        self.killed.append(part)

    def died(self, node: int) -> None: ...

    def back(self, node: int) -> None: ...

    async def register(self, but_at: int | None = None) -> None: ...

    async def healthy(self, within_s: float) -> None: ...


async def killed(seed: int) -> list[str]:
    site, plan = TwoNodes(), Plan(seed=seed, only=[named("one of two nodes killed")])
    for fault, _, chance in islice(plan.drawn(), 20):
        await fault.strike(cast(Site, site), 0.0, chance)
    return site.killed


async def test_which_node_dies_is_drawn_by_the_seed() -> None:
    assert await killed(7) == await killed(7)
    assert await killed(7) != await killed(8)
    assert set(await killed(7)) == set(NODES)


@pytest.mark.telephony
@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_the_death_of_an_engine_and_of_the_database_costs_no_call_no_place_and_no_fact(tmp_path: Path) -> None:
    names = ("database killed", "leader hangs", "leader killed with clocks an hour ahead")
    chosen = [named(name) for name in names]
    run = Run(Plan(seed=5, faults=len(chosen), only=chosen, long=False, lived_in=True), tmp_path / "home")
    result = await run.carry_out()
    assert result.clean, run.problems
    assert result.calls > 2 * run.plan.agents
    assert sum(talk.connected > 0 for talk in run.site.load.talks()) > run.plan.agents
    (sipp,) = run.site.load.sipp
    (counts,) = sipp.counts().values()
    assert counts.succeeded == counts.created == len(sipp.calls()) > run.plan.agents, "SIPp's own count"
    assert len(run.take_overs_ms) == 2
    assert sum(bool(talk.heard) for talk in run.site.load.talks()) > run.plan.agents, "callers are heard"
    assert sum(bool(call.heard) for call in run.site.calls()) > run.plan.agents, "agents are heard"
    assert not run.site.resources.growing()
    flat = {part: life["flat"] for part, life in run.site.resources.report().items()}
    assert flat == dict.fromkeys(("asterisk", "csta", "engine", "postgres", "web", "worker"), True)
    assert len(run.site.desks.done) > 5, "agents did more than talk"
