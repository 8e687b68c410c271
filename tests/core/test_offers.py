"""Offers: one agent after another, none ever stuck, the caller keeps the place."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.commands import AnswerDevice, Originate, Release
from callbase.core.config import Member, Queue
from callbase.core.events import AnswerCall, ClearCall, RejectCall, SetNotReady, SetReady, SignOut
from callbase.core.facts import InteractionEnded, RoutingExplained, SegmentEnded
from callbase.switch.simulated import Telephone
from tests.core.centre import MAIN, Centre, tenant


def test_who_does_not_answer_is_not_ready_and_the_next_rings() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    leg = centre.call()
    centre.run_for(20_000)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "no_answer")
    assert centre.agent("1002").state == "reserved"
    assert centre.interaction(leg).agent == "1002"
    assert centre.facts(SegmentEnded, kind="offer")[0].result == "no_answer"


@pytest.mark.parametrize(
    ("cause", "result"), [("busy", "busy"), ("rejected", "rejected"), ("unreachable", "unreachable"), ("no_answer", "no_answer")]
)
def test_a_telephone_that_refuses_passes_the_call_on(cause: Any, result: str) -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    centre.switch.telephones["1001"] = Telephone(refuses=cause)
    centre.call()
    centre.run_for(100)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", result)
    assert centre.agent("1002").state == "reserved"
    assert centre.facts(SegmentEnded, kind="offer")[0].result == result


def test_rejecting_at_the_screen_passes_the_call_on() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    centre.call()
    centre.act(RejectCall(agent="1001"))
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "rejected")
    assert centre.agent("1002").state == "reserved"
    assert [leg.device for leg in centre.switch.legs.values() if leg.device] == ["1002"]


def test_how_long_a_caller_waits_is_shown_from_its_entering_on_whatever_rings_meanwhile() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    leg = centre.call()
    entered_ms = centre.now_ms
    for state in ("offer", "offer", "queue"):
        assert (centre.interaction(leg).phase, centre.interaction(leg).waits_since_ms) == (state, entered_ms)
        centre.run_for(20_000)
    centre.staff("1003")
    centre.answer("1003")
    assert (centre.interaction(leg).phase, centre.interaction(leg).waits_since_ms) == ("talk", None)


def test_the_caller_keeps_the_place_when_an_offer_fails() -> None:
    centre = Centre()
    centre.staff("1001")
    first = centre.call()
    centre.run_for(1000)
    second = centre.call(caller="2")
    centre.act(RejectCall(agent="1001"))
    assert centre.interaction(first).position == 1
    assert centre.interaction(second).position == 2
    centre.act(SetReady(agent="1001"))
    assert centre.agent("1001").interaction == centre.interaction(first).interaction


def test_the_core_ends_an_offer_the_switch_forgot() -> None:
    """The switch's own time-out never comes: the offer's timer frees the agent."""
    centre = Centre()
    centre.staff("1001")
    centre.call()
    leg = centre.agent_leg("1001")
    del centre.switch.legs[leg]
    centre.run_for(21_999)
    assert centre.agent("1001").state == "reserved"
    centre.run_for(1)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "no_answer")
    assert centre.did(Release, leg=leg)


def test_a_caller_who_gives_up_while_it_rings_leaves_the_agent_its_turn() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    leg = centre.call()
    centre.run_for(3000)
    centre.hang_up(leg)
    assert centre.agent("1001").state == "ready"
    assert not centre.switch.legs
    assert centre.facts(SegmentEnded, kind="offer")[0].result == "withdrawn"
    assert centre.facts(SegmentEnded, kind="queue")[0].result == "abandoned"
    assert centre.facts(InteractionEnded)[0].reason == "abandoned"
    centre.call()
    assert centre.agent("1001").state == "reserved", "it has waited longest still"


def test_answering_at_the_screen_makes_the_telephone_answer() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.call()
    centre.run_for(100)
    centre.act(AnswerCall(agent="1001"))
    assert centre.did(AnswerDevice)[0].device == "1001"
    assert centre.agent("1001").state == "busy"


def test_two_callers_get_two_agents_and_the_third_waits() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    legs = [centre.call(caller=str(n)) for n in range(3)]
    assert [centre.interaction(leg).agent for leg in legs] == ["1001", "1002", None]
    assert centre.interaction(legs[2]).position == 1
    assert len({o.device for o in centre.did(Originate)}) == 2
    assert centre.queue().waiting == 3


def in_both_queues() -> dict[str, Queue]:
    """Agent 1001 is in sales and in support."""
    queues = tenant().queues
    support = msgspec.structs.replace(queues["support"], members=(Member(agent="1001"), Member(agent="1011")))
    return {**queues, "support": support}


def test_of_two_queues_an_agent_serves_the_one_whose_caller_has_waited_longest() -> None:
    centre = Centre(queues=in_both_queues())
    older = centre.call()
    centre.run_for(1000)
    centre.call(caller="2")
    centre.staff("1001")
    assert centre.agent("1001").interaction == centre.interaction(older).interaction


def test_but_priority_goes_before_age() -> None:
    centre = Centre(queues=in_both_queues())
    centre.call()
    centre.run_for(1000)
    urgent = centre.call(MAIN, caller="2")
    centre.press(urgent, "2")
    centre.run_for(1000)
    assert centre.interaction(urgent).priority == 2
    centre.staff("1001")
    assert centre.agent("1001").interaction == centre.interaction(urgent).interaction


def test_no_decision_without_an_explanation() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    centre.act(SetNotReady(agent="1002", reason="lunch"))
    centre.run_for(4000)
    centre.call()
    (why,) = centre.facts(RoutingExplained)
    assert (why.chosen, why.chosen_idle_ms, why.position, why.rule) == ("1001", 4002, 1, "longest_idle")
    assert [(p.agent, p.why, p.data) for p in why.passed_over] == [
        ("1002", "not_ready", {"reason": "lunch"}),
        ("1003", "signed_out", {}),
    ]
    centre.call(caller="2")
    nobody = centre.facts(RoutingExplained)[-1]
    assert nobody.chosen is None
    assert {p.agent: p.why for p in nobody.passed_over} == {"1001": "reserved", "1002": "not_ready", "1003": "signed_out"}


def test_less_idle_agents_are_named_with_how_long_they_waited() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    centre.call()
    (why,) = centre.facts(RoutingExplained)
    assert (why.passed_over[0].agent, why.passed_over[0].why) == ("1002", "less_idle")


def test_going_not_ready_while_it_rings_counts_when_the_offer_is_over() -> None:
    centre = Centre()
    centre.staff("1001")
    leg = centre.call()
    centre.act(SetNotReady(agent="1001", reason="lunch"))
    assert centre.agent("1001").state == "reserved"
    centre.hang_up(leg)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "lunch")


def test_signing_out_while_it_rings_passes_the_call_on() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    centre.call()
    centre.act(SignOut(agent="1001"))
    assert centre.agent("1001").state == "logged_off"
    assert centre.agent("1002").state == "reserved"


def test_a_late_answer_to_an_offer_that_is_over_changes_nothing() -> None:
    centre = Centre()
    centre.staff("1001")
    leg = centre.call()
    ringing = centre.agent_leg("1001")
    centre.hang_up(leg)
    assert centre.agent("1001").state == "ready"
    assert ringing not in centre.switch.legs
    refused = centre.ask(AnswerCall(agent="1001"))
    assert refused is not None
    assert refused.code == "wrong_state"
    refused = centre.ask(ClearCall(agent="1001"))
    assert refused is not None
    assert refused.code == "wrong_state"
