"""In a conference: who leads it consults and takes others in; each agent may step aside and come back; whoever leaves, the
others talk on, and the customer is never alone without music."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.core import events as e
from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.engine import Engine
from tests.core.centre import SUPPORT, Centre
from tests.core.test_transfers import customer, hear_one_another, refused, with_customer

TO_1003 = ToAgent(agent="1003")


@pytest.fixture
def centre() -> Centre:
    """Customer, 1001, who leads, and 1002 talk together; 1003 and 1011 are not ready."""
    centre = Centre()
    for agent in ("1002", "1003", SUPPORT):
        centre.staff(agent)
        centre.act(e.SetNotReady(agent=agent))
    centre.talk("1001")
    centre.act(e.SingleStepConferenceCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    assert with_customer(centre, "1001", "1002")
    return centre


def heard(centre: Centre, agent: str) -> Any:
    return centre.switch.legs[centre.agent_leg(agent)]


def consult(centre: Centre) -> None:
    centre.act(e.ConsultationCall(agent="1001", to=TO_1003))
    centre.answer("1003")


@pytest.mark.parametrize(("aside", "other"), [("1001", "1002"), ("1002", "1001")])
def test_either_steps_aside_and_comes_back_while_the_other_talks_on(centre: Centre, aside: str, other: str) -> None:
    centre.act(e.HoldCall(agent=aside))
    assert with_customer(centre, other)
    assert (heard(centre, aside).bridge, centre.agent(aside).connection) == (None, "hold")
    assert (centre.only().phase, customer(centre).music) == ("conference", None)
    assert refused(centre, e.HoldCall(agent=aside)) == "wrong_state"
    centre.act(e.RetrieveCall(agent=aside))
    assert with_customer(centre, "1001", "1002")
    assert refused(centre, e.RetrieveCall(agent=aside)) == "wrong_state"


def test_by_the_telephones_own_button_too(centre: Centre) -> None:
    leg = centre.agent_leg("1002")
    centre.switch.hold(leg, centre.now_ms)
    centre.settle()
    assert with_customer(centre, "1001")
    centre.switch.retrieve(leg, centre.now_ms)
    centre.settle()
    assert with_customer(centre, "1001", "1002")


def test_a_customer_whom_all_have_left_alone_hears_music_until_one_is_back(centre: Centre) -> None:
    centre.act(e.HoldCall(agent="1001"))
    centre.act(e.HoldCall(agent="1002"))
    assert (customer(centre).music, customer(centre).bridge) == ("default", None)
    assert centre.only().parties[0].connection == "hold"
    centre.act(e.RetrieveCall(agent="1002"))
    assert with_customer(centre, "1002")
    assert customer(centre).music is None


def test_who_leads_consults_while_the_others_talk_on(centre: Centre) -> None:
    consult(centre)
    assert hear_one_another(centre, "1001", "1003")
    assert with_customer(centre, "1002")
    assert refused(centre, e.RetrieveCall(agent="1001")) == "wrong_state"
    assert refused(centre, e.ConsultationCall(agent="1002", to=ToAgent(agent=SUPPORT))) == "wrong_state"
    centre.act(e.AlternateCall(agent="1001"))
    assert with_customer(centre, "1001", "1002")
    assert heard(centre, "1003").music == "default"
    centre.act(e.AlternateCall(agent="1001"))
    centre.act(e.ReconnectCall(agent="1001"))
    assert with_customer(centre, "1001", "1002")
    assert centre.agent("1003").state == "not_ready"


def test_and_brings_whom_it_consulted_in(centre: Centre) -> None:
    consult(centre)
    centre.act(e.ConferenceCall(agent="1001"))
    assert with_customer(centre, "1001", "1002", "1003")


@pytest.mark.parametrize("how", ["asked", "hung_up", "alternated"])
def test_or_leaves_the_conference_to_that_one(centre: Centre, how: str) -> None:
    consult(centre)
    if how == "alternated":
        centre.act(e.AlternateCall(agent="1001"))
    if how == "hung_up":
        centre.hang_up(centre.agent_leg("1001"))
    else:
        centre.act(e.TransferCall(agent="1001"))
    assert with_customer(centre, "1002", "1003")
    assert (centre.only().phase, centre.only().agent) == ("conference", "1003")
    assert centre.agent("1001").state == "working_after_call"


@pytest.mark.parametrize("queue", [False, True])
def test_leaving_while_it_rings_the_others_talk_on_and_the_third_comes_to_them(centre: Centre, *, queue: bool) -> None:
    centre.act(e.ConsultationCall(agent="1001", to=ToQueues(queues=("support",)) if queue else ToAgent(agent=SUPPORT)))
    assert (centre.only().consultation, with_customer(centre, "1002")) == ("waiting" if queue else "alerting", True)
    centre.act(e.TransferCall(agent="1001"))
    assert with_customer(centre, "1002")
    assert centre.only().phase == "talk"
    centre.act(e.SetReady(agent=SUPPORT))
    centre.answer(SUPPORT)
    assert with_customer(centre, "1002", SUPPORT)


@pytest.mark.parametrize("leaves", ["1002", "customer"])
def test_somebody_hangs_up_while_who_leads_consults(centre: Centre, leaves: str) -> None:
    consult(centre)
    if leaves == "customer":
        centre.hang_up(customer(centre).id)
        assert not centre.switch.legs
        return
    centre.hang_up(centre.agent_leg("1002"))
    assert (centre.only().phase, customer(centre).music) == ("hold", "default")
    assert hear_one_another(centre, "1001", "1003")
    centre.act(e.TransferCall(agent="1001"))
    assert with_customer(centre, "1003")


def test_nobody_answers_and_who_leads_is_back_with_the_others(centre: Centre) -> None:
    centre.act(e.ConsultationCall(agent="1001", to=TO_1003))
    centre.run_for(25_000)
    assert with_customer(centre, "1001", "1002")


def test_the_last_agent_leaves_and_the_outside_party_talks_on_with_the_customer(centre: Centre) -> None:
    centre.act(e.ClearConnection(agent="1001", party=centre.agent_leg("1002")))
    centre.act(e.SingleStepConferenceCall(agent="1001", to=ToNumber(number="02155556666")))
    outside = centre.only().parties[-1].party
    centre.switch.answer(outside, centre.now_ms)
    centre.settle()
    centre.act(e.ClearConnection(agent="1001"))
    assert {customer(centre).id, outside} in centre.switch.bridges.values()
    assert centre.agent("1001").state == "working_after_call"
    centre.hang_up(outside)
    assert not centre.switch.legs


def test_who_leads_leaves_and_another_agent_takes_parties_in_and_out(centre: Centre) -> None:
    assert refused(centre, e.SingleStepConferenceCall(agent="1002", to=TO_1003)) == "wrong_state"
    centre.act(e.SingleStepConferenceCall(agent="1001", to=TO_1003))
    centre.answer("1003")
    centre.act(e.ClearConnection(agent="1001"))
    assert (centre.only().phase, centre.only().agent) == ("conference", "1002")
    centre.act(e.ClearConnection(agent="1002", party=centre.agent_leg("1003")))
    assert with_customer(centre, "1002")


def test_who_is_asked_to_join_does_not_bring_back_who_stepped_aside(centre: Centre) -> None:
    centre.act(e.SingleStepConferenceCall(agent="1001", to=TO_1003))
    centre.act(e.HoldCall(agent="1001"))
    centre.answer("1003")
    assert with_customer(centre, "1002", "1003")
    centre.act(e.RetrieveCall(agent="1001"))
    assert with_customer(centre, "1001", "1002", "1003")


def test_a_hold_lasts_though_who_was_asked_to_join_does_not_come() -> None:
    centre = Centre()
    centre.staff("1002")
    centre.act(e.SetNotReady(agent="1002"))
    centre.talk("1001")
    centre.act(e.SingleStepConferenceCall(agent="1001", to=ToAgent(agent="1002")))
    centre.act(e.HoldCall(agent="1001"))
    centre.act(e.RejectCall(agent="1002"))
    assert (centre.only().phase, customer(centre).music) == ("hold", "default")


def test_the_agent_who_called_leaves_and_whom_it_called_talk_on() -> None:
    centre = Centre()
    for agent in ("1001", "1002", "1003"):
        centre.staff(agent)
        centre.act(e.SetNotReady(agent=agent))
    centre.act(e.MakeCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1001")
    centre.answer("1002")
    centre.act(e.SingleStepConferenceCall(agent="1002", to=TO_1003))
    centre.answer("1003")
    centre.hang_up(centre.agent_leg("1001"))
    assert centre.agent("1001").state == "not_ready"
    assert {centre.agent_leg("1002"), centre.agent_leg("1003")} in centre.switch.bridges.values()
    centre.hang_up(centre.agent_leg("1003"))
    assert not centre.view.interactions


@pytest.mark.parametrize("everybody", [False, True])
def test_after_a_gap_who_was_aside_is_aside(centre: Centre, *, everybody: bool) -> None:
    centre.act(e.HoldCall(agent="1001"))
    if everybody:
        centre.act(e.HoldCall(agent="1002"))
    snapshot = centre.engine.snapshot()
    for leg in centre.switch.legs.values():
        leg.bridge, leg.music = centre.only().interaction, None
    centre.switch.bridges[centre.only().interaction] = set(centre.switch.legs)
    centre.switch.leave(centre.now_ms)
    centre.engine = Engine.restore(snapshot)
    centre.give(e.EngineStarted(epoch=7))
    centre.switch.connect(centre.now_ms)
    centre.settle()
    assert heard(centre, "1001").bridge is None
    if everybody:
        assert (customer(centre).bridge, customer(centre).music) == (None, "default")
    else:
        assert with_customer(centre, "1002")


def sent(centre: Centre) -> dict[str, str]:
    """What keys were sent to which telephone, or outside number."""
    return {leg.device or leg.id: leg.digits_sent for leg in centre.switch.legs.values() if leg.digits_sent}


def test_keys_go_to_the_customer_or_to_the_one_outside_who_is_named(centre: Centre) -> None:
    centre.act(e.SingleStepConferenceCall(agent="1001", to=ToNumber(number="0215556")))
    added = next(leg.id for leg in centre.switch.legs.values() if leg.trunk and leg.id != customer(centre).id)
    centre.switch.answer(added, centre.now_ms)
    centre.settle()
    centre.act(e.GenerateDigits(agent="1001", digits="1"))
    centre.act(e.GenerateDigits(agent="1002", digits="2#"))
    named = next(party.party for party in centre.only().parties if party.number == "0215556")
    centre.act(e.GenerateDigits(agent="1002", digits="34", party=named))
    assert sent(centre) == {customer(centre).id: "12#", added: "34"}
    colleague = centre.agent_leg("1001")
    for party in (colleague, "gone"):
        assert refused(centre, e.GenerateDigits(agent="1002", digits="5", party=party)) == "party_unknown"
    assert sent(centre) == {customer(centre).id: "12#", added: "34"}


def test_who_is_aside_sends_none_but_to_whom_it_consults(centre: Centre) -> None:
    centre.act(e.HoldCall(agent="1002"))
    assert refused(centre, e.GenerateDigits(agent="1002", digits="1")) == "wrong_state"
    centre.act(e.GenerateDigits(agent="1001", digits="2"))
    consult(centre)
    centre.act(e.GenerateDigits(agent="1001", digits="3"))
    assert sent(centre) == {customer(centre).id: "2", "1003": "3"}
    assert refused(centre, e.GenerateDigits(agent="1001", digits="4", party=customer(centre).id)) == "party_unknown"


def test_where_an_agent_called_within_the_house_they_go_to_the_one_outside() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    centre.act(e.MakeCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1001")
    centre.answer("1002")
    centre.act(e.SingleStepConferenceCall(agent="1002", to=ToNumber(number="0215556")))
    added = next(leg.id for leg in centre.switch.legs.values() if leg.trunk)
    centre.switch.answer(added, centre.now_ms)
    centre.settle()
    for agent in ("1001", "1002"):
        centre.act(e.GenerateDigits(agent=agent, digits="7"))
    assert sent(centre) == {added: "77"}


def test_where_only_agents_confer_there_is_nobody_to_hear_keys() -> None:
    centre = Centre()
    centre.staff("1001", "1002", "1003")
    centre.act(e.MakeCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1001")
    centre.answer("1002")
    centre.act(e.SingleStepConferenceCall(agent="1002", to=TO_1003))
    centre.answer("1003")
    assert refused(centre, e.GenerateDigits(agent="1001", digits="7")) == "wrong_state"
