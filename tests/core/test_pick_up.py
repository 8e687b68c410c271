"""Calls change hands: picked up for a colleague, sent elsewhere while ringing, parked and fetched."""

from __future__ import annotations

import pytest

from callbase.core.commands import Originate
from callbase.core.config import Flow, Greet, Say, ToAgent, ToFlow, ToNumber, ToQueues, TransferTo
from callbase.core.errors import CoreError
from callbase.core.events import (
    AnyAction,
    ClearCall,
    ConsultationCall,
    DeflectCall,
    DirectedPickupCall,
    HoldCall,
    MakeCall,
    ParkCall,
    Party,
    RejectCall,
    Reroute,
    SetNotReady,
    SingleStepTransferCall,
)
from callbase.core.facts import InteractionEnded, RecordingBegan, SegmentEnded
from callbase.core.views import SentView
from callbase.switch.simulated import Telephone
from tests.core.centre import Centre
from tests.core.test_after_a_gap import back, gap


def ringing(*others: str) -> tuple[Centre, str]:
    """A customer rings at 1001; the others are ready beside."""
    centre = Centre()
    centre.staff("1001")
    leg = centre.call()
    centre.staff(*others)
    assert centre.agent("1001").state == "reserved"
    return centre, leg


def parked() -> tuple[Centre, str]:
    """1001 has parked a customer; 1002 is ready."""
    centre = Centre()
    leg, _ = centre.talk("1001")
    centre.staff("1002")
    centre.act(ParkCall(agent="1001"))
    return centre, leg


def talk_in_one_bridge(centre: Centre, leg: str, agent: str) -> bool:
    legs = centre.switch.legs
    return legs[leg].bridge is not None and legs[leg].bridge == legs[centre.agent_leg(agent)].bridge


# --- picking up ----------------------------------------------------------------------------------------------------------


def test_what_rings_at_a_colleague_is_picked_up() -> None:
    centre, leg = ringing("1002")
    centre.act(DirectedPickupCall(agent="1002", of="1001"))
    picking = centre.did(Originate)[-1]
    assert (picking.device, picking.auto_answer) == ("1002", True)
    assert centre.agent("1001").state == "reserved", "rings until the other is there"
    centre.answer("1002")
    assert talk_in_one_bridge(centre, leg, "1002")
    assert centre.agent("1001").state == "ready", "keeps its turn"
    assert {fact.result for fact in centre.facts(SegmentEnded, kind="offer")} == {"answered", "answered_elsewhere"}
    assert centre.queue().answered_today == 1
    centre.hang_up(leg)
    assert centre.agent("1002").state == "working_after_call"


def test_who_was_not_ready_is_that_again_afterwards() -> None:
    centre, leg = ringing("1002")
    centre.act(SetNotReady(agent="1002", reason="lunch"))
    centre.act(DirectedPickupCall(agent="1002", of="1001"))
    centre.answer("1002")
    centre.hang_up(leg)
    centre.run_for(60_000)
    assert (centre.agent("1002").state, centre.agent("1002").reason) == ("not_ready", "lunch")


def test_a_colleague_who_answers_first_has_it() -> None:
    centre, leg = ringing("1002")
    centre.act(DirectedPickupCall(agent="1002", of="1001"))
    centre.answer("1001")
    assert talk_in_one_bridge(centre, leg, "1001")
    assert centre.agent("1002").state == "ready"


def test_a_caller_who_gives_up_meanwhile_leaves_both_free() -> None:
    centre, leg = ringing("1002")
    centre.act(SetNotReady(agent="1002", reason="lunch"))
    centre.act(DirectedPickupCall(agent="1002", of="1001"))
    centre.hang_up(leg)
    assert centre.agent("1001").state == "ready"
    assert (centre.agent("1002").state, centre.agent("1002").reason) == ("not_ready", "lunch")


def test_a_picking_telephone_that_does_not_answer_costs_the_caller_nothing() -> None:
    centre, leg = ringing("1002")
    centre.switch.telephones["1002"] = Telephone(refuses="busy")
    centre.act(DirectedPickupCall(agent="1002", of="1001"))
    centre.run_for(1000)
    assert centre.only().phase == "offer"
    centre.answer("1001")
    assert talk_in_one_bridge(centre, leg, "1001")


def test_a_direct_call_is_picked_up_too() -> None:
    centre = Centre()
    centre.staff("1001", "1002", "1003")
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    caller = centre.answer("1001")
    centre.act(DirectedPickupCall(agent="1003", of="1002"))
    centre.answer("1003")
    assert talk_in_one_bridge(centre, caller, "1003")
    assert centre.agent("1002").state == "ready"


# --- sending elsewhere ---------------------------------------------------------------------------------------------------


def test_what_rings_is_sent_to_a_colleague_and_the_agent_keeps_its_turn() -> None:
    centre, leg = ringing("1002")
    centre.act(DeflectCall(agent="1001", to=ToAgent(agent="1002")))
    assert centre.agent("1001").state == "ready"
    assert centre.only().agent == "1002"
    assert centre.only().sent == SentView(by="1001", how="redirected")
    centre.answer("1002")
    assert talk_in_one_bridge(centre, leg, "1002")


def test_at_a_colleague_who_is_not_ready_it_rings_at_once_and_if_in_vain_it_waits_on() -> None:
    centre, leg = ringing("1002")
    centre.act(SetNotReady(agent="1001"))
    centre.act(SetNotReady(agent="1002", reason="lunch"))
    centre.act(DeflectCall(agent="1001", to=ToAgent(agent="1002")))
    assert (centre.agent("1002").state, centre.agent("1002").connection) == ("busy", "alerting")
    centre.run_for(25_000)
    assert (centre.interaction(leg).phase, centre.interaction(leg).position) == ("queue", 1)
    assert (centre.agent("1002").state, centre.agent("1002").reason) == ("not_ready", "lunch")


def test_and_that_colleague_may_answer() -> None:
    centre, leg = ringing("1002")
    centre.act(SetNotReady(agent="1002", reason="lunch"))
    centre.act(DeflectCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    assert talk_in_one_bridge(centre, leg, "1002")


def test_at_a_colleague_who_is_busy_it_cannot_ring_and_stays_where_it_rings() -> None:
    centre, _ = ringing("1002")
    centre.call(caller="2")
    centre.answer("1002")
    before = centre.view
    refused = centre.ask(DeflectCall(agent="1001", to=ToAgent(agent="1002")))
    assert isinstance(refused, CoreError)
    assert refused.code == "agent_busy"
    assert centre.view == before


def test_and_back_to_the_queue_where_all_may_take_it() -> None:
    centre = Centre()
    centre.staff("1011")
    leg = centre.call()
    centre.act(Reroute(interaction=centre.interaction(leg).interaction, agent="1011"))
    assert centre.agent("1011").state == "reserved"
    centre.act(DeflectCall(agent="1011", to=ToQueues(queues=("sales",))))
    assert centre.agent("1011").state == "ready"
    assert (centre.interaction(leg).queue, centre.interaction(leg).position) == ("sales", 1)
    centre.staff("1001")
    assert centre.agent("1001").state == "reserved"


def test_to_another_queue() -> None:
    centre, _ = ringing("1011")
    centre.act(DeflectCall(agent="1001", to=ToQueues(queues=("sales", "support"))))
    assert (centre.only().queue, centre.only().agent) == ("support", "1011")


def test_to_an_outside_number_and_back_in_line_where_nobody_answers() -> None:
    centre, leg = ringing()
    centre.switch.telephones["0215556"] = Telephone(refuses="busy")
    centre.act(SetNotReady(agent="1001"))
    centre.act(DeflectCall(agent="1001", to=ToNumber(number="0215556")))
    assert centre.did(Originate)[-1].number == "0215556"
    centre.run_for(1000)
    assert centre.only().phase == "queue"
    assert centre.switch.legs[leg].up


def test_a_direct_call_is_sent_elsewhere_too() -> None:
    centre = Centre()
    centre.staff("1001", "1002", "1003")
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    caller = centre.answer("1001")
    centre.act(DeflectCall(agent="1002", to=ToAgent(agent="1003")))
    assert centre.agent("1002").state == "ready"
    centre.answer("1003")
    assert talk_in_one_bridge(centre, caller, "1003")


def transferred_and_ringing(to: str = "1002") -> tuple[Centre, str]:
    """1001's customer rings at a colleague; 1003 is there."""
    centre = Centre()
    leg, _ = centre.talk("1001")
    centre.staff("1002", "1003")
    for agent in ("1002", "1003"):
        centre.act(SetNotReady(agent=agent))
    centre.act(SingleStepTransferCall(agent="1001", to=ToAgent(agent=to)))
    return centre, leg


@pytest.mark.parametrize("to", [ToAgent(agent="1003"), ToNumber(number="0215556")])
def test_a_transfer_sent_elsewhere_that_nobody_takes_there_comes_back_as_it_would_have(to: Party) -> None:
    centre, leg = transferred_and_ringing()
    centre.act(DeflectCall(agent="1002", to=to))
    centre.run_for(40_000)
    assert (centre.interaction(leg).phase, centre.interaction(leg).queue) == ("offer", "sales")
    assert centre.agent("1001").state == "reserved", "to who sent it on before all others"
    centre.answer("1001")
    assert talk_in_one_bridge(centre, leg, "1001")


def test_what_a_flow_rings_for_and_is_sent_elsewhere_in_vain_goes_on_in_the_flow() -> None:
    nodes = {"a": TransferTo(number="1002", failed="b"), "b": Greet(say=Say(text={"en-US": "Nobody"}), next=None)}
    centre = Centre(flows={"straight": Flow(id="straight", version=1, start="a", nodes=nodes)})
    centre.staff("1002", "1003")
    leg = centre.call()
    centre.act(DeflectCall(agent="1002", to=ToAgent(agent="1003")))
    centre.act(RejectCall(agent="1003"))
    assert centre.said(leg) == "Nobody"


def test_a_parked_caller_who_has_come_back_is_sent_elsewhere_and_comes_back_from_there() -> None:
    centre, leg = parked()
    centre.staff("1003")
    centre.act(SetNotReady(agent="1002"))
    centre.act(SetNotReady(agent="1003"))
    centre.run_for(61_000)
    assert centre.agent("1001").connection == "alerting"
    centre.act(DeflectCall(agent="1001", to=ToAgent(agent="1003")))
    assert (centre.agent("1003").connection, centre.agent("1001").interaction) == ("alerting", None)
    centre.act(RejectCall(agent="1003"))
    assert (centre.agent("1001").state, centre.only().phase) == ("reserved", "offer")
    centre.answer("1001")
    assert talk_in_one_bridge(centre, leg, "1001")


# --- parking -------------------------------------------------------------------------------------------------------------


def test_a_parked_caller_hears_music_and_a_colleague_fetches_it() -> None:
    centre, leg = parked()
    assert centre.only().phase == "parked"
    assert centre.switch.legs[leg].music is not None
    assert centre.agent("1001").state == "ready"
    centre.act(DirectedPickupCall(agent="1002", interaction=centre.only().interaction))
    assert centre.switch.legs[leg].music is not None, "until somebody is there"
    centre.answer("1002")
    assert talk_in_one_bridge(centre, leg, "1002")
    assert centre.switch.legs[leg].music is None
    assert len(centre.facts(RecordingBegan)) == 1, "one conversation, one recording"
    centre.run_for(120_000)
    centre.hang_up(leg)
    assert centre.agent("1002").state == "working_after_call"


def test_a_caller_on_hold_can_be_parked() -> None:
    centre = Centre()
    leg, _ = centre.talk("1001")
    centre.act(HoldCall(agent="1001"))
    centre.act(ParkCall(agent="1001"))
    assert centre.switch.legs[leg].music is not None
    assert centre.agent("1001").state == "ready"


def test_after_a_minute_it_goes_back_to_who_parked_it() -> None:
    centre, leg = parked()
    centre.run_for(61_000)
    assert centre.agent("1001").connection == "alerting"
    centre.answer("1001")
    assert talk_in_one_bridge(centre, leg, "1001")


def test_or_after_as_long_as_the_centre_has_it() -> None:
    centre = Centre(park_returns_after_s=90.0)
    leg, _ = centre.talk("1001")
    centre.act(ParkCall(agent="1001"))
    centre.run_for(89_000)
    assert centre.agent("1001").connection is None
    centre.run_for(2_000)
    assert centre.agent("1001").connection == "alerting"
    assert centre.switch.legs[leg].music is not None


def test_and_to_the_head_of_its_queue_where_that_one_cannot_take_it() -> None:
    centre, leg = parked()
    centre.act(SetNotReady(agent="1001"))
    centre.run_for(61_000)
    centre.run_for(25_000)
    assert centre.only().agent == "1002"
    centre.answer("1002")
    assert talk_in_one_bridge(centre, leg, "1002")


def test_while_the_switch_is_away_it_rings_nobody_and_then_goes_back() -> None:
    centre, leg = parked()
    centre.run_for(55_000)
    centre.switch.disconnect(centre.now_ms)
    centre.run_for(20_000)
    assert (centre.only().phase, centre.agent("1001").interaction) == ("parked", None)
    centre.switch.connect(centre.now_ms)
    centre.run_for(2_000)
    assert (centre.agent("1001").state, centre.agent("1001").connection) == ("busy", "alerting")
    assert centre.switch.legs[leg].music == "default"


def test_a_colleague_whose_telephone_fails_leaves_it_parked() -> None:
    centre, leg = parked()
    centre.switch.telephones["1002"] = Telephone(refuses="busy")
    centre.act(DirectedPickupCall(agent="1002", interaction=centre.only().interaction))
    centre.run_for(1000)
    assert centre.only().phase == "parked"
    assert centre.switch.legs[leg].music is not None
    assert centre.agent("1002").state == "ready"


def test_a_parked_caller_without_a_queue_is_not_kept_for_ever() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    caller = centre.answer("1001")
    centre.answer("1002")
    centre.act(ParkCall(agent="1002"))
    assert centre.switch.legs[caller].music is not None
    centre.run_for(600_000)
    assert not centre.switch.legs
    assert {centre.agent("1001").state, centre.agent("1002").state} == {"ready"}


@pytest.mark.parametrize("rung", [False, True])
def test_a_parked_caller_may_hang_up(rung: bool) -> None:
    centre, leg = parked()
    if rung:
        centre.act(DirectedPickupCall(agent="1002", interaction=centre.only().interaction))
    centre.hang_up(leg)
    assert not centre.switch.legs
    assert centre.agent("1002").state == "ready"
    assert centre.facts(InteractionEnded)[0].reason == "customer_hung_up"


def test_who_fetches_may_hang_up_before_the_answer() -> None:
    centre, leg = parked()
    centre.act(DirectedPickupCall(agent="1002", interaction=centre.only().interaction))
    centre.act(ClearCall(agent="1002"))
    assert centre.only().phase == "parked"
    assert centre.switch.legs[leg].music is not None


def test_it_hears_music_again_after_a_gap() -> None:
    centre, leg = parked()
    gap(centre)
    centre.switch.legs[leg].music = None
    back(centre)
    assert centre.switch.legs[leg].music is not None


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (DirectedPickupCall(agent="1002", of="1003"), "wrong_state"),
        (DirectedPickupCall(agent="1002", of="nobody"), "agent_unknown"),
        (DirectedPickupCall(agent="1002"), "value_invalid"),
        (DirectedPickupCall(agent="1002", of="1001", interaction="i"), "value_invalid"),
        (DirectedPickupCall(agent="1002", interaction="i"), "interaction_unknown"),
        (DirectedPickupCall(agent="1001", of="1001"), "agent_busy"),
        (DirectedPickupCall(agent="1003", of="1001"), "agent_signed_out"),
        (DeflectCall(agent="1002", to=ToAgent(agent="1001")), "wrong_state"),
        (DeflectCall(agent="1001", to=ToAgent(agent="1001")), "target_impossible"),
        (DeflectCall(agent="1001", to=ToAgent(agent="nobody")), "agent_unknown"),
        (DeflectCall(agent="1001", to=ToQueues(queues=("sales",))), "target_impossible"),
        (DeflectCall(agent="1001", to=ToQueues(queues=("gone",))), "queue_unknown"),
        (DeflectCall(agent="1001", to=ToFlow(flow="gone")), "flow_unknown"),
        (DeflectCall(agent="1001", to=ToNumber(number="x")), "value_invalid"),
        (ParkCall(agent="1001"), "wrong_state"),
        (ParkCall(agent="1002"), "wrong_state"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(action: AnyAction, code: str) -> None:
    centre, _ = ringing("1002")
    before = centre.view
    refused = centre.ask(action)
    assert isinstance(refused, CoreError)
    assert refused.code == code
    assert centre.view == before


def test_a_transferred_customer_who_rings_at_one_who_is_away_is_picked_up_and_is_shown_as_such() -> None:
    centre = Centre()
    leg, _ = centre.talk("1001")
    centre.staff("1002", "1003")
    centre.act(SetNotReady(agent="1002"))
    centre.act(SingleStepTransferCall(agent="1001", to=ToAgent(agent="1002")))
    assert [agent for agent, view in centre.view.agents.items() if view.rings_for_all] == ["1002"]
    centre.act(DirectedPickupCall(agent="1003", of="1002"))
    centre.answer("1003")
    assert talk_in_one_bridge(centre, leg, "1003")
    assert centre.agent("1002").state == "not_ready"
    assert not any(view.rings_for_all for view in centre.view.agents.values())


def test_who_is_asked_for_advice_is_not_picked_up() -> None:
    centre = Centre()
    centre.talk("1001")
    centre.staff("1002", "1003")
    centre.act(ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    assert not centre.agent("1002").rings_for_all
    refused = centre.ask(DirectedPickupCall(agent="1003", of="1002"))
    assert isinstance(refused, CoreError)
    assert refused.code == "wrong_state"
