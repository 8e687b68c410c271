"""Supervisors at agents who consult, confer and transfer: they stay with the agent wherever it is, hear what it hears, and are
out once it has left the call."""

from __future__ import annotations

import pytest

from callbase.core import events as e
from callbase.core.config import ToAgent
from callbase.core.facts import SupervisionEnded
from tests.core.centre import SUPPORT, Centre
from tests.core.test_transfers import customer, hear_one_another, refused, with_customer


@pytest.fixture
def centre() -> Centre:
    """1001 talks with a customer, 1011 listens to it, 1002 is not ready."""
    centre = Centre()
    for agent in ("1002", SUPPORT):
        centre.staff(agent)
        centre.act(e.SetNotReady(agent=agent))
    centre.talk("1001")
    supervise(centre, "1001")
    return centre


def supervise(centre: Centre, agent: str) -> None:
    centre.act(e.Supervise(agent=agent, supervisor=SUPPORT))
    if not centre.switch.legs[centre.agent_leg(SUPPORT)].up:
        centre.answer(SUPPORT)


def listens_to(centre: Centre, agent: str) -> bool:
    return centre.switch.legs[centre.agent_leg(SUPPORT)].supervises == (centre.agent_leg(agent), "listen")


def consulting(centre: Centre) -> None:
    centre.act(e.ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")


def over(centre: Centre) -> list[str]:
    return [fact.result for fact in centre.facts(SupervisionEnded)]


def test_the_supervisor_stays_through_consultation_and_conference(centre: Centre) -> None:
    consulting(centre)
    assert listens_to(centre, "1001")
    assert hear_one_another(centre, "1001", "1002")
    centre.act(e.AlternateCall(agent="1001"))
    centre.act(e.ConferenceCall(agent="1001"))
    assert listens_to(centre, "1001")
    assert with_customer(centre, "1001", "1002")
    centre.act(e.HoldCall(agent="1001"))
    assert listens_to(centre, "1001")
    assert over(centre) == []


@pytest.mark.parametrize("how", ["attended", "while it rings", "blind", "out of a conference"])
def test_and_is_out_once_the_agent_is(centre: Centre, how: str) -> None:
    if how == "blind":
        centre.act(e.SingleStepTransferCall(agent="1001", to=ToAgent(agent="1002")))
    elif how == "while it rings":
        centre.act(e.ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
        centre.act(e.TransferCall(agent="1001"))
    else:
        consulting(centre)
        if how == "attended":
            centre.act(e.TransferCall(agent="1001"))
        else:
            centre.act(e.ConferenceCall(agent="1001"))
            centre.act(e.ClearConnection(agent="1001"))
    assert over(centre) == ["call_over"]
    assert centre.agent(SUPPORT).state == "not_ready"
    if how in ("blind", "while it rings"):
        centre.answer("1002")
    assert with_customer(centre, "1002")


def test_one_who_is_consulted_is_listened_to_and_goes_on_to_be_when_it_has_the_customer(centre: Centre) -> None:
    consulting(centre)
    supervise(centre, "1002")
    assert listens_to(centre, "1002")
    assert refused(centre, e.Supervise(agent="1002", supervisor=SUPPORT, mode="take_over")) == "wrong_state"
    centre.act(e.TransferCall(agent="1001"))
    assert listens_to(centre, "1002")
    centre.hang_up(customer(centre).id)
    assert over(centre) == ["changed", "call_over"]


def test_and_is_not_once_its_advice_is_over(centre: Centre) -> None:
    consulting(centre)
    supervise(centre, "1002")
    centre.act(e.ReconnectCall(agent="1001"))
    assert over(centre) == ["changed", "call_over"]
    assert with_customer(centre, "1001")


@pytest.mark.parametrize("state", ["alerting", "connected", "held"])
def test_taking_over_during_a_consultation_lets_go_of_who_was_consulted(centre: Centre, state: str) -> None:
    centre.act(e.ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    if state != "alerting":
        centre.answer("1002")
    if state == "held":
        centre.act(e.AlternateCall(agent="1001"))
    centre.act(e.Supervise(agent="1001", supervisor=SUPPORT, mode="take_over"))
    assert with_customer(centre, SUPPORT)
    assert customer(centre).music is None
    assert (centre.agent("1001").state, centre.agent("1002").state) == ("ready", "not_ready")
    assert centre.only().consultation is None
    assert refused(centre, e.Supervise(agent="1001", supervisor="1002")) == "wrong_state"
