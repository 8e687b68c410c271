"""What others do with a call: a supervisor sends on who waits, or takes an agent out of its call; a colleague picks up."""

from __future__ import annotations

import pytest

from callbase.core import events as e
from callbase.core.config import ToAgent, ToFlow, ToNumber, ToQueues
from callbase.core.facts import AgentStateChanged, Redirected
from tests.core.centre import AGENTS, STRAIGHT, SUPPORT, Centre
from tests.core.test_transfers import customer, refused, with_customer


@pytest.fixture
def centre() -> Centre:
    return Centre()


def signed_in(centre: Centre, *agents: str) -> None:
    """But not ready."""
    for agent in agents:
        centre.staff(agent)
        centre.act(e.SetNotReady(agent=agent))


# --- sending on who waits --------------------------------------------------------------------------------------------


def sent(centre: Centre, to: e.Party) -> None:
    centre.act(e.Reroute(interaction=centre.only().interaction, to=to))


@pytest.mark.parametrize("rings", [False, True])
def test_to_a_number(centre: Centre, *, rings: bool) -> None:
    if rings:
        centre.staff("1001")
    leg = centre.call()
    sent(centre, ToNumber(number="02155556666"))
    assert (centre.only().phase, centre.switch.legs[leg].music) == ("flow", "default")
    (out,) = [one.id for one in centre.switch.legs.values() if one.trunk is not None and one.id != leg]
    centre.switch.answer(out, centre.now_ms)
    centre.settle()
    assert {leg, out} in centre.switch.bridges.values()
    assert not rings or centre.agent("1001").state == "ready"
    assert [(fact.by, fact.to) for fact in centre.facts(Redirected)] == [("supervisor", "02155556666")]


def test_one_that_does_not_answer_leaves_the_caller_in_the_queue(centre: Centre) -> None:
    centre.call()
    sent(centre, ToNumber(number="02155556666", timeout_s=5.0))
    centre.run_for(8_000)
    assert (centre.only().phase, centre.only().queue) == ("queue", "sales")


@pytest.mark.parametrize("to", [ToFlow(flow="main"), ToNumber(number="4008001234")])
def test_to_a_flow_by_its_name_or_number(centre: Centre, to: e.Party) -> None:
    leg = centre.call()
    sent(centre, to)
    assert centre.only().phase == "flow"
    assert centre.said(leg) == "欢迎致电 Welcome"


def test_to_a_queue_or_an_agent(centre: Centre) -> None:
    signed_in(centre, "1003")
    centre.staff("1001")
    centre.act(e.SetNotReady(agent="1001"))
    centre.call()
    sent(centre, ToQueues(queues=("none", "support")))
    assert centre.only().queue == "support"
    sent(centre, ToAgent(agent="1003"))
    centre.act(e.SetReady(agent="1003"))
    assert centre.agent("1003").state == "reserved"


@pytest.mark.parametrize(
    ("to", "code"),
    [
        (ToFlow(flow="none"), "flow_unknown"),
        (ToNumber(number=""), "number_unreachable"),
        (ToNumber(number="0215", trunk="none"), "number_unreachable"),
        (ToQueues(queues=("none",)), "queue_unknown"),
        (ToAgent(agent="1002"), "agent_signed_out"),
    ],
)
def test_where_nobody_can_be_sent(centre: Centre, to: e.Party, code: str) -> None:
    centre.staff("1001")
    centre.call()
    assert refused(centre, e.Reroute(interaction=centre.only().interaction, to=to)) == code
    assert centre.agent("1001").state == "reserved"


# --- picking up ------------------------------------------------------------------------------------------------------


def test_only_who_serves_a_queue_with_the_colleague_picks_up(centre: Centre) -> None:
    centre.staff("1001")
    signed_in(centre, "1002", SUPPORT)
    centre.call()
    assert refused(centre, e.DirectedPickupCall(agent=SUPPORT, of="1001")) == "interaction_not_yours"
    centre.act(e.MoveAgent(agent=SUPPORT, queues=("sales", "support")))
    centre.act(e.DirectedPickupCall(agent=SUPPORT, of="1001"))
    centre.answer(SUPPORT)
    assert with_customer(centre, SUPPORT)


def test_or_serves_the_queue_it_is_parked_of_or_has_parked_it(centre: Centre) -> None:
    signed_in(centre, "1002", SUPPORT)
    centre.talk("1001")
    centre.act(e.ParkCall(agent="1001"))
    parked = centre.only().interaction
    assert refused(centre, e.DirectedPickupCall(agent=SUPPORT, interaction=parked)) == "interaction_not_yours"
    centre.act(e.MoveAgent(agent="1001", queues=("support",)))
    centre.act(e.DirectedPickupCall(agent="1001", interaction=parked))
    centre.answer("1001")
    assert with_customer(centre, "1001")


# --- signed out at once ----------------------------------------------------------------------------------------------


def out(centre: Centre, agent: str = "1001") -> None:
    centre.act(e.SignOut(agent=agent, now=True))
    assert centre.agent(agent).state == "logged_off"
    assert centre.facts(AgentStateChanged, agent=agent)[-1].state == "logged_off"


@pytest.mark.parametrize("state", ["talk", "hold", "consulting", "lost"])
def test_the_customer_goes_to_the_head_of_the_queue(centre: Centre, state: str) -> None:
    signed_in(centre, "1002")
    centre.talk("1001")
    centre.call(STRAIGHT, "13900139009")
    first = next(one.interaction for one in centre.view.interactions.values() if one.phase == "talk")
    leg = centre.switch.legs[centre.engine._core.state.interactions[first].leg]
    if state == "hold":
        centre.act(e.HoldCall(agent="1001"))
    elif state == "consulting":
        centre.act(e.ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
        centre.answer("1002")
    elif state == "lost":
        centre.switch.unregister("1001", centre.now_ms)
        centre.hang_up(centre.agent_leg("1001"), "media_lost")
    out(centre)
    assert (centre.view.interactions[first].phase, centre.view.interactions[first].position) == ("queue", 1)
    assert (leg.music, leg.bridge) == ("default", None)
    centre.act(e.SetReady(agent="1002"))
    assert centre.agent("1002").interaction == first


def test_a_conference_goes_on_without_it(centre: Centre) -> None:
    signed_in(centre, "1002")
    centre.talk("1001")
    centre.act(e.SingleStepConferenceCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    out(centre)
    assert with_customer(centre, "1002")


def test_one_who_is_consulted_leaves_the_customer_to_who_asked(centre: Centre) -> None:
    signed_in(centre, "1002")
    centre.talk("1001")
    centre.act(e.ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    out(centre, "1002")
    assert with_customer(centre, "1001")


@pytest.mark.parametrize("who", ["1001", "1002"])
def test_a_call_of_the_house_ends_and_the_other_is_told(centre: Centre, who: str) -> None:
    signed_in(centre, *AGENTS)
    centre.act(e.MakeCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1001")
    centre.answer("1002")
    out(centre, who)
    other = "1002" if who == "1001" else "1001"
    assert "We are sorry" in centre.said(centre.agent_leg(other)) or "抱歉" in centre.said(centre.agent_leg(other))
    centre.run_for(10_000)
    assert not centre.view.interactions
    assert centre.agent(other).state == "not_ready"


def test_while_it_rings_works_or_supervises(centre: Centre) -> None:
    centre.staff("1001")
    centre.call()
    out(centre)
    assert centre.only().phase == "queue"
    centre.staff("1001")
    centre.answer("1001")
    centre.hang_up(customer(centre).id)
    out(centre)
    centre.talk("1002")
    signed_in(centre, "1003")
    centre.act(e.Supervise(agent="1002", supervisor="1003"))
    centre.answer("1003")
    out(centre, "1003")
    assert with_customer(centre, "1002")


def test_without_now_it_is_after_the_call(centre: Centre) -> None:
    centre.talk("1001")
    centre.act(e.SignOut(agent="1001"))
    assert with_customer(centre, "1001")
    centre.hang_up(customer(centre).id)
    centre.act(e.FinishWrapUp(agent="1001"))
    assert centre.agent("1001").state == "logged_off"
