"""The same with SIPp at both ends, which nobody here wrote: a stranger's SIP works too."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest

from callbase.core import commands, events
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.telephony.centre import CUSTOMER, DID, PASSWORD
from tests.telephony.heard import Heard
from tests.telephony.sipp import Digits, Sipp, Wait
from tests.telephony.switch import RunningSwitch
from tests.telephony.test_originate import originate
from tests.telephony.tones import assert_tone


@pytest.fixture
def sipp(switch: RunningSwitch, tmp_path: Path) -> Sipp:
    return Sipp(switch.sip_address, tmp_path)


async def test_a_call_with_digits_to_a_registered_telephone_leaves_both_tones_in_the_recording(
    driver: AsteriskDriver, heard: Heard, sipp: Sipp, switch: RunningSwitch
) -> None:
    async with sipp.telephone("1001", PASSWORD, hz=800) as phone:
        await heard.wait(events.DeviceRegistered, device="1001")
        caller = await sipp.call(DID, steps=(Wait(0.3), Digits("1*"), Digits("7"), Wait(3)), hz=500)
        offered = await heard.wait(events.CallOffered)
        assert offered.caller_number == CUSTOMER
        driver.execute(commands.Answer(leg=offered.leg))
        await heard.wait(events.DigitPressed, count=3)
        assert [event.digit for event in heard.all(events.DigitPressed)] == ["1", "*", "7"]
        command = originate("1001")
        driver.execute(command)
        await heard.wait(events.LegAnswered, leg=command.leg)
        driver.execute(commands.Connect(bridge=str(uuid4()), node="a", legs=(offered.leg, command.leg)))
        driver.execute(commands.StartRecording(leg=offered.leg, recording="s1", path="recordings/demo/2026-01-02/s1"))
        await heard.wait(events.LegEnded, leg=offered.leg, timeout_s=10)
        driver.execute(commands.Release(leg=command.leg))
        await heard.wait(events.RecordingEnded, recording="s1")
        assert_tone(switch.environment.recordings_dir / "demo/2026-01-02/s1-r.wav", 500)
        assert_tone(switch.environment.recordings_dir / "demo/2026-01-02/s1-t.wav", 800)
        await caller.succeeded()
        await phone.succeeded()


async def test_telephones_that_refuse_or_never_answer(driver: AsteriskDriver, heard: Heard, sipp: Sipp) -> None:
    async with (
        sipp.telephone("1001", PASSWORD, status=486) as busy,
        sipp.telephone("1002", PASSWORD, answer_after_s=None) as idle,
    ):
        await heard.wait(events.DeviceRegistered, device="1002")
        to_busy, to_idle = originate("1001"), originate("1002", timeout_ms=1000)
        driver.execute(to_busy)
        driver.execute(to_idle)
        assert (await heard.wait(events.LegEnded, leg=to_busy.leg)).cause == "busy"
        assert (await heard.wait(events.LegEnded, leg=to_idle.leg)).cause == "no_answer"
        await busy.succeeded()
        await idle.succeeded()


async def test_a_caller_who_gives_up_before_the_answer(driver: AsteriskDriver, heard: Heard, sipp: Sipp) -> None:
    caller = await sipp.call(DID, steps=(Wait(0.5),), ending="cancel")
    offered = await heard.wait(events.CallOffered)
    assert (await heard.wait(events.LegEnded, leg=offered.leg)).cause == "cancelled"
    await caller.succeeded()


async def test_thirty_callers_at_once_are_all_answered_and_released(driver: AsteriskDriver, heard: Heard, sipp: Sipp) -> None:
    caller = await sipp.call(DID, ending="far_end", calls=30)
    for number in range(1, 31):
        offered = await heard.wait(events.CallOffered, count=number)
        driver.execute(commands.Answer(leg=offered.leg))
    await heard.wait(events.LegAnswered, count=30)
    for offered in heard.all(events.CallOffered):
        driver.execute(commands.Release(leg=offered.leg))
    await heard.wait(events.LegEnded, count=30)
    await caller.succeeded()
    assert len({event.leg for event in heard.all(events.LegEnded)}) == 30
