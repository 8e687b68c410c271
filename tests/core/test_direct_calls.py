"""Transfers out of a flow, and agents' own calls: plain connections between two."""

from __future__ import annotations

from callbase.core.commands import Originate
from callbase.core.events import ClearCall, RejectCall, SetNotReady, SetReady, SignIn
from callbase.core.facts import InteractionEnded, InteractionStarted, SegmentEnded
from callbase.switch.simulated import Telephone
from tests.core.centre import MAIN, STRAIGHT, Centre


def test_a_flow_transfers_to_an_outside_number() -> None:
    centre = Centre()
    centre.switch.telephones["02155556666"] = Telephone(answers_after_ms=2000)
    leg = centre.call(MAIN)
    centre.press(leg, "3")
    centre.run_for(1000)
    (originate,) = centre.did(Originate)
    assert (originate.trunk, originate.number) == ("demo-trunk", "02155556666")
    assert centre.switch.legs[leg].music is not None
    assert centre.view.trunks["demo-trunk"].calls == 2
    centre.run_for(2100)
    assert centre.only().phase == "talk"
    assert centre.switch.legs[leg].bridge == centre.switch.legs[originate.leg].bridge
    centre.hang_up(originate.leg)
    assert centre.facts(InteractionEnded)[0].reason == "transferred"
    assert not centre.switch.legs


def test_a_transfer_nobody_answers_goes_on_by_its_failed_port() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.press(leg, "3")
    centre.run_for(10_000)
    assert centre.said(leg) == "再见"
    centre.run_for(1000)
    assert not centre.switch.legs


def test_a_caller_who_hangs_up_during_a_transfer_stops_the_ringing() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.press(leg, "3")
    centre.run_for(2000)
    centre.hang_up(leg)
    assert not centre.switch.legs
    assert centre.facts(InteractionEnded)[0].reason == "customer_hung_up"


def test_an_agent_calls_a_colleague_and_both_are_busy() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    leg = centre.call("1002", trunk=None, device="1001")
    assert centre.only().direction == "internal"
    assert centre.agent("1001").state == "busy"
    assert (centre.agent("1002").state, centre.agent("1002").connection) == ("busy", "alerting")
    customer = centre.call()
    assert centre.interaction(customer).phase == "queue", "no queue's call rings beside it"
    peer = centre.answer("1002")
    assert centre.switch.legs[leg].up
    assert centre.switch.legs[leg].bridge == centre.switch.legs[peer].bridge
    centre.hang_up(leg)
    assert centre.facts(InteractionEnded)[0].reason == "agent_hung_up"
    assert {centre.agent("1001").state, centre.agent("1002").state} == {"reserved", "ready"}


def test_afterwards_an_agent_is_again_what_it_was() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.act(SetNotReady(agent="1001", reason="lunch"))
    leg = centre.call("02166667777", trunk=None, device="1001")
    assert centre.agent("1001").state == "busy"
    assert centre.facts(InteractionStarted)[0].direction == "outbound"
    centre.hang_up(leg)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "lunch")


def test_unless_it_asked_for_something_else_meanwhile() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.call("02166667777", trunk=None, device="1001")
    centre.act(SetNotReady(agent="1001", reason="lunch"))
    centre.act(ClearCall(agent="1001"))
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "lunch")
    assert not centre.switch.legs


def test_a_colleague_may_reject() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    centre.call("1002", trunk=None, device="1001")
    centre.act(RejectCall(agent="1002"))
    assert not centre.switch.legs
    assert centre.agent("1001").state == "ready"
    assert centre.agent("1002").state == "ready"
    assert centre.facts(InteractionEnded)[0].reason == "failed"


def test_a_busy_colleague_is_busy() -> None:
    centre = Centre()
    centre.talk("1002")
    centre.staff("1001")
    leg = centre.call("1002", trunk=None, device="1001")
    assert leg not in centre.switch.legs
    assert centre.agent("1001").state == "ready"


def test_a_number_that_leads_nowhere_is_refused() -> None:
    centre = Centre(trunks={})
    centre.staff("1001")
    leg = centre.call("0215555", trunk=None, device="1001")
    assert leg not in centre.switch.legs
    assert not centre.view.interactions


def test_an_agent_who_calls_one_of_our_numbers_is_a_customer_like_any() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    leg = centre.call(STRAIGHT, trunk=None, device="1001")
    assert centre.interaction(leg).direction == "internal"
    assert centre.interaction(leg).caller_number == "1001"
    assert centre.agent("1001").state == "busy"
    assert centre.interaction(leg).agent == "1002", "not the one who calls"
    centre.answer("1002")
    centre.hang_up(leg)
    assert centre.agent("1001").state == "ready"
    assert centre.agent("1002").state == "working_after_call"


def test_somebody_not_signed_in_may_call_too() -> None:
    centre = Centre()
    centre.switch.register("1001", centre.now_ms)
    centre.settle()
    leg = centre.call(STRAIGHT, trunk=None, device="1001")
    assert centre.interaction(leg).phase == "queue"
    assert centre.agent("1001").state == "logged_off"
    centre.hang_up(leg)


def test_a_flow_can_transfer_to_an_agents_telephone() -> None:
    centre = Centre()
    centre.switch.register("1011", centre.now_ms)
    centre.settle()
    centre.act(SignIn(agent="1011"))
    centre.act(SetReady(agent="1011"))
    leg = centre.call("1011", trunk=None, device="1001")
    centre.answer("1011")
    centre.run_for(5000)
    centre.hang_up(leg)
    assert centre.facts(SegmentEnded, kind="talk")[0].agent == "1011"
    assert centre.agent("1011").state == "ready", "no wrap-up without a queue"
