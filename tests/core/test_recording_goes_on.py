"""An agent called into a queue that is recorded and passes its own call on: who is left talks on, and is recorded on."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from callbase.core import events as e
from callbase.core.commands import StartRecording, StopRecording
from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.facts import Discrepancy, RecordingBegan, RecordingFinished
from tests.core.centre import SUPPORT, Centre


@pytest.fixture
def talk() -> Centre:
    """SUPPORT has called sales, and 1001 has answered."""
    centre = Centre()
    centre.staff("1001", "1003", SUPPORT)
    centre.act(e.SetNotReady(agent="1003"))
    centre.act(e.MakeCall(agent=SUPPORT, to=ToQueues(queues=("sales",))))
    centre.answer(SUPPORT)
    centre.answer("1001")
    centre.run_for(2_000)
    return centre


def outside_answers(centre: Centre) -> None:
    out = [leg.id for leg in centre.switch.legs.values() if leg.trunk is not None][-1]
    centre.switch.answer(out, centre.now_ms)
    centre.settle()


def blind_transfer(centre: Centre) -> None:
    centre.act(e.SingleStepTransferCall(agent=SUPPORT, to=ToNumber(number="02155556666")))
    outside_answers(centre)


def attended_transfer(centre: Centre) -> None:
    centre.act(e.ConsultationCall(agent=SUPPORT, to=ToAgent(agent="1003")))
    centre.answer("1003")
    centre.act(e.TransferCall(agent=SUPPORT))


def desk_phone_transfers(centre: Centre) -> None:
    centre.switch.refer(centre.agent_leg(SUPPORT), "1003", centre.now_ms)
    centre.settle()
    centre.answer("1003")


def taken_over(centre: Centre) -> None:
    centre.act(e.Supervise(agent=SUPPORT, supervisor="1003", mode="take_over"))
    centre.answer("1003")


def leaves_a_conference(centre: Centre) -> None:
    centre.act(e.SingleStepConferenceCall(agent="1001", to=ToNumber(number="02155556666")))
    outside_answers(centre)
    centre.hang_up(centre.agent_leg(SUPPORT))


def telephone_is_lost(centre: Centre) -> None:
    centre.hang_up(centre.agent_leg(SUPPORT), "unreachable")


WAYS = [blind_transfer, attended_transfer, desk_phone_transfers, taken_over, leaves_a_conference, telephone_is_lost]


def running(centre: Centre) -> dict[str, str]:
    """Recording → leg it runs on, as the switch has them."""
    return {recording: leg.id for leg in centre.switch.legs.values() for recording in leg.recordings or {}}


@pytest.mark.parametrize("passes_on", WAYS)
def test_who_is_left_is_recorded_on(talk: Centre, passes_on: Callable[[Centre], None]) -> None:
    first = talk.only().recording
    assert first is not None
    passes_on(talk)
    second = talk.only().recording
    assert second is not None
    assert list(running(talk)) == [second] != [first]
    assert running(talk)[second] in {leg.id for leg in talk.switch.legs.values() if leg.device in ("1001", "1003") or leg.trunk}
    assert [(fact.recording, fact.failed, fact.cut_short) for fact in talk.facts(RecordingFinished)] == [(first, "", "")]
    assert {fact.interaction for fact in talk.facts(RecordingBegan)} == {talk.only().interaction}


@pytest.mark.parametrize("passes_on", WAYS)
def test_each_segment_ends_and_is_let_go_of(talk: Centre, passes_on: Callable[[Centre], None]) -> None:
    passes_on(talk)
    interaction = talk.only().interaction
    for leg in list(talk.switch.legs):
        talk.hang_up(leg)
    talk.run_for(60_000)
    assert talk.engine._core.state.recordings == {}
    began, finished = talk.facts(RecordingBegan), talk.facts(RecordingFinished)
    assert [fact.recording for fact in began] == [fact.recording for fact in finished]
    assert {fact.interaction for fact in finished} == {interaction}


def test_one_that_was_cut_short_is_not_begun_again(talk: Centre) -> None:
    (recording,) = running(talk)
    talk.give(e.RecordingEnded(leg=running(talk)[recording], recording=recording, cut_short="disk full"))
    attended_transfer(talk)
    assert len(talk.did(StartRecording)) == 1


def test_it_goes_with_the_customers_place_and_not_with_each_step_of_a_call(talk: Centre) -> None:
    (recording,) = running(talk)
    for _ in range(2):
        talk.act(e.HoldCall(agent=SUPPORT))
        talk.act(e.RetrieveCall(agent=SUPPORT))
    (stopped,) = talk.did(StopRecording)
    assert (stopped.leg, stopped.recording) == (talk.agent_leg(SUPPORT), recording)
    assert list(running(talk).values()) == [talk.agent_leg("1001")]


@pytest.mark.parametrize(("away_ms", "found"), [(1_000, "recording_remains"), (60_000, "recording_unknown")])
def test_what_the_switch_did_not_hear_of_is_made_good(talk: Centre, away_ms: int, found: str) -> None:
    (first,) = running(talk)
    talk.switch.disconnect(talk.now_ms)
    talk.switch.execute, heard = lambda command, now_ms: None, talk.switch.execute  # type: ignore[method-assign]
    talk.act(e.HoldCall(agent=SUPPORT))
    talk.run_for(away_ms)
    assert list(running(talk)) == [first]
    talk.switch.execute = heard  # type: ignore[method-assign]
    talk.switch.connect(talk.now_ms)
    talk.settle()
    second = talk.only().recording
    assert second is not None
    assert running(talk) == {second: talk.agent_leg("1001")}
    assert [fact.recording for fact in talk.facts(RecordingFinished)] == [first]
    assert {fact.what for fact in talk.facts(Discrepancy)} == {found, "recording_missing", "leg_connected"}
