"""What a switch noted while no engine listened happened then, and not when the next engine came."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest

from callbase.core import events as e
from callbase.core.commands import StartRecording
from callbase.core.config import ToAgent
from callbase.core.engine import Engine
from callbase.core.facts import (
    AgentStateChanged,
    Discrepancy,
    InteractionEnded,
    RecordingBegan,
    RecordingFinished,
    SegmentEnded,
    SegmentStarted,
)
from callbase.switch.simulated import Telephone
from tests.core.centre import Centre
from tests.core.test_after_a_gap import wrap_up_ms
from tests.core.test_transfers import with_customer

HALF_AN_HOUR_MS = 1_800_000


@contextmanager
def nobody_listens(centre: Centre, comes_back_after_ms: int = HALF_AN_HOUR_MS) -> Iterator[None]:
    """The engine dies; another one comes some time after the last of what happens within."""
    centre.switch.leave(centre.now_ms)
    snapshot = centre.engine.snapshot()
    yield
    passes(centre, comes_back_after_ms)
    centre.engine = Engine.restore(snapshot)
    centre.give(e.EngineStarted(epoch=99))
    centre.switch.connect(centre.now_ms)
    centre.settle()


def passes(centre: Centre, ms: int) -> int:
    """Returns the moment after."""
    centre.now_ms += ms
    centre.switch.events(centre.now_ms)
    return centre.now_ms


def hangs_up(centre: Centre, leg: str, cause: e.Cause = "normal", *, after_ms: int = 10_000) -> int:
    """Returns when."""
    at_ms = passes(centre, after_ms)
    centre.switch.hang_up(leg, at_ms, cause)
    return at_ms


def picks_up(centre: Centre, leg: str, *, after_ms: int = 1000) -> int:
    """Returns when."""
    at_ms = passes(centre, after_ms)
    centre.switch.answer(leg, at_ms)
    return at_ms


def ringing(centre: Centre) -> tuple[str, str]:
    """A customer, and an agent's telephone that rings for it: their legs."""
    centre.staff("1001")
    return centre.call(), centre.agent_leg("1001")


def the(facts: list[Any]) -> Any:
    (fact,) = facts
    return fact


def mended(centre: Centre) -> list[tuple[str, str]]:
    return [(fact.what, fact.mended_by) for fact in centre.facts(Discrepancy)]


def test_a_customer_who_hung_up_did_so_then_and_the_agent_worked_from_then_on() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    began_ms = centre.now_ms
    with nobody_listens(centre):
        ended_ms = hangs_up(centre, customer)
    ended = the(centre.facts(InteractionEnded))
    assert (ended.at_ms, ended.reason, ended.cause) == (ended_ms, "customer_hung_up", "normal")
    assert ended.talk_ms == ended_ms - began_ms
    assert agent not in centre.switch.legs
    recorded = the(centre.facts(RecordingFinished))
    assert (recorded.at_ms, recorded.failed) == (ended_ms, "")
    wrap_up = the(centre.facts(SegmentEnded, kind="wrap_up"))
    assert (wrap_up.started_ms, wrap_up.at_ms) == (ended_ms, ended_ms + wrap_up_ms(centre))
    moved = centre.facts(AgentStateChanged, agent="1001")[-2:]
    assert [(fact.state, fact.at_ms) for fact in moved] == [("working_after_call", ended_ms), ("ready", wrap_up.at_ms)]
    assert mended(centre)[0] == ("leg_gone", "ended at its moment")
    assert centre.facts(Discrepancy)[0].at_ms == centre.now_ms, "when it was found"


def test_work_after_the_call_that_is_not_over_yet_goes_on_for_what_is_left() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    with nobody_listens(centre, comes_back_after_ms=2000):
        ended_ms = hangs_up(centre, customer)
    assert centre.agent("1001").state == "working_after_call"
    centre.run_for(wrap_up_ms(centre))
    assert centre.facts(AgentStateChanged, agent="1001", state="ready")[-1].at_ms == ended_ms + wrap_up_ms(centre)


def test_an_agent_who_hung_up_ended_the_call_then() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    with nobody_listens(centre):
        ended_ms = hangs_up(centre, agent)
    ended = the(centre.facts(InteractionEnded))
    assert (ended.at_ms, ended.reason, ended.cause) == (ended_ms, "agent_hung_up", "normal")
    assert customer not in centre.switch.legs


@pytest.mark.parametrize("first", ["customer", "agent"])
def test_of_two_who_hung_up_the_first_ended_it(first: str) -> None:
    centre = Centre()
    customer, agent = centre.talk()
    one, other = (customer, agent) if first == "customer" else (agent, customer)
    with nobody_listens(centre):
        ended_ms = hangs_up(centre, one)
        hangs_up(centre, other)
    ended = the(centre.facts(InteractionEnded))
    assert (ended.at_ms, ended.reason) == (ended_ms, f"{first}_hung_up")
    assert not centre.switch.legs
    assert not centre.engine._core.state.legs


def test_an_agent_whose_audio_was_lost_was_lost_then_and_is_called_again() -> None:
    centre = Centre()
    _, agent = centre.talk()
    with nobody_listens(centre):
        lost_ms = hangs_up(centre, agent, "media_lost")
    centre.run_for(100)
    assert the(centre.facts(SegmentEnded, kind="talk")).at_ms == lost_ms
    assert with_customer(centre, "1001")


def test_a_caller_who_gave_up_in_the_queue_did_so_then() -> None:
    centre = Centre()
    caller = centre.call()
    entered_ms = centre.now_ms
    with nobody_listens(centre):
        ended_ms = hangs_up(centre, caller)
    ended = the(centre.facts(InteractionEnded))
    assert (ended.at_ms, ended.reason, ended.queue_ms) == (ended_ms, "abandoned", ended_ms - entered_ms)


def test_a_call_on_hold_was_so_until_its_customer_hung_up() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.act(e.HoldCall(agent="1001"))
    held_ms = centre.now_ms
    with nobody_listens(centre):
        ended_ms = hangs_up(centre, customer)
    held = the(centre.facts(SegmentEnded, kind="hold"))
    assert (held.started_ms, held.at_ms) == (held_ms, ended_ms)
    assert the(centre.facts(InteractionEnded)).hold_ms == ended_ms - held_ms


def test_an_agent_who_picked_up_and_stayed_talks_from_then_on() -> None:
    centre = Centre()
    customer, agent = ringing(centre)
    with nobody_listens(centre, comes_back_after_ms=2000):
        answered_ms = picks_up(centre, agent)
    assert centre.only().phase == "talk"
    assert centre.switch.legs[customer].bridge == centre.switch.legs[agent].bridge != None  # noqa: E711
    assert the(centre.facts(SegmentStarted, kind="talk")).at_ms == answered_ms
    assert centre.facts(AgentStateChanged, agent="1001", state="busy")[-1].at_ms == answered_ms
    assert ("leg_answered", "answered at its moment") in mended(centre)


def test_an_agent_who_picked_up_and_heard_nobody_is_in_the_facts_and_called_again_for_who_still_waits() -> None:
    centre = Centre()
    customer, agent = ringing(centre)
    with nobody_listens(centre):
        answered_ms = picks_up(centre, agent)
        left_ms = hangs_up(centre, agent, after_ms=1500)
    talked = the(centre.facts(SegmentEnded, kind="talk"))
    assert (talked.agent, talked.started_ms, talked.at_ms) == ("1001", answered_ms, left_ms)
    assert customer in centre.switch.legs
    assert not centre.facts(InteractionEnded)
    again = centre.agent_leg("1001")
    assert again != agent
    centre.switch.answer(again, centre.now_ms)
    centre.settle()
    assert centre.switch.legs[customer].bridge == centre.switch.legs[again].bridge == centre.only().interaction
    centre.hang_up(customer)
    assert the(centre.facts(InteractionEnded)).reason == "customer_hung_up"


def test_an_agent_who_picked_up_and_whose_caller_then_hung_up_was_in_the_call_until_then() -> None:
    centre = Centre()
    customer, agent = ringing(centre)
    with nobody_listens(centre):
        answered_ms = picks_up(centre, agent)
        ended_ms = hangs_up(centre, customer, after_ms=4000)
        hangs_up(centre, agent, after_ms=1000)
    ended = the(centre.facts(InteractionEnded))
    assert (ended.at_ms, ended.reason, ended.answered_ms, ended.talk_ms) == (ended_ms, "customer_hung_up", answered_ms, 4000)
    assert not centre.facts(RecordingBegan), "there is nothing that could have been recorded"
    assert not centre.did(StartRecording)
    centre.run_for(60_000)
    assert centre.agent("1001").state == "ready"
    assert not centre.engine._core.state.recordings


def test_whose_telephone_declined_was_asked_and_said_no_then() -> None:
    centre = Centre()
    caller, agent = ringing(centre)
    centre.staff("1002")
    with nobody_listens(centre):
        declined_ms = hangs_up(centre, agent, "rejected")
    rang = the(centre.facts(SegmentEnded, kind="offer"))
    assert (rang.at_ms, rang.result) == (declined_ms, "rejected")
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "rejected")
    assert centre.agent("1002").state == "reserved", "the caller is offered to the next"
    assert caller in centre.switch.legs


def consulting(centre: Centre) -> tuple[str, str, str]:
    """The customer's leg, that of 1001, who consults 1002, and of 1002."""
    centre.staff("1002")
    centre.act(e.SetNotReady(agent="1002"))
    customer, agent = centre.talk("1001")
    centre.act(e.ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
    return customer, agent, centre.answer("1002")


def test_a_consultation_was_over_when_the_colleague_hung_up() -> None:
    centre = Centre()
    _, _, colleague = consulting(centre)
    with nobody_listens(centre, comes_back_after_ms=2000):
        left_ms = hangs_up(centre, colleague)
    assert the(centre.facts(SegmentEnded, kind="consult")).at_ms == left_ms
    assert with_customer(centre, "1001")
    assert centre.agent("1002").state == "not_ready"


def test_who_put_the_telephone_down_on_a_consultation_transferred_then() -> None:
    centre = Centre()
    customer, agent, colleague = consulting(centre)
    with nobody_listens(centre, comes_back_after_ms=2000):
        left_ms = hangs_up(centre, agent)
    talks = centre.facts(SegmentStarted, kind="talk")
    assert (talks[-1].agent, talks[-1].at_ms) == ("1002", left_ms)
    assert centre.switch.legs[customer].bridge == centre.switch.legs[colleague].bridge == centre.only().interaction


def test_a_conference_went_on_without_who_left_it_and_ended_with_the_customer() -> None:
    centre = Centre()
    centre.staff("1002")
    centre.act(e.SetNotReady(agent="1002"))
    customer, agent = centre.talk("1001")
    centre.act(e.SingleStepConferenceCall(agent="1001", to=ToAgent(agent="1002")))
    centre.answer("1002")
    with nobody_listens(centre):
        left_ms = hangs_up(centre, agent)
        ended_ms = hangs_up(centre, customer)
    ended = the(centre.facts(InteractionEnded))
    assert (ended.at_ms, ended.reason, ended.agent) == (ended_ms, "customer_hung_up", "1002")
    assert centre.facts(AgentStateChanged, agent="1001", state="working_after_call")[-1].at_ms == left_ms
    assert not centre.switch.legs


def test_what_only_a_cut_link_hid_is_told_likewise() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.switch.disconnect(centre.now_ms)
    centre.run_for(5000)
    centre.switch.hang_up(customer, centre.now_ms)
    ended_ms = centre.now_ms
    centre.run_for(20_000)
    centre.switch.connect(centre.now_ms)
    centre.settle()
    ended = the(centre.facts(InteractionEnded))
    assert (ended.at_ms, ended.reason) == (ended_ms, "customer_hung_up")


def connected(centre: Centre, leg: str, **more: Any) -> None:
    """A switch on which that leg is gone; it is back half a minute later."""
    centre.switch.leave(centre.now_ms)
    centre.give(e.SwitchLost(node="a"))
    centre.now_ms += 30_000
    live = tuple(e.LiveLeg(leg=each.id, up=each.up, bridge=each.bridge) for each in centre.switch.legs.values() if each.id != leg)
    devices = tuple(centre.switch.devices)
    centre.give(e.SwitchConnected(node="a", legs=live, devices=devices, bridges=tuple(centre.switch.bridges), **more))


def test_a_leg_that_is_gone_and_not_noted_ended_as_the_listening_did() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.run_for(60_000)
    connected(centre, customer, unheard_ms=29_000)
    ended = the(centre.facts(InteractionEnded))
    assert (ended.at_ms, ended.cause) == (centre.now_ms - 29_000, "switch_lost")


@pytest.mark.parametrize(("ago_ms", "ended_ago_ms"), [(86_400_000, 45_000), (29_000, 29_000), (-5000, 0)])
def test_nothing_ends_long_before_the_link_was_lost_nor_in_the_future_whatever_the_switchs_clock_says(
    ago_ms: int, ended_ago_ms: int
) -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.run_for(60_000)
    note = e.Meanwhile(leg=customer, ended_ago_ms=ago_ms)
    connected(centre, customer, unheard_ms=30_000, meanwhile=(note,))
    assert the(centre.facts(InteractionEnded)).at_ms == centre.now_ms - ended_ago_ms


def test_nothing_ends_before_it_began() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    began_ms = centre.now_ms
    connected(centre, customer, unheard_ms=30_000, meanwhile=(e.Meanwhile(leg=customer, ended_ago_ms=40_000),))
    ended = the(centre.facts(InteractionEnded))
    assert (ended.at_ms, ended.talk_ms) == (began_ms, 0)


def test_notes_of_legs_that_ended_before_and_notes_told_twice_change_nothing() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.hang_up(customer)
    centre.run_for(60_000)
    facts = len(centre.output.facts)
    note = e.Meanwhile(leg=customer, answered_ago_ms=70_000, ended_ago_ms=60_000)
    connected(centre, customer, unheard_ms=30_000, meanwhile=(note, e.Meanwhile(leg="never-seen", ended_ago_ms=1)))
    assert len(centre.output.facts) == facts


def test_a_replay_comes_to_the_same() -> None:
    centre = Centre()
    customer, agent = ringing(centre)
    with nobody_listens(centre):
        picks_up(centre, agent)
        hangs_up(centre, customer)
    decoder = msgspec.json.Decoder(e.AnyEvent)
    replayed, facts = Engine(), []
    for now_ms, event in centre.journal:
        facts += replayed.receive(decoder.decode(msgspec.json.encode(event)), now_ms).facts
    assert facts == centre.output.facts
    assert replayed.snapshot() == centre.engine.snapshot()


def test_a_connect_journaled_before_there_were_notes_is_still_read() -> None:
    event = msgspec.json.decode(b'{"type": "SwitchConnected", "node": "a", "started_ms": 7}', type=e.AnyEvent)
    assert event == e.SwitchConnected(node="a", started_ms=7)


def test_who_is_called_again_has_the_time_to_answer() -> None:
    """Its grace was over before anybody could call."""
    centre = Centre()
    _, agent = centre.talk()
    centre.switch.telephones["1001"] = Telephone(answers_when_told=False)
    with nobody_listens(centre):
        hangs_up(centre, agent, "media_lost")
    centre.run_for(4000)
    assert centre.only().phase == "reconnecting"
    centre.answer("1001")
    assert with_customer(centre, "1001")
