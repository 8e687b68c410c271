"""A supervisor at an agent's call, with real audio: who hears whom while it listens, whispers, barges in and takes over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from callbase.core import commands, events
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.system.audio import share_of_tone
from tests.system.telephone import Call, Telephone
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch
from tests.telephony.test_originate import originate, ring
from tests.telephony.test_talk import AGENT_HZ, CUSTOMER_HZ, NewPhone, eventually, hear_each_other, talking
from tests.telephony.tones import assert_tone

SUPERVISOR_HZ = 1100
C, A, S = CUSTOMER_HZ, AGENT_HZ, SUPERVISOR_HZ


def voices(call: Call, last_s: float = 0.5) -> set[int]:
    """Whose tones are heard now, mixed or alone."""
    samples = call.media.heard(last_s)
    return {hz for hz in (C, A, S) if share_of_tone(samples, hz) > 0.15}


async def hear(*whom: tuple[Call, set[int]]) -> None:
    """All at the same time hear just these."""
    await eventually(lambda: all(voices(call) == tones for call, tones in whom))


async def supervisor_answers(driver: AsteriskDriver, heard: Heard, phone: Telephone) -> tuple[str, Call]:
    await phone.register()
    await heard.wait(events.DeviceRegistered, device="1002")
    command = originate("1002")
    call = await ring(driver, phone, command)
    call.answer()
    await heard.wait(events.LegAnswered, leg=command.leg)
    return command.leg, call


async def test_a_whisper_reaches_the_agent_only_a_barge_both_and_after_a_take_over_the_customer_talks_to_the_supervisor(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch
) -> None:
    async with talking(driver, heard, new_phone) as talk, new_phone("1002", hz=SUPERVISOR_HZ) as phone:
        customer, agent = talk.customer, talk.agent
        driver.execute(commands.StartRecording(leg=talk.customer_leg, recording="s1", path="recordings/demo/2026-01-01/s1"))
        await hear_each_other(talk)
        leg, supervisor = await supervisor_answers(driver, heard, phone)
        supervise: Callable[[str], None] = lambda mode: driver.execute(  # noqa: E731
            commands.Supervise(leg=leg, of=talk.agent_leg, mode=mode)  # type: ignore[arg-type]
        )
        joined = time.monotonic()
        supervise("listen")
        await hear((customer, {A}), (agent, {C}), (supervisor, {C, A}))
        supervise("whisper")
        await hear((customer, {A}), (agent, {C, S}), (supervisor, {C, A}))
        so_far = customer.media.heard(time.monotonic() - joined)
        assert share_of_tone(so_far, S) < 0.01, "not even for a moment"
        supervise("barge")
        await hear((customer, {A, S}), (agent, {C, S}), (supervisor, {C, A}))
        supervise("listen")
        await hear((customer, {A}), (agent, {C}), (supervisor, {C, A}))
        driver.execute(commands.Connect(bridge=talk.bridge, node="a", legs=(talk.customer_leg, leg)))
        driver.execute(commands.Release(leg=talk.agent_leg))
        await heard.wait(events.LegEnded, leg=talk.agent_leg)
        await hear((customer, {S}), (supervisor, {C}))
        await asyncio.sleep(0.5)  # so much that the recording must have it
        assert len(heard.all(events.LegEnded)) == 1
        driver.execute(commands.Release(leg=talk.customer_leg))
        await heard.wait(events.RecordingEnded, recording="s1")
        file = switch.environment.recordings_dir / "demo/2026-01-01/s1-t.wav"
        assert_tone(file, AGENT_HZ)
        assert_tone(file, SUPERVISOR_HZ, at_least_s=0.3)


async def test_a_supervisor_who_hangs_up_while_the_snoop_is_made_leaves_none(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = driver._client.request

    async def hung_up_meanwhile(method: str, path: str, **details: Any) -> Any:
        if "/snoop/" in path:
            supervisor.hang_up()
            await heard.wait(events.LegEnded, leg=leg)
            await asyncio.gather(*driver._background)
        answer = await ask(method, path, **details)
        if "/snoop/" in path:
            made.set()
        return answer

    async def snoops() -> list[str]:
        return [channel["name"] for channel in await ask("GET", "/channels") if channel["name"].startswith("Snoop/")]

    made = asyncio.Event()
    monkeypatch.setattr(driver._client, "request", hung_up_meanwhile)
    async with talking(driver, heard, new_phone) as talk, new_phone("1002", hz=SUPERVISOR_HZ) as phone:
        leg, supervisor = await supervisor_answers(driver, heard, phone)
        driver.execute(commands.Supervise(leg=leg, of=talk.agent_leg, mode="listen"))
        async with asyncio.timeout(20):
            await made.wait()
            while await snoops():
                await asyncio.sleep(0.05)
        assert not talk.agent.ended.is_set()
