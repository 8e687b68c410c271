"""The real routing, played on virtual time: to the millisecond what a queue of a few obvious lines says of the same calls."""

from __future__ import annotations

from typing import Literal

import msgspec
import pytest

from benchmarks.reference_queue import Arrival, Served, by_rank, first_come
from callbase.core.config import Agent, Callback, Comparison, Config, Member, OverflowRule, Queue, Tenant, ToCallback, ToNumber
from callbase.core.facts import AnyFact, CallbackTried, SegmentEnded
from callbase.simulation.play import UnknownInPlan, play
from callbase.simulation.result import DayResult, QueueResult
from callbase.simulation.staffing import Shift
from callbase.simulation.traffic import Load, TracedCall, drawn
from callbase.switch.simulated.switch import RINGS_AFTER_MS

MIDNIGHT_MS = 1_767_571_200_000
"""2026-01-05, UTC."""
HOUR_MS = 3_600_000
RANKS = {"gold": 0, "plain": 1}


def centre(agents: int, *queues: str) -> Config:
    """All agents serve all queues; the earlier named goes first."""
    staff = {f"{1001 + place}": Agent(id=f"{1001 + place}", name="") for place in range(agents)}
    made = {
        queue: Queue(
            id=queue,
            name={},
            members=tuple(Member(agent=agent) for agent in staff),
            priority=len(queues) - place,
            wrap_up_s=0.0,
            service_level_s=20.0,
            record=False,
        )
        for place, queue in enumerate(queues)
    }
    return Config(version=1, tenants={"demo": Tenant(id="demo", name="", timezone="UTC", agents=staff, queues=made)})


def shifts(config: Config, hours: int) -> list[Shift]:
    return [Shift(agent=agent, start_ms=0, end_ms=hours * HOUR_MS) for agent in config.tenants["demo"].agents]


def played(config: Config, calls: list[TracedCall], hours: int) -> DayResult:
    return play(config, "demo", calls, shifts(config, hours), midnight_ms=MIDNIGHT_MS, ring_ms=0)


def arrivals(calls: list[TracedCall]) -> list[Arrival]:
    return [Arrival(call.at_ms, call.talk_ms, call.patience_ms, RANKS[call.queue]) for call in calls]


def agrees(found: QueueResult, expected: list[Served]) -> None:
    answered = sorted(served.wait for served in expected if served.answered)
    assert (found.answered, found.abandoned) == (len(answered), len(expected) - len(answered))
    assert found.asa_ms == pytest.approx(sum(answered) / len(answered), abs=1e-6)
    assert found.wait_max_ms == answered[-1]
    assert found.within_service_level == sum(wait <= 20_000 for wait in answered)


def day(*loads: Load, seed: int) -> list[TracedCall]:
    return drawn(loads, seed)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_patient_callers_wait_just_as_long(seed: int) -> None:
    calls = day(Load(queue="plain", calls=(110.0,) * 8, talk_ms=120_000, patience_ms=None), seed=seed)
    found = played(centre(8, "plain"), calls, 5)
    agrees(found.queues["plain"], list(first_come(arrivals(calls), 8, RINGS_AFTER_MS)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_impatient_callers_leave_at_just_the_same_moments(seed: int) -> None:
    calls = day(Load(queue="plain", calls=(140.0,) * 8, talk_ms=120_000, patience_ms=60_000), seed=seed)
    found = played(centre(8, "plain"), calls, 5)
    assert found.queues["plain"].abandoned > 50
    agrees(found.queues["plain"], list(first_come(arrivals(calls), 8, RINGS_AFTER_MS)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_of_two_priorities_each_waits_just_as_long(seed: int) -> None:
    calls = day(
        Load(queue="gold", calls=(30.0,) * 8, talk_ms=120_000, patience_ms=None),
        Load(queue="plain", calls=(80.0,) * 8, talk_ms=120_000, patience_ms=None),
        seed=seed,
    )
    found = played(centre(8, "gold", "plain"), calls, 5)
    expected = list(by_rank(arrivals(calls), 8, RINGS_AFTER_MS))
    for queue, rank in RANKS.items():
        agrees(found.queues[queue], [served for served in expected if served.rank == rank])
    assert found.queues["gold"].asa_ms < found.queues["plain"].asa_ms


def test_nobody_is_served_before_the_shift_begins() -> None:
    config = centre(1, "plain")
    call = TracedCall(at_ms=0, queue="plain", caller_number="1", talk_ms=1000)
    found = play(
        config,
        "demo",
        [call],
        [Shift(agent="1001", start_ms=60_000, end_ms=HOUR_MS)],
        midnight_ms=MIDNIGHT_MS,
        ring_ms=0,
    )
    assert found.queues["plain"].wait_max_ms == 60_000 + RINGS_AFTER_MS
    assert found.agents == 1


def test_who_waits_for_ever_and_is_never_answered_is_not_forgotten() -> None:
    calls = day(Load(queue="plain", calls=(60.0,) * 3, talk_ms=180_000, patience_ms=None), seed=1)
    plain = played(centre(1, "plain"), calls, 3).queues["plain"]
    assert plain.offered == len(calls)
    assert plain.abandoned == len(calls) - plain.answered > 50


def test_who_comes_to_a_queue_again_was_offered_to_it_once() -> None:
    when = Comparison(field="wait_s", operator="ge", value=5.0)
    in_vain = OverflowRule(id="late", when=when, target=ToNumber(number="02155556666", timeout_s=10.0))
    config = centre(1, "plain")
    queue = msgspec.structs.replace(config.tenants["demo"].queues["plain"], overflow=(in_vain,))
    config = Config(version=1, tenants={"demo": msgspec.structs.replace(config.tenants["demo"], queues={"plain": queue})})
    calls = [
        TracedCall(at_ms=place * 1000, queue="plain", caller_number=f"1380013800{place}", talk_ms=60_000, patience_ms=patience_ms)
        for place, patience_ms in enumerate([None, None, 30_000])
    ]
    plain = played(config, calls, 1).queues["plain"]
    assert (plain.offered, plain.answered, plain.abandoned, plain.left) == (3, 2, 1, 0)


@pytest.mark.parametrize("first", ["agent", "customer"])
def test_who_is_called_back_answers_and_talks_for_as_long(first: Literal["agent", "customer"]) -> None:
    config = centre(1, "plain")
    when = Comparison(field="queue.waiting", operator="ge", value=1.0)
    queue = msgspec.structs.replace(
        config.tenants["demo"].queues["plain"],
        overflow=(OverflowRule(id="long", when=when, target=ToCallback()),),
        callback=Callback(first=first),
    )
    config = Config(version=1, tenants={"demo": msgspec.structs.replace(config.tenants["demo"], queues={"plain": queue})})
    calls = [
        TracedCall(at_ms=at_ms, queue="plain", caller_number=f"1380013800{place}", talk_ms=talk_ms, patience_ms=60_000)
        for place, (at_ms, talk_ms) in enumerate([(0, 300_000), (1000, 300_000), (2000, 120_000), (3000, 60_000)])
    ]
    facts: list[AnyFact] = []
    play(config, "demo", calls, shifts(config, 1), midnight_ms=MIDNIGHT_MS, ring_ms=2000, read=facts.extend)
    talked = [fact for fact in facts if isinstance(fact, SegmentEnded) and fact.kind == "talk"]
    assert [fact.at_ms - fact.started_ms for fact in talked] == [call.talk_ms for call in calls]
    assert [fact.result for fact in facts if isinstance(fact, CallbackTried)] == ["answered"] * 3


def test_the_same_seed_draws_the_same_day_and_another_a_different_one() -> None:
    load = Load(queue="plain", calls=(20.0, 0.0, 40.0))
    assert day(load, seed=1) == day(load, seed=1) != day(load, seed=2)
    assert not [call for call in day(load, seed=1) if 1_800_000 <= call.at_ms < 3_600_000], "nobody calls in an empty interval"


def test_what_the_tenant_does_not_have_is_named() -> None:
    call = TracedCall(at_ms=0, queue="gone", caller_number="1", talk_ms=1000)
    with pytest.raises(UnknownInPlan, match="unknown queue: gone"):
        played(centre(1, "plain"), [call], 1)
    with pytest.raises(UnknownInPlan, match="unknown agent: 9"):
        play(centre(1, "plain"), "demo", [], [Shift(agent="9", start_ms=0, end_ms=1)], midnight_ms=MIDNIGHT_MS)
