"""Who called while no engine led, and gave up before one did."""

from __future__ import annotations

import msgspec

from callbase.core.engine import Engine
from callbase.core.events import CallsMissed, MissedCall
from callbase.core.facts import InteractionEnded, InteractionStarted, SegmentEnded, SegmentStarted
from callbase.core.ids import IdSource
from tests.core.centre import MAIN, Centre

CALL = MissedCall(
    leg="a-1764390000.7",
    started_ms=0,
    ended_ms=0,
    caller_number="13700000007",
    called_number=MAIN,
    trunk="demo-trunk",
    tenant="demo",
)


def call(centre: Centre, **changes: object) -> MissedCall:
    """That came 30 s ago and waited for 20 s."""
    whole = msgspec.structs.replace(CALL, started_ms=centre.now_ms - 30_000, ended_ms=centre.now_ms - 10_000)
    return msgspec.structs.replace(whole, **changes)


def tell(centre: Centre, *calls: MissedCall) -> None:
    centre.give(CallsMissed(node="a", calls=calls))


def test_it_is_stated_as_of_when_it_was() -> None:
    centre = Centre()
    centre.run_for(60_000)
    missed = call(centre)
    tell(centre, missed)
    (started,), (ended,) = centre.facts(InteractionStarted), centre.facts(InteractionEnded)
    assert (started.at_ms, ended.started_ms, ended.at_ms) == (missed.started_ms, missed.started_ms, missed.ended_ms)
    assert (started.caller_number, started.called_number, started.trunk) == ("13700000007", MAIN, "demo-trunk")
    assert (started.direction, ended.reason, ended.answered_ms, ended.queue) == ("inbound", "missed", None, None)
    (began,), (over,) = centre.facts(SegmentStarted), centre.facts(SegmentEnded)
    assert (began.kind, began.at_ms, over.at_ms) == ("flow", missed.started_ms, missed.ended_ms)
    assert not centre.view.interactions
    assert not centre.output.commands


def test_its_number_is_ours_however_the_carrier_writes_it() -> None:
    centre = Centre()
    centre.run_for(60_000)
    tell(centre, call(centre, called_number=f"+86{MAIN}"))
    assert centre.facts(InteractionStarted)[0].called_number == MAIN


def test_its_id_tells_when_it_began() -> None:
    centre = Centre()
    centre.run_for(60_000)
    missed = call(centre)
    tell(centre, missed)
    (started,) = centre.facts(InteractionStarted)
    assert started.interaction[:13] == IdSource().new(missed.started_ms)[:13]


def test_what_is_told_again_after_a_crash_is_stated_once() -> None:
    centre = Centre()
    centre.run_for(60_000)
    first, second = call(centre), call(centre, leg="a-1764390000.8", caller_number="13700000008")
    tell(centre, first)
    centre.engine = Engine.restore(centre.engine.snapshot())
    tell(centre, first, second)
    tell(centre, first, second)
    assert [fact.caller_number for fact in centre.facts(InteractionStarted)] == ["13700000007", "13700000008"]


def test_legs_that_are_told_no_longer_are_not_remembered() -> None:
    centre = Centre()
    centre.run_for(60_000)
    tell(centre, call(centre))
    tell(centre, call(centre, leg="a-1764390000.8"))
    assert centre.engine._core.state.missed == {"a": ["a-1764390000.8"]}


def test_an_agents_telephone_a_stranger_and_a_call_to_nothing_are_no_missed_calls() -> None:
    centre = Centre()
    centre.run_for(60_000)
    tell(
        centre,
        call(centre, leg="1", trunk=None, tenant=None, device="1001"),
        call(centre, leg="2", trunk="gone"),
        call(centre, leg="3", called_number=""),
    )
    assert not centre.facts(InteractionStarted)


def test_a_customers_telephone_of_ours_is_known_by_its_number() -> None:
    centre = Centre()
    centre.run_for(60_000)
    tell(centre, call(centre, trunk=None, tenant=None, device="demo-customer-1", caller_number="demo-customer-1"))
    assert [fact.caller_number for fact in centre.facts(InteractionStarted)] == ["13800138001"]


def test_a_clock_that_was_set_back_makes_nothing_end_before_it_began_or_in_the_future() -> None:
    centre = Centre()
    centre.run_for(60_000)
    tell(centre, call(centre, started_ms=centre.now_ms + 5_000), call(centre, leg="2", ended_ms=centre.now_ms + 90_000))
    for fact in centre.facts(InteractionEnded):
        assert fact.started_ms <= fact.at_ms <= centre.now_ms
