"""Legs that are answered or end while no driver listens: Asterisk writes it down, and the next driver tells it, once."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from callbase.core import commands, events
from callbase.switch.asterisk import notes
from callbase.switch.asterisk.ami import Manager
from callbase.switch.asterisk.driver import AsteriskDriver
from callbase.switch.asterisk.names import HEARD_FOR_MS, HEARD_VARIABLE, UNHEARD_FAMILY
from tests.system.telephone import Call, Telephone
from tests.telephony import centre, listener
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.conftest import hang_up_all
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch
from tests.telephony.test_originate import originate, ring
from tests.telephony.test_reconnect import started
from tests.telephony.test_talk import AGENT_HZ, hear_each_other, talking

NewPhone = Callable[..., Telephone]

UNHEARD_S = HEARD_FOR_MS / 1000 + 0.3
"""After this Asterisk knows that a driver does not listen which is stopped and still connected."""
RIGHT_WITHIN_MS = 900
"""Moments here are a second apart. The last word that a driver listens is a quarter of a second old when it is stopped, and
more on a busy machine, which also tells us late."""


@asynccontextmanager
async def manager(switch: RunningSwitch) -> AsyncIterator[Manager]:
    runtime = switch.runtime
    made = Manager(runtime.ari_host, runtime.ami_port, runtime.ari_user, runtime.ari_password, lambda event: None)
    yield made
    await made.close()


async def written(switch: RunningSwitch) -> list[str]:
    """Legs that Asterisk has notes of."""
    async with manager(switch) as asked:
        entries = await asked.entries("DBGetTree", Family=UNHEARD_FAMILY)
    return [entry["Key"].rpartition("/")[2] for entry in entries if "Key" in entry]


async def until_written(switch: RunningSwitch, *legs: str) -> None:
    """Looks a moment later: who looks is connected to Asterisk, as one who listens is."""
    deadline = time.monotonic() + 8
    await asyncio.sleep(0.3)
    while sorted(found := await written(switch)) != sorted(legs):
        assert time.monotonic() < deadline, f"there are notes of {found}, and should be of {legs}"
        await asyncio.sleep(0.1)


async def stopped(driver: AsteriskDriver) -> float:
    """When, by time.time(). It takes Asterisk a moment to see that nobody is connected any more."""
    await driver.stop()
    now = time.time()
    await asyncio.sleep(0.15)
    return now


async def next_driver(switch: RunningSwitch) -> tuple[events.SwitchConnected, float]:
    """What the next one says as it connects, and when by time.time(); it is stopped once it has had the notes forgotten."""
    heard = Heard()
    driver = await started(switch, heard)
    connected = await heard.wait(events.SwitchConnected)
    now = time.time()
    await until_written(switch)
    await driver.stop()
    return connected, now


def about(ago_ms: int | None, moment: float, now: float) -> bool:
    return ago_ms is not None and abs(ago_ms - (now - moment) * 1000) < RIGHT_WITHIN_MS


async def test_two_who_hang_up_are_told_with_moment_and_cause_and_once(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with talking(driver, heard, new_phone) as talk:
        driver.execute(commands.StartRecording(leg=talk.customer_leg, recording="r", path="recordings/demo/2026-01-01/unheard"))
        await heard.wait(events.RecordingStarted, recording="r")
        await hear_each_other(talk)
        since = await stopped(driver)
        talk.customer.hang_up()
        first = time.time()
        await until_written(switch, talk.customer_leg)
        await asyncio.sleep(1.0)
        talk.agent.hang_up()
        second = time.time()
        await until_written(switch, talk.customer_leg, talk.agent_leg)
        connected, now = await next_driver(switch)
    assert connected.legs == ()
    told = {note.leg: note for note in connected.meanwhile}
    customer, agent = told.pop(talk.customer_leg), told.pop(talk.agent_leg)
    assert not told
    assert about(customer.ended_ago_ms, first, now)
    assert about(agent.ended_ago_ms, second, now)
    assert (customer.cause, agent.cause, customer.answered_ago_ms) == ("normal", "normal", None)
    assert about(connected.unheard_ms, since, now)
    assert (await next_driver(switch))[0].meanwhile == ()


@asynccontextmanager
async def ringing(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, device: str = "1001"
) -> AsyncIterator[tuple[Call, str]]:
    """A telephone that rings, and its leg."""
    async with new_phone(device, hz=AGENT_HZ) as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device=device)
        command = originate(device)
        call = await ring(driver, phone, command)
        await heard.wait(events.LegAlerting, leg=command.leg)
        yield call, command.leg


async def test_a_telephone_that_picks_up_and_hangs_up_is_told_with_both_moments(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with ringing(driver, heard, new_phone) as (call, leg):
        await stopped(driver)
        call.answer()
        await call.wait_answered()
        answered = time.time()
        await asyncio.sleep(1.0)
        call.hang_up()
        ended = time.time()
        await asyncio.sleep(0.5)
        connected, now = await next_driver(switch)
    (note,) = connected.meanwhile
    assert (note.leg, note.cause) == (leg, "normal")
    assert about(note.answered_ago_ms, answered, now)
    assert about(note.ended_ago_ms, ended, now)


async def test_a_telephone_that_picks_up_and_stays_is_told_as_answered_then(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with ringing(driver, heard, new_phone) as (call, leg):
        await stopped(driver)
        call.answer()
        await call.wait_answered()
        answered = time.time()
        await until_written(switch, leg)
        await asyncio.sleep(1.0)
        connected, now = await next_driver(switch)
        await hang_up_all(switch)
    (note,) = connected.meanwhile
    assert (note.leg, note.ended_ago_ms) == (leg, None)
    assert about(note.answered_ago_ms, answered, now)
    assert [live.leg for live in connected.legs] == [leg]


@pytest.mark.parametrize(("status", "cause"), [(486, "busy"), (603, "rejected"), (480, "no_answer")])
async def test_a_telephone_that_does_not_take_the_call_is_told_with_the_reason(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, status: int, cause: str
) -> None:
    async with ringing(driver, heard, new_phone) as (call, leg):
        await stopped(driver)
        call.reject(status)
        ended = time.time()
        await until_written(switch, leg)
        connected, now = await next_driver(switch)
    (note,) = connected.meanwhile
    assert (note.leg, note.answered_ago_ms, note.cause) == (leg, None, cause)
    assert about(note.ended_ago_ms, ended, now)


async def test_a_caller_who_gives_up_before_anybody_answered_is_told_so(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone(CUSTOMER) as customer:
        call = await customer.call(DID)
        leg = (await heard.wait(events.CallOffered)).leg
        await stopped(driver)
        call.cancel()
        await until_written(switch, leg)
        connected, _ = await next_driver(switch)
    (note,) = connected.meanwhile
    assert (note.leg, note.answered_ago_ms, note.cause) == (leg, None, "cancelled")


async def test_a_telephone_that_loses_its_power_is_told_as_lost(
    switch: RunningSwitch, driver: AsteriskDriver, new_phone: NewPhone
) -> None:
    await driver.stop()
    heard = Heard()
    impatient = AsteriskDriver(replace(switch.environment, media_timeout_s=2), switch.runtime)
    await impatient.provision(centre.config("1001", "1002"))
    await impatient.start(heard)
    await heard.wait(events.SwitchConnected)
    async with talking(impatient, heard, new_phone) as talk:
        await hear_each_other(talk)
        await impatient.stop()
        talk.agent.phone.lose_power()
        await until_written(switch, talk.agent_leg)
        connected, _ = await next_driver(switch)
        await hang_up_all(switch)
    assert [(note.leg, note.cause) for note in connected.meanwhile] == [(talk.agent_leg, "media_lost")]


async def test_while_a_driver_listens_nothing_is_written(
    switch: RunningSwitch, driver: AsteriskDriver, new_phone: NewPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """But where it was late in saying that it does, as on a machine with too much to do."""
    await driver.stop()
    monkeypatch.setattr(notes, "LOOK_EVERY_S", 600.0)  # or what is written would be forgotten soon
    heard = Heard()
    listening = await started(switch, heard)
    await heard.wait(events.SwitchConnected)
    unwritten = 0
    for _ in range(5):
        before = set(await written(switch))
        async with talking(listening, heard, new_phone) as talk:
            talk.customer.hang_up()
            await heard.wait(events.LegEnded, leg=talk.customer_leg)
            listening.execute(commands.Release(leg=talk.agent_leg))
            await heard.wait(events.LegEnded, leg=talk.agent_leg)
        unwritten += set(await written(switch)) == before
        heard.events.clear()
    assert unwritten
    await listening.stop()


async def test_a_driver_that_is_stopped_and_still_connected_does_not_listen(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with talking(driver, heard, new_phone) as talk, ringing(driver, heard, new_phone, "1002") as (call, leg):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.telephony.listener", stdin=asyncio.subprocess.PIPE
        )
        try:
            assert process.stdin is not None
            process.stdin.write(listener.order(switch))
            await heard.wait(events.SwitchLost, timeout_s=30)
            await until_it_listens(switch)
            process.send_signal(signal.SIGSTOP)
            await asyncio.sleep(UNHEARD_S)
            call.answer()
            await call.wait_answered()
            answered = time.time()
            talk.customer.hang_up()
            ended = time.time()
            await until_written(switch, talk.customer_leg, leg)
            await asyncio.sleep(0.5)
        finally:
            process.kill()
            await process.wait()
        connected = await heard.wait(events.SwitchConnected, count=2)
        now = time.time()
        assert {live.leg for live in connected.legs} == {talk.agent_leg, leg}
        told = {note.leg: note for note in connected.meanwhile}
        assert set(told) == {talk.customer_leg, leg}
        assert about(told[talk.customer_leg].ended_ago_ms, ended, now)
        assert about(told[leg].answered_ago_ms, answered, now)


async def until_it_listens(switch: RunningSwitch) -> None:
    """Says so a second time, that is."""
    said: set[str] = set()
    deadline = time.monotonic() + 15
    async with manager(switch) as asked:
        while len(said) < 3:
            assert time.monotonic() < deadline
            said.add((await asked.action("Getvar", Variable=HEARD_VARIABLE))["Value"])
            await asyncio.sleep(0.05)
