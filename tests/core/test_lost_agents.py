"""A closed laptop, a reloaded tab, a lost network: the caller is held, reconnected or first in line again; never dropped."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.core.commands import Originate
from callbase.core.events import ConsoleBack, ConsoleLost, SetNotReady, SetReady, SignIn, SignOut
from callbase.core.facts import InteractionEnded, SegmentEnded
from tests.core.centre import Centre


def talking_on_browser() -> tuple[Centre, str, str]:
    centre = Centre()
    centre.staff("1001", device="{}-web")
    centre.act(ConsoleBack(agent="1001"))
    customer, agent = centre.talk()
    return centre, customer, agent


def test_a_tab_reloaded_at_once_changes_nothing() -> None:
    centre, customer, agent = talking_on_browser()
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(1900)
    centre.act(ConsoleBack(agent="1001"))
    centre.run_for(10_000)
    assert centre.only().phase == "talk"
    assert centre.switch.legs[customer].bridge == centre.switch.legs[agent].bridge


def test_after_two_seconds_the_caller_hears_music() -> None:
    centre, customer, _ = talking_on_browser()
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(2000)
    assert centre.only().phase == "reconnecting"
    assert centre.agent("1001").connection == "reconnecting"
    assert centre.switch.legs[customer].music is not None
    assert centre.switch.legs[customer].bridge is None


def test_a_new_tab_gets_its_call_back_by_itself() -> None:
    centre, customer, old = talking_on_browser()
    centre.act(ConsoleLost(agent="1001"))
    centre.switch.unregister("1001-web", centre.now_ms)
    centre.run_for(5000)
    centre.act(ConsoleBack(agent="1001"))
    assert len(centre.did(Originate)) == 1, "its telephone is not there yet"
    centre.switch.register("1001-web", centre.now_ms, "sip:two")
    centre.run_for(100)
    again = centre.did(Originate)[-1]
    assert again.auto_answer
    assert again.device == "1001-web"
    assert old not in centre.switch.legs
    assert centre.only().phase == "talk"
    assert centre.switch.legs[customer].bridge == centre.switch.legs[again.leg].bridge
    assert centre.switch.legs[customer].music is None


def test_a_quickly_reloaded_tab_is_another_telephone_and_called_anew() -> None:
    centre, _customer, old = talking_on_browser()
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(500)
    centre.act(ConsoleBack(agent="1001"))
    centre.switch.register("1001-web", centre.now_ms, "sip:two")
    centre.run_for(100)
    assert old not in centre.switch.legs
    assert centre.only().phase == "talk"
    assert len(centre.did(Originate)) == 2


def test_the_same_telephone_registering_again_changes_nothing() -> None:
    centre, _, agent = talking_on_browser()
    centre.switch.register("1001-web", centre.now_ms)
    centre.run_for(100)
    assert len(centre.did(Originate)) == 1
    assert agent in centre.switch.legs


def test_the_same_browser_coming_back_late_gets_its_old_leg() -> None:
    centre, customer, agent = talking_on_browser()
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(4000)
    centre.act(ConsoleBack(agent="1001"))
    assert centre.only().phase == "talk"
    assert centre.switch.legs[customer].bridge == centre.switch.legs[agent].bridge
    assert len(centre.did(Originate)) == 1


@pytest.mark.parametrize("cause", ["media_lost", "unreachable", "error", "congestion"])
def test_a_telephone_that_vanishes_is_called_again(cause: Any) -> None:
    centre = Centre()
    customer, agent = centre.talk()
    centre.hang_up(agent, cause)
    assert centre.only().phase == "reconnecting"
    assert customer in centre.switch.legs
    centre.run_for(100)
    assert centre.only().phase == "talk"
    assert not centre.facts(InteractionEnded)


def test_after_the_grace_the_caller_is_first_in_line_again() -> None:
    centre, customer, _ = talking_on_browser()
    other = centre.call(caller="2")
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(2000 + 30_000)
    assert centre.interaction(customer).phase == "queue"
    assert centre.interaction(customer).position == 1
    assert centre.interaction(other).position == 2
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "console_lost")
    centre.staff("1002")
    assert centre.agent("1002").interaction == centre.interaction(customer).interaction
    assert (centre.queue().offered_today, centre.queue().answered_today) == (2, 1)
    centre.answer("1002")
    assert centre.queue().answered_today == 1, "the same call is not answered twice"


def test_the_recording_goes_on_through_a_change_of_agents() -> None:
    centre, customer, _ = talking_on_browser()
    recording = centre.only().recording
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(32_000)
    centre.staff("1002")
    centre.answer("1002")
    assert centre.only().recording == recording
    assert list(centre.switch.legs[customer].recordings or {}) == [recording]


def test_waiting_for_the_agent_counts_as_hold() -> None:
    centre, customer, _ = talking_on_browser()
    centre.run_for(1000)
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(2000 + 30_000)
    centre.run_for(5000)
    centre.hang_up(customer)
    (ended,) = centre.facts(InteractionEnded)
    assert (ended.talk_ms, ended.hold_ms, ended.queue_ms) == (3000, 30_000, 5000)
    assert ended.reason == "abandoned"
    assert [s.kind for s in centre.facts(SegmentEnded) if s.kind != "offer"] == ["flow", "queue", "talk", "hold", "queue"]


def test_the_agent_may_take_the_call_at_the_desk_phone_instead() -> None:
    centre, customer, _ = talking_on_browser()
    centre.switch.register("1001", centre.now_ms)
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(3000)
    centre.act(SignIn(agent="1001", device="1001"))
    centre.run_for(100)
    assert centre.only().phase == "talk"
    assert {leg.device for leg in centre.switch.legs.values()} == {None, "1001"}
    assert centre.switch.legs[customer].bridge is not None


def test_a_desk_phone_talks_on_without_its_browser() -> None:
    centre = Centre()
    centre.talk()
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(60_000)
    assert centre.only().phase == "talk"
    assert centre.agent("1001").console_online is False


def test_a_ready_agent_whose_browser_is_gone_is_not_ready_until_it_returns() -> None:
    centre = Centre()
    centre.staff("1001", device="{}-web")
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(4999)
    assert centre.agent("1001").state == "ready"
    centre.run_for(1)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "console_lost")
    centre.act(ConsoleBack(agent="1001"))
    assert centre.agent("1001").state == "ready"
    assert centre.agent("1001").console_online


def test_a_ready_agent_whose_telephone_unregisters_is_not_ready_until_it_returns() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.switch.unregister("1001", centre.now_ms)
    centre.settle()
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "device_lost")
    assert not centre.agent("1001").device_online
    refused = centre.ask(SetReady(agent="1001"))
    assert refused is not None
    assert refused.code == "device_offline"
    centre.switch.register("1001", centre.now_ms)
    centre.settle()
    assert centre.agent("1001").state == "ready"


def test_who_chose_a_break_meanwhile_stays_on_it() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.switch.unregister("1001", centre.now_ms)
    centre.settle()
    centre.act(SetNotReady(agent="1001", reason="lunch"))
    centre.switch.register("1001", centre.now_ms)
    centre.settle()
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "lunch")


def test_a_browser_lost_while_it_rings_passes_the_call_on() -> None:
    centre = Centre()
    centre.staff("1001", "1002", device="{}-web")
    centre.call()
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(2000)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "unreachable")
    assert centre.agent("1002").state == "reserved"
    centre.act(ConsoleBack(agent="1001"))
    assert centre.agent("1001").state == "ready"


def test_goodbye_from_a_tab_that_closes_is_no_hanging_up() -> None:
    centre, _, agent = talking_on_browser()
    centre.act(ConsoleLost(agent="1001"))
    centre.hang_up(agent)
    assert centre.only().phase == "reconnecting"


def test_who_asked_to_sign_out_is_signed_out_when_given_up() -> None:
    centre, _, _ = talking_on_browser()
    centre.act(SignOut(agent="1001"))
    assert centre.agent("1001").next_state == "logged_off"
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(32_000)
    assert centre.agent("1001").state == "logged_off"
