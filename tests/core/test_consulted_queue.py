"""Consulting a queue: its agents ring one after the other, as for a caller with the call's needs; while none is free the agent
waits, and the customer is never without music."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core import events as e
from callbase.core.config import Member, Queue, Requirement, ToAgent, ToQueues
from callbase.core.facts import RoutingExplained, SegmentEnded
from tests.core.centre import STRAIGHT, SUPPORT, Centre, config, tenant
from tests.core.test_after_a_gap import back, gap
from tests.core.test_transfers import customer, hear_one_another, refused, with_customer

TO_SUPPORT = ToQueues(queues=("support",))


def support(**changes: Any) -> dict[str, Queue]:
    """Served by 1002, 1003 and 1011."""
    queues = tenant().queues
    members = (Member(agent="1002"), Member(agent="1003"), Member(agent=SUPPORT))
    return {**queues, "support": msgspec.structs.replace(queues["support"], members=members, **changes)}


@pytest.fixture
def centre() -> Centre:
    """1001 talks with a customer of sales; nobody of support is signed in."""
    centre = Centre(queues=support())
    centre.talk("1001")
    return centre


def consult(centre: Centre) -> None:
    centre.act(e.ConsultationCall(agent="1001", to=TO_SUPPORT))


def heard_by(centre: Centre, agent: str) -> Any:
    return centre.switch.legs[centre.agent_leg(agent)]


def busy_elsewhere(centre: Centre, agent: str) -> None:
    """Signed in, and not ready."""
    centre.staff(agent)
    centre.act(e.SetNotReady(agent=agent))


def test_whom_the_queues_strategy_chooses_rings(centre: Centre) -> None:
    for agent in ("1003", SUPPORT, "1002"):
        centre.staff(agent)
    consult(centre)
    assert [centre.agent(agent).state for agent in ("1003", SUPPORT, "1002")] == ["busy", "ready", "ready"]
    assert centre.facts(RoutingExplained)[-1].chosen == "1003"
    assert (centre.only().consultation, heard_by(centre, "1001").ringback) == ("alerting", True)


def test_only_who_has_the_skills_the_call_requires_rings() -> None:
    agents = {
        a: msgspec.structs.replace(agent, skills={"fr": 50} if a == SUPPORT else {}) for a, agent in tenant().agents.items()
    }
    centre = Centre(agents=agents, queues=support(requires=(Requirement(skill="fr", level=40),)))
    centre.talk("1001")
    for agent in ("1002", "1003", SUPPORT):
        centre.staff(agent)
    consult(centre)
    assert [centre.agent(agent).state for agent in ("1002", "1003", SUPPORT)] == ["ready", "ready", "busy"]


@pytest.mark.parametrize("how", ["declined", "no_answer", "hung_up"])
def test_the_next_rings_where_the_first_does_not_take_it(centre: Centre, how: str) -> None:
    centre.staff("1002", SUPPORT)
    consult(centre)
    if how == "declined":
        centre.act(e.RejectCall(agent="1002"))
    elif how == "hung_up":
        centre.hang_up(centre.agent_leg("1002"), "rejected")
    else:
        centre.run_for(21_000)
    assert (centre.agent("1002").state, centre.agent("1002").reason) == (
        "not_ready",
        "no_answer" if how == "no_answer" else "rejected",
    )
    centre.answer(SUPPORT)
    assert hear_one_another(centre, "1001", SUPPORT)
    assert not heard_by(centre, "1001").ringback
    assert customer(centre).music == "default"


def test_while_nobody_is_free_the_agent_waits_with_music_and_the_first_who_is_rings(centre: Centre) -> None:
    busy_elsewhere(centre, SUPPORT)
    consult(centre)
    assert (centre.only().phase, centre.only().consultation) == ("hold", "waiting")
    assert (heard_by(centre, "1001").music, customer(centre).music) == ("default", "default")
    assert centre.queue("support").waiting == 0
    centre.act(e.SetReady(agent=SUPPORT))
    assert (heard_by(centre, "1001").music, heard_by(centre, "1001").ringback) == (None, True)
    centre.answer(SUPPORT)
    assert hear_one_another(centre, "1001", SUPPORT)


def test_it_waits_for_two_minutes_and_then_the_agent_has_the_customer_back(centre: Centre) -> None:
    busy_elsewhere(centre, SUPPORT)
    consult(centre)
    centre.run_for(119_000)
    assert centre.only().consultation == "waiting"
    centre.run_for(2_000)
    assert with_customer(centre, "1001")
    assert heard_by(centre, "1001").music is None
    assert [fact.result for fact in centre.facts(SegmentEnded, kind="consult")] == ["no_answer"]


def test_the_agent_may_give_up(centre: Centre) -> None:
    busy_elsewhere(centre, SUPPORT)
    consult(centre)
    centre.act(e.ReconnectCall(agent="1001"))
    assert with_customer(centre, "1001")
    centre.act(e.SetReady(agent=SUPPORT))
    assert centre.agent(SUPPORT).state == "ready"


def test_it_has_the_turn_the_call_itself_would_have(centre: Centre) -> None:
    """Before who called later than the customer, after who called earlier."""
    centre = Centre(queues=support())
    busy_elsewhere(centre, SUPPORT)
    first = centre.call("4008001234", "13900139001")
    centre.run_for(5_000)
    centre.press(first, "2")
    centre.run_for(1_000)
    centre.staff("1001")
    centre.call(STRAIGHT, "13900139000")
    centre.answer("1001")
    consult(centre)
    centre.act(e.SetReady(agent=SUPPORT))
    assert centre.agent(SUPPORT).state == "reserved"
    assert centre.agent(SUPPORT).interaction == centre.interaction(first).interaction


def test_where_nobody_else_is_signed_in_it_is_refused(centre: Centre) -> None:
    assert refused(centre, e.ConsultationCall(agent="1001", to=TO_SUPPORT)) == "nobody_ready"
    assert refused(centre, e.ConsultationCall(agent="1001", to=ToQueues(queues=("sales",)))) == "nobody_ready"


@pytest.mark.parametrize("how", ["asked", "hung_up"])
def test_transferring_while_it_waits_puts_the_customer_into_that_line(centre: Centre, how: str) -> None:
    busy_elsewhere(centre, SUPPORT)
    consult(centre)
    if how == "asked":
        centre.act(e.TransferCall(agent="1001"))
    else:
        centre.hang_up(centre.agent_leg("1001"))
    assert centre.agent("1001").state == "working_after_call"
    assert (centre.only().phase, centre.only().queue) == ("queue", "support")
    centre.act(e.SetReady(agent=SUPPORT))
    centre.answer(SUPPORT)
    assert with_customer(centre, SUPPORT)


def test_transferring_while_it_rings_lets_the_queues_others_take_it(centre: Centre) -> None:
    centre.staff("1002", SUPPORT)
    consult(centre)
    centre.act(e.TransferCall(agent="1001"))
    centre.act(e.RejectCall(agent="1002"))
    assert (centre.only().phase, centre.only().queue) == ("offer", "support")


def test_somebody_of_a_queue_is_asked_to_join_while_the_talk_goes_on(centre: Centre) -> None:
    busy_elsewhere(centre, SUPPORT)
    centre.act(e.SingleStepConferenceCall(agent="1001", to=TO_SUPPORT))
    assert (centre.only().phase, centre.only().consultation) == ("talk", "joining")
    assert with_customer(centre, "1001")
    assert refused(centre, e.TransferCall(agent="1001")) == "wrong_state"
    centre.act(e.SetReady(agent=SUPPORT))
    centre.answer(SUPPORT)
    assert with_customer(centre, "1001", SUPPORT)
    assert centre.only().phase == "conference"


def test_the_customer_hangs_up_while_it_waits(centre: Centre) -> None:
    busy_elsewhere(centre, SUPPORT)
    consult(centre)
    centre.hang_up(customer(centre).id)
    assert centre.agent("1001").state == "working_after_call"
    centre.act(e.SetReady(agent=SUPPORT))
    assert centre.agent(SUPPORT).state == "ready"


def test_the_queue_is_deleted_while_it_waits(centre: Centre) -> None:
    busy_elsewhere(centre, SUPPORT)
    consult(centre)
    centre.give(e.ConfigPublished(config=config(2, queues={"sales": tenant().queues["sales"]})))
    centre.settle()
    assert with_customer(centre, "1001")


def test_a_colleague_named_rings_once_and_stays_as_it_was(centre: Centre) -> None:
    busy_elsewhere(centre, "1002")
    centre.act(e.ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    assert heard_by(centre, "1001").ringback
    centre.act(e.RejectCall(agent="1002"))
    assert (centre.agent("1002").state, centre.agent("1002").reason) == ("not_ready", None)
    assert not heard_by(centre, "1001").ringback


def test_who_became_ready_while_the_switch_was_away_rings_as_soon_as_it_is_back(centre: Centre) -> None:
    busy_elsewhere(centre, SUPPORT)
    consult(centre)
    gap(centre)
    centre.act(e.SetReady(agent=SUPPORT))
    assert centre.only().consultation == "waiting"
    back(centre)
    assert (centre.only().consultation, centre.agent(SUPPORT).connection) == ("alerting", "alerting")


def test_who_rang_in_vain_while_the_switch_was_away_is_heard_to_ring_no_longer(centre: Centre) -> None:
    centre.staff("1002")
    consult(centre)
    assert heard_by(centre, "1001").ringback
    gap(centre, 30_000)
    assert centre.only().consultation == "waiting"
    back(centre)
    assert (heard_by(centre, "1001").ringback, heard_by(centre, "1001").music) == (False, "default")
