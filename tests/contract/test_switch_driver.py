"""What the core relies on, whatever the switch: each promise of `callbase.switch.base` and of the commands' docstrings."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from callbase.core import commands, events
from callbase.core.commands import Speech
from tests.contract.worlds import MOBILE, World, offered
from tests.telephony.centre import CUSTOMER, DID

HELLO = (Speech(language="en-US", text="Hello."),)


def originate(device: str, **fields: Any) -> commands.Originate:
    return commands.Originate(
        leg=str(uuid4()), node="a", tenant="demo", interaction=str(uuid4()), device=device, caller_number=CUSTOMER, **fields
    )


def of_leg(world: World, leg: str) -> list[str]:
    return [type(event).__name__ for event in world.heard.events if getattr(event, "leg", None) == leg]


async def answered(world: World) -> str:
    """A customer's call, answered."""
    leg = await offered(world)
    world.driver.execute(commands.Answer(leg=leg))
    await world.heard.wait(events.LegAnswered, leg=leg)
    return leg


async def somebody(world: World) -> str:
    """Whom a telephone is called for: a switch with calls of its own calls none without."""
    return "" if world.driver.capabilities.media else await answered(world)


async def called(world: World, device: str, partner: str = "") -> str:
    """A telephone that we called, and that answered."""
    await world.telephone(device, answers=True)
    await world.heard.wait(events.DeviceRegistered, device=device)
    command = originate(device, partner=partner or await somebody(world))
    world.driver.execute(command)
    await world.heard.wait(events.LegAnswered, leg=command.leg)
    return command.leg


async def answered_by(world: World, device: str) -> tuple[str, str, str]:
    """A customer's leg, that of the telephone called for it, and a bridge for the two."""
    customer = await answered(world)
    return customer, await called(world, device, customer), str(uuid4())


def needs(capability: str) -> pytest.MarkDecorator:
    """Not for a driver that says it is not capable of it."""
    return pytest.mark.needs(capability)


# --- calls that come in ----------------------------------------------------------------------------------------------


async def test_the_first_event_says_that_the_switch_is_there(world: World) -> None:
    assert isinstance(world.heard.events[0], events.SwitchConnected)
    assert world.heard.events[0].node == world.driver.node == "a"


async def test_it_says_that_the_switch_answers(world: World) -> None:
    assert await world.driver.reaches()


async def test_a_call_over_the_trunk_is_offered_unanswered(world: World) -> None:
    leg = await offered(world)
    call = world.heard.all(events.CallOffered, leg=leg)[0]
    assert (call.caller_number, call.called_number, call.trunk, call.device) == (CUSTOMER, DID, "demo-trunk", None)
    assert of_leg(world, leg) == ["CallOffered"]


async def test_the_data_that_comes_with_a_call_is_offered_with_it(world: World) -> None:
    await world.dial(X_Order="17")
    call = await world.heard.wait(events.CallOffered)
    named = {name.lower(): value for name, value in call.headers.items()}
    assert (named | call.data)["x-order"] == "17"


async def test_data_attached_to_a_call_does_it_no_harm(world: World) -> None:
    customer, agent, bridge = await answered_by(world, "1001")
    world.driver.execute(commands.AttachData(leg=customer, data={"order": "17", "gone": None}))
    world.driver.execute(commands.AttachData(leg="gone", data={"order": "17"}))
    world.driver.execute(commands.Connect(bridge=bridge, node="a", legs=(customer, agent)))
    world.driver.execute(commands.Release(leg=agent))
    await world.heard.wait(events.LegEnded, leg=agent)
    assert not world.heard.all(events.LegEnded, leg=customer)


async def test_answering_twice_reports_the_answer_once(world: World) -> None:
    leg = await answered(world)
    world.driver.execute(commands.Answer(leg=leg))
    world.driver.execute(commands.Release(leg=leg))
    await world.heard.wait(events.LegEnded, leg=leg)
    assert of_leg(world, leg) == ["CallOffered", "LegAnswered", "LegEnded"]


async def test_a_caller_who_hangs_up_is_reported_as_the_far_end(world: World) -> None:
    caller = await world.dial()
    leg = (await world.heard.wait(events.CallOffered)).leg
    world.driver.execute(commands.Answer(leg=leg))
    await world.heard.wait(events.LegAnswered, leg=leg)
    await caller.hang_up()
    ended = await world.heard.wait(events.LegEnded, leg=leg)
    assert (ended.cause, ended.by_far_end) == ("normal", True)


async def test_a_release_ends_the_leg_once_however_often_it_is_asked_for(world: World) -> None:
    leg = await answered(world)
    for _ in range(3):
        world.driver.execute(commands.Release(leg=leg))
    ended = await world.heard.wait(events.LegEnded, leg=leg)
    assert (ended.cause, ended.by_far_end) == ("normal", False)
    other = await answered(world)
    assert len(world.heard.all(events.LegEnded)) == 1
    world.driver.execute(commands.Release(leg=other))


@needs("media")
async def test_keys_are_reported_in_order(world: World) -> None:
    caller = await world.dial()
    leg = (await world.heard.wait(events.CallOffered)).leg
    world.driver.execute(commands.Answer(leg=leg))
    await world.heard.wait(events.LegAnswered, leg=leg)
    await caller.press("19#")
    await world.heard.wait(events.DigitPressed, leg=leg, count=3)
    assert [event.digit for event in world.heard.all(events.DigitPressed, leg=leg)] == ["1", "9", "#"]


# --- speech ----------------------------------------------------------------------------------------------------------


@needs("media")
async def test_speech_is_reported_finished_once(world: World) -> None:
    leg = await answered(world)
    world.driver.execute(commands.Play(leg=leg, playback="p1-" + leg, speech=HELLO))
    finished = await world.heard.wait(events.PlaybackFinished, playback="p1-" + leg)
    assert finished.result == "finished"


@needs("media")
async def test_stopped_speech_is_reported_stopped(world: World) -> None:
    leg = await answered(world)
    world.driver.execute(commands.Play(leg=leg, playback="p2-" + leg, speech=HELLO * 20))
    world.driver.execute(commands.StopPlay(leg=leg, playback="p2-" + leg))
    assert (await world.heard.wait(events.PlaybackFinished, playback="p2-" + leg)).result == "stopped"


@needs("media")
async def test_new_speech_ends_the_one_before(world: World) -> None:
    leg = await answered(world)
    world.driver.execute(commands.Play(leg=leg, playback="p3-" + leg, speech=HELLO * 20))
    world.driver.execute(commands.Play(leg=leg, playback="p4-" + leg, speech=HELLO))
    assert (await world.heard.wait(events.PlaybackFinished, playback="p3-" + leg)).result == "stopped"
    assert (await world.heard.wait(events.PlaybackFinished, playback="p4-" + leg)).result == "finished"


async def test_speech_on_a_leg_that_is_gone_fails(world: World) -> None:
    world.driver.execute(commands.Play(leg="gone", playback="p5", speech=HELLO))
    assert (await world.heard.wait(events.PlaybackFinished, playback="p5")).result == "failed"


# --- calls that go out -----------------------------------------------------------------------------------------------


async def test_a_called_telephone_alerts_then_answers(world: World) -> None:
    leg = await called(world, "1001")
    await world.hang_up_telephone(leg)
    ended = await world.heard.wait(events.LegEnded, leg=leg)
    assert (ended.cause, ended.by_far_end) == ("normal", True)
    assert of_leg(world, leg) == ["LegAlerting", "LegAnswered", "LegEnded"]


@needs("refusal_causes")
@pytest.mark.parametrize("cause", ["busy", "rejected"])
async def test_a_refusal_says_why(world: World, cause: Any) -> None:
    await world.telephone("1001", refuses=cause)
    await world.heard.wait(events.DeviceRegistered, device="1001")
    command = originate("1001", partner=await somebody(world))
    world.driver.execute(command)
    ended = await world.heard.wait(events.LegEnded, leg=command.leg)
    assert (ended.cause, ended.by_far_end) == (cause, True)


async def test_a_telephone_nobody_picks_up_ends_as_no_answer(world: World) -> None:
    await world.telephone("1001")
    await world.heard.wait(events.DeviceRegistered, device="1001")
    command = originate("1001", timeout_ms=800, partner=await somebody(world))
    world.driver.execute(command)
    await world.heard.wait(events.LegAlerting, leg=command.leg)
    ended = await world.heard.wait(events.LegEnded, leg=command.leg)
    assert (ended.cause, ended.by_far_end) == ("no_answer", False)


async def test_a_telephone_that_is_not_registered_is_unreachable(world: World) -> None:
    command = originate("1002", partner=await somebody(world))
    world.driver.execute(command)
    assert (await world.heard.wait(events.LegEnded, leg=command.leg)).cause == "unreachable"
    assert of_leg(world, command.leg) == ["LegEnded"]


async def test_a_ringing_leg_can_be_released(world: World) -> None:
    await world.telephone("1001")
    await world.heard.wait(events.DeviceRegistered, device="1001")
    command = originate("1001", partner=await somebody(world))
    world.driver.execute(command)
    await world.heard.wait(events.LegAlerting, leg=command.leg)
    world.driver.execute(commands.Release(leg=command.leg))
    assert (await world.heard.wait(events.LegEnded, leg=command.leg)).by_far_end is False
    assert of_leg(world, command.leg) == ["LegAlerting", "LegEnded"]


async def test_a_telephone_told_to_answer_before_it_rings_answers_once_it_does(world: World) -> None:
    await world.telephone("1001", obeys=True)
    await world.heard.wait(events.DeviceRegistered, device="1001")
    command = originate("1001", partner=await somebody(world))
    world.driver.execute(command)
    world.driver.execute(commands.AnswerDevice(leg=command.leg, device="1001"))
    await world.heard.wait(events.LegAnswered, leg=command.leg)
    assert of_leg(world, command.leg) == ["LegAlerting", "LegAnswered"]


async def test_a_telephone_told_to_answer_that_does_not_ring_yet_can_be_released(world: World) -> None:
    await world.telephone("1001", obeys=True)
    await world.heard.wait(events.DeviceRegistered, device="1001")
    command = originate("1001", partner=await somebody(world))
    world.driver.execute(command)
    world.driver.execute(commands.AnswerDevice(leg=command.leg, device="1001"))
    world.driver.execute(commands.Release(leg=command.leg))
    await world.heard.wait(events.LegEnded, leg=command.leg)
    assert not world.heard.all(events.LegAnswered, leg=command.leg)


async def test_calling_a_leg_that_exists_already_does_nothing(world: World) -> None:
    leg = await called(world, "1001")
    world.driver.execute(commands.Originate(leg=leg, node="a", tenant="demo", interaction="i", device="1001"))
    world.driver.execute(commands.Release(leg=leg))
    await world.heard.wait(events.LegEnded, leg=leg)
    assert of_leg(world, leg) == ["LegAlerting", "LegAnswered", "LegEnded"]


def at_outside_number(**fields: Any) -> commands.Originate:
    return originate("1001-outside", trunk="demo-trunk", number=MOBILE, **fields)


@needs("trunks")
async def test_at_an_agents_outside_number_speech_is_heard_and_keys_are_reported(world: World) -> None:
    mobile = await world.mobile()
    command = at_outside_number()
    world.driver.execute(command)
    await world.heard.wait(events.LegAnswered, leg=command.leg)
    playback = str(uuid4())
    world.driver.execute(commands.Play(leg=command.leg, playback=playback, speech=HELLO))
    await mobile.press(command.leg, "1")
    pressed = await world.heard.wait(events.DigitPressed, leg=command.leg)
    assert pressed.digit == "1"
    world.driver.execute(commands.StopPlay(leg=command.leg, playback=playback))
    world.driver.execute(commands.Release(leg=command.leg))
    await world.heard.wait(events.LegEnded, leg=command.leg)


async def test_an_outside_number_that_a_driver_cannot_call_is_unreachable_at_once(world: World) -> None:
    if world.driver.capabilities.trunks:
        pytest.skip("it can")
    command = at_outside_number(partner=await somebody(world))
    world.driver.execute(command)
    assert (await world.heard.wait(events.LegEnded, leg=command.leg)).cause == "unreachable"
    assert of_leg(world, command.leg) == ["LegEnded"]


# --- legs together ---------------------------------------------------------------------------------------------------


async def test_the_next_driver_finds_the_legs_their_bridge_and_the_telephones(world: World) -> None:
    customer, agent, bridge = await answered_by(world, "1001")
    world.driver.execute(commands.Connect(bridge=bridge, node="a", legs=(customer, agent)))
    world.driver.execute(commands.StartRecording(leg=customer, recording="c1", path="recordings/demo/2026-01-01/c1"))
    records = world.driver.capabilities.recording
    await world.heard.wait(events.RecordingStarted if records else events.RecordingFailed, recording="c1")
    await world.next_driver()
    connected = await world.heard.wait(events.SwitchConnected)
    legs = {leg.leg: leg for leg in connected.legs}
    assert set(legs) == {customer, agent}
    assert all(leg.up and leg.bridge == bridge for leg in legs.values())
    assert (legs[customer].trunk, legs[customer].called_number, legs[agent].device) == ("demo-trunk", DID, "1001")
    assert connected.bridges == (bridge,) and "1001" in connected.devices
    world.driver.execute(commands.Release(leg=customer))
    await world.heard.wait(events.LegEnded, leg=customer)
    if records:
        await world.heard.wait(events.RecordingEnded, recording="c1")


@needs("media")
async def test_ending_one_leg_leaves_the_other(world: World) -> None:
    customer, agent, bridge = await answered_by(world, "1001")
    world.driver.execute(commands.Connect(bridge=bridge, node="a", legs=(customer, agent)))
    world.driver.execute(commands.Release(leg=customer))
    await world.heard.wait(events.LegEnded, leg=customer)
    await world.next_driver()
    connected = await world.heard.wait(events.SwitchConnected)
    assert [(leg.leg, leg.bridge) for leg in connected.legs] == [(agent, bridge)]


@needs("media")
async def test_the_next_driver_tells_what_happened_while_nobody_listened(world: World) -> None:
    caller = await world.dial()
    customer = (await world.heard.wait(events.CallOffered)).leg
    world.driver.execute(commands.Answer(leg=customer))
    await world.heard.wait(events.LegAnswered, leg=customer)
    await world.nobody_listens()
    await caller.hang_up()
    await asyncio.sleep(0.5)
    await world.next_driver()
    connected = await world.heard.wait(events.SwitchConnected)
    (note,) = connected.meanwhile
    assert (note.leg, note.answered_ago_ms, note.cause) == (customer, None, "normal")
    assert note.ended_ago_ms is not None and connected.unheard_ms is not None
    assert 400 < note.ended_ago_ms <= connected.unheard_ms < 20_000


@needs("media")
async def test_a_leg_taken_out_of_the_bridge_stays_up_and_the_bridge_can_be_destroyed(world: World) -> None:
    customer, agent, bridge = await answered_by(world, "1001")
    world.driver.execute(commands.Connect(bridge=bridge, node="a", legs=(customer, agent)))
    world.driver.execute(commands.Disconnect(bridge=bridge, leg=agent))
    world.driver.execute(commands.Disconnect(bridge=bridge, leg=customer))
    world.driver.execute(commands.DestroyBridge(bridge=bridge, node="a"))
    await settled(world, customer)
    await settled(world, agent)
    await world.next_driver()
    connected = await world.heard.wait(events.SwitchConnected)
    assert sorted((leg.leg, leg.up, leg.bridge) for leg in connected.legs) == sorted(
        [(customer, True, None), (agent, True, None)]
    )
    assert connected.bridges == ()


async def found(world: World) -> dict[str, str | None]:
    """By the next driver: each leg's bridge."""
    await world.next_driver()
    connected = await world.heard.wait(events.SwitchConnected)
    assert all(leg.up for leg in connected.legs)
    return {leg.leg: leg.bridge for leg in connected.legs}


async def taken_out(world: World, bridge: str, leg: str) -> None:
    """And all that was asked about that bridge before has been done."""
    world.driver.execute(commands.Disconnect(bridge=bridge, leg=leg))
    await settled(world, leg)


@needs("media")
async def test_three_are_in_one_bridge_and_one_leaves_and_comes_back(world: World) -> None:
    customer, agent, bridge = await answered_by(world, "1001")
    third = await called(world, "1002", customer)
    everybody = commands.Connect(bridge=bridge, node="a", legs=(customer, agent, third))
    world.driver.execute(commands.Connect(bridge=bridge, node="a", legs=(customer, agent)))
    world.driver.execute(everybody)
    await taken_out(world, bridge, third)
    assert await found(world) == {customer: bridge, agent: bridge, third: None}
    world.driver.execute(everybody)
    await taken_out(world, bridge, agent)
    assert await found(world) == {customer: bridge, agent: None, third: bridge}


@needs("media")
async def test_two_speak_in_a_bridge_of_their_own_and_one_of_them_then_takes_the_others_place(world: World) -> None:
    customer, agent, bridge = await answered_by(world, "1001")
    asked, beside = await called(world, "1002", agent), str(uuid4())
    world.driver.execute(commands.Connect(bridge=bridge, node="a", legs=(customer, agent)))
    for leg in (agent, customer):
        world.driver.execute(commands.Disconnect(bridge=bridge, leg=leg))
    world.driver.execute(commands.Ringback(leg=agent, on=True))
    world.driver.execute(commands.Ringback(leg=agent, on=False))
    world.driver.execute(commands.Connect(bridge=beside, node="a", legs=(agent, asked), mixed=True))
    await taken_out(world, beside, customer)
    assert await found(world) == {customer: None, agent: beside, asked: beside}
    for leg in (agent, asked):
        world.driver.execute(commands.Disconnect(bridge=beside, leg=leg))
    world.driver.execute(commands.DestroyBridge(bridge=beside, node="a"))
    world.driver.execute(commands.Connect(bridge=bridge, node="a", legs=(customer, asked)))
    await taken_out(world, bridge, agent)
    assert await found(world) == {customer: bridge, agent: None, asked: bridge}


async def settled(world: World, leg: str) -> None:
    """What was asked of the leg before has been done: commands to one leg are carried out in turn."""
    playback = str(uuid4())
    world.driver.execute(commands.Play(leg=leg, playback=playback, speech=HELLO))
    await world.heard.wait(events.PlaybackFinished, playback=playback)


# --- supervision -----------------------------------------------------------------------------------------------------


async def supervised(world: World, mode: Any = "listen") -> tuple[str, str, str]:
    """A customer and agent 1001 in a bridge, with a supervisor at the agent's leg: (bridge, agent's leg, supervisor's)."""
    customer, agent, supervisor, bridge = (
        await answered(world),
        await called(world, "1001"),
        await called(world, "1002"),
        str(uuid4()),
    )
    world.driver.execute(commands.Connect(bridge=bridge, node="a", legs=(customer, agent)))
    world.driver.execute(commands.Supervise(leg=supervisor, of=agent, mode=mode))
    await settled(world, supervisor)
    return bridge, agent, supervisor


@needs("media")
async def test_the_next_driver_finds_a_supervisors_leg_in_no_bridge_and_can_put_it_to_another_use(world: World) -> None:
    bridge, agent, supervisor = await supervised(world)
    await world.next_driver()
    connected = await world.heard.wait(events.SwitchConnected)
    legs = {leg.leg: leg.bridge for leg in connected.legs}
    assert (legs[supervisor], legs[agent], len(legs)) == (None, bridge, 3)
    assert connected.bridges == (bridge,)
    for mode in ("listen", "barge"):
        world.driver.execute(commands.Supervise(leg=supervisor, of=agent, mode=mode))
    world.driver.execute(commands.Connect(bridge=bridge, node="a", legs=(supervisor,)))
    await settled(world, supervisor)
    await world.next_driver()
    connected = await world.heard.wait(events.SwitchConnected)
    assert {leg.leg: leg.bridge for leg in connected.legs}[supervisor] == bridge
    assert connected.bridges == (bridge,)


@needs("media")
async def test_a_supervisor_who_goes_leaves_nothing_behind_and_ends_nobodys_call(world: World) -> None:
    bridge, agent, supervisor = await supervised(world, "barge")
    world.driver.execute(commands.Release(leg=supervisor))
    await world.heard.wait(events.LegEnded, leg=supervisor)
    await settled(world, agent)
    await world.next_driver()
    connected = await world.heard.wait(events.SwitchConnected)
    assert supervisor not in {leg.leg for leg in connected.legs}
    assert {leg.leg: leg.bridge for leg in connected.legs}[agent] == bridge
    assert len(world.heard.events) == 1


@needs("media")
async def test_the_supervisors_leg_outlives_the_one_it_is_put_to(world: World) -> None:
    _, agent, supervisor = await supervised(world)
    world.driver.execute(commands.Release(leg=agent))
    await world.heard.wait(events.LegEnded, leg=agent)
    await settled(world, supervisor)
    assert not world.heard.all(events.LegEnded, leg=supervisor)


async def test_supervising_a_leg_that_is_gone_ends_the_supervisors(world: World) -> None:
    supervisor = await called(world, "1002")
    world.driver.execute(commands.Supervise(leg=supervisor, of="gone", mode="listen"))
    ended = await world.heard.wait(events.LegEnded, leg=supervisor)
    assert (ended.cause, ended.by_far_end) == ("error", False)


# --- recording -------------------------------------------------------------------------------------------------------


@needs("recording")
async def test_a_recording_starts_and_ends_once_with_its_leg(world: World) -> None:
    leg = await answered(world)
    for _ in range(2):
        world.driver.execute(commands.StartRecording(leg=leg, recording="c2", path="recordings/demo/2026-01-01/c2"))
    await world.heard.wait(events.RecordingStarted, recording="c2")
    await asyncio.sleep(0.3)
    world.driver.execute(commands.Release(leg=leg))
    await world.heard.wait(events.RecordingEnded, recording="c2")
    assert len(world.heard.all(events.RecordingStarted)) == len(world.heard.all(events.RecordingEnded)) == 1


@needs("recording")
async def test_a_recording_can_be_stopped_while_the_leg_goes_on(world: World) -> None:
    leg = await answered(world)
    world.driver.execute(commands.StartRecording(leg=leg, recording="c3", path="recordings/demo/2026-01-01/c3"))
    await world.heard.wait(events.RecordingStarted, recording="c3")
    await settled(world, leg)
    world.driver.execute(commands.StopRecording(leg=leg, recording="c3"))
    await world.heard.wait(events.RecordingEnded, recording="c3")
    assert not world.heard.all(events.LegEnded)


async def test_recording_a_leg_that_is_gone_fails(world: World) -> None:
    world.driver.execute(commands.StartRecording(leg="gone", recording="c4", path="recordings/demo/2026-01-01/c4"))
    await world.heard.wait(events.RecordingFailed, recording="c4")


def message(leg: str, recording: str, **limits: int) -> commands.RecordMessage:
    path = f"recordings/demo/2026-01-01/{recording}"
    return commands.RecordMessage(
        leg=leg, recording=recording, path=path, max_ms=limits.get("max_ms", 60_000), silence_ms=limits.get("silence_ms", 30_000)
    )


@needs("recording")
async def test_a_message_ends_with_the_hash_key_while_the_leg_goes_on(world: World) -> None:
    caller = await world.dial()
    leg = (await world.heard.wait(events.CallOffered)).leg
    world.driver.execute(commands.Answer(leg=leg))
    await world.heard.wait(events.LegAnswered, leg=leg)
    for _ in range(2):
        world.driver.execute(message(leg, f"m1-{leg}"))
    await world.heard.wait(events.RecordingStarted, recording=f"m1-{leg}")
    await settled_message(world, leg)
    await caller.press("#")
    ended = await world.heard.wait(events.RecordingEnded, recording=f"m1-{leg}")
    assert ended.spoken_ms is not None
    assert not world.heard.all(events.LegEnded)
    assert len(world.heard.all(events.RecordingStarted)) == len(world.heard.all(events.RecordingEnded)) == 1


async def settled_message(world: World, leg: str) -> None:
    """The second asking has been carried out: commands to one leg are carried out in turn."""
    world.driver.execute(commands.SetMute(leg=leg, muted=False))
    await asyncio.sleep(1.5)


@needs("recording")
async def test_a_message_ends_when_its_time_is_over(world: World) -> None:
    leg = await answered(world)
    world.driver.execute(message(leg, f"m2-{leg}", max_ms=1_000))
    await world.heard.wait(events.RecordingEnded, recording=f"m2-{leg}")
    assert not world.heard.all(events.LegEnded)


@needs("recording")
async def test_a_message_ends_once_with_its_leg(world: World) -> None:
    leg = await answered(world)
    world.driver.execute(message(leg, f"m3-{leg}"))
    await world.heard.wait(events.RecordingStarted, recording=f"m3-{leg}")
    world.driver.execute(commands.Release(leg=leg))
    await world.heard.wait(events.LegEnded, leg=leg)
    await world.heard.wait(events.RecordingEnded, recording=f"m3-{leg}")
    assert len(world.heard.all(events.RecordingEnded)) == 1


@needs("recording")
async def test_a_message_can_be_stopped(world: World) -> None:
    leg = await answered(world)
    world.driver.execute(message(leg, f"m4-{leg}"))
    await world.heard.wait(events.RecordingStarted, recording=f"m4-{leg}")
    world.driver.execute(commands.StopRecording(leg=leg, recording=f"m4-{leg}"))
    await world.heard.wait(events.RecordingEnded, recording=f"m4-{leg}")
    assert not world.heard.all(events.LegEnded)


@needs("recording")
async def test_a_message_can_be_stopped_before_it_has_begun(world: World) -> None:
    leg = await answered(world)
    world.driver.execute(commands.Play(leg=leg, playback=f"p6-{leg}", speech=HELLO))  # Asterisk records what comes after it
    world.driver.execute(message(leg, f"m5-{leg}"))
    world.driver.execute(commands.StopRecording(leg=leg, recording=f"m5-{leg}"))
    await world.heard.wait(events.RecordingEnded, recording=f"m5-{leg}")


async def test_a_message_on_a_leg_that_is_gone_fails(world: World) -> None:
    world.driver.execute(message("gone", "m6"))
    await world.heard.wait(events.RecordingFailed, recording="m6")


# --- telephones ------------------------------------------------------------------------------------------------------


async def test_a_registration_is_reported(world: World) -> None:
    await world.telephone("1002")
    assert (await world.heard.wait(events.DeviceRegistered, device="1002")).contact


async def test_commands_to_what_is_gone_do_no_harm(world: World) -> None:
    for command in (
        commands.Answer(leg="gone"),
        commands.Release(leg="gone"),
        commands.StopPlay(leg="gone", playback="gone"),
        commands.StartMusic(leg="gone", tenant="demo", music="default"),
        commands.StopMusic(leg="gone"),
        commands.Ringback(leg="gone", on=True),
        commands.SendDigits(leg="gone", digits="1"),
        commands.SetMute(leg="gone", muted=True),
        commands.AnswerDevice(leg="gone", device="1001"),
        commands.Connect(bridge=str(uuid4()), node="a", legs=("gone",)),
        commands.Disconnect(bridge="gone", leg="gone"),
        commands.DestroyBridge(bridge="gone", node="a"),
        commands.PauseRecording(leg="gone", recording="gone", paused=True),
        commands.StopRecording(leg="gone", recording="gone"),
    ):
        world.driver.execute(command)
    leg = await answered(world)
    assert of_leg(world, leg) == ["CallOffered", "LegAnswered"]
    assert not world.heard.all(events.LegEnded)
