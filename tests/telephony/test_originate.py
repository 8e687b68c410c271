"""Calls that go out: to registered telephones, and every way in which they fail."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from callbase.core import commands, events
from callbase.core.config import Trunk
from callbase.switch.asterisk.client import AriClient
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.system.telephone import Call, Telephone
from tests.telephony import centre
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch

NewPhone = Callable[..., Telephone]


def originate(device: str | None = "1001", **fields: object) -> commands.Originate:
    values: dict[str, object] = {
        "leg": str(uuid4()), "node": "a", "tenant": "demo", "interaction": str(uuid4()), "device": device,
        "caller_number": centre.CUSTOMER, "caller_name": "王先生",
    }  # fmt: skip
    return commands.Originate(**(values | fields))  # type: ignore[arg-type]


async def ring(driver: AsteriskDriver, phone: Telephone, command: commands.Originate) -> Call:
    driver.execute(command)
    return await phone.incoming.get()


async def test_a_registered_telephone_rings_with_the_callers_number_and_headers_and_answers(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone("1001", hz=800) as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        command = originate(headers={"X-Callbase-Queue": "sales"})
        call = await ring(driver, phone, command)
        await heard.wait(events.LegAlerting, leg=command.leg)
        assert call.invite is not None
        assert call.caller == centre.CUSTOMER
        assert call.invite.get("x-callbase-interaction") == command.interaction
        assert call.invite.get("x-callbase-queue") == "sales"
        assert not call.invite.get("call-info")
        call.answer()
        await heard.wait(events.LegAnswered, leg=command.leg)
        call.hang_up()
        ended = await heard.wait(events.LegEnded, leg=command.leg)
        assert (ended.cause, ended.by_far_end) == ("normal", True)
        kinds = [type(event).__name__ for event in heard.events if getattr(event, "leg", "") == command.leg]
        assert kinds == ["LegAlerting", "LegAnswered", "LegEnded"]


async def test_a_telephone_hears_that_its_call_is_over_before_the_next_one_rings(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else it would say that it is busy, and its agent would be taken for one who is not ready."""
    ask = driver._client.request

    async def slow_to_hang_up(method: str, path: str, **details: Any) -> Any:
        if method == "DELETE":
            await asyncio.sleep(0.2)
        return await ask(method, path, **details)

    monkeypatch.setattr(driver._client, "request", slow_to_hang_up)
    async with new_phone("1001") as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        command = originate()
        call = await ring(driver, phone, command)
        call.answer()
        await heard.wait(events.LegAnswered, leg=command.leg)
        withdrawn, wanted = originate(), originate()
        driver.execute(commands.Release(leg=command.leg))
        driver.execute(withdrawn)
        driver.execute(commands.Release(leg=withdrawn.leg))
        following = await ring(driver, phone, wanted)
        assert call.ended.is_set()
        assert following.invite is not None
        assert following.invite.get("x-callbase-interaction") == wanted.interaction, "what is not wanted any more never rings"
        assert not (await heard.wait(events.LegEnded, leg=withdrawn.leg)).by_far_end
        following.reject()


async def test_a_telephone_that_says_busy_without_having_rung_is_called_once_more(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    """It may have had a call that nobody here knows of, as one that ended while an earlier driver was killed."""

    async def until(there: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not there():
                await asyncio.sleep(0.01)

    async def next_call(number: int) -> Call:
        await until(lambda: len(phone.calls) == number)
        return list(phone.calls.values())[-1]

    async with new_phone("1001", ring_after_s=0.3) as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        command, in_vain, withdrawn = originate(), originate(), originate()
        driver.execute(command)
        (await next_call(1)).reject()
        (await asyncio.wait_for(phone.incoming.get(), 10)).answer()
        await heard.wait(events.LegAnswered, leg=command.leg)
        driver.execute(commands.Release(leg=command.leg))
        await heard.wait(events.LegEnded, leg=command.leg)
        driver.execute(in_vain)
        (await next_call(3)).reject()
        (await next_call(4)).reject()
        assert (await heard.wait(events.LegEnded, leg=in_vain.leg)).cause == "busy"
        driver.execute(withdrawn)
        (await next_call(5)).reject()
        await until(lambda: driver._translator.legs[withdrawn.leg].said_busy)
        driver.execute(commands.Release(leg=withdrawn.leg))
        assert not (await heard.wait(events.LegEnded, leg=withdrawn.leg)).by_far_end
        assert len(phone.calls) == 5


async def test_auto_answer_is_asked_for_by_headers(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> None:
    async with new_phone("1001") as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        call = await ring(driver, phone, originate(auto_answer=True))
        assert call.invite is not None
        assert call.invite.get("call-info").endswith("answer-after=0")
        assert call.invite.get("x-callbase-answer") == "auto"
        call.reject()


@pytest.mark.parametrize(
    ("status", "cause"),
    [(486, "busy"), (603, "rejected"), (404, "unallocated"), (480, "no_answer"), (503, "congestion"), (484, "invalid_number")],
)
async def test_a_refusal_ends_the_leg_with_its_cause(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, status: int, cause: str
) -> None:
    async with new_phone("1001") as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        command = originate()
        (await ring(driver, phone, command)).reject(status)
        ended = await heard.wait(events.LegEnded, leg=command.leg)
        assert (ended.cause, ended.sip_code, ended.by_far_end) == (cause, status, True)
        assert not heard.all(events.LegAnswered)


@pytest.mark.parametrize("contact", ["sip:13800138000@127.0.0.1", "sip:*43@127.0.0.1", "sip:PJSIP/1002@127.0.0.1"])
async def test_a_telephone_that_forwards_its_calls_declines_and_nobody_is_called_in_its_place(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, switch: RunningSwitch, contact: str
) -> None:
    """Asterisk would call where it is told to by itself (RFC 3261 §8.1.3.4), a leg nobody knows of, which rings for hours."""
    runtime = switch.runtime
    asterisk = AriClient(runtime.ari_host, runtime.ari_port, runtime.ari_user, runtime.ari_password)
    async with new_phone("1001") as phone, new_phone("1002") as other:
        for registered in (phone, other):
            await registered.register()
            await heard.wait(events.DeviceRegistered, device=registered.user)
        command = originate()
        (await ring(driver, phone, command)).reject(302, ("contact", f"<{contact}>"))
        # why, Asterisk tells only where it has looked at the refusal before it turns to where that leads
        assert (await heard.wait(events.LegEnded, leg=command.leg)).cause in ("rejected", "error")
        async with asyncio.timeout(5):
            while await asterisk.request("GET", "/channels"):
                await asyncio.sleep(0.05)
        assert not heard.all(events.CallOffered)
        await other.register(expires_s=0)
    asterisk.close()


async def test_a_telephone_that_is_not_answered_ends_as_no_answer_in_time(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone("1001") as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        command = originate(timeout_ms=1500)
        began = time.monotonic()
        call = await ring(driver, phone, command)
        ended = await heard.wait(events.LegEnded, leg=command.leg)
        assert (ended.cause, ended.by_far_end) == ("no_answer", False)
        assert 1.4 < time.monotonic() - began < 6, "the switch's own time-out comes five seconds later"
        await call.wait_ended()


async def test_releasing_a_ringing_leg_cancels_it(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> None:
    async with new_phone("1001") as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        command = originate()
        call = await ring(driver, phone, command)
        driver.execute(commands.Release(leg=command.leg))
        await call.wait_ended()
        ended = await heard.wait(events.LegEnded, leg=command.leg)
        assert (ended.cause, ended.by_far_end) == ("normal", False)


async def test_a_telephone_that_is_not_registered_is_unreachable_at_once(driver: AsteriskDriver, heard: Heard) -> None:
    began = time.monotonic()
    for command in (originate("1002"), originate("nobody")):
        driver.execute(command)
        ended = await heard.wait(events.LegEnded, leg=command.leg)
        assert ended.cause == "unreachable"
    assert time.monotonic() - began < 15, "ringing would take half a minute"


async def test_a_number_is_called_by_a_trunk(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> None:
    async with new_phone("carrier", hz=600) as carrier:
        host, port = carrier.sip.address
        trunk = Trunk(id="carrier", host=host, port=port, match=("127.0.0.9",))
        await driver.provision(centre.config("1001", trunks={"carrier": trunk}))
        command = originate(None, trunk="carrier", number="13800138000", caller_number="4008001234")
        call = await ring(driver, carrier, command)
        assert call.invite is not None
        assert "sip:13800138000@" in call.invite.start
        assert call.caller == "4008001234"
        call.answer()
        await heard.wait(events.LegAnswered, leg=command.leg)
        driver.execute(commands.Release(leg=command.leg))
        await call.wait_ended()


async def test_a_trunk_that_the_switch_found_on_its_disk_is_called_by_with_our_number(
    switch: RunningSwitch, driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone("carrier", hz=600) as carrier:
        host, port = carrier.sip.address
        trunk = Trunk(id="carrier", host=host, port=port, match=("127.0.0.9",))
        await driver.provision(centre.config("1001", trunks={"carrier": trunk}))
        switch.stop()
        switch.start()
        await heard.wait(events.SwitchConnected, count=2)
        call = await ring(driver, carrier, originate(None, trunk="carrier", number="13800138000", caller_number="4008001234"))
        assert call.caller == "4008001234"
        call.reject()


async def test_a_ringing_telephone_is_told_to_answer(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> None:
    async with new_phone("1001") as phone:
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        command = originate()
        call = await ring(driver, phone, command)
        await heard.wait(events.LegAlerting, leg=command.leg)
        driver.execute(commands.AnswerDevice(leg=command.leg, device="1001"))
        await asyncio.wait_for(call.told_to_answer.wait(), 10)
        call.reject()
        await heard.wait(events.LegEnded, leg=command.leg)


async def test_a_telephone_slow_to_ring_is_told_to_answer_when_it_does(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone("1001", ring_after_s=1.0, obeys=True) as phone:  # before its 180 there is no dialog to tell it in
        await phone.register()
        await heard.wait(events.DeviceRegistered, device="1001")
        command = originate()
        driver.execute(command)
        driver.execute(commands.AnswerDevice(leg=command.leg, device="1001"))
        await heard.wait(events.LegAnswered, leg=command.leg)
        assert [call.told_to_answer.is_set() for call in phone.calls.values()] == [True]
