"""Calls that come in: over the trunk and from devices."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from uuid import uuid4

import pytest

from callbase.core import commands, events
from callbase.switch.asterisk import messages
from callbase.switch.asterisk.driver import AsteriskDriver
from callbase.switch.asterisk.names import ECHO
from tests.system.audio import is_sound
from tests.system.telephone import Telephone
from tests.telephony.centre import CUSTOMER, DID
from tests.telephony.heard import Heard

NewPhone = Callable[..., Telephone]


async def test_a_call_over_the_trunk_is_offered_with_its_numbers_and_answered(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone(CUSTOMER, hz=500) as customer:
        call = await customer.call(DID)
        offered = await heard.wait(events.CallOffered)
        assert (offered.caller_number, offered.called_number) == (CUSTOMER, DID)
        assert (offered.tenant, offered.trunk, offered.device) == ("demo", "demo-trunk", None)
        driver.execute(commands.Answer(leg=offered.leg))
        await call.wait_answered()
        await heard.wait(events.LegAnswered, leg=offered.leg)
        call.hang_up()
        ended = await heard.wait(events.LegEnded, leg=offered.leg)
        assert (ended.cause, ended.by_far_end) == ("normal", True)
        assert len(heard.all(events.LegAnswered)) == len(heard.all(events.LegEnded)) == 1


async def test_a_call_that_is_over_is_not_offered_again_by_the_dialplan(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A driver that had just come would have taken it for a new one."""
    started: list[str] = []
    take = driver._take

    def taken(message: messages.AnyMessage) -> None:
        if isinstance(message, messages.StasisStart):
            started.append(message.channel.dialplan.exten)
        take(message)

    monkeypatch.setattr(driver, "_take", taken)
    async with new_phone(CUSTOMER) as customer:
        call = await customer.call(DID)
        leg = (await heard.wait(events.CallOffered)).leg
        driver.execute(commands.Answer(leg=leg))
        await call.wait_answered()
        call.hang_up()
        await heard.wait(events.LegEnded, leg=leg)
        await asyncio.sleep(0.2)
    assert started == [DID]


async def test_text_is_spoken_and_reported_finished(driver: AsteriskDriver, heard: Heard, new_phone: NewPhone) -> None:
    async with new_phone(CUSTOMER, hz=500) as customer:
        call = await customer.call(DID)
        leg = (await heard.wait(events.CallOffered)).leg
        driver.execute(commands.Answer(leg=leg))
        speech = (commands.Speech(language="zh-CN", text="您好"), commands.Speech(language="en-US", text="Hello"))
        driver.execute(commands.Play(leg=leg, playback=str(uuid4()), speech=speech))
        await call.wait_answered()
        finished = await heard.wait(events.PlaybackFinished)
        assert finished.result == "finished"
        assert is_sound(call.media.heard(3600))
        assert len(heard.all(events.PlaybackFinished)) == 1
        await asyncio.sleep(0)


async def test_who_hangs_up_while_something_is_said_has_not_heard_it_to_its_end(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    """Asterisk tells first that the playing is over: the call would have gone on into the queue, and an agent would have rung."""
    async with new_phone(CUSTOMER, hz=500) as customer:
        call = await customer.call(DID)
        leg = (await heard.wait(events.CallOffered)).leg
        driver.execute(commands.Answer(leg=leg))
        speech = (commands.Speech(language="en-US", text="All our agents are busy. Please hold the line. " * 3),)
        driver.execute(commands.Play(leg=leg, playback=str(uuid4()), speech=speech))
        await call.wait_answered()
        async with asyncio.timeout(10):
            while not is_sound(call.media.heard()):
                await asyncio.sleep(0.02)
        call.hang_up()
        await heard.wait(events.LegEnded, leg=leg)
        assert not heard.all(events.PlaybackFinished)


async def test_of_more_headers_than_can_be_told_none_is_told_in_part(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone(CUSTOMER) as customer:
        await customer.call(DID, **{f"X_Part_{number:02}": "7" * 300 for number in range(20)})
        headers = (await heard.wait(events.CallOffered)).headers
        assert 10 < len(headers) < 20
        assert {len(value) for value in headers.values()} == {300}


async def test_the_echo_of_our_own_telephones_is_no_number_for_those_who_call_from_outside(
    driver: AsteriskDriver, heard: Heard, new_phone: NewPhone
) -> None:
    async with new_phone(CUSTOMER, hz=500) as stranger:
        await stranger.call(ECHO)
        offered = await heard.wait(events.CallOffered)
        assert (offered.called_number, offered.trunk) == (ECHO, "demo-trunk")
