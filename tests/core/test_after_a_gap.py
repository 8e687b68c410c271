"""The link to the switch, the engine or the switch itself was gone for a while: the core compares and mends."""

from __future__ import annotations

import msgspec

from callbase.core.commands import Connect, DestroyBridge, Play, Release, StopPlay
from callbase.core.engine import Engine
from callbase.core.events import (
    CallOffered,
    DeviceRegistered,
    DigitPressed,
    EngineStarted,
    LegAnswered,
    LiveLeg,
    ReleaseInteraction,
    SetReady,
    SignIn,
    SwitchConnected,
    TimerDue,
)
from callbase.core.facts import (
    AgentStateChanged,
    Discrepancy,
    InteractionEnded,
    InteractionStarted,
    RecordingFinished,
    SegmentEnded,
    SegmentStarted,
)
from tests.core.centre import MAIN, STRAIGHT, Centre


def gap(centre: Centre, ms: int = 1000) -> None:
    """Nobody listens for a while."""
    centre.switch.disconnect(centre.now_ms)
    centre.settle()
    centre.run_for(ms)


def back(centre: Centre) -> None:
    centre.switch.connect(centre.now_ms)
    centre.settle()


def engine_dies(centre: Centre, away_ms: int) -> None:
    centre.switch.leave(centre.now_ms)
    centre.now_ms += away_ms
    centre.switch.events(centre.now_ms)
    centre.engine = Engine.restore(centre.engine.snapshot())
    centre.give(EngineStarted(epoch=99))


def test_a_talk_goes_on_as_if_nothing_had_been() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    before = len(centre.output.commands)
    gap(centre)
    assert centre.view.switch_online is False
    assert centre.only().phase == "talk"
    back(centre)
    assert centre.view.switch_online
    assert centre.only().phase == "talk"
    assert centre.switch.legs[customer].bridge == centre.switch.legs[agent].bridge
    assert len(centre.output.commands) == before
    assert not centre.facts(Discrepancy)


def test_who_hung_up_as_the_link_was_lost_has_ended_then() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    lost_ms = centre.now_ms
    centre.switch.hang_up(customer, lost_ms)
    centre.switch.events(lost_ms)
    gap(centre)
    back(centre)
    (ended,) = centre.facts(InteractionEnded)
    assert (ended.reason, ended.cause, ended.at_ms) == ("switch_lost", "switch_lost", lost_ms)
    assert centre.facts(Discrepancy)[0].what == "leg_gone"
    assert agent not in centre.switch.legs
    assert centre.facts(RecordingFinished)
    assert centre.agent("1001").state == "working_after_call"


def test_an_agent_lost_as_the_link_was_is_called_again() -> None:
    centre = Centre()
    _, agent = centre.talk()
    centre.switch.hang_up(agent, centre.now_ms)
    centre.switch.events(centre.now_ms)
    gap(centre)
    back(centre)
    centre.run_for(100)
    assert centre.only().phase == "talk"


def test_an_agent_who_answered_meanwhile_talks_now() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.call()
    ringing = centre.agent_leg("1001")
    engine_dies(centre, 1000)
    centre.switch.answer(ringing, centre.now_ms)
    back(centre)
    assert centre.only().phase == "talk"
    assert centre.agent("1001").state == "busy"


def test_even_when_the_engine_was_away_longer_than_the_offer() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.call()
    centre.switch.answer(centre.agent_leg("1001"), centre.now_ms)
    centre.switch._due.clear()
    engine_dies(centre, 60_000)
    back(centre)
    assert centre.only().phase == "talk"


def test_a_waiting_caller_hears_music_again_and_keeps_the_place() -> None:
    centre = Centre()
    first = centre.call()
    second = centre.call(caller="2")
    centre.run_for(5500)
    engine_dies(centre, 3000)
    centre.switch.legs[first].music = None
    back(centre)
    assert centre.switch.legs[first].music == "default"
    assert [centre.interaction(leg).position for leg in (first, second)] == [1, 2]


def test_a_caller_in_the_menu_is_asked_again() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.run_for(1500)
    engine_dies(centre, 10_000)
    centre.switch.legs[leg].said = ""
    back(centre)
    assert centre.said(leg) == "销售请按一"
    centre.press(leg, "1")
    assert centre.interaction(leg).phase == "queue"


def speech(centre: Centre) -> list[Play | StopPlay]:
    return [command for command in centre.output.commands if isinstance(command, Play | StopPlay)]


def test_what_was_being_said_may_go_on_at_the_switch_and_is_ended_before_it_is_begun_anew() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.run_for(1500)
    (*_, said) = speech(centre)
    before = len(speech(centre))
    engine_dies(centre, 100)
    back(centre)
    stopped, again = speech(centre)[before:]
    assert stopped == StopPlay(leg=leg, playback=said.playback)
    assert isinstance(again, Play) and again.leg == leg


def test_what_was_to_be_ended_as_the_engine_died_is_ended_by_the_next_one() -> None:
    """The word of the switch that it is over did not come."""
    centre = Centre()
    leg = centre.call(MAIN)
    centre.run_for(1500)
    (*_, said) = speech(centre)
    gap(centre)
    centre.give(DigitPressed(leg=leg, digit="1"))
    before = len(speech(centre))
    back(centre)
    assert StopPlay(leg=leg, playback=said.playback) in speech(centre)[before:]


def test_what_the_switch_has_said_to_its_end_is_not_ended_again() -> None:
    centre = Centre()
    centre.call(MAIN)
    centre.run_for(20_000)
    assert speech(centre)
    before = [command for command in speech(centre) if isinstance(command, StopPlay)]
    centre.talk()
    gap(centre)
    back(centre)
    assert [command for command in speech(centre) if isinstance(command, StopPlay)] == before


def test_a_call_that_came_while_nobody_listened_is_served_now() -> None:
    centre = Centre()
    gap(centre)
    leg = centre.call(MAIN)
    assert not centre.view.interactions
    back(centre)
    assert "欢迎" in centre.said(leg)
    assert centre.facts(InteractionStarted)
    assert centre.facts(Discrepancy)[0].what == "leg_unknown"


def test_who_was_kept_by_the_switch_stands_in_line_by_when_it_came_and_its_wait_counts() -> None:
    centre = Centre()
    for caller, waited_ms in (("2", 1000), ("1", 3000), ("3", 0)):
        called = CallOffered(leg=caller, node="a", caller_number=caller, called_number=STRAIGHT, trunk="demo-trunk")
        centre.give(msgspec.structs.replace(called, waited_ms=waited_ms))
        centre.give(LegAnswered(leg=caller))
    began = {fact.caller_number: centre.now_ms - fact.at_ms for fact in centre.facts(InteractionStarted)}
    assert began == {"2": 1000, "1": 3000, "3": 0}
    flows = [centre.now_ms - fact.at_ms for fact in centre.facts(SegmentStarted) if fact.kind == "flow"]
    assert flows == [1000, 3000, 0]
    assert [centre.interaction(leg).position for leg in ("1", "2", "3")] == [1, 2, 3]


def test_also_if_the_switch_had_answered_it_to_play_music() -> None:
    centre = Centre()
    gap(centre)
    leg = centre.call(MAIN)
    centre.switch.legs[leg].up = True
    back(centre)
    assert "欢迎" in centre.said(leg)


def test_a_leg_nobody_knows_and_nobody_called_is_released() -> None:
    centre = Centre()
    centre.give(SwitchConnected(node="a", legs=(LiveLeg(leg="stray", up=True, device="1001"),), bridges=("old",)))
    assert centre.did(Release, leg="stray")
    assert centre.did(DestroyBridge, bridge="old")
    assert {d.what for d in centre.facts(Discrepancy)} == {"leg_unknown", "bridge_unknown"}


def test_a_release_that_got_lost_is_repeated_and_the_call_not_taken_anew() -> None:
    centre = Centre()
    leg = centre.call()
    centre.switch.leave(centre.now_ms)
    centre.act(ReleaseInteraction(interaction=centre.only().interaction))
    assert leg in centre.switch.legs
    back(centre)
    assert leg not in centre.switch.legs
    assert len(centre.facts(InteractionStarted)) == 1


def test_talkers_found_apart_are_connected_again() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    gap(centre)
    centre.switch.legs[agent].bridge = None
    back(centre)
    assert centre.facts(Discrepancy)[0].what == "leg_alone"
    assert centre.did(Connect)[-1].legs == (customer, agent)


def started_anew(centre: Centre, after_ms: int) -> None:
    """The switch died, too, and was started some time later; its telephones are there again."""
    centre.now_ms += after_ms
    registered = dict(centre.switch.devices)
    centre.switch.restart(centre.now_ms)
    centre.switch.devices.update(registered)
    centre.now_ms += 500
    back(centre)


def test_a_call_that_was_over_with_its_switch_ended_when_the_engine_last_knew_of_it() -> None:
    centre = Centre()
    centre.talk()
    centre.call(caller="2")
    centre.run_for(60_000)
    centre.give(TimerDue())
    last_ms = centre.now_ms
    engine_dies(centre, 10_000)
    started_anew(centre, 170_000)
    waited, talked = sorted(centre.facts(InteractionEnded), key=lambda fact: fact.talk_ms)
    assert talked.at_ms == waited.at_ms == last_ms
    assert 60_000 <= talked.talk_ms <= 61_000
    assert 60_000 <= waited.queue_ms <= 61_000
    assert [fact.at_ms for fact in centre.facts(RecordingFinished)] == [last_ms]
    assert {fact.at_ms for fact in centre.facts(SegmentEnded, kind="talk")} == {last_ms}
    (wrap_up,) = centre.facts(SegmentEnded, kind="wrap_up")
    assert wrap_up.started_ms == last_ms
    assert wrap_up.at_ms - wrap_up.started_ms == wrap_up_ms(centre), "nor does work after the call last for that long"
    moved = centre.facts(AgentStateChanged, agent="1001")
    assert [(fact.state, fact.at_ms) for fact in moved[-2:]] == [("working_after_call", last_ms), ("ready", wrap_up.at_ms)]
    assert {fact.at_ms for fact in centre.facts(Discrepancy)} == {centre.now_ms}, "when it was found"
    queue = centre.queue()
    assert (queue.offered_today, queue.answered_today, queue.abandoned_today) == (2, 1, 1)


def wrap_up_ms(centre: Centre) -> int:
    queue = centre.engine._core.queue("demo", "sales")
    assert queue is not None
    return int(queue.wrap_up_s * 1000)


def test_an_engine_that_saw_its_switch_go_knows_when_the_calls_ended() -> None:
    centre = Centre()
    centre.talk()
    gap(centre, 20_000)
    started_anew(centre, 0)
    (ended,) = centre.facts(InteractionEnded)
    assert ended.talk_ms == 0
    assert centre.agent("1001").state == "working_after_call"
    centre.run_for(wrap_up_ms(centre))
    assert centre.agent("1001").state == "ready"


def test_what_began_while_the_switch_was_away_does_not_end_before_it_began() -> None:
    centre = Centre()
    centre.staff("1001", "1002")
    customer = centre.call()
    gap(centre, 60_000)
    assert [fact.result for fact in centre.facts(SegmentEnded, kind="offer")], "an offer's time is up meanwhile"
    started_anew(centre, 5_000)
    assert customer not in centre.engine._core.state.legs
    assert all(fact.at_ms >= fact.started_ms for fact in centre.facts(SegmentEnded))
    for agent in ("1001", "1002"):
        moments = [fact.at_ms for fact in centre.facts(AgentStateChanged, agent=agent)]
        assert moments == sorted(moments)


def test_a_switch_that_went_on_and_cannot_say_more_may_have_had_the_call_until_now() -> None:
    centre = Centre()
    centre.talk()
    engine_dies(centre, 30_000)
    centre.give(SwitchConnected(node="a", devices=("1001",)))
    (ended,) = centre.facts(InteractionEnded)
    assert (ended.at_ms, ended.talk_ms) == (centre.now_ms, 30_000)


def test_after_the_switch_died_nobody_is_left_on_the_phone() -> None:
    centre = Centre()
    centre.talk()
    centre.call(caller="2")
    gap(centre)
    centre.switch.restart()
    back(centre)
    assert {fact.reason for fact in centre.facts(InteractionEnded)} == {"switch_lost"}
    assert centre.queue().waiting == 0
    centre.run_for(30_000)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "device_lost")
    centre.switch.register("1001", centre.now_ms)
    centre.settle()
    assert centre.agent("1001").state == "ready"


def test_no_agent_is_rung_while_the_switch_is_out_of_reach() -> None:
    centre = Centre()
    centre.call()
    gap(centre)
    centre.act(SignIn(agent="1001"))
    centre.give(DeviceRegistered(device="1001"))
    centre.act(SetReady(agent="1001"))
    assert centre.agent("1001").state == "ready"
    centre.switch.devices["1001"] = ""
    back(centre)
    assert centre.agent("1001").state == "reserved"


def test_another_switchs_recordings_go_on_when_one_comes_back() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    (recording,) = centre.engine._core.state.recordings
    centre.give(SwitchConnected(node="b", devices=("1001",)))
    assert list(centre.engine._core.state.recordings) == [recording]
    assert not centre.facts(RecordingFinished)
    centre.hang_up(customer)
    assert [fact.recording for fact in centre.facts(RecordingFinished)] == [recording]


def test_a_recording_that_was_asked_for_in_the_engines_last_moment_is_begun_by_the_next_one() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    (recording,) = centre.switch.legs[customer].recordings or {}
    centre.switch.legs[customer].recordings = {}
    engine_dies(centre, 1000)
    back(centre)
    assert centre.switch.legs[customer].recordings == {recording: False}
    (found,) = centre.facts(Discrepancy)
    assert (found.what, found.mended_by, found.interaction) == ("recording_missing", "begun again", centre.only().interaction)
    engine_dies(centre, 1000)
    back(centre)
    assert len(centre.facts(Discrepancy)) == 1, "what runs is left alone"
    centre.hang_up(customer)
    centre.settle()
    (finished,) = centre.facts(RecordingFinished)
    assert (finished.recording, finished.failed) == (recording, "")
