"""Calls that no queue has: who is left when the agent's part is over is never in silence, and not sent away without a word."""

from __future__ import annotations

import pytest

from callbase.core import events as e
from callbase.core.config import Flow, ToAgent, ToNumber, TransferTo
from callbase.core.facts import InteractionEnded
from tests.core.centre import AGENTS, STRAIGHT, Centre
from tests.core.test_house_calls import calls, heard, together

OUTSIDE = "02155556666"
TO_1002, TO_1003 = ToAgent(agent="1002"), ToAgent(agent="1003")


def signed_in(*, queues: bool = True, then: str | None = None) -> Centre:
    """All agents are not ready. The number STRAIGHT rings at 1001 without any queue, `then` at another."""
    nodes = {"a": TransferTo(number="1001", failed="b" if then else None)} | ({"b": TransferTo(number=then)} if then else {})
    flow = Flow(id="straight", version=1, start="a", nodes=nodes)
    centre = Centre(flows={"straight": flow}, **({} if queues else {"queues": {}}))
    centre.staff(*AGENTS)
    for agent in AGENTS:
        centre.act(e.SetNotReady(agent=agent))
    return centre


def customer_of_1001(centre: Centre) -> str:
    leg = centre.call(STRAIGHT)
    centre.answer("1001")
    assert centre.only().queue is None
    return leg


def outside_called_by_1001(centre: Centre) -> str:
    """From its desk phone."""
    centre.call(OUTSIDE, device="1001", trunk=None)
    (leg,) = [leg.id for leg in centre.switch.legs.values() if leg.trunk is not None]
    centre.switch.answer(leg, centre.now_ms)
    centre.settle()
    assert (centre.only().phase, centre.only().queue) == ("talk", None)
    return leg


def lose(centre: Centre, agent: str) -> None:
    """Its telephone vanishes for good."""
    leg = centre.agent_leg(agent)
    centre.switch.unregister(agent, centre.now_ms)
    centre.hang_up(leg, "media_lost")


def told(centre: Centre, leg: str) -> bool:
    return "抱歉" in centre.said(leg)


def rings(centre: Centre, agent: str) -> bool:
    return centre.agent(agent).connection == "alerting"


# --- the agent's telephone is lost, or the agent signed out ------------------------------------------------------------------


@pytest.mark.parametrize("how", ["lost", "signed_out"])
def test_a_customer_whose_agent_is_gone_goes_through_the_flow_of_the_number_again(how: str) -> None:
    centre = signed_in(then="1002")
    leg = customer_of_1001(centre)
    if how == "lost":
        lose(centre, "1001")
        assert (centre.only().phase, centre.switch.legs[leg].music) == ("reconnecting", "default")
        centre.run_for(30_100)
    else:
        centre.switch.unregister("1001", centre.now_ms)
        centre.act(e.SignOut(agent="1001", now=True))
    assert rings(centre, "1002")
    centre.answer("1002")
    assert {leg, centre.agent_leg("1002")} in centre.switch.bridges.values()


def test_and_where_the_flow_leads_nowhere_is_told() -> None:
    centre = signed_in()
    leg = customer_of_1001(centre)
    lose(centre, "1001")
    centre.run_for(30_100)
    assert told(centre, leg)


@pytest.mark.parametrize("how", ["lost", "signed_out"])
def test_an_outside_party_waits_in_the_first_queue_of_the_agent_who_called_it(how: str) -> None:
    centre = signed_in()
    leg = outside_called_by_1001(centre)
    if how == "lost":
        lose(centre, "1001")
        assert (centre.only().phase, centre.switch.legs[leg].music) == ("reconnecting", "default")
        centre.run_for(31_000)
    else:
        centre.act(e.SignOut(agent="1001", now=True))
        assert centre.agent("1001").state == "logged_off"
    assert (centre.only().phase, centre.only().queue, centre.switch.legs[leg].music) == ("queue", "sales", "default")
    centre.act(e.SetReady(agent="1002"))
    centre.answer("1002")
    assert {leg, centre.agent_leg("1002")} in centre.switch.bridges.values()


@pytest.mark.parametrize("how", ["lost", "signed_out"])
def test_where_there_is_no_queue_it_is_told_before_the_call_ends(how: str) -> None:
    centre = signed_in(queues=False)
    leg = outside_called_by_1001(centre)
    if how == "lost":
        lose(centre, "1001")
        centre.run_for(30_100)
    else:
        centre.act(e.SignOut(agent="1001", now=True))
    assert told(centre, leg)
    centre.run_for(20_000)
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["failed"]
    assert not centre.view.interactions


@pytest.mark.parametrize(("who", "other"), [("1001", "1002"), ("1002", "1001")])
def test_of_two_agents_whichever_is_lost_is_waited_for_and_called_again(who: str, other: str) -> None:
    centre = signed_in()
    calls(centre, TO_1002)
    centre.answer("1002")
    centre.hang_up(centre.agent_leg(who), "media_lost")
    assert (centre.agent(who).connection, heard(centre, other).music) == ("reconnecting", "default")
    centre.answer(who)
    assert together(centre, "1001", "1002")
    assert heard(centre, other).music is None


@pytest.mark.parametrize(("who", "other"), [("1001", "1002"), ("1002", "1001")])
def test_and_if_in_vain_the_other_is_told_and_free_again(who: str, other: str) -> None:
    centre = signed_in()
    calls(centre, TO_1002)
    centre.answer("1002")
    lose(centre, who)
    centre.run_for(30_100)
    assert told(centre, centre.agent_leg(other))
    centre.run_for(20_000)
    assert not centre.view.interactions
    assert centre.agent(other).state == "not_ready"


def test_a_reloaded_page_of_who_called_is_called_again_too() -> None:
    centre = Centre()
    for agent in ("1001", "1002"):
        centre.staff(agent, device="{}-web")
        centre.act(e.ConsoleBack(agent=agent))
    calls(centre, TO_1002)
    centre.answer("1002")
    before = centre.agent_leg("1001")
    centre.switch.register("1001-web", centre.now_ms, "sip:another")
    centre.settle()
    assert centre.agent_leg("1001") != before
    centre.answer("1001")
    assert together(centre, "1001", "1002")


def test_one_that_registers_again_as_the_same_changes_nothing() -> None:
    centre = Centre()
    for agent in ("1001", "1002"):
        centre.staff(agent, device="{}-web")
    calls(centre, TO_1002)
    centre.answer("1002")
    before = centre.view.interactions
    centre.switch.register("1001-web", centre.now_ms, centre.engine._core.state.devices["1001-web"])
    centre.settle()
    assert centre.view.interactions == before


def test_who_hangs_up_is_not_waited_for() -> None:
    centre = signed_in()
    calls(centre, TO_1002)
    centre.answer("1002")
    centre.hang_up(centre.agent_leg("1001"))
    assert not centre.view.interactions


# --- an outside party that has the customer is lost --------------------------------------------------------------------------


def transferred_outside(centre: Centre) -> tuple[str, str]:
    """The customer's leg and the outside party's."""
    customer = next(i.leg for i in centre.engine._core.state.interactions.values())
    centre.act(e.SingleStepTransferCall(agent="1001", to=ToNumber(number=OUTSIDE)))
    (leg,) = [leg.id for leg in centre.switch.legs.values() if leg.trunk is not None and leg.id != customer]
    centre.switch.answer(leg, centre.now_ms)
    centre.settle()
    assert {customer, leg} in centre.switch.bridges.values()
    return customer, leg


def test_a_customer_whose_outside_party_is_lost_is_first_in_its_queue_again_for_who_sent_it() -> None:
    centre = Centre()
    centre.talk("1001")
    customer, out = transferred_outside(centre)
    centre.act(e.FinishWrapUp(agent="1001"))
    centre.staff("1002")
    centre.hang_up(out, "media_lost")
    assert (centre.agent("1001").state, centre.agent("1002").state) == ("reserved", "ready")
    assert centre.switch.legs[customer].music == "default"


def test_one_of_no_queue_rings_at_who_sent_it() -> None:
    centre = signed_in()
    customer_of_1001(centre)
    customer, out = transferred_outside(centre)
    centre.hang_up(out, "error")
    assert rings(centre, "1001")
    assert centre.switch.legs[customer].music == "default"
    centre.answer("1001")
    assert {customer, centre.agent_leg("1001")} in centre.switch.bridges.values()


def test_an_outside_party_that_hangs_up_ends_it() -> None:
    centre = signed_in()
    customer_of_1001(centre)
    _, out = transferred_outside(centre)
    centre.hang_up(out)
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["transferred"]


# --- a transfer that nobody takes --------------------------------------------------------------------------------------------


def test_a_transfer_that_nobody_takes_rings_back_again_and_again_and_then_goes_on_by_its_flow() -> None:
    centre = signed_in()
    leg = customer_of_1001(centre)
    centre.act(e.SingleStepTransferCall(agent="1001", to=TO_1003))
    centre.act(e.RejectCall(agent="1003"))
    for rang in range(1, 6):
        assert rings(centre, "1001")
        assert (centre.only().phase, centre.switch.legs[leg].music) == ("parked", "default")
        centre.run_for(22_500)
        if rang < 5:
            assert not rings(centre, "1001")
            assert centre.switch.legs[leg].music == "default"
            centre.run_for(60_000)
    assert centre.only().phase == "flow"
    assert rings(centre, "1001"), "the flow of the number begins anew"


def test_meanwhile_a_colleague_may_fetch_it() -> None:
    centre = signed_in()
    leg = customer_of_1001(centre)
    centre.act(e.SingleStepTransferCall(agent="1001", to=TO_1003))
    centre.act(e.RejectCall(agent="1003"))
    centre.act(e.RejectCall(agent="1001"))
    centre.act(e.DirectedPickupCall(agent="1002", interaction=centre.only().interaction))
    centre.answer("1002")
    assert {leg, centre.agent_leg("1002")} in centre.switch.bridges.values()


def test_one_who_is_busy_is_rung_later() -> None:
    centre = signed_in()
    leg = customer_of_1001(centre)
    centre.act(e.SingleStepTransferCall(agent="1001", to=TO_1003))
    calls(centre, TO_1002)
    centre.act(e.RejectCall(agent="1003"))
    (parked,) = [one for one in centre.view.interactions.values() if one.phase == "parked"]
    assert centre.switch.legs[leg].music == "default"
    centre.act(e.ClearCall(agent="1001"))
    centre.run_for(60_000)
    assert (centre.agent("1001").interaction, centre.agent("1001").connection) == (parked.interaction, "alerting")


def test_where_who_sent_it_has_gone_it_goes_on_at_once() -> None:
    centre = signed_in()
    customer_of_1001(centre)
    centre.act(e.SingleStepTransferCall(agent="1001", to=TO_1003))
    centre.act(e.SignOut(agent="1001"))
    centre.act(e.RejectCall(agent="1003"))
    assert (centre.only().phase, centre.only().dialled) == ("flow", "1001")


def test_an_agent_who_was_transferred_in_vain_is_told_in_the_end() -> None:
    centre = signed_in()
    calls(centre, TO_1002)
    centre.answer("1002")
    centre.act(e.SingleStepTransferCall(agent="1002", to=TO_1003))
    centre.act(e.SignOut(agent="1002"))
    centre.act(e.RejectCall(agent="1003"))
    assert told(centre, centre.agent_leg("1001"))
    centre.run_for(20_000)
    assert not centre.view.interactions
