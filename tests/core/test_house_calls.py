"""An agent calls somebody itself: it hears it ring, and can do all with the call that can be done with a customer's."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.core import events as e
from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.engine import Engine
from tests.core.centre import AGENTS, SUPPORT, Centre
from tests.core.test_transfers import refused

TO_1003 = ToAgent(agent="1003")


@pytest.fixture
def centre() -> Centre:
    """All are signed in, none takes calls."""
    centre = Centre()
    centre.staff(*AGENTS, SUPPORT)
    for agent in (*AGENTS, SUPPORT):
        centre.act(e.SetNotReady(agent=agent))
    return centre


def calls(centre: Centre, to: e.Party) -> None:
    """1001 calls, and its own telephone has answered."""
    centre.act(e.MakeCall(agent="1001", to=to))
    centre.answer("1001")


def heard(centre: Centre, agent: str) -> Any:
    return centre.switch.legs[centre.agent_leg(agent)]


def together(centre: Centre, *agents: str) -> bool:
    return {centre.agent_leg(agent) for agent in agents} in centre.switch.bridges.values()


@pytest.fixture
def talk(centre: Centre) -> Centre:
    """1001 has called 1002, and they talk."""
    calls(centre, ToAgent(agent="1002"))
    centre.answer("1002")
    assert together(centre, "1001", "1002")
    return centre


def test_who_calls_hears_it_ring_and_no_music(centre: Centre) -> None:
    calls(centre, ToAgent(agent="1002"))
    assert (heard(centre, "1001").ringback, heard(centre, "1001").music) == (True, None)
    centre.answer("1002")
    assert not heard(centre, "1001").ringback
    assert together(centre, "1001", "1002")


def test_a_desk_phone_that_dials_a_colleague_hears_it_ring(centre: Centre) -> None:
    leg = centre.call("1002", device="1001", trunk=None)
    assert centre.switch.legs[leg].ringback
    centre.answer("1002")
    assert not centre.switch.legs[leg].ringback


def test_ones_own_other_telephone_is_busy(centre: Centre) -> None:
    leg = centre.call("1001", device="1001-web", trunk=None)
    assert leg not in centre.switch.legs
    assert (centre.agent("1001").state, centre.view.interactions) == ("not_ready", {})


def test_it_rings_on_after_a_gap(centre: Centre) -> None:
    calls(centre, ToAgent(agent="1002"))
    centre.switch.leave(centre.now_ms)
    heard(centre, "1001").ringback = False
    centre.engine = Engine.restore(centre.engine.snapshot())
    centre.give(e.EngineStarted(epoch=7))
    centre.switch.connect(centre.now_ms)
    centre.settle()
    assert heard(centre, "1001").ringback


@pytest.mark.parametrize(("asks", "other"), [("1001", "1002"), ("1002", "1001")])
def test_either_holds_and_retrieves(talk: Centre, asks: str, other: str) -> None:
    talk.act(e.HoldCall(agent=asks))
    assert heard(talk, other).music == "default"
    assert (talk.agent(asks).connection, talk.agent(other).connection) == ("hold", "hold")
    assert refused(talk, e.RetrieveCall(agent=other)) == "wrong_state"
    assert refused(talk, e.HoldCall(agent=other)) == "wrong_state"
    talk.act(e.RetrieveCall(agent=asks))
    assert together(talk, "1001", "1002")


def test_by_the_telephones_own_button_too(talk: Centre) -> None:
    for agent, other in (("1001", "1002"), ("1002", "1001")):
        talk.switch.hold(talk.agent_leg(agent), talk.now_ms)
        talk.settle()
        assert heard(talk, other).music == "default"
        talk.switch.retrieve(talk.agent_leg(agent), talk.now_ms)
        talk.settle()
        assert together(talk, "1001", "1002")


@pytest.mark.parametrize(("asks", "other"), [("1001", "1002"), ("1002", "1001")])
def test_either_consults_and_transfers(talk: Centre, asks: str, other: str) -> None:
    talk.act(e.ConsultationCall(agent=asks, to=TO_1003))
    assert heard(talk, asks).ringback
    assert heard(talk, other).music == "default"
    talk.answer("1003")
    assert together(talk, asks, "1003")
    assert refused(talk, e.AlternateCall(agent=other)) == "wrong_state"
    talk.act(e.AlternateCall(agent=asks))
    assert together(talk, asks, other)
    talk.act(e.TransferCall(agent=asks))
    assert together(talk, other, "1003")
    assert [talk.agent(agent).state for agent in (asks, other, "1003")] == ["not_ready", "busy", "busy"]
    talk.hang_up(talk.agent_leg("1003"))
    assert not talk.view.interactions
    assert {talk.agent(agent).state for agent in AGENTS} == {"not_ready"}


@pytest.mark.parametrize(("asks", "other"), [("1001", "1002"), ("1002", "1001")])
def test_either_transfers_blindly(talk: Centre, asks: str, other: str) -> None:
    talk.act(e.SingleStepTransferCall(agent=asks, to=TO_1003))
    assert talk.agent(asks).state == "not_ready"
    assert heard(talk, other).music == "default"
    talk.answer("1003")
    assert together(talk, other, "1003")


@pytest.mark.parametrize("asks", ["1001", "1002"])
def test_one_that_is_not_taken_rings_back_at_who_transferred(talk: Centre, asks: str) -> None:
    talk.act(e.SingleStepTransferCall(agent=asks, to=TO_1003))
    talk.act(e.RejectCall(agent="1003"))
    talk.answer(asks)
    assert together(talk, "1001", "1002")


@pytest.mark.parametrize(("asks", "other"), [("1001", "1002"), ("1002", "1001")])
def test_either_brings_in_a_third(talk: Centre, asks: str, other: str) -> None:
    talk.act(e.SingleStepConferenceCall(agent=asks, to=TO_1003))
    talk.answer("1003")
    assert together(talk, asks, other, "1003")


@pytest.mark.parametrize("asks", ["1001", "1002"])
def test_either_parks(talk: Centre, asks: str) -> None:
    other = "1002" if asks == "1001" else "1001"
    talk.act(e.ParkCall(agent=asks))
    assert (talk.only().phase, talk.agent(asks).state, heard(talk, other).music) == ("parked", "not_ready", "default")
    talk.act(e.DirectedPickupCall(agent=asks, interaction=talk.only().interaction))
    talk.answer(asks)
    assert together(talk, "1001", "1002")


@pytest.mark.parametrize("leaves", ["1001", "1002"])
def test_whoever_hangs_up_both_are_free(talk: Centre, leaves: str) -> None:
    talk.act(e.HoldCall(agent="1001"))
    talk.act(e.RetrieveCall(agent="1001"))
    talk.hang_up(talk.agent_leg(leaves))
    assert not talk.view.interactions
    assert not talk.switch.legs
    assert {talk.agent(agent).state for agent in AGENTS} == {"not_ready"}


def test_who_called_an_outside_number_from_a_desk_phone_transfers_it(centre: Centre) -> None:
    centre.call("02155556666", device="1001", trunk=None)
    (out,) = [leg.id for leg in centre.switch.legs.values() if leg.trunk is not None]
    centre.switch.answer(out, centre.now_ms)
    centre.settle()
    centre.act(e.ConsultationCall(agent="1001", to=TO_1003))
    assert centre.switch.legs[out].music == "default"
    assert next((party.kind, party.number) for party in centre.only().parties) == ("customer", "02155556666")
    centre.answer("1003")
    centre.act(e.TransferCall(agent="1001"))
    assert {out, centre.agent_leg("1003")} in centre.switch.bridges.values()
    assert centre.agent("1001").state == "not_ready"


def test_an_outside_party_called_from_the_screen_is_shown_by_its_number(centre: Centre) -> None:
    calls(centre, ToNumber(number="02155556666"))
    (out,) = [leg.id for leg in centre.switch.legs.values() if leg.trunk is not None]
    centre.switch.answer(out, centre.now_ms)
    centre.settle()
    assert next((party.kind, party.number) for party in centre.only().parties) == ("customer", "02155556666")


@pytest.mark.parametrize("asks", ["1001", SUPPORT])
def test_only_who_serves_the_queue_that_was_called_works_after_it(centre: Centre, asks: str) -> None:
    centre.act(e.SetReady(agent=SUPPORT))
    calls(centre, ToQueues(queues=("support",)))
    centre.answer(SUPPORT)
    centre.act(e.HoldCall(agent=asks))
    centre.act(e.RetrieveCall(agent=asks))
    centre.hang_up(centre.agent_leg("1001"))
    assert (centre.agent("1001").state, centre.agent(SUPPORT).state) == ("not_ready", "working_after_call")


def test_a_supervisor_stays_with_who_called_when_that_one_leads(talk: Centre) -> None:
    talk.act(e.Supervise(agent="1001", supervisor=SUPPORT))
    talk.answer(SUPPORT)
    talk.act(e.HoldCall(agent="1001"))
    talk.act(e.RetrieveCall(agent="1001"))
    assert heard(talk, SUPPORT).supervises == (talk.agent_leg("1001"), "listen")
