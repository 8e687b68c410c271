"""Consultation, transfer and conference: whatever becomes of it, the customer is with somebody or waits with music."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.core import events as e
from callbase.core.call.consultation_states import CONSULTATION
from callbase.core.config import ToAgent, ToFlow, ToNumber, ToQueues
from callbase.core.engine import Engine
from callbase.core.errors import Code
from callbase.core.facts import InteractionEnded, RecordingBegan, RecordingFinished, Redirected, SegmentEnded
from callbase.core.views import SentView
from callbase.switch.simulated import Telephone
from tests.core.centre import SUPPORT, Centre

TO_1002 = ToAgent(agent="1002")
OUTSIDE = ToNumber(number="02155556666")


@pytest.fixture
def centre() -> Centre:
    """1001 talks with a customer; 1002 is not ready, so nothing but a colleague rings there."""
    centre = Centre()
    centre.staff("1002", SUPPORT)
    centre.act(e.SetNotReady(agent="1002"))
    centre.talk("1001")
    return centre


def customer(centre: Centre) -> Any:
    return centre.switch.legs[centre.engine._core.state.interactions[centre.only().interaction].leg]


def hear_one_another(centre: Centre, *agents: str) -> bool:
    legs = {centre.agent_leg(agent) for agent in agents}
    return {centre.switch.legs[leg].bridge for leg in legs} != {None} and legs in centre.switch.bridges.values()


def with_customer(centre: Centre, *agents: str) -> bool:
    return {customer(centre).id, *(centre.agent_leg(agent) for agent in agents)} in centre.switch.bridges.values()


def consult(centre: Centre, to: e.Party = TO_1002) -> None:
    centre.act(e.ConsultationCall(agent="1001", to=to))


def consulting(centre: Centre) -> None:
    consult(centre)
    centre.answer("1002")


def refused(centre: Centre, action: e.AnyAction) -> Code:
    """And nothing has changed by it."""
    before = centre.engine.snapshot()
    error = centre.ask(action)
    assert error is not None
    assert centre.engine.snapshot() == before
    return error.code


def test_while_the_consultation_rings_the_customer_hears_music_and_the_colleague_sees_customer_and_data(centre: Centre) -> None:
    centre.act(e.SetData(interaction=centre.only().interaction, data={"order": "17"}))
    consult(centre)
    call = centre.only()
    assert customer(centre).music == "default"
    assert (call.phase, call.consultation, call.data) == ("hold", "alerting", {"order": "17"})
    assert call.customer is not None
    assert (centre.agent("1002").state, centre.agent("1002").interaction) == ("busy", call.interaction)
    assert centre.agent("1002").connection == "alerting"


@pytest.mark.parametrize("asks", [e.ConsultationCall, e.SingleStepConferenceCall])
@pytest.mark.parametrize("cause", ["busy", "no_answer"])
def test_whom_one_called_beside_the_talk_in_vain_is_told_with_the_reason(centre: Centre, asks: Any, cause: str) -> None:
    centre.act(asks(agent="1001", to=TO_1002))
    centre.hang_up(centre.agent_leg("1002"), cause)
    told = centre.agent("1001").unreached
    assert told is not None and (told.number, told.cause) == ("1002", cause)
    assert centre.only().phase == "talk"


def test_what_the_colleague_types_is_added_and_takes_nothing_away(centre: Centre) -> None:
    call = centre.only().interaction
    centre.act(e.SetData(interaction=call, data={"order": "17"}))
    consulting(centre)
    centre.act(e.SetData(interaction=call, data={"answer": "tomorrow"}))
    assert centre.only().data == {"order": "17", "answer": "tomorrow"}


def test_the_two_speak_alone_and_the_customer_hears_music(centre: Centre) -> None:
    consulting(centre)
    assert hear_one_another(centre, "1001", "1002")
    assert customer(centre).music == "default"
    assert centre.only().consultation == "connected"


def test_the_parties_are_shown_with_their_connections(centre: Centre) -> None:
    consulting(centre)
    shown = [(party.kind, party.agent, party.connection, party.consulted) for party in centre.only().parties]
    assert shown == [
        ("customer", None, "hold", False),
        ("agent", "1001", "hold", False),
        ("agent", "1002", "connected", True),
    ]


def test_alternating_puts_the_other_one_on_hold_each_time(centre: Centre) -> None:
    consulting(centre)
    centre.act(e.AlternateCall(agent="1001"))
    assert with_customer(centre, "1001")
    assert centre.switch.legs[centre.agent_leg("1002")].music == "default"
    assert (centre.only().consultation, centre.agent("1002").connection) == ("held", "hold")
    centre.act(e.AlternateCall(agent="1001"))
    assert hear_one_another(centre, "1001", "1002")
    assert centre.switch.legs[centre.agent_leg("1002")].music is None
    assert customer(centre).music == "default"


def test_cancelling_brings_the_customer_back_and_frees_the_colleague_as_it_was(centre: Centre) -> None:
    consulting(centre)
    centre.act(e.ReconnectCall(agent="1001"))
    assert with_customer(centre, "1001")
    assert centre.agent("1002").state == "not_ready"
    assert [(fact.party, fact.result) for fact in centre.facts(SegmentEnded, kind="consult")] == [("1002", "cancelled")]


@pytest.mark.parametrize("alternated", [False, True])
def test_an_attended_transfer_connects_the_two_and_the_first_agent_works_after_it(centre: Centre, *, alternated: bool) -> None:
    consulting(centre)
    if alternated:
        centre.act(e.AlternateCall(agent="1001"))
    centre.act(e.TransferCall(agent="1001"))
    assert with_customer(centre, "1002")
    assert centre.agent("1001").state == "working_after_call"
    assert (centre.only().phase, centre.only().agent) == ("talk", "1002")
    assert {one.agent for one in centre.facts(SegmentEnded, result="transferred")} == {"1001"}
    assert customer(centre).music is None
    centre.act(e.SetOutcome(agent="1001", interaction=centre.only().interaction, outcome="sold"))
    centre.act(e.FinishWrapUp(agent="1001"))
    assert centre.agent("1001").state == "ready"
    assert with_customer(centre, "1002")


def test_both_work_after_the_call_and_each_ends_its_own(centre: Centre) -> None:
    consulting(centre)
    centre.act(e.TransferCall(agent="1001"))
    centre.hang_up(customer(centre).id)
    assert [centre.agent(agent).state for agent in ("1001", "1002")] == ["working_after_call"] * 2
    centre.act(e.FinishWrapUp(agent="1001"))
    assert centre.only().phase == "wrap_up"
    centre.act(e.FinishWrapUp(agent="1002"))
    assert not centre.view.interactions
    assert [centre.agent(agent).state for agent in ("1001", "1002")] == ["ready", "not_ready"]


def test_it_is_recorded_as_one_over_the_transfer(centre: Centre) -> None:
    consulting(centre)
    centre.act(e.TransferCall(agent="1001"))
    centre.hang_up(customer(centre).id)
    assert len(centre.facts(RecordingBegan)) == len(centre.facts(RecordingFinished)) == 1
    kinds = [fact.kind for fact in centre.facts(SegmentEnded) if fact.kind in ("talk", "hold")]
    assert kinds == ["talk", "hold", "talk"]


def test_a_transfer_while_it_rings_leaves_the_customer_waiting_for_the_answer(centre: Centre) -> None:
    consult(centre)
    centre.act(e.TransferCall(agent="1001"))
    assert centre.agent("1001").state == "working_after_call"
    assert customer(centre).music == "default"
    centre.answer("1002")
    assert with_customer(centre, "1002")


def test_putting_the_telephone_down_on_the_consultation_transfers(centre: Centre) -> None:
    consulting(centre)
    centre.hang_up(centre.agent_leg("1001"))
    assert with_customer(centre, "1002")


@pytest.mark.parametrize("how", ["busy", "rejected", "no_answer", "declined_on_screen", "hung_up"])
def test_whoever_does_not_take_the_consultation_the_agent_has_the_customer_back(centre: Centre, how: str) -> None:
    if how in ("busy", "rejected"):
        refuses: Any = how
        centre.switch.telephones["1002"] = Telephone(refuses=refuses)
    consult(centre)
    if how == "declined_on_screen":
        centre.act(e.RejectCall(agent="1002"))
    elif how == "hung_up":
        centre.hang_up(centre.answer("1002"))
    centre.run_for(30_000)
    assert with_customer(centre, "1001")
    assert centre.agent("1002").state == "not_ready"
    assert centre.only().consultation is None


def test_a_consultation_while_the_customer_is_on_hold_already(centre: Centre) -> None:
    centre.act(e.HoldCall(agent="1001"))
    consulting(centre)
    assert hear_one_another(centre, "1001", "1002")
    centre.act(e.TransferCall(agent="1001"))
    assert with_customer(centre, "1002")


def test_the_customer_hangs_up_during_the_consultation(centre: Centre) -> None:
    consulting(centre)
    centre.hang_up(customer(centre).id)
    assert centre.agent("1001").state == "working_after_call"
    assert centre.agent("1002").state == "not_ready"
    assert not centre.switch.legs
    assert not centre.switch.bridges


def test_a_queue_is_consulted_by_the_agent_it_would_ring(centre: Centre) -> None:
    consult(centre, ToQueues(queues=("support",)))
    centre.answer(SUPPORT)
    assert hear_one_another(centre, "1001", SUPPORT)


def test_an_outside_number_is_consulted_and_gets_the_customer(centre: Centre) -> None:
    consult(centre, OUTSIDE)
    (leg,) = [leg.id for leg in centre.switch.legs.values() if leg.trunk == "demo-trunk" and leg.id != customer(centre).id]
    centre.switch.answer(leg, centre.now_ms)
    centre.settle()
    centre.act(e.TransferCall(agent="1001"))
    assert {customer(centre).id, leg} in centre.switch.bridges.values()
    centre.hang_up(leg)
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["transferred"]


# --- without a consultation ------------------------------------------------------------------------------------------


def test_a_blind_transfer_to_an_agent(centre: Centre) -> None:
    centre.act(e.SingleStepTransferCall(agent="1001", to=TO_1002))
    assert customer(centre).music == "default"
    assert centre.agent("1001").state == "working_after_call"
    centre.answer("1002")
    assert with_customer(centre, "1002")
    assert [(fact.by, fact.rule, fact.to) for fact in centre.facts(Redirected)] == [("transfer", "1001", "1002")]
    assert [(one.kind, one.agent) for one in centre.facts(SegmentEnded, result="transferred")] == [("talk", "1001")]


@pytest.mark.parametrize("attended", ["not", "ringing", "answered"])
def test_whom_it_rings_at_sees_who_sent_it(centre: Centre, attended: str) -> None:
    assert centre.only().sent is None
    if attended == "not":
        centre.act(e.SingleStepTransferCall(agent="1001", to=TO_1002))
    else:
        consult(centre)
        if attended == "answered":
            centre.answer("1002")
        assert centre.only().sent is None
        centre.act(e.TransferCall(agent="1001"))
    assert centre.only().sent == SentView(by="1001", how="transferred")


def test_one_that_nobody_takes_comes_back_to_the_agent_before_all_others(centre: Centre) -> None:
    centre.staff("1003")
    centre.act(e.SingleStepTransferCall(agent="1001", to=TO_1002))
    centre.act(e.FinishWrapUp(agent="1001"))
    centre.act(e.RejectCall(agent="1002"))
    assert (centre.agent("1001").state, centre.agent("1003").state) == ("reserved", "ready")
    centre.answer("1001")
    assert with_customer(centre, "1001")


def test_and_to_another_of_the_queue_where_that_agent_is_not_free(centre: Centre) -> None:
    centre.staff("1003")
    centre.act(e.SingleStepTransferCall(agent="1001", to=TO_1002))
    centre.act(e.RejectCall(agent="1002"))
    assert (centre.only().phase, centre.only().queue) == ("queue", "sales")
    assert customer(centre).music == "default"
    centre.run_for(21_000)
    assert centre.agent("1003").state == "reserved"


def test_a_blind_transfer_to_a_queue_is_routed_there(centre: Centre) -> None:
    centre.act(e.SingleStepTransferCall(agent="1001", to=ToQueues(queues=("support",))))
    assert centre.only().queue == "support"
    centre.answer(SUPPORT)
    assert with_customer(centre, SUPPORT)


def test_a_call_sent_back_into_its_queue_is_one_call_there(centre: Centre) -> None:
    """As reports count it; answered or given up the second time."""
    queue = centre.only().queue
    assert queue is not None
    centre.act(e.SetReady(agent="1002"))
    centre.act(e.SingleStepTransferCall(agent="1001", to=ToQueues(queues=(queue,))))
    centre.answer("1002")
    assert with_customer(centre, "1002")
    assert (centre.queue(queue).offered_today, centre.queue(queue).answered_today) == (1, 1)
    centre.act(e.SetNotReady(agent="1001"))
    centre.act(e.SingleStepTransferCall(agent="1002", to=ToQueues(queues=(queue,))))
    centre.hang_up(customer(centre).id)
    assert (centre.queue(queue).offered_today, centre.queue(queue).answered_today) == (1, 1)
    assert centre.queue(queue).abandoned_today == 0


def test_to_a_queue_with_nobody_the_customer_waits_with_music(centre: Centre) -> None:
    centre.act(e.SignOut(agent=SUPPORT))
    centre.act(e.SingleStepTransferCall(agent="1001", to=ToQueues(queues=("support",))))
    assert (centre.only().phase, centre.only().queue) == ("queue", "support")
    assert customer(centre).music == "default"


def test_a_blind_transfer_to_a_flow(centre: Centre) -> None:
    centre.act(e.SingleStepTransferCall(agent="1001", to=ToFlow(flow="main")))
    assert centre.said(customer(centre).id) == "欢迎致电 Welcome"


def test_from_hold_too(centre: Centre) -> None:
    centre.act(e.HoldCall(agent="1001"))
    centre.act(e.SingleStepTransferCall(agent="1001", to=TO_1002))
    centre.answer("1002")
    assert with_customer(centre, "1002")


def test_the_second_agent_transfers_on_what_the_first_transferred(centre: Centre) -> None:
    consulting(centre)
    centre.act(e.TransferCall(agent="1001"))
    centre.act(e.SingleStepTransferCall(agent="1002", to=ToAgent(agent=SUPPORT)))
    centre.answer(SUPPORT)
    assert with_customer(centre, SUPPORT)
    assert refused(centre, e.TransferCall(agent="1001")) == "wrong_state"


# --- conference ------------------------------------------------------------------------------------------------------


def test_four_talk_together_and_leave_one_by_one(centre: Centre) -> None:
    consulting(centre)
    centre.act(e.ConferenceCall(agent="1001"))
    assert with_customer(centre, "1001", "1002")
    centre.act(e.SingleStepConferenceCall(agent="1001", to=ToAgent(agent=SUPPORT)))
    assert with_customer(centre, "1001", "1002")
    centre.answer(SUPPORT)
    assert with_customer(centre, "1001", "1002", SUPPORT)
    assert centre.only().phase == "conference"
    centre.act(e.ClearConnection(agent="1001", party=centre.agent_leg("1002")))
    assert with_customer(centre, "1001", SUPPORT)
    centre.act(e.ClearConnection(agent="1001"))
    assert with_customer(centre, SUPPORT)
    assert (centre.only().phase, centre.only().agent) == ("talk", SUPPORT)


@pytest.mark.parametrize("agent", ["1001", "1002"])
def test_who_hangs_up_in_a_conference_leaves_it_and_the_others_talk_on(centre: Centre, agent: str) -> None:
    consulting(centre)
    centre.act(e.ConferenceCall(agent="1001"))
    centre.hang_up(centre.agent_leg(agent))
    assert with_customer(centre, "1002" if agent == "1001" else "1001")
    assert centre.agent(agent).state == "working_after_call"


def test_who_is_asked_to_join_and_does_not_leaves_the_talk_as_it_was(centre: Centre) -> None:
    centre.act(e.SingleStepConferenceCall(agent="1001", to=TO_1002))
    assert with_customer(centre, "1001")
    centre.act(e.RejectCall(agent="1002"))
    assert with_customer(centre, "1001")
    assert (centre.only().phase, centre.only().consultation) == ("talk", None)


def test_the_customer_ends_a_conference_for_all(centre: Centre) -> None:
    consulting(centre)
    centre.act(e.ConferenceCall(agent="1001"))
    centre.hang_up(customer(centre).id)
    assert not centre.switch.legs
    assert [centre.agent(agent).state for agent in ("1001", "1002")] == ["working_after_call"] * 2


# --- refused ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (ToAgent(agent="1001"), "target_impossible"),
        (ToAgent(agent="1003"), "agent_signed_out"),
        (ToAgent(agent="nobody"), "agent_unknown"),
        (ToQueues(queues=("none",)), "queue_unknown"),
        (ToFlow(flow="main"), "target_impossible"),
        (ToNumber(number=""), "number_unreachable"),
        (ToNumber(number="0215", trunk="none"), "number_unreachable"),
    ],
)
def test_who_cannot_be_consulted(centre: Centre, to: e.Party, code: Code) -> None:
    assert refused(centre, e.ConsultationCall(agent="1001", to=to)) == code


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (ToAgent(agent="1001"), "target_impossible"),
        (ToAgent(agent="nobody"), "agent_unknown"),
        (ToQueues(queues=("none",)), "queue_unknown"),
        (ToFlow(flow="none"), "flow_unknown"),
        (ToNumber(number=""), "number_unreachable"),
    ],
)
def test_where_a_customer_cannot_be_sent(centre: Centre, to: e.Party, code: Code) -> None:
    assert refused(centre, e.SingleStepTransferCall(agent="1001", to=to)) == code


EVENTS: dict[str, Any] = {
    "alternated": e.AlternateCall,
    "reconnected": e.ReconnectCall,
    "transferred": e.TransferCall,
    "joined": e.ConferenceCall,
}


@pytest.mark.parametrize("event", EVENTS)
@pytest.mark.parametrize("state", ["none", "alerting", "connected", "held", "joining"])
def test_what_the_table_does_not_have_is_refused(centre: Centre, state: Any, event: str) -> None:
    if state == "joining":
        centre.act(e.SingleStepConferenceCall(agent="1001", to=TO_1002))
    elif state != "none":
        consult(centre)
    if state in ("connected", "held"):
        centre.answer("1002")
    if state == "held":
        centre.act(e.AlternateCall(agent="1001"))
    action = EVENTS[event](agent="1001")
    asked_for_by_answering = (state, event) == ("joining", "joined")
    if state != "none" and event in CONSULTATION[state] and not asked_for_by_answering:
        centre.act(action)
    else:
        assert refused(centre, action) == "wrong_state"


def test_who_is_consulted_has_no_customer_to_transfer(centre: Centre) -> None:
    consulting(centre)
    assert refused(centre, e.TransferCall(agent="1002")) == "wrong_state"
    assert refused(centre, e.ConsultationCall(agent="1002", to=ToAgent(agent=SUPPORT))) == "wrong_state"


def test_a_conference_has_a_limit(centre: Centre) -> None:
    for number in range(6):
        centre.act(e.SingleStepConferenceCall(agent="1001", to=ToNumber(number=f"021555566{number:02}")))
        leg = centre.only().parties[-1].party
        centre.switch.answer(leg, centre.now_ms)
        centre.settle()
    assert refused(centre, e.SingleStepConferenceCall(agent="1001", to=TO_1002)) == "conference_full"


# --- the switch and the engine ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("alternated", [False, True])
def test_after_a_gap_each_hears_what_it_should(centre: Centre, *, alternated: bool) -> None:
    consulting(centre)
    if alternated:
        centre.act(e.AlternateCall(agent="1001"))
    snapshot = centre.engine.snapshot()
    centre.switch.leave(centre.now_ms)
    centre.switch.bridges.clear()
    for leg in centre.switch.legs.values():
        leg.bridge = None
    centre.engine = Engine.restore(snapshot)
    centre.give(e.EngineStarted(epoch=7))
    centre.switch.connect(centre.now_ms)
    centre.settle()
    if alternated:
        assert with_customer(centre, "1001")
    else:
        assert hear_one_another(centre, "1001", "1002")
        assert customer(centre).music == "default"
    centre.act(e.TransferCall(agent="1001"))
    assert with_customer(centre, "1002")
