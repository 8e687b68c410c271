"""Every algorithm takes whom a slow and obvious reference takes, whatever the order of events."""

from __future__ import annotations

from collections import Counter
from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbase.core.commands import Release
from callbase.core.config import Agent, Algorithm, Device, Enqueue, Flow, Member, Queue, Requirement
from callbase.core.events import RejectCall, SetNotReady, SetReady, SignOut
from callbase.core.facts import InteractionStarted, RoutingExplained, SegmentEnded
from callbase.core.routing.chance import draw
from callbase.core.routing.weights import Weights
from callbase.core.state import State
from tests.core.centre import MAIN, STRAIGHT, Centre, tenant, text
from tests.core.invariants import check
from tests.core.reference import Reference

TEAM = ("2001", "2002", "2003", "2004", "2005", "2006")
ALGORITHMS: tuple[Algorithm, ...] = get_args(Algorithm)
MEMBERS = (
    Member(agent="2003", level=40, weight=1),
    Member(agent="2001", level=60, weight=5),
    Member(agent="2005", level=60, weight=2),
    Member(agent="2002", level=90, weight=1, priority=2),
    Member(agent="2006", level=10, weight=3, priority=2),
    Member(agent="2004", level=10, weight=0),
)
SKILLS = {"2001": {"fr": 80}, "2002": {"fr": 50}, "2003": {"fr": 90, "de": 10}, "2005": {"fr": 20}}


class Team(Centre):
    """Six agents in queue sales; STRAIGHT asks for nothing, MAIN for some French. Decisions are held against the reference."""

    def __init__(self, algorithm: Algorithm, **changes: Any) -> None:
        queue = Queue(id="sales", name=text("销售", "Sales"), members=MEMBERS, algorithm=algorithm, wrap_up_s=2.0)
        queue = msgspec.structs.replace(queue, **changes)
        straight = tenant().flows["straight"]
        french = Enqueue(queue="sales", requires=(Requirement(skill="fr", level=50),))
        self.reference = Reference(queue, SKILLS)
        self.callers: dict[str, str] = {}
        self._watch = None
        super().__init__(
            agents={a: Agent(id=a, name=a, devices=(a,), skills=SKILLS.get(a, {})) for a in TEAM},
            devices={a: Device(id=a, kind="sip", agent=a) for a in TEAM},
            queues={"sales": queue},
            flows={"straight": straight, "main": Flow(id="main", version=1, start="q", nodes={"q": french})},
        )
        self._watch = self.watch

    def watch(self, output: Any) -> None:
        for fact in output.facts:
            if isinstance(fact, InteractionStarted):
                self.callers[fact.interaction] = fact.caller_number
        self.reference.read(output.facts, self.callers)
        check(self.engine)


STEPS = st.one_of(
    st.tuples(st.just("call"), st.sampled_from([STRAIGHT, STRAIGHT, MAIN]), st.sampled_from(["1", "2", "3"])),
    st.tuples(st.just("call"), st.sampled_from([STRAIGHT, STRAIGHT, MAIN]), st.sampled_from(["1", "2", "3"])),
    st.tuples(st.just("answer"), st.integers(0, 5), st.none()),
    st.tuples(st.just("answer"), st.integers(0, 5), st.none()),
    st.tuples(st.just("hang_up"), st.integers(0, 9), st.none()),
    st.tuples(st.just("reject"), st.sampled_from(TEAM), st.none()),
    st.tuples(st.just("not_ready"), st.sampled_from(TEAM), st.none()),
    st.tuples(st.just("ready"), st.sampled_from(TEAM), st.none()),
    st.tuples(st.just("out_and_in"), st.sampled_from(TEAM), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([1, 700, 5_000, 20_000, 70_000]), st.none()),
)


def play(team: Team, steps: list[tuple[str, Any, Any]]) -> None:
    for what, which, caller in steps:
        ringing = sorted(leg.id for leg in team.switch.legs.values() if leg.device in TEAM and not leg.up)
        customers = sorted(leg for leg in team.switch.legs if team.switch.legs[leg].device is None)
        if what == "call" and len(customers) < 8:
            team.call(which, caller=caller)
        elif what == "answer" and ringing:
            team.switch.answer(ringing[which % len(ringing)], team.now_ms)
            team.settle()
        elif what == "hang_up" and customers:
            team.hang_up(customers[which % len(customers)])
        elif what in ("reject", "not_ready", "ready"):
            team.ask({"reject": RejectCall, "not_ready": SetNotReady, "ready": SetReady}[what](agent=which))
        elif what == "out_and_in" and team.agent(which).interaction is None:
            team.act(SignOut(agent=which))
            team.staff(which)
        elif what == "wait":
            team.run_for(which)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@settings(max_examples=12)
@given(
    steps=st.lists(STEPS, min_size=15, max_size=50),
    window=st.sampled_from([("today", 1800.0), ("shift", 1800.0), ("rolling", 60.0)]),
)
def test_it_takes_whom_the_reference_takes(algorithm: Algorithm, steps: list[Any], window: tuple[Any, float]) -> None:
    team = Team(algorithm, measure_window=window[0], measure_over_s=window[1])
    team.staff(*TEAM)
    play(team, steps)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_long_day_of_decisions_is_the_reference_s(algorithm: Algorithm) -> None:
    team = Team(algorithm, measure_window="rolling", measure_over_s=120.0)
    team.staff(*TEAM[:3], answers_after_ms=2_000)
    team.staff(*TEAM[3:], answers_after_ms=900)
    number = 0
    while team.reference.decisions < 150:
        number += 1
        leg = team.call(MAIN if number % 4 == 0 else STRAIGHT, caller=str(number * 7 % 11))
        team.run_for(1_000 + number * 977 % 9_000)
        if number % 5 == 0:
            team.ask(SetReady(agent=TEAM[number % 6]))
        if number % 3 and leg in team.switch.legs:
            team.hang_up(leg)
        for other in sorted(leg for leg in team.switch.legs if team.switch.legs[leg].device is None)[:-4]:
            team.hang_up(other)


def test_weights_are_drawn_in_proportion() -> None:
    weights, state = Weights(), State(chance=7)
    for place, weight in ((0, 1), (5, 6), (3, 0), (9, 3)):
        weights.set(place, weight)
    weights.set(0, 2)
    weights.set(0, 1)
    drawn = Counter(weights.at(draw(state, weights.total)) for _ in range(20_000))
    assert set(drawn) == {0, 5, 9}
    assert [round(drawn[place] / 2_000) for place in (0, 5, 9)] == [1, 6, 3]


def test_chance_is_the_published_sequence() -> None:
    """The first values of SplitMix64 seeded with 1234567 (its authors' test vector)."""
    state = State(chance=1234567)
    assert [draw(state, 1 << 64) for _ in range(3)] == [6457827717110365317, 3203168211198807973, 9817491932198370423]


def test_by_the_longest_average_idle_nobody_is_idle_all_day_for_having_been_idle_for_a_short_time_once() -> None:
    team = Team("longest_average_idle")
    team.staff("2003", "2001", "2005")
    for _ in range(15):
        leg = team.call()
        chosen = team.facts(RoutingExplained)[-1].chosen
        assert chosen is not None
        team.answer(chosen)
        team.hang_up(leg)
        team.run_for(300_000)
    calls = Counter(fact.chosen for fact in team.facts(RoutingExplained))
    assert calls == {"2003": 5, "2001": 5, "2005": 5}


def test_midnight_sets_the_figures_of_the_day_to_nought() -> None:
    team = Team("fewest_calls")
    team.staff("2003")
    for _ in range(2):
        leg = team.call()
        team.answer("2003")
        team.hang_up(leg)
        team.run_for(3_000)
    team.staff("2001")
    leg = team.call()
    assert team.facts(RoutingExplained)[-1].chosen == "2001", "it has no call yet"
    team.hang_up(leg)
    team.run_for(9 * 3_600_000)
    team.reference.day = 1
    team.call()
    assert team.facts(RoutingExplained)[-1].chosen == "2003", "nobody has a call today, and it is idle longest"


def test_where_all_ring_the_first_to_answer_has_it_and_the_others_stop_at_once() -> None:
    team = Team("ring_all")
    team.staff("2001", "2003", "2002")
    team.call()
    team.run_for(3_000)
    assert {agent: team.agent(agent).state for agent in ("2001", "2003", "2002")} == {
        "2001": "reserved",
        "2003": "reserved",
        "2002": "ready",  # of a lower priority
    }
    answering, losing = team.agent_leg("2003"), team.agent_leg("2001")
    team.answer("2003")
    assert [team.agent(agent).state for agent in ("2003", "2001")] == ["busy", "ready"]
    assert losing not in team.switch.legs
    assert team.did(Release, leg=losing)[0].cause == "answered_elsewhere", "no missed call on that telephone"
    assert {fact.agent: fact.result for fact in team.facts(SegmentEnded, kind="offer")} == {
        "2003": "answered",
        "2001": "answered_elsewhere",
    }
    assert answering in team.switch.legs


def test_two_who_answer_in_the_same_moment_do_not_both_get_the_call() -> None:
    team = Team("ring_all")
    team.staff("2001", "2003")
    leg = team.call()
    first, second = team.agent_leg("2001"), team.agent_leg("2003")
    team.switch.answer(first, team.now_ms)
    team.switch.answer(second, team.now_ms)
    team.settle()
    assert [team.agent(agent).state for agent in ("2001", "2003")] == ["busy", "ready"]
    assert set(team.switch.legs) == {leg, first}
    assert team.interaction(leg).agent == "2001"


def test_where_all_ring_one_who_declines_does_not_silence_the_others() -> None:
    team = Team("ring_all")
    team.staff("2001", "2003")
    leg = team.call()
    team.act(RejectCall(agent="2001"))
    assert [team.agent(agent).state for agent in ("2001", "2003")] == ["not_ready", "reserved"]
    team.act(RejectCall(agent="2003"))
    assert team.interaction(leg).position == 1


def test_where_all_ring_a_caller_who_gives_up_leaves_all_their_turn() -> None:
    team = Team("ring_all")
    team.staff("2001", "2003")
    leg = team.call()
    team.hang_up(leg)
    assert [team.agent(agent).state for agent in ("2001", "2003")] == ["ready", "ready"]
    assert not team.switch.legs
