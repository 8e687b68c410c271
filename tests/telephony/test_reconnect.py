"""Losing the controller, losing the switch, and coming back: talks go on, callers are kept, both sides agree again."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, closing, contextmanager
from pathlib import Path
from uuid import uuid4

import msgspec
import pytest

from callbase.core import commands, events
from callbase.platform import ports
from callbase.switch.asterisk.client import AriClient
from callbase.switch.asterisk.driver import AsteriskDriver
from callbase.switch.asterisk.names import RECORDING_VARIABLE
from tests.system.telephone import Telephone
from tests.telephony import centre
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.conftest import hang_up_all
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch
from tests.telephony.test_originate import originate, ring
from tests.telephony.test_talk import AGENT_HZ, CUSTOMER_HZ, eventually, hear_each_other, talking
from tests.telephony.tones import assert_tone

NewPhone = Callable[..., Telephone]


async def started(switch: RunningSwitch, heard: Heard, *devices: str) -> AsteriskDriver:
    driver = AsteriskDriver(switch.environment, switch.runtime)
    await driver.provision(centre.config(*(devices or ("1001", "1002"))))
    await driver.start(heard)
    return driver


async def test_a_talk_goes_on_without_a_driver_and_the_next_one_finds_it_with_its_recording(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with talking(driver, heard, new_phone) as talk:
        path = "recordings/demo/2026-01-01/kept"
        driver.execute(commands.StartRecording(leg=talk.customer_leg, recording="kept", path=path))
        await hear_each_other(talk)
        await driver.stop()
        since = time.monotonic()
        await asyncio.sleep(1.0)
        await talk.customer.media.wait_for_tone(AGENT_HZ)
        again = Heard()
        successor = await started(switch, again)
        connected = await again.wait(events.SwitchConnected)
        assert again.events[0] is connected
        legs = {leg.leg: leg for leg in connected.legs}
        customer, agent = legs[talk.customer_leg], legs[talk.agent_leg]
        assert customer.up and agent.up
        assert (customer.bridge, agent.bridge) == (talk.bridge, talk.bridge)
        assert (customer.tenant, customer.trunk, customer.called_number) == ("demo", "demo-trunk", DID)
        assert (customer.caller_number, agent.device) == (CUSTOMER, "1001")
        assert (customer.recordings, agent.recordings) == (("kept",), ())
        assert connected.devices == ("1001",)
        assert connected.bridges == (talk.bridge,)
        await hear_each_other(talk)
        assert talk.customer.media.lost_since(since) < 0.02
        talk.customer.hang_up()
        assert (await again.wait(events.LegEnded, leg=talk.customer_leg)).cause == "normal"
        await again.wait(events.RecordingEnded, recording="kept")
        assert_tone(switch.environment.home / f"{path}-r.wav", CUSTOMER_HZ, at_least_s=1.0)
        await successor.stop()


async def test_whose_agent_went_while_nobody_listened_is_in_no_bridge_and_mixed_with_the_next_one(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with (
        new_phone(CUSTOMER, hz=CUSTOMER_HZ) as customer,
        new_phone("1001", hz=AGENT_HZ) as agent,
        new_phone("1002", hz=700) as another,
    ):
        await agent.register()
        await another.register()
        await heard.wait(events.DeviceRegistered, device="1002")
        call = await customer.call(DID)
        leg = (await heard.wait(events.CallOffered)).leg
        driver.execute(commands.Answer(leg=leg))
        await call.wait_answered()
        first = originate()
        talk = await ring(driver, agent, first)
        talk.answer()
        await heard.wait(events.LegAnswered, leg=first.leg)
        driver.execute(commands.Connect(bridge=first.interaction, node="a", legs=(leg, first.leg)))
        await call.media.wait_for_tone(AGENT_HZ)
        await driver.stop()
        talk.hang_up()
        await talk.wait_ended()
        again = Heard()
        successor = await started(switch, again)
        connected = await again.wait(events.SwitchConnected)
        assert [(live.leg, live.bridge) for live in connected.legs] == [(leg, None)]
        assert connected.bridges == ()
        second = originate("1002", interaction=first.interaction)
        (await ring(successor, another, second)).answer()
        await again.wait(events.LegAnswered, leg=second.leg)
        successor.execute(commands.Connect(bridge=second.interaction, node="a", legs=(leg, second.leg)))
        await call.media.wait_for_tone(700)
        bridges = await successor._client.request("GET", "/bridges")
        assert [(bridge["id"], set(bridge["channels"])) for bridge in bridges] == [
            (f"{first.interaction}.mix", {leg, second.leg})
        ]
        await successor.stop()
        await another.register(expires_s=0)  # other tests are told who is registered


async def test_a_recording_whose_driver_died_before_it_noted_it_goes_on_when_it_is_asked_for_again(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with talking(driver, heard, new_phone) as talk:
        path = "recordings/demo/2026-01-01/not-noted"
        command = commands.StartRecording(leg=talk.customer_leg, recording="not-noted", path=path)
        driver.execute(command)
        await heard.wait(events.RecordingStarted, recording="not-noted")
        await hear_each_other(talk)
        await asyncio.sleep(1.0)
        await driver.stop()
        runtime = switch.runtime
        client = AriClient(runtime.ari_host, runtime.ari_port, runtime.ari_user, runtime.ari_password)
        await client.request("POST", f"/channels/{talk.customer_leg}/variable", variable=RECORDING_VARIABLE, value="")
        client.close()
        again = Heard()
        successor = await started(switch, again)
        connected = await again.wait(events.SwitchConnected)
        assert all(not leg.recordings for leg in connected.legs)
        successor.execute(command)
        await again.wait(events.RecordingStarted, recording="not-noted")
        talk.customer.hang_up()
        await again.wait(events.RecordingEnded, recording="not-noted")
        assert_tone(switch.environment.home / f"{path}-r.wav", CUSTOMER_HZ, at_least_s=1.0)
        await successor.stop()


async def test_a_call_that_comes_while_nobody_listens_is_kept_with_music_and_offered_later(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    await driver.stop()
    async with new_phone(CUSTOMER, hz=CUSTOMER_HZ) as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await eventually_loud(call)
        successor = await started(switch, heard)
        offered = await heard.wait(events.CallOffered)
        assert (offered.caller_number, offered.called_number) == (CUSTOMER, DID)
        successor.execute(commands.Answer(leg=offered.leg))
        await heard.wait(events.LegAnswered, leg=offered.leg)
        assert len(heard.all(events.CallOffered)) == 1
        assert not call.ended.is_set()
        await hang_up_all(switch)
        await successor.stop()


async def test_calls_that_came_while_nobody_listened_are_offered_in_the_order_in_which_they_came(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    await driver.stop()
    numbers = [f"0086211234560{number}" for number in range(5)]
    async with AsyncExitStack() as customers:
        calls = []
        for number in numbers:
            customer = await customers.enter_async_context(new_phone(number, hz=CUSTOMER_HZ))
            calls.append(await customer.call(DID))
            await asyncio.sleep(0.27)  # each has seconds of its own in which it is offered again
        for call in calls:
            await call.wait_answered(timeout_s=6)
        successor = await started(switch, heard)
        await heard.wait(events.CallOffered, count=len(numbers))
        assert [offered.caller_number for offered in heard.all(events.CallOffered)] == numbers
        await hang_up_all(switch)
        await successor.stop()


async def test_who_gives_up_while_nobody_listens_is_told_afterwards_with_number_and_times_and_once(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    await driver.stop()
    began_ms = time.time() * 1000
    async with new_phone("00862112345678", hz=CUSTOMER_HZ) as early, new_phone(CUSTOMER, hz=CUSTOMER_HZ) as patient:
        rung, waited = await early.call(DID), await patient.call(DID)
        await asyncio.sleep(1.5)
        rung.hang_up()
        rung_until_ms = time.time() * 1000
        await waited.wait_answered()
        await asyncio.sleep(0.5)
        waited.hang_up()
        waited_until_ms = time.time() * 1000
        await eventually(lambda: len(missed(switch)) == 2)
    successor = await started(switch, heard)
    told = await heard.wait(events.CallsMissed)
    first, second = sorted(told.calls, key=lambda call: call.ended_ms)
    assert (first.caller_number, first.called_number, first.tenant, first.trunk) == ("00862112345678", DID, "demo", "demo-trunk")
    assert second.caller_number == CUSTOMER
    for call, until_ms in ((first, rung_until_ms), (second, waited_until_ms)):
        assert -5 <= call.started_ms - began_ms < 1000
        assert abs(call.ended_ms - until_ms) < 1000
    await eventually(lambda: not missed(switch))
    await successor.stop()
    again = Heard()
    successor = await started(switch, again)
    await again.wait(events.SwitchConnected)
    await asyncio.sleep(0.3)
    assert not again.all(events.CallsMissed)
    await successor.stop()


async def test_who_was_kept_and_then_taken_is_not_told_as_missed(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    await driver.stop()
    async with new_phone(CUSTOMER, hz=CUSTOMER_HZ) as customer:
        call = await customer.call(DID)
        await asyncio.sleep(1.2)
        successor = await started(switch, heard)
        offered = await heard.wait(events.CallOffered)
        assert offered.waited_ms >= 1200
        call.hang_up()
        await heard.wait(events.LegEnded, leg=offered.leg)
    await asyncio.sleep(1.5)
    assert not missed(switch)
    await successor.stop()


def missed(switch: RunningSwitch) -> list[tuple[str, str]]:
    """What the dialplan has written down of callers who gave up."""
    return on_disk(switch, "SELECT key, value FROM astdb WHERE key LIKE ?", "/missed/%")


async def test_a_telephone_that_answers_while_nobody_listens_is_kept_and_reported_later(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone("1001", hz=AGENT_HZ) as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        command = originate()
        call = await ring(driver, phone, command)
        await heard.wait(events.LegAlerting, leg=command.leg)
        await driver.stop()
        call.answer()
        await call.wait_answered()
        await asyncio.sleep(1.0)
        again = Heard()
        successor = await started(switch, again)
        connected = await again.wait(events.SwitchConnected)
        if not connected.legs[0].up:
            await again.wait(events.LegAnswered, leg=command.leg)
        assert not call.ended.is_set()
        await hang_up_all(switch)
        await successor.stop()


async def test_after_the_switch_restarts_it_is_provisioned_again_and_telephones_are_still_known(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone("1001", answer_after_s=0) as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        # stopped properly: after a kill the registrations of the last second would be lost
        before = await heard.wait(events.SwitchConnected)
        switch.stop()
        await heard.wait(events.SwitchLost)
        stopped_ms = int(time.time() * 1000)
        switch.start()
        connected = await heard.wait(events.SwitchConnected, count=2)
        assert 0 < before.started_ms < stopped_ms <= connected.started_ms <= time.time() * 1000
        assert connected.legs == ()
        assert connected.devices == ("1001",)
        command = originate()
        driver.execute(command)
        await heard.wait(events.LegAnswered, leg=command.leg)
        driver.execute(commands.Release(leg=command.leg))
        await heard.wait(events.LegEnded, leg=command.leg)


async def test_a_call_that_comes_as_soon_as_the_switch_is_back_is_kept_and_secrets_are_not_on_its_disk(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    await driver.stop()
    await eventually(lambda: bool(on_disk(switch, "SELECT key, value FROM astdb WHERE key = ?", "/callbase/endpoint/1001")))
    await asyncio.sleep(1.5)  # it writes to disk each second, and what it writes last might be a secret
    switch.kill()
    with astdb(switch) as database:
        written = str(database.execute("SELECT key, value FROM astdb").fetchall())
    assert "/callbase/endpoint/1001" in written
    assert centre.ha1("1001") not in written
    switch.start()
    async with new_phone(CUSTOMER, hz=CUSTOMER_HZ) as customer, new_phone("1001", answer_after_s=0) as phone:
        call = await customer.call(DID)
        with pytest.raises(AssertionError, match="500"):
            await phone.register()
        again = Heard()
        successor = await started(switch, again)
        offered = await again.wait(events.CallOffered)
        assert (offered.caller_number, offered.called_number, offered.trunk) == (CUSTOMER, DID, "demo-trunk")
        successor.execute(commands.Answer(leg=offered.leg))
        await call.wait_answered()
        await phone.register()
        command = originate()
        successor.execute(command)
        await again.wait(events.LegAnswered, leg=command.leg)
        await hang_up_all(switch)
        await successor.stop()


async def test_a_switch_that_died_while_it_replaced_a_contact_calls_the_new_one(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone("1001") as before, new_phone("1001", answer_after_s=0) as phone:
        await before.register(expires_s=300)
        old = await contact_kept(switch, before)
        await phone.register()
        new = await contact_kept(switch, phone)
        switch.kill()
        with astdb(switch) as database:  # the new one was written, and the old one's removal not yet
            database.execute("INSERT OR REPLACE INTO astdb VALUES (?, ?)", old)
        switch.start()
        assert (await heard.wait(events.SwitchConnected, count=2)).devices == ("1001",)
        command = originate()
        driver.execute(command)
        await heard.wait(events.LegAnswered, leg=command.leg)
        assert before.incoming.empty()
        assert not heard.all(events.DeviceUnregistered)
        await eventually(lambda: contacts(switch, "sip:1001@") == [new])
        driver.execute(commands.Release(leg=command.leg))
        await heard.wait(events.LegEnded, leg=command.leg)


@contextmanager
def astdb(switch: RunningSwitch) -> Iterator[sqlite3.Connection]:
    """Asterisk's own database, where registrations outlast it. Only while it does not run: it fails to commit what is locked."""
    with closing(sqlite3.connect(_astdb_file(switch))) as database, database:
        yield database


def on_disk(switch: RunningSwitch, statement: str, *values: str) -> list[tuple[str, str]]:
    """Rows of that database as they are now, without locking it."""
    with closing(sqlite3.connect(f"file:{_astdb_file(switch)}?immutable=1", uri=True)) as database:
        return database.execute(statement, values).fetchall()


def _astdb_file(switch: RunningSwitch) -> Path:
    return switch.environment.home / "asterisk" / "db" / "astdb.sqlite3"


def contacts(switch: RunningSwitch, address: str) -> list[tuple[str, str]]:
    """Those with that in their address which are on disk, as key and value."""
    return on_disk(switch, "SELECT key, value FROM astdb WHERE value LIKE ?", f"%{address}%")


async def contact_kept(switch: RunningSwitch, phone: Telephone) -> tuple[str, str]:
    """A telephone's contact, once it is on disk."""
    await eventually(lambda: bool(contacts(switch, phone.here)))
    (found,) = contacts(switch, phone.here)
    return found


async def test_commands_to_a_switch_that_is_away_fail_as_events(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard
) -> None:
    switch.kill()
    await heard.wait(events.SwitchLost)
    command = originate()
    driver.execute(command)
    driver.execute(commands.Play(leg="gone", playback=str(uuid4()), speech=()))
    assert (await heard.wait(events.LegEnded, leg=command.leg)).cause == "error"
    assert (await heard.wait(events.PlaybackFinished)).result == "failed"
    switch.start()
    await heard.wait(events.SwitchConnected, count=2)


async def eventually_loud(call: object) -> None:
    deadline = asyncio.get_running_loop().time() + 5
    while not (abs(call.media.heard()) > 0.02).any():  # type: ignore[attr-defined]
        assert asyncio.get_running_loop().time() < deadline, "no music"
        await asyncio.sleep(0.05)


async def test_a_driver_whose_place_is_taken_yields_and_comes_back_when_the_other_is_gone(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    again = Heard()
    successor = await started(switch, again)
    await again.wait(events.SwitchConnected)
    await heard.wait(events.SwitchLost)
    async with new_phone(CUSTOMER) as customer:
        call = await customer.call(DID)
        await again.wait(events.CallOffered)
        assert not heard.all(events.CallOffered)
        call.hang_up()
    await successor.stop()
    await heard.wait(events.SwitchConnected, count=2)


async def test_telephones_may_register_while_drivers_come_and_go(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    """Asterisk died of it where a driver was subscribed to all endpoints, most often within the first ten."""
    gone = asyncio.Event()

    async def register(device: str) -> None:
        async with new_phone(device) as phone:
            while not gone.is_set():
                await phone.register()
                await phone.register(expires_s=0)

    registering = [asyncio.create_task(register(device)) for device in ("1001", "1002")]
    await driver.stop()
    for _ in range(50):
        again = Heard()
        successor = await started(switch, again)
        await again.wait(events.SwitchConnected)
        await asyncio.sleep(0.02)
        await successor.stop()
    assert switch.process is not None and switch.process.poll() is None
    successor = await started(switch, heard)
    await heard.wait(events.DeviceRegistered, device="1001")
    await heard.wait(events.DeviceUnregistered, device="1001")
    gone.set()
    await asyncio.gather(*registering)
    await successor.stop()


async def test_a_driver_that_does_not_know_the_configuration_yet_leaves_the_telephones_alone(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone("1001") as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        await driver.stop()
        again = Heard()
        successor = AsteriskDriver(switch.environment, switch.runtime)
        await successor.start(again)
        assert (await again.wait(events.SwitchConnected)).devices == ("1001",)
        await successor.provision(centre.config("1001", "1002"))
        assert not again.all(events.DeviceUnregistered)
        await successor.stop()


async def test_whose_place_another_driver_took_commands_nothing_any_more(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with talking(driver, heard, new_phone) as talk:
        again = Heard()
        successor = await started(switch, again)
        try:
            await again.wait(events.SwitchConnected)
            await heard.wait(events.SwitchLost)
            driver.execute(commands.Release(leg=talk.customer_leg, cause="normal"))
            await hear_each_other(talk)
            successor.execute(commands.Release(leg=talk.customer_leg, cause="normal"))
            await again.wait(events.LegEnded, leg=talk.customer_leg)
        finally:
            await successor.stop()


async def test_a_driver_that_is_not_started_tells_whether_its_switch_answers_and_one_that_is_stopped_does_not_answer(
    switch: RunningSwitch,
) -> None:
    there = AsteriskDriver(switch.environment, switch.runtime)
    nobody = AsteriskDriver(switch.environment, msgspec.structs.replace(switch.runtime, ari_port=ports.pick()))
    half = AsteriskDriver(switch.environment, msgspec.structs.replace(switch.runtime, ami_port=ports.pick()))
    assert [await driver.reaches() for driver in (there, nobody, half)] == [True, False, False]
    assert switch.process is not None
    switch.process.send_signal(signal.SIGSTOP)
    try:
        assert not await there.reaches()
    finally:
        switch.process.send_signal(signal.SIGCONT)
    assert await there.reaches()
    for driver in (there, nobody, half):
        await driver.stop()
