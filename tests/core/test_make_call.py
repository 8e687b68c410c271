"""Agents call: a colleague, a queue, a number of the house, an outside number; and send keys while they talk."""

from __future__ import annotations

import pytest

from callbase.core.commands import AnswerDevice, Originate
from callbase.core.config import ToAgent, ToFlow, ToNumber, ToQueues
from callbase.core.errors import CoreError
from callbase.core.events import (
    AnswerCall,
    AnyAction,
    ClearCall,
    ConsoleLost,
    GenerateDigits,
    HoldCall,
    MakeCall,
    RejectCall,
    RetrieveCall,
    SetNotReady,
    SetOutcome,
    SignOut,
)
from callbase.core.facts import CustomerIdentified, InteractionEnded, InteractionStarted, RecordingBegan, SegmentEnded
from callbase.switch.simulated import Telephone
from tests.core.centre import STRAIGHT, Centre
from tests.core.test_after_a_gap import back, gap

OUTSIDE = "13900139000"


def ready(*agents: str) -> Centre:
    """Their telephones answer by themselves what is theirs to answer."""
    centre = Centre()
    centre.staff(*agents)
    return centre


def call_out(centre: Centre, number: str = OUTSIDE) -> str:
    """1001 calls an outside number; returns the leg that rings there."""
    centre.act(MakeCall(agent="1001", to=ToNumber(number=number)))
    centre.answer("1001")
    return centre.did(Originate)[-1].leg


def talk_out(centre: Centre) -> str:
    leg = call_out(centre)
    centre.switch.answer(leg, centre.now_ms)
    centre.settle()
    return leg


def test_the_agents_own_telephone_first_and_it_answers_by_itself() -> None:
    centre = ready("1001")
    centre.act(MakeCall(agent="1001", to=ToNumber(number=OUTSIDE)))
    (own,) = centre.did(Originate)
    assert (own.device, own.auto_answer, own.caller_number) == ("1001", True, OUTSIDE)
    assert (centre.only().phase, centre.only().direction) == ("dialing", "outbound")
    assert (centre.agent("1001").state, centre.agent("1001").connection) == ("busy", "alerting")
    centre.answer("1001")
    outside = centre.did(Originate)[1]
    assert (outside.trunk, outside.number, outside.caller_number) == ("demo-trunk", OUTSIDE, "1001")
    assert centre.switch.legs[own.leg].ringback, "the agent hears that it rings there"
    assert centre.agent("1001").connection == "connected"


def test_an_outside_party_is_a_customer_as_any() -> None:
    centre = ready("1001")
    leg = talk_out(centre)
    own = centre.agent_leg("1001")
    assert centre.only().phase == "talk"
    assert centre.switch.legs[leg].bridge == centre.switch.legs[own].bridge is not None
    assert not centre.switch.legs[own].ringback
    assert centre.facts(CustomerIdentified)[0].customer.name == "Wang", "looked up by the number called"
    assert centre.facts(RecordingBegan)[0].leg == leg
    centre.act(HoldCall(agent="1001"))
    assert centre.switch.legs[leg].music is not None
    centre.act(RetrieveCall(agent="1001"))
    centre.run_for(5_000)
    centre.hang_up(leg)
    assert centre.agent("1001").state == "working_after_call"
    centre.act(SetOutcome(agent="1001", interaction=centre.only().interaction, outcome="sold"))
    (talked, *_) = centre.facts(SegmentEnded, kind="talk")
    assert (talked.agent, talked.queue) == ("1001", "sales")
    assert centre.facts(InteractionEnded)[0].reason == "customer_hung_up"


def test_an_outgoing_call_counts_for_no_queue() -> None:
    centre = ready("1001")
    centre.hang_up(talk_out(centre))
    assert (centre.queue().offered_today, centre.queue().answered_today) == (0, 0)


def test_afterwards_the_agent_is_what_it_was() -> None:
    centre = ready("1001")
    centre.act(SetNotReady(agent="1001", reason="lunch"))
    centre.hang_up(talk_out(centre))
    centre.run_for(60_000)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "lunch")


@pytest.mark.parametrize("cause", ["busy", "no_answer", "rejected", "unallocated", "congestion", "unreachable", "error"])
def test_who_is_not_reached_leaves_no_work_after_the_call(cause: str) -> None:
    centre = ready("1001")
    centre.hang_up(call_out(centre), cause)
    assert not centre.switch.legs
    assert centre.agent("1001").state == "ready"
    ended = centre.facts(InteractionEnded)[0]
    assert (ended.reason, ended.cause, ended.answered_ms) == ("failed", cause, None)
    told = centre.agent("1001").unreached
    assert told is not None and (told.number, told.cause, told.own_telephone) == (OUTSIDE, cause, False)


def test_nobody_rings_for_ever() -> None:
    centre = ready("1001")
    call_out(centre)
    centre.run_for(40_000)
    assert not centre.switch.legs
    assert centre.agent("1001").state == "ready"


def test_an_own_telephone_that_does_not_answer_is_no_call() -> None:
    centre = ready("1001")
    centre.switch.telephones["1001"] = Telephone(answers_when_told=False)
    centre.act(MakeCall(agent="1001", to=ToNumber(number=OUTSIDE)))
    centre.run_for(30_000)
    assert len(centre.did(Originate)) == 1, "nobody outside was disturbed"
    assert not centre.switch.legs
    assert centre.agent("1001").state == "ready"
    told = centre.agent("1001").unreached
    assert told is not None and told.own_telephone


def test_who_called_is_told_that_a_colleague_declined() -> None:
    centre = ready("1001", "1002")
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1001")
    centre.act(RejectCall(agent="1002"))
    told = centre.agent("1001").unreached
    assert told is not None and (told.number, told.cause) == ("1002", "rejected")
    assert centre.agent("1002").unreached is None


def test_an_own_telephone_that_rings_is_answered_from_the_screen() -> None:
    centre = ready("1001")
    centre.act(MakeCall(agent="1001", to=ToNumber(number=OUTSIDE)))
    centre.act(AnswerCall(agent="1001"))
    assert centre.did(AnswerDevice)[0].leg == centre.agent_leg("1001")


@pytest.mark.parametrize("answered", [False, True])
def test_the_agent_hangs_up_before_anybody_answers(answered: bool) -> None:
    centre = ready("1001")
    centre.act(MakeCall(agent="1001", to=ToNumber(number=OUTSIDE)))
    if answered:
        centre.answer("1001")
    centre.act(ClearCall(agent="1001"))
    assert not centre.switch.legs
    assert not centre.view.interactions
    assert centre.agent("1001").state == "ready"


def test_the_agents_telephone_hangs_up_before_anybody_answers() -> None:
    centre = ready("1001")
    call_out(centre)
    centre.hang_up(centre.agent_leg("1001"))
    assert not centre.switch.legs
    assert centre.facts(InteractionEnded)[0].reason == "agent_hung_up"


def test_an_agent_lost_while_talking_outside_is_found_again() -> None:
    centre = Centre()
    centre.staff("1001", device="{}-web")
    leg = talk_out(centre)
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(3_000)
    assert centre.only().phase == "reconnecting"
    assert centre.switch.legs[leg].music is not None
    centre.run_for(40_000)
    assert centre.only().phase == "queue", "the called one is not lost: to the head of the queue it was called for"


def test_who_signs_out_meanwhile_goes_after_the_call() -> None:
    centre = ready("1001")
    call_out(centre)
    centre.act(SignOut(agent="1001"))
    assert centre.agent("1001").state == "busy"
    centre.act(ClearCall(agent="1001"))
    assert centre.agent("1001").state == "logged_off"


def test_a_colleague_rings_and_both_are_busy() -> None:
    centre = ready("1001", "1002")
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    caller = centre.answer("1001")
    assert centre.only().direction == "internal"
    assert (centre.agent("1002").state, centre.agent("1002").connection) == ("busy", "alerting")
    called = centre.answer("1002")
    assert centre.switch.legs[caller].bridge == centre.switch.legs[called].bridge is not None
    assert not centre.facts(RecordingBegan), "no queue says that it is to be recorded"
    centre.hang_up(called)
    assert not centre.switch.legs
    assert {centre.agent("1001").state, centre.agent("1002").state} == {"ready"}


def test_an_agents_number_is_the_agent() -> None:
    centre = ready("1001", "1002")
    centre.act(MakeCall(agent="1001", to=ToNumber(number="1002")))
    centre.answer("1001")
    assert centre.agent("1002").connection == "alerting"


@pytest.mark.parametrize("to", [ToQueues(queues=("sales",)), ToNumber(number=STRAIGHT), ToFlow(flow="straight")])
def test_a_queue_or_a_number_of_the_house_takes_the_agent_like_any_caller(to: ToQueues | ToNumber | ToFlow) -> None:
    centre = ready("1001", "1002")
    centre.act(MakeCall(agent="1001", to=to))
    centre.answer("1001")
    assert centre.only().phase == "offer"
    assert centre.only().agent == "1002", "not the one who calls"
    centre.answer("1002")
    assert centre.only().phase == "talk"
    centre.act(ClearCall(agent="1001"))
    assert centre.agent("1002").state == "working_after_call"


def test_a_colleague_taken_meanwhile_ends_it_well() -> None:
    centre = ready("1001", "1002")
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    centre.call()
    centre.answer("1002")
    caller = centre.answer("1001")
    centre.run_for(20_000)
    assert caller not in centre.switch.legs
    assert centre.agent("1001").state == "ready"
    assert centre.agent("1002").state == "busy"


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (MakeCall(agent="1003", to=ToNumber(number=OUTSIDE)), "agent_signed_out"),
        (MakeCall(agent="nobody", to=ToNumber(number=OUTSIDE)), "agent_unknown"),
        (MakeCall(agent="1002", to=ToNumber(number=OUTSIDE)), "agent_busy"),
        (MakeCall(agent="1001", to=ToNumber(number="")), "number_unreachable"),
        (MakeCall(agent="1001", to=ToNumber(number="0" * 41)), "value_invalid"),
        (MakeCall(agent="1001", to=ToNumber(number="12;rm")), "value_invalid"),
        (MakeCall(agent="1001", to=ToNumber(number=OUTSIDE, trunk="gone")), "number_unreachable"),
        (MakeCall(agent="1001", to=ToNumber(number="1001")), "target_impossible"),
        (MakeCall(agent="1001", to=ToNumber(number="1002")), "agent_busy"),
        (MakeCall(agent="1001", to=ToAgent(agent="1001")), "target_impossible"),
        (MakeCall(agent="1001", to=ToAgent(agent="1002")), "agent_busy"),
        (MakeCall(agent="1001", to=ToAgent(agent="1003")), "number_unreachable"),
        (MakeCall(agent="1001", to=ToAgent(agent="nobody")), "agent_unknown"),
        (MakeCall(agent="1001", to=ToQueues(queues=())), "queue_unknown"),
        (MakeCall(agent="1001", to=ToFlow(flow="gone")), "flow_unknown"),
        (MakeCall(agent="1001", to=ToNumber(number=OUTSIDE), queue="gone"), "queue_unknown"),
        (GenerateDigits(agent="1001", digits="1"), "wrong_state"),
        (GenerateDigits(agent="1002", digits=""), "value_invalid"),
        (GenerateDigits(agent="1002", digits="1x"), "value_invalid"),
        (GenerateDigits(agent="1002", digits="1" * 33), "value_invalid"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(action: AnyAction, code: str) -> None:
    centre = Centre()
    centre.talk("1002")
    centre.staff("1001")
    before = centre.view
    refused = centre.ask(action)
    assert isinstance(refused, CoreError)
    assert refused.code == code
    assert centre.view == before


@pytest.mark.parametrize(
    ("digits", "why"), [("1" * 33, {"longest": "32"}), ("1x", {"allowed": "0-9 * # A-D"}), ("", {"allowed": "0-9 * # A-D"})]
)
def test_of_keys_that_cannot_be_sent_it_is_said_what_could(digits: str, why: dict[str, str]) -> None:
    centre = Centre()
    centre.talk("1002")
    refused = centre.ask(GenerateDigits(agent="1002", digits=digits))
    assert isinstance(refused, CoreError)
    assert (refused.field, refused.data) == ("digits", why)


def test_keys_go_to_the_other_party_whoever_called() -> None:
    centre = ready("1001", "1002")
    leg = talk_out(centre)
    centre.act(GenerateDigits(agent="1001", digits="12#"))
    assert centre.switch.legs[leg].digits_sent == "12#"
    centre.act(ClearCall(agent="1001"))
    centre.run_for(60_000)
    centre.act(MakeCall(agent="1002", to=ToAgent(agent="1001")))
    caller, called = centre.answer("1002"), centre.answer("1001")
    centre.act(GenerateDigits(agent="1001", digits="5"))
    centre.act(GenerateDigits(agent="1002", digits="6"))
    assert (centre.switch.legs[caller].digits_sent, centre.switch.legs[called].digits_sent) == ("5", "6")


def test_a_call_being_made_outlives_a_gap() -> None:
    centre = ready("1001")
    leg = call_out(centre)
    gap(centre)
    back(centre)
    assert centre.switch.legs[centre.agent_leg("1001")].ringback
    centre.switch.answer(leg, centre.now_ms)
    centre.settle()
    assert centre.only().phase == "talk"
    assert len(centre.facts(InteractionStarted)) == 1
