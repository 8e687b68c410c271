"""An agent at an outside number: called by a trunk, asked for a key, and from then on an agent as at a desk phone."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.commands import Originate, Play
from callbase.core.config import Agent, Callback, Device, ToAgent, ToCallback, ToNumber, Trunk
from callbase.core.engine import Engine
from callbase.core.errors import CoreError
from callbase.core.events import (
    AnswerCall,
    ClearCall,
    ConfigPublished,
    ConsoleLost,
    ConsultationCall,
    DirectedPickupCall,
    HoldCall,
    MakeCall,
    RejectCall,
    RetrieveCall,
    SetReady,
    SignIn,
    SignOut,
    SingleStepConferenceCall,
    Supervise,
    TransferCall,
)
from callbase.core.facts import AgentStateChanged, InteractionEnded, InteractionStarted, SegmentEnded
from callbase.core.flow.speech import named_to_agents
from tests.core.centre import STRAIGHT, Centre, config, tenant
from tests.core.test_after_a_gap import back, gap

MOBILE = "13700137000"
CUSTOMER = "13900139000"
OUTSIDE = "1001-outside"


def with_outside_number(**trunk: Any) -> dict[str, Any]:
    """1001 may work at its mobile."""
    plain = tenant()
    own = Agent(id="1001", name="Agent 1001", devices=("1001", "1001-web", OUTSIDE), language="en-US")
    return {
        "agents": {**plain.agents, "1001": own},
        "devices": {**plain.devices, OUTSIDE: Device(id=OUTSIDE, kind="outside", agent="1001", dials=MOBILE)},
        "trunks": {"demo-trunk": Trunk(id="demo-trunk", **trunk)},
    }


def outside(ready: bool = True, **trunk: Any) -> Centre:
    centre = Centre(**with_outside_number(**trunk))
    centre.act(SignIn(agent="1001", device=OUTSIDE))
    if ready:
        centre.act(SetReady(agent="1001"))
    return centre


def leg_of(centre: Centre) -> str:
    """The newest to the mobile."""
    return [leg.id for leg in centre.switch.legs.values() if leg.device == OUTSIDE][-1]


def pick_up(centre: Centre) -> str:
    leg = leg_of(centre)
    centre.switch.answer(leg, centre.now_ms)
    centre.settle()
    return leg


def take(centre: Centre) -> str:
    leg = pick_up(centre)
    centre.press(leg, "1")
    return leg


def offered(**trunk: Any) -> tuple[Centre, str]:
    centre = outside(**trunk)
    return centre, centre.call()


# --- signing in ----------------------------------------------------------------------------------------------------------


def test_signed_in_at_a_number_an_agent_is_there_without_any_registration() -> None:
    centre = outside()
    agent = centre.agent("1001")
    assert (agent.state, agent.device, agent.device_online, agent.device_number) == ("ready", OUTSIDE, True, MOBILE)
    assert OUTSIDE in agent.devices_online
    assert centre.facts(AgentStateChanged, agent="1001")[-1].device == OUTSIDE, "reports name the telephone, not its number"


def test_it_works_on_without_its_browser() -> None:
    centre = outside()
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(60_000)
    assert centre.agent("1001").state == "ready"


def test_the_choice_survives_the_engine_and_the_switch() -> None:
    centre = outside()
    centre.engine = Engine.restore(centre.engine.snapshot())
    gap(centre)
    back(centre)
    assert (centre.agent("1001").state, centre.agent("1001").device) == ("ready", OUTSIDE)
    centre.call()
    assert centre.did(Originate)[-1].number == MOBILE


def test_who_is_permitted_it_no_more_is_signed_out() -> None:
    centre = outside()
    centre.give(ConfigPublished(config=config(version=2)))
    assert centre.agent("1001").state == "logged_off"
    assert centre.ask(SignIn(agent="1001", device=OUTSIDE)) == CoreError(
        code="device_unknown", field="device", data={"device": OUTSIDE}
    )


def test_another_agents_number_is_not_ones_own() -> None:
    centre = outside()
    refused = centre.ask(SignIn(agent="1002", device=OUTSIDE))
    assert refused is not None and refused.code == "device_taken"


def test_what_is_said_there_is_known_beforehand() -> None:
    assert set(named_to_agents(tenant(**with_outside_number()))) == {
        ("销售来电，接听请按一。", "zh-CN"),
        ("支持来电，接听请按一。", "zh-CN"),
        ("A call from the queue Sales. To take it, press one.", "en-US"),
        ("A call from the queue Support. To take it, press one.", "en-US"),
    }
    assert named_to_agents(tenant()) == []


# --- an offer, in all its ends -------------------------------------------------------------------------------------------


def test_it_rings_by_the_trunk_with_the_callers_number() -> None:
    centre, _ = offered()
    (call,) = centre.did(Originate)
    assert (call.device, call.trunk, call.number) == (OUTSIDE, "demo-trunk", MOBILE)
    assert (call.caller_number, call.caller_name, call.auto_answer) == (CUSTOMER, "", False)


def test_the_trunk_may_have_the_houses_number_shown() -> None:
    centre, _ = offered(caller_number="02155550000")
    assert centre.did(Originate)[0].caller_number == "02155550000"


def test_who_answers_is_asked_for_a_key_in_the_agents_language_and_the_caller_waits_on() -> None:
    centre, customer = offered()
    leg = pick_up(centre)
    assert centre.said(leg) == "A call from the queue Sales. To take it, press one."
    assert (centre.agent("1001").state, centre.agent("1001").connection) == ("reserved", "alerting")
    assert centre.interaction(customer).phase == "offer"
    assert centre.switch.legs[leg].bridge is None


def test_without_a_language_of_ones_own_it_is_asked_in_all_of_the_centre() -> None:
    changes = with_outside_number()
    changes["agents"]["1001"] = msgspec.structs.replace(changes["agents"]["1001"], language=None)
    centre = Centre(**changes)
    centre.act(SignIn(agent="1001", device=OUTSIDE))
    centre.act(SetReady(agent="1001"))
    centre.call()
    assert centre.said(pick_up(centre)) == "销售来电，接听请按一。 A call from the queue Sales. To take it, press one."


def test_with_the_key_both_talk() -> None:
    centre, customer = offered()
    leg = take(centre)
    assert centre.agent("1001").state == "busy"
    assert centre.switch.legs[leg].bridge == centre.switch.legs[customer].bridge is not None
    assert centre.switch.legs[leg].playback is None, "nothing is said into the talk"


def test_the_customer_who_hangs_up_ends_the_question_too() -> None:
    centre, customer = offered()
    pick_up(centre)
    centre.hang_up(customer)
    assert not centre.switch.legs
    assert centre.agent("1001").state == "ready"


@pytest.mark.parametrize("keys", ["", "2", "5*#"])
def test_a_voicemail_box_presses_nothing_and_another_key_is_none(keys: str) -> None:
    centre, customer = offered()
    leg = pick_up(centre)
    centre.press(leg, keys)
    centre.run_for(9_000)
    assert len(centre.did(Play, leg=leg)) == 2, "asked again"
    centre.run_for(20_000)
    assert leg not in centre.switch.legs
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "no_answer")
    assert centre.interaction(customer).phase == "queue"
    assert centre.facts(SegmentEnded, kind="offer")[0].result == "no_answer"


def test_unanswered_it_is_as_any_telephone() -> None:
    centre, customer = offered()
    centre.run_for(25_000)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "no_answer")
    assert centre.interaction(customer).phase == "queue"


@pytest.mark.parametrize(
    ("cause", "reason"),
    [
        ("busy", "busy"),
        ("rejected", "rejected"),
        ("congestion", "no_line"),
        ("unallocated", "unreachable"),
        ("error", "unreachable"),
    ],
)
def test_a_number_that_cannot_be_reached_says_why_the_agent_is_not_ready(cause: Any, reason: str) -> None:
    centre, customer = offered(host="sip.carrier.example")
    centre.hang_up(leg_of(centre), cause)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", reason)
    assert centre.interaction(customer).phase == "queue"
    centre.run_for(60_000)
    assert centre.agent("1001").state == "not_ready", "a number does not come back by itself"
    centre.act(SetReady(agent="1001"))
    assert centre.agent("1001").state == "reserved"


@pytest.mark.parametrize("cause", ["unreachable", "error"])
def test_a_trunk_without_a_server_has_no_line_to_it(cause: Any) -> None:
    centre, _ = offered()
    centre.hang_up(leg_of(centre), cause)
    assert centre.agent("1001").reason == "no_line"
    centre.act(MakeCall(agent="1001", to=ToNumber(number=CUSTOMER)))
    centre.hang_up(leg_of(centre), cause)
    told = centre.agent("1001").unreached
    assert told is not None and (told.own_telephone, told.cause) == (True, "congestion")


def test_hanging_up_instead_of_pressing_rejects() -> None:
    centre, customer = offered()
    centre.hang_up(pick_up(centre))
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "rejected")
    assert centre.interaction(customer).phase == "queue"


def test_the_page_rejects_but_cannot_answer() -> None:
    centre, _ = offered()
    refused = centre.ask(AnswerCall(agent="1001"))
    assert refused is not None and refused.code == "device_unanswerable"
    leg = leg_of(centre)
    centre.act(RejectCall(agent="1001"))
    assert leg not in centre.switch.legs
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "rejected")


def test_the_limit_of_the_trunk_counts_it() -> None:
    centre, customer = offered(max_channels=2)
    take(centre)
    assert centre.view.trunks["demo-trunk"].calls == 2
    refused = centre.call(caller="13500135000")
    assert refused not in centre.switch.legs
    assert centre.interaction(customer).phase == "talk"


def test_without_a_free_line_it_is_not_called_and_the_caller_waits_on() -> None:
    centre, customer = offered(max_channels=1)
    assert not centre.did(Originate)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "no_line")
    assert centre.interaction(customer).phase == "queue"


def test_another_tenants_trunk_is_never_used() -> None:
    changes = with_outside_number()
    changes["trunks"] = {}
    ours, other = tenant(**changes), msgspec.structs.replace(tenant(), id="other", agents={}, devices={}, queues={}, dids={})
    centre = Centre()
    centre.give(ConfigPublished(config=msgspec.structs.replace(config(version=2), tenants={"demo": ours, "other": other})))
    centre.act(SignIn(agent="1001", device=OUTSIDE))
    centre.act(SetReady(agent="1001"))
    centre.switch.register("demo-customer-1", centre.now_ms)
    centre.call(device="demo-customer-1")
    assert not centre.did(Originate)
    assert centre.agent("1001").reason == "no_line"


# --- the talk ------------------------------------------------------------------------------------------------------------


def talking(**trunk: Any) -> tuple[Centre, str, str]:
    centre, customer = offered(**trunk)
    return centre, customer, take(centre)


def test_hold_and_retrieve_from_the_page() -> None:
    centre, customer, leg = talking()
    centre.act(HoldCall(agent="1001"))
    assert centre.switch.legs[customer].music is not None
    centre.act(RetrieveCall(agent="1001"))
    assert centre.switch.legs[customer].bridge == centre.switch.legs[leg].bridge is not None


def test_hanging_up_there_ends_the_call_and_wrap_up_begins() -> None:
    centre, _, leg = talking()
    centre.hang_up(leg)
    assert not centre.switch.legs
    assert centre.agent("1001").state == "working_after_call"
    assert centre.facts(InteractionEnded)[0].reason == "agent_hung_up"


def test_the_customers_hanging_up_releases_it() -> None:
    centre, customer, leg = talking()
    centre.hang_up(customer)
    assert leg not in centre.switch.legs
    assert centre.agent("1001").state == "working_after_call"


def test_a_talk_that_the_network_lost_is_called_again_and_taken_by_the_key() -> None:
    centre, customer, leg = talking()
    centre.hang_up(leg, "media_lost")
    assert centre.interaction(customer).phase == "reconnecting"
    again = pick_up(centre)
    assert again != leg
    assert centre.said(again) == "This is the call you asked for. To go on, press one."
    assert centre.interaction(customer).phase == "reconnecting"
    centre.press(again, "1")
    assert centre.interaction(customer).phase == "talk"


def test_signed_out_by_another_in_the_middle_of_a_talk() -> None:
    centre, customer, leg = talking()
    centre.act(SignOut(agent="1001", now=True))
    assert leg not in centre.switch.legs
    assert centre.interaction(customer).phase == "queue"
    centre.run_for(60_000)
    assert centre.agent("1001").state == "logged_off"


def test_a_colleague_who_consults_it_hears_ringing_until_the_key() -> None:
    centre = outside(ready=False)
    customer, own = centre.talk("1002")
    centre.act(ConsultationCall(agent="1002", to=ToAgent(agent="1001")))
    leg = pick_up(centre)
    assert centre.said(leg) == "A call from the contact centre. To take it, press one."
    assert centre.switch.legs[own].ringback
    centre.press(leg, "1")
    assert not centre.switch.legs[own].ringback
    centre.act(TransferCall(agent="1002"))
    assert centre.switch.legs[customer].bridge == centre.switch.legs[leg].bridge is not None
    assert centre.agent("1001").interaction == centre.interaction(customer).interaction


def test_a_consultation_it_does_not_take_gives_the_customer_back() -> None:
    centre = outside(ready=False)
    customer, _ = centre.talk("1002")
    centre.act(ConsultationCall(agent="1002", to=ToAgent(agent="1001")))
    centre.hang_up(leg_of(centre), "congestion")
    assert centre.interaction(customer).phase == "talk"
    told = centre.agent("1002").unreached
    assert told is not None and (told.number, told.cause) == ("1001", "congestion")


def test_a_supervisor_listens_from_there_once_it_has_pressed_the_key() -> None:
    centre = outside(ready=False)
    _, own = centre.talk("1002")
    centre.act(Supervise(agent="1002", supervisor="1001", mode="listen"))
    leg = pick_up(centre)
    assert centre.switch.legs[leg].supervises is None
    centre.act(Supervise(agent="1002", supervisor="1001", mode="barge"))
    assert centre.switch.legs[leg].supervises is None, "a voicemail box is put to nobody's call"
    centre.press(leg, "1")
    assert centre.switch.legs[leg].supervises == (own, "barge")


def test_it_confers_as_any_agent() -> None:
    centre, customer, leg = talking()
    centre.staff("1002")
    centre.act(SingleStepConferenceCall(agent="1001", to=ToAgent(agent="1002")))
    third = centre.answer("1002")
    assert {centre.switch.legs[one].bridge for one in (customer, leg, third)} == {centre.only().interaction}
    centre.hang_up(leg)
    assert centre.switch.legs[customer].bridge == centre.switch.legs[third].bridge is not None
    assert centre.agent("1001").state == "working_after_call"


def called_back(**trunk: Any) -> Centre:
    """The customer has hung up, and is to be called back by the agent at its mobile."""
    changes = with_outside_number(**trunk)
    sales = tenant().queues["sales"]
    rules = Callback(first="agent", retry_after_s=60.0)
    keys = msgspec.structs.replace(sales.waiting, keys={"1": ToCallback()})
    changes["queues"] = {"sales": msgspec.structs.replace(sales, callback=rules, waiting=keys)}
    centre = Centre(**changes)
    centre.press(centre.call(), "11")
    centre.run_for(5_000)
    assert not centre.switch.legs
    centre.act(SignIn(agent="1001", device=OUTSIDE))
    centre.act(SetReady(agent="1001"))
    return centre


def test_a_customer_is_called_back_once_the_key_is_pressed() -> None:
    centre = called_back()
    assert [call.number for call in centre.did(Originate)] == [MOBILE]
    leg = take(centre)
    assert [call.number for call in centre.did(Originate)] == [MOBILE, CUSTOMER]
    out = centre.did(Originate)[1].leg
    centre.switch.answer(out, centre.now_ms)
    centre.settle()
    assert centre.switch.legs[leg].bridge == centre.switch.legs[out].bridge is not None


def test_the_agent_who_holds_the_last_line_is_not_called_for_the_same_callback_again_and_again() -> None:
    centre = called_back(max_channels=1)
    take(centre)
    centre.run_for(30_000)
    assert [call.number for call in centre.did(Originate)] == [MOBILE]
    assert centre.agent("1001").state == "ready"


# --- calls of its own ----------------------------------------------------------------------------------------------------


def test_a_call_out_rings_the_agent_first_then_dials() -> None:
    centre = outside()
    centre.act(MakeCall(agent="1001", to=ToNumber(number=CUSTOMER)))
    assert [call.number for call in centre.did(Originate)] == [MOBILE]
    leg = take(centre)
    _, out = centre.did(Originate)
    assert (out.number, out.trunk, out.caller_number) == (CUSTOMER, "demo-trunk", "1001")
    assert centre.switch.legs[leg].ringback
    centre.switch.answer(out.leg, centre.now_ms)
    centre.settle()
    assert centre.switch.legs[leg].bridge == centre.switch.legs[out.leg].bridge is not None
    assert MOBILE not in (centre.facts(InteractionStarted)[0].caller_number, centre.only().caller_number)


def test_nobody_is_dialled_for_a_voicemail_box() -> None:
    centre = outside()
    centre.act(MakeCall(agent="1001", to=ToNumber(number=CUSTOMER)))
    centre.run_for(25_000)
    pick_up(centre)
    assert centre.agent("1001").connection == "alerting", "a mobile network takes its time"
    centre.run_for(20_000)
    assert [call.number for call in centre.did(Originate)] == [MOBILE]
    assert centre.agent("1001").state == "ready"
    told = centre.agent("1001").unreached
    assert told is not None and (told.own_telephone, told.cause) == (True, "no_answer")


def test_without_a_line_for_itself_it_is_told_at_once() -> None:
    centre = outside(ready=False, max_channels=1)
    centre.staff("1002")
    centre.call("4001112222")
    centre.act(MakeCall(agent="1001", to=ToAgent(agent="1002")))
    told = centre.agent("1001").unreached
    assert told is not None and (told.own_telephone, told.cause) == (True, "congestion")
    assert centre.agent("1001").state == "not_ready"


def test_a_colleague_is_called_by_its_agents_number() -> None:
    centre = outside()
    centre.staff("1002")
    centre.act(MakeCall(agent="1002", to=ToAgent(agent="1001")))
    centre.answer("1002")
    leg = pick_up(centre)
    assert centre.only().phase == "flow"
    centre.press(leg, "1")
    assert centre.only().phase == "talk"
    centre.act(ClearCall(agent="1002"))
    assert leg not in centre.switch.legs


# --- after a gap ---------------------------------------------------------------------------------------------------------


def test_asked_before_the_gap_it_is_asked_again_after_it() -> None:
    centre, customer = offered()
    leg = pick_up(centre)
    gap(centre)
    back(centre)
    assert len(centre.did(Play, leg=leg)) == 2
    centre.press(leg, "1")
    assert centre.interaction(customer).phase == "talk"


def test_who_picks_up_for_a_colleague_presses_the_key_too() -> None:
    centre = outside(ready=False)
    centre.staff("1002")
    customer = centre.call(STRAIGHT)
    centre.act(DirectedPickupCall(agent="1001", of="1002"))
    leg = pick_up(centre)
    assert centre.interaction(customer).phase == "offer"
    centre.press(leg, "1")
    assert centre.agent("1001").state == "busy"
    assert centre.agent("1002").state == "ready"
