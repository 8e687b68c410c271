"""A reloaded page or lost telephone of an agent who consults, is consulted, or confers: the others talk on or hear music, and it
is called again by itself; after the grace the call goes on without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callbase.core import events as e
from callbase.core.commands import Originate
from callbase.core.config import ToAgent
from callbase.core.engine import Engine
from tests.core.centre import Centre
from tests.core.invariants import check
from tests.core.test_transfers import customer, hear_one_another, refused, with_customer

TO_1002, TO_1003 = ToAgent(agent="1002"), ToAgent(agent="1003")
GRACE_MS = 2_000 + 30_000


@pytest.fixture
def centre() -> Centre:
    return talks()


def talks() -> Centre:
    """1001 talks with a customer; 1002 and 1003 are not ready; the telephone of all is the browser."""
    centre = Centre()
    for agent in ("1002", "1003", "1001"):
        centre.staff(agent, device="{}-web")
        centre.act(e.ConsoleBack(agent=agent))
        if agent != "1001":
            centre.act(e.SetNotReady(agent=agent))
    centre.talk("1001")
    return centre


def consults(centre: Centre) -> None:
    centre.act(e.ConsultationCall(agent="1001", to=TO_1002))
    centre.answer("1002")


def has_consulted_on_hold(centre: Centre) -> None:
    consults(centre)
    centre.act(e.AlternateCall(agent="1001"))


def confers(centre: Centre) -> None:
    centre.act(e.SingleStepConferenceCall(agent="1001", to=TO_1002))
    centre.answer("1002")


def consults_beside_a_conference(centre: Centre) -> None:
    confers(centre)
    centre.act(e.ConsultationCall(agent="1001", to=TO_1003))
    centre.answer("1003")


def page_gone(centre: Centre, agent: str) -> None:
    """No goodbye comes from the telephone; the platform notices by the page."""
    centre.act(e.ConsoleLost(agent=agent))
    centre.switch.unregister(f"{agent}-web", centre.now_ms)
    centre.run_for(2_000)


def page_back(centre: Centre, agent: str) -> None:
    centre.act(e.ConsoleBack(agent=agent))
    centre.switch.register(f"{agent}-web", centre.now_ms, "sip:two")
    centre.run_for(100)


def called(centre: Centre, agent: str) -> int:
    return len(centre.did(Originate, device=f"{agent}-web"))


@pytest.mark.parametrize(("agent", "other"), [("1001", "1002"), ("1002", "1001")])
def test_in_a_conference_the_others_talk_on_and_it_is_back_by_itself(centre: Centre, agent: str, other: str) -> None:
    confers(centre)
    page_gone(centre, agent)
    assert with_customer(centre, other)
    assert (centre.only().phase, centre.agent(agent).connection) == ("conference", "reconnecting")
    assert customer(centre).music is None
    page_back(centre, agent)
    assert called(centre, agent) == 2
    assert with_customer(centre, "1001", "1002")
    assert centre.only().agent == "1001", "who led leads on"


@pytest.mark.parametrize(("agent", "other"), [("1001", "1002"), ("1002", "1001")])
def test_who_does_not_come_back_is_out_and_the_others_talk_on(centre: Centre, agent: str, other: str) -> None:
    confers(centre)
    page_gone(centre, agent)
    centre.run_for(GRACE_MS - 2_001)
    assert centre.only().phase == "conference"
    centre.run_for(1)
    assert (centre.only().phase, with_customer(centre, other)) == ("talk", True)
    assert (centre.agent(agent).state, centre.agent(agent).connection) == ("working_after_call", None)


def test_a_customer_whom_all_were_lost_to_hears_music_until_one_is_back(centre: Centre) -> None:
    confers(centre)
    page_gone(centre, "1001")
    page_gone(centre, "1002")
    assert (customer(centre).music, customer(centre).bridge) == ("default", None)
    page_back(centre, "1002")
    assert with_customer(centre, "1002")
    assert customer(centre).music is None


def test_when_only_who_is_lost_is_left_the_customer_hears_music_and_has_it_back(centre: Centre) -> None:
    confers(centre)
    page_gone(centre, "1001")
    centre.act(e.ClearConnection(agent="1002"))
    assert (centre.only().phase, customer(centre).music) == ("reconnecting", "default")
    page_back(centre, "1001")
    assert (centre.only().phase, with_customer(centre, "1001")) == ("talk", True)


def test_and_goes_to_the_head_of_the_queue_after_the_grace(centre: Centre) -> None:
    confers(centre)
    page_gone(centre, "1001")
    centre.act(e.ClearConnection(agent="1002"))
    centre.run_for(GRACE_MS)
    assert (centre.only().phase, centre.only().position) == ("queue", 1)
    assert centre.agent("1001").state == "not_ready"


def test_who_was_asked_to_join_comes_to_the_customer_whose_agent_is_lost(centre: Centre) -> None:
    centre.act(e.SingleStepConferenceCall(agent="1001", to=TO_1002))
    page_gone(centre, "1001")
    assert centre.only().phase == "reconnecting"
    centre.answer("1002")
    assert with_customer(centre, "1002")
    page_back(centre, "1001")
    assert with_customer(centre, "1001", "1002")


def test_who_asks_hears_music_while_the_consulted_one_is_lost_and_both_talk_on(centre: Centre) -> None:
    consults(centre)
    page_gone(centre, "1002")
    asks = centre.switch.legs[centre.agent_leg("1001")]
    assert (asks.music, asks.bridge) == ("default", None)
    assert (centre.agent("1002").connection, centre.only().parties[-1].connection) == ("reconnecting", "reconnecting")
    page_back(centre, "1002")
    assert hear_one_another(centre, "1001", "1002")
    assert (asks.music, customer(centre).music) == (None, "default")


def test_a_consulted_one_who_does_not_come_back_is_let_go_of_and_the_talk_goes_on(centre: Centre) -> None:
    consults(centre)
    page_gone(centre, "1002")
    centre.run_for(GRACE_MS)
    assert (centre.only().phase, centre.only().consultation, with_customer(centre, "1001")) == ("talk", None, True)
    assert centre.switch.legs[centre.agent_leg("1001")].music is None
    assert centre.agent("1002").state == "not_ready"


def test_nobody_is_given_to_one_who_is_lost(centre: Centre) -> None:
    consults(centre)
    page_gone(centre, "1002")
    for action in (e.TransferCall(agent="1001"), e.ConferenceCall(agent="1001"), e.GenerateDigits(agent="1001", digits="1")):
        assert refused(centre, action) == "wrong_state"
    centre.act(e.AlternateCall(agent="1001"))
    assert with_customer(centre, "1001")
    page_back(centre, "1002")
    assert centre.switch.legs[centre.agent_leg("1002")].music == "default"
    centre.act(e.TransferCall(agent="1001"))
    assert with_customer(centre, "1002")


def test_who_puts_the_telephone_down_on_a_lost_one_leaves_the_customer_to_the_queue(centre: Centre) -> None:
    consults(centre)
    page_gone(centre, "1002")
    centre.hang_up(centre.agent_leg("1001"))
    assert (centre.only().phase, centre.only().position) == ("queue", 1)


def test_the_agent_who_asked_is_back_with_whom_it_consulted(centre: Centre) -> None:
    consults(centre)
    page_gone(centre, "1001")
    assert (centre.only().phase, customer(centre).music) == ("reconnecting", "default")
    assert centre.switch.legs[centre.agent_leg("1002")].music == "default"
    assert centre.agent("1002").connection == "hold"
    for action in (e.TransferCall(agent="1001"), e.ReconnectCall(agent="1001"), e.ConsultationCall(agent="1001", to=TO_1003)):
        assert refused(centre, action) == "wrong_state"
    page_back(centre, "1001")
    assert hear_one_another(centre, "1001", "1002")
    assert (centre.only().phase, customer(centre).music) == ("hold", "default")
    assert centre.switch.legs[centre.agent_leg("1002")].music is None
    centre.act(e.ReconnectCall(agent="1001"))
    assert with_customer(centre, "1001")


def test_or_with_the_customer_it_had_alternated_to(centre: Centre) -> None:
    has_consulted_on_hold(centre)
    page_gone(centre, "1001")
    page_back(centre, "1001")
    assert with_customer(centre, "1001")
    assert centre.switch.legs[centre.agent_leg("1002")].music == "default"
    centre.act(e.AlternateCall(agent="1001"))
    assert hear_one_another(centre, "1001", "1002")


def test_who_answers_meanwhile_waits_for_the_agent_who_asked(centre: Centre) -> None:
    centre.act(e.ConsultationCall(agent="1001", to=TO_1002))
    page_gone(centre, "1001")
    centre.answer("1002")
    assert centre.switch.legs[centre.agent_leg("1002")].music == "default"
    page_back(centre, "1001")
    assert hear_one_another(centre, "1001", "1002")


def test_when_the_agent_who_asked_does_not_come_back_the_customer_is_first_in_line(centre: Centre) -> None:
    consults(centre)
    page_gone(centre, "1001")
    centre.run_for(GRACE_MS)
    assert (centre.only().phase, centre.only().position, centre.only().consultation) == ("queue", 1, None)
    assert (centre.agent("1001").state, centre.agent("1002").state) == ("not_ready", "not_ready")


STATES = [consults, has_consulted_on_hold, confers, consults_beside_a_conference]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
@pytest.mark.parametrize("then", ["back", "customer", "other", "given_up", "restart"])
def test_whoever_is_lost_and_whatever_follows_it_ends_well(state: Callable[[Centre], None], then: str) -> None:
    for pair in (("1001",), ("1002",), ("1001", "1002"), ("1002", "1001")):
        story = talks()
        state(story)
        for agent in pair:
            page_gone(story, agent)
            check(story.engine)
        if then == "restart":
            story.engine = Engine.restore(story.engine.snapshot())
        elif then == "customer":
            story.hang_up(customer(story).id)
        elif then == "other":
            story.act(e.SignOut(agent="1001" if pair[0] == "1002" else "1002", now=True))
        elif then == "given_up":
            story.run_for(2 * GRACE_MS)
        check(story.engine)
        for agent in pair:
            page_back(story, agent)
            check(story.engine)
        for leg in sorted(story.switch.legs):
            story.hang_up(leg)
        story.run_for(200_000)
        assert not story.switch.legs
        assert not story.view.interactions
