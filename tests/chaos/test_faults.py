"""That a run can be told again by its seed, and a few faults in a centre at work."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import pytest

from tests.chaos.faults import FAULTS, named
from tests.chaos.run import Plan, Run


def test_a_seed_draws_the_same_faults_at_the_same_moments_again_and_each_of_them_before_any_comes_twice() -> None:
    drawn = [list(islice(Plan(seed=seed).drawn(), 2 * len(FAULTS))) for seed in (7, 7, 8)]
    assert drawn[0] == drawn[1]
    assert drawn[0] != drawn[2]
    assert {fault.name for fault, _ in drawn[0][: len(FAULTS)]} == {fault.name for fault in FAULTS}


@pytest.mark.telephony
@pytest.mark.slow
async def test_the_death_of_an_engine_and_of_the_database_costs_no_call_no_place_and_no_fact(tmp_path: Path) -> None:
    names = ("database killed", "leader hangs", "leader killed with clocks an hour ahead")
    chosen = [named(name) for name in names]
    run = Run(Plan(seed=5, faults=len(chosen), only=chosen, long=False), tmp_path / "home")
    result = await run.carry_out()
    assert result.clean, run.problems
    assert result.calls > 2 * run.plan.agents
    assert sum(talk.connected > 0 for talk in run.site.load.talks()) > run.plan.agents
    assert len(run.take_overs_ms) == 2
    assert sum(bool(talk.heard) for talk in run.site.load.talks()) > run.plan.agents, "callers are heard"
    assert sum(bool(call.heard) for call in run.site.calls()) > run.plan.agents, "agents are heard"
    assert not run.site.resources.growing()
    assert len(run.site.desks.done) > 5, "agents did more than talk"
