"""Two who are connected and send no audio: the recording ends like any other, and is known to be empty."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest

from callbase.apps.recordings.encoded import NoAudio
from callbase.apps.recordings.encoding import encode
from callbase.core import commands, events
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.system.telephone import Telephone
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch
from tests.telephony.test_originate import originate, ring


async def test_a_recording_of_a_call_in_which_no_audio_came_holds_none(
    driver: AsteriskDriver, heard: Heard, new_phone: Callable[..., Telephone], switch: RunningSwitch
) -> None:
    async with new_phone(CUSTOMER) as customer, new_phone("1001") as agent:
        await agent.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        call = await customer.call(DID)
        call.media.sending = False
        leg = (await heard.wait(events.CallOffered)).leg
        driver.execute(commands.Answer(leg=leg))
        await call.wait_answered()
        command = originate()
        agents = await ring(driver, agent, command)
        agents.media.sending = False
        agents.answer()
        await heard.wait(events.LegAnswered, leg=command.leg)
        driver.execute(commands.Connect(bridge=str(uuid4()), node="a", legs=(leg, command.leg)))
        driver.execute(commands.StartRecording(leg=leg, recording="r9", path="recordings/demo/2026-01-03/r9"))
        await heard.wait(events.RecordingStarted, recording="r9")
        await asyncio.sleep(1.0)
        call.hang_up()
        await heard.wait(events.RecordingEnded, recording="r9", timeout_s=20)
        driver.execute(commands.Release(leg=command.leg))
    folder = switch.environment.recordings_dir / "demo" / "2026-01-03"
    with pytest.raises(NoAudio):
        encode(folder / "r9-r.wav", folder / "r9-t.wav", folder / "r9.mp3")
