"""Two legs together: what each hears, what the recording holds, hold, and how it ends."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import soundfile
from structlog.testing import capture_logs

from callbase.apps.recordings.encoding import encode
from callbase.core import commands, events
from callbase.switch.asterisk import provisioning
from callbase.switch.asterisk.client import AriClient
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.system.audio import RATE_HZ
from tests.system.telephone import Call, Telephone
from tests.telephony import centre
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch
from tests.telephony.test_originate import originate, ring
from tests.telephony.tones import assert_tone, read_wav, seconds_of_tone

NewPhone = Callable[..., Telephone]
CUSTOMER_HZ, AGENT_HZ, OTHER_AGENT_HZ = 500, 800, 1100
RINGBACK_HZ = 450


@dataclass
class Talk:
    customer: Call
    agent: Call
    customer_leg: str
    agent_leg: str
    bridge: str


@asynccontextmanager
async def talking(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> AsyncIterator[Talk]:
    """A customer and agent 1001, connected."""
    async with new_phone(CUSTOMER, hz=CUSTOMER_HZ) as customer, new_phone("1001", hz=AGENT_HZ) as agent:
        await agent.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        call = await customer.call(DID)
        leg = (await heard.wait(events.CallOffered)).leg
        driver.execute(commands.Answer(leg=leg))
        driver.execute(commands.StartMusic(leg=leg, tenant="demo", music="default"))
        await call.wait_answered()
        command = originate()
        agent_call = await ring(driver, agent, command)
        agent_call.answer()
        await heard.wait(events.LegAnswered, leg=command.leg)
        driver.execute(commands.Connect(bridge=command.interaction, node="a", legs=(leg, command.leg)))
        yield Talk(call, agent_call, leg, command.leg, command.interaction)


async def hear_each_other(talk: Talk) -> None:
    await asyncio.gather(talk.customer.media.wait_for_tone(AGENT_HZ), talk.agent.media.wait_for_tone(CUSTOMER_HZ))


async def test_both_hear_each_other_and_each_voice_is_in_its_own_file(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    async with talking(driver, heard, new_phone) as talk:
        driver.execute(commands.StartRecording(leg=talk.customer_leg, recording="r1", path="recordings/demo/2026-01-01/r1"))
        await heard.wait(events.RecordingStarted, recording="r1")
        await hear_each_other(talk)
        await asyncio.sleep(1.0)
        folder = switch.environment.recordings_dir / "demo" / "2026-01-01"
        # by this the driver knows when Asterisk has closed a file
        assert (folder / "r1-r.wav").read_bytes()[40:44] == bytes(4)
        talk.customer.hang_up()
        assert (await heard.wait(events.LegEnded, leg=talk.customer_leg)).cause == "normal"
        await heard.wait(events.RecordingEnded, recording="r1")
        assert_tone(folder / "r1-r.wav", CUSTOMER_HZ)
        assert_tone(folder / "r1-t.wav", AGENT_HZ)
        assert seconds_of_tone(read_wav(folder / "r1-r.wav"), AGENT_HZ) == 0
        assert seconds_of_tone(read_wav(folder / "r1-t.wav"), CUSTOMER_HZ) == 0
        # the customer's leaving does not end the agent's leg: that is for the core to decide
        assert not heard.all(events.LegEnded, leg=talk.agent_leg)
        driver.execute(commands.Release(leg=talk.agent_leg))
        await talk.agent.wait_ended()
        assert (await heard.wait(events.LegEnded, leg=talk.agent_leg)).by_far_end is False


async def test_the_next_call_is_in_the_bridge_of_one_that_is_over_and_nobody_else_is(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    found: list[list[dict[str, Any]]] = []
    runtime = switch.runtime
    asterisk = AriClient(runtime.ari_host, runtime.ari_port, runtime.ari_user, runtime.ari_password)
    for _ in range(2):
        async with talking(driver, heard, new_phone) as talk:
            await hear_each_other(talk)
            found.append(await asterisk.request("GET", "/bridges"))
            talk.customer.hang_up()
            await heard.wait(events.LegEnded, leg=talk.customer_leg)
            driver.execute(commands.Release(leg=talk.agent_leg))
            driver.execute(commands.DestroyBridge(bridge=talk.bridge, node="a"))
            await talk.agent.wait_ended()
            async with asyncio.timeout(5):
                while await asterisk.request("GET", "/channels"):
                    await asyncio.sleep(0.05)
        heard.events.clear()
    asterisk.close()
    (first,), (second,) = found
    assert first["id"] == second["id"]
    assert [len(bridge["channels"]) for bridge in (first, second)] == [2, 2]


async def test_hold_gives_the_customer_music_and_the_recording_holds_the_next_agent_too(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    async with talking(driver, heard, new_phone) as talk, new_phone("1002", hz=OTHER_AGENT_HZ) as other:
        driver.execute(commands.StartRecording(leg=talk.customer_leg, recording="r2", path="recordings/demo/2026-01-01/r2"))
        await hear_each_other(talk)
        driver.execute(commands.Disconnect(bridge=talk.bridge, leg=talk.agent_leg))
        driver.execute(commands.Disconnect(bridge=talk.bridge, leg=talk.customer_leg))
        driver.execute(commands.StartMusic(leg=talk.customer_leg, tenant="demo", music="default"))
        await eventually(lambda: not talk.agent.media.hears(CUSTOMER_HZ) and not talk.customer.media.hears(AGENT_HZ))
        await eventually(lambda: bool((abs(talk.customer.media.heard()) > 0.02).any()))
        driver.execute(commands.Connect(bridge=talk.bridge, node="a", legs=(talk.customer_leg, talk.agent_leg)))
        await hear_each_other(talk)
        await other.register()
        await heard.wait(events.DeviceRegistered, device="1002")
        command = originate("1002")
        other_call = await ring(driver, other, command)
        other_call.answer()
        await heard.wait(events.LegAnswered, leg=command.leg)
        driver.execute(commands.Disconnect(bridge=talk.bridge, leg=talk.agent_leg))
        driver.execute(commands.Connect(bridge=talk.bridge, node="a", legs=(command.leg,)))
        await talk.customer.media.wait_for_tone(OTHER_AGENT_HZ)
        await other_call.media.wait_for_tone(CUSTOMER_HZ)
        await asyncio.sleep(0.6)
        driver.execute(commands.Release(leg=talk.customer_leg))
        await heard.wait(events.RecordingEnded, recording="r2")
        file = switch.environment.recordings_dir / "demo" / "2026-01-01" / "r2-t.wav"
        assert_tone(file, AGENT_HZ)
        assert_tone(file, OTHER_AGENT_HZ)


async def test_a_paused_recording_is_silent_and_keeps_its_length(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    async with talking(driver, heard, new_phone) as talk:
        await hear_each_other(talk)
        driver.execute(commands.StartRecording(leg=talk.customer_leg, recording="r3", path="recordings/demo/2026-01-01/r3"))
        await heard.wait(events.RecordingStarted, recording="r3")
        await asyncio.sleep(1.0)
        driver.execute(commands.PauseRecording(leg=talk.customer_leg, recording="r3", paused=True))
        await asyncio.sleep(1.5)
        driver.execute(commands.PauseRecording(leg=talk.customer_leg, recording="r3", paused=False))
        await asyncio.sleep(1.0)
        driver.execute(commands.StopRecording(leg=talk.customer_leg, recording="r3"))
        await heard.wait(events.RecordingEnded, recording="r3")
        for direction, hz in (("r", CUSTOMER_HZ), ("t", AGENT_HZ)):
            samples = read_wav(switch.environment.recordings_dir / f"demo/2026-01-01/r3-{direction}.wav")
            length_s, heard_s = len(samples) / 8000, seconds_of_tone(samples, hz)
            assert length_s > 3.0, "the pause keeps its length"
            assert heard_s > 1.5
            assert length_s - heard_s > 1.2, "and is silent"
        # the leg goes on after its recording
        await hear_each_other(talk)


async def test_muting_takes_the_voice_away_and_back(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> None:
    async with talking(driver, heard, new_phone) as talk:
        await hear_each_other(talk)
        driver.execute(commands.SetMute(leg=talk.agent_leg, muted=True))
        await eventually(lambda: not talk.customer.media.hears(AGENT_HZ))
        await talk.agent.media.wait_for_tone(CUSTOMER_HZ)
        driver.execute(commands.SetMute(leg=talk.agent_leg, muted=False))
        await hear_each_other(talk)


async def test_the_telephones_own_hold_button_is_reported(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> None:
    async with talking(driver, heard, new_phone) as talk:
        await hear_each_other(talk)
        await talk.agent.hold()
        await heard.wait(events.LegHeld, leg=talk.agent_leg)
        await talk.agent.retrieve()
        await heard.wait(events.LegRetrieved, leg=talk.agent_leg)
        await hear_each_other(talk)


async def test_who_is_connected_again_while_its_telephone_holds_the_call_is_told_to_take_it_back(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    """As one who has pressed hold there, and retrieves on the screen: neither would hear anything."""
    async with talking(driver, heard, new_phone) as talk:
        talk.agent.phone.obeys = True
        await hear_each_other(talk)
        await talk.agent.hold()
        await heard.wait(events.LegHeld, leg=talk.agent_leg)
        for leg in (talk.agent_leg, talk.customer_leg):
            driver.execute(commands.Disconnect(bridge=talk.bridge, leg=leg))
        driver.execute(commands.Connect(bridge=talk.bridge, node="a", legs=(talk.customer_leg, talk.agent_leg)))
        await heard.wait(events.LegRetrieved, leg=talk.agent_leg)
        await hear_each_other(talk)


async def test_who_asks_within_a_call_whether_it_goes_on_is_answered(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    """By OPTIONS, as networks do every minute or so, which end a call where nobody answers (RFC 5057 §5.1)."""
    async with talking(driver, heard, new_phone) as talk:
        for call in (talk.customer, talk.agent):
            assert (await call.phone.ask(call.request("OPTIONS"))).status == 200


async def test_digits_are_heard_from_and_sent_to_a_leg(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> None:
    async with talking(driver, heard, new_phone) as talk:
        await hear_each_other(talk)
        await talk.customer.press("12*#")
        await heard.wait(events.DigitPressed, leg=talk.customer_leg, count=4)
        assert [event.digit for event in heard.all(events.DigitPressed, leg=talk.customer_leg)] == list("12*#")
        driver.execute(commands.SendDigits(leg=talk.agent_leg, digits="7"))
        await eventually(lambda: "7" in talk.agent.media.digits)


async def test_a_full_disk_fails_the_recording_and_not_the_call(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    await driver.stop()
    greedy = replace(switch.environment, recording_min_free_mb=2**40)  # more than any disk has
    driver, heard = AsteriskDriver(greedy, switch.runtime), Heard()
    await driver.start(heard)
    await heard.wait(events.SwitchConnected)
    async with talking(driver, heard, new_phone) as talk:
        driver.execute(commands.StartRecording(leg=talk.customer_leg, recording="r4", path="recordings/demo/2026-01-01/r4"))
        failed = await heard.wait(events.RecordingFailed, recording="r4")
        assert failed.reason.startswith("disk full")
        await hear_each_other(talk)
        assert not (switch.environment.recordings_dir / "demo/2026-01-01/r4-r.wav").exists()
    await driver.stop()


@pytest.fixture
async def impatient(
    driver: AsteriskDriver, switch: RunningSwitch, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[AsteriskDriver, Heard]]:
    """A driver for whom a desk phone is gone after two seconds without audio, after five where it holds the call itself."""
    await driver.stop()
    monkeypatch.setattr(provisioning, "HELD_MEDIA_TIMEOUT_S", 5)
    made, heard = AsteriskDriver(replace(switch.environment, media_timeout_s=2), switch.runtime), Heard()
    await made.provision(centre.config("1001", "1002"))
    await made.start(heard)
    await heard.wait(events.SwitchConnected)
    yield made, heard
    await made.stop()


async def test_a_desk_phone_that_loses_its_power_is_noticed_and_the_customer_stays(
    impatient: tuple[AsteriskDriver, Heard], new_phone: NewPhone
) -> None:
    driver, heard = impatient
    async with talking(driver, heard, new_phone) as talk:
        await hear_each_other(talk)
        await asyncio.sleep(2.5)
        assert not heard.all(events.LegEnded), "while it speaks it is there"
        talk.agent.phone.lose_power()
        ended = await heard.wait(events.LegEnded, leg=talk.agent_leg)
        assert ended.cause == "media_lost"
        assert not talk.customer.ended.is_set()
        driver.execute(commands.StartMusic(leg=talk.customer_leg, tenant="demo", music="default"))
        await eventually(lambda: bool((abs(talk.customer.media.heard()) > 0.02).any()))


async def test_a_desk_phone_may_be_silent_longer_where_it_holds_the_call_but_not_for_ever(
    impatient: tuple[AsteriskDriver, Heard], new_phone: NewPhone
) -> None:
    driver, heard = impatient
    async with talking(driver, heard, new_phone) as talk:
        await hear_each_other(talk)
        await talk.agent.hold()
        held = time.monotonic()
        await heard.wait(events.LegHeld, leg=talk.agent_leg)
        ended = await heard.wait(events.LegEnded, leg=talk.agent_leg, timeout_s=15)
        assert ended.cause == "media_lost"
        assert time.monotonic() - held > 3.5


async def test_a_desk_phone_with_which_the_call_cannot_go_on_has_not_hung_up(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    """As by a codec that is not ours, or where it has begun anew and knows of no call: Asterisk ends the leg then."""
    async with talking(driver, heard, new_phone) as talk:
        phone = talk.agent.phone
        body = phone.sdp(talk.agent).replace(b"AVP 8", b"AVP 18").replace(b"8 PCMA", b"18 G729")
        answer = await phone.ask(talk.agent.request("INVITE", *phone.session_headers(), body=body))
        talk.agent.acknowledge(answer)
        assert (await heard.wait(events.LegEnded, leg=talk.agent_leg)).cause == "media_lost"
        assert not talk.customer.ended.is_set()


@pytest.fixture
def filling_disk(switch: RunningSwitch) -> Iterator[tuple[int, Callable[[], None]]]:
    """How much free space to want, in MB, for the recordings' disk, and what fills it: a small one of its own that is full to the
    last byte then, where one may be mounted; else the one there is, made smaller than wanted by a large file."""
    folder = switch.environment.recordings_dir
    folder.mkdir(parents=True, exist_ok=True)
    small = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "none", folder], capture_output=True).returncode == 0
    file = folder / "large"

    def fill() -> None:
        with file.open("wb", buffering=0) as large:
            if not small:
                os.posix_fallocate(large.fileno(), 0, 512 * 2**20)
                return
            with suppress(OSError):
                while large.write(bytes(2**16)):
                    pass

    yield 2 if small else shutil.disk_usage(folder).free // 2**20 - 256, fill
    if small:
        subprocess.run(["umount", "--lazy", folder], check=True)
    else:
        file.unlink()


async def test_a_disk_that_fills_ends_the_recording_and_not_the_call_and_what_was_said_till_then_can_be_heard(
    driver: AsteriskDriver,
    heard: Heard,
    new_phone: NewPhone,
    switch: RunningSwitch,
    filling_disk: tuple[int, Callable[[], None]],
    tmp_path: Path,
) -> None:
    await driver.stop()
    wanted_mb, fill = filling_disk
    driver, heard = AsteriskDriver(replace(switch.environment, recording_min_free_mb=wanted_mb), switch.runtime), Heard()
    await driver.provision(centre.config("1001", "1002"))
    await driver.start(heard)
    await heard.wait(events.SwitchConnected)
    async with talking(driver, heard, new_phone) as talk:
        driver.execute(commands.StartRecording(leg=talk.customer_leg, recording="r5", path="recordings/demo/2026-01-01/r5"))
        await heard.wait(events.RecordingStarted, recording="r5")
        await hear_each_other(talk)
        path = switch.environment.recordings_dir / "demo" / "2026-01-01" / "r5"
        sides = [path.with_name(f"r5-{direction}.wav") for direction in "rt"]
        await eventually(
            lambda: all(side.stat().st_size > 3 * RATE_HZ for side in sides)
        )  # what Asterisk still holds back is lost
        assert not heard.all(events.RecordingEnded)
        with capture_logs() as logs:
            fill()
            ended = await heard.wait(events.RecordingEnded, recording="r5")
        assert ended.cut_short.startswith("disk full")
        assert {(line["event"], line["recording"]) for line in logs} == {("ALARM a recording ends before its call does", "r5")}
        samples, rate_hz = soundfile.read(encode(*sides, tmp_path / "r5.mp3").file)
        for channel, hz in ((0, CUSTOMER_HZ), (1, AGENT_HZ)):
            assert seconds_of_tone(samples[:, channel], hz) >= 1.0
        assert rate_hz == RATE_HZ
        await hear_each_other(talk)
        talk.customer.hang_up()
        await heard.wait(events.LegEnded, leg=talk.customer_leg)
        await asyncio.sleep(0.3)
        assert len(heard.all(events.RecordingEnded)) == 1
    await driver.stop()


async def eventually(condition: Callable[[], bool], timeout_s: float = 10.0) -> None:
    deadline = asyncio.get_running_loop().time() + timeout_s
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "did not come about in time"
        await asyncio.sleep(0.05)


async def test_who_is_being_connected_hears_it_ring_until_the_other_is_there(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with talking(driver, heard, new_phone) as talk:
        await hear_each_other(talk)
        driver.execute(commands.Disconnect(bridge=talk.bridge, leg=talk.agent_leg))
        driver.execute(commands.Ringback(leg=talk.agent_leg, on=True))
        await talk.agent.media.wait_for_tone(RINGBACK_HZ)
        driver.execute(commands.Ringback(leg=talk.agent_leg, on=False))
        driver.execute(commands.Connect(bridge=talk.bridge, node="a", legs=(talk.customer_leg, talk.agent_leg)))
        await hear_each_other(talk)
