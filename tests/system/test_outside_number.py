"""An agent at a mobile, reached by a trunk: what it hears, the key it presses, and the talk as at any telephone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from callbase.core.config import ToNumber
from callbase.core.events import HoldCall, MakeCall, RetrieveCall, SetReady, SignIn
from callbase.core.flow.speech import FROM_QUEUE, GO_ON
from callbase.speech.speaker import Speaker
from tests.system.audio import Samples, is_sound
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, Centre, until
from tests.system.house import STRAIGHT, made, rings_at
from tests.system.telephone import Telephone
from tests.telephony.tones import read_wav

pytestmark = [pytest.mark.telephony, pytest.mark.usefixtures("house")]

MOBILE = "13700137000"
HOUSE = "02155550000"
OUTSIDE = "1001-outside"


@asynccontextmanager
async def agent_at_its_mobile(centre: Centre) -> AsyncIterator[Telephone]:
    """1001, permitted to work there, signed in and ready. What is said to it is English."""
    async with Telephone(MOBILE, centre.installation.sip, hz=AGENT_HZ) as mobile:
        host, _, port = mobile.here.rpartition(":")
        carrier = {"id": "a-carrier", "host": host, "port": int(port), "match": ["127.0.0.9"], "caller_number": HOUSE}
        async with made(centre, "/api/trunks", carrier):
            await permit(centre, outside="fixed", outside_number=MOBILE, language="en-US")
            await until(lambda: OUTSIDE in centre.agent("1001").devices_online, "the engine knows the number")
            await centre.ask(SignIn(agent="1001", device=OUTSIDE))
            await centre.ask(SetReady(agent="1001"))
            try:
                yield mobile
            finally:
                await permit(centre, outside="no", language="zh-CN")


async def permit(centre: Centre, **change: Any) -> None:
    person = (await centre.get("/api/people", search="1001"))["items"][0]
    await centre.patch(f"/api/people/{person['id']}", change)


async def spoken(centre: Centre, text: str) -> Samples:
    """Once it is rendered, which is begun when the number is configured."""
    file = Speaker(centre.installation.home).path_of(text, "en-US")
    await until(file.exists, text)
    return read_wav(file)


async def test_a_customer_and_an_agent_at_its_mobile_talk_once_the_key_is_pressed(centre: Centre) -> None:
    async with agent_at_its_mobile(centre) as mobile, centre.customer("13900139000") as customer:
        call = await customer.call(STRAIGHT["en-US"])
        rings = await rings_at(mobile)
        assert rings.caller == HOUSE
        rings.answer()
        queue = (await centre.get("/api/queues/sales"))["name"]["en-US"]
        await rings.media.wait_for_sound(await spoken(centre, FROM_QUEUE.text["en-US"].format(queue=queue)), 10)
        await rings.press("5")
        await asyncio.sleep(0.5)
        assert centre.agent("1001").state == "reserved"
        assert not call.media.hears(AGENT_HZ)
        await rings.press("1")
        await asyncio.gather(call.media.wait_for_tone(AGENT_HZ), rings.media.wait_for_tone(CUSTOMER_HZ))
        assert (centre.agent("1001").device, centre.agent("1001").device_number) == (OUTSIDE, MOBILE)

        await centre.ask(HoldCall(agent="1001"))
        await until(lambda: not call.media.hears(AGENT_HZ, share=0.2) and is_sound(call.media.heard()), "music")
        await centre.ask(RetrieveCall(agent="1001"))
        await asyncio.gather(call.media.wait_for_tone(AGENT_HZ), rings.media.wait_for_tone(CUSTOMER_HZ))

        rings.hang_up()
        await call.wait_ended()
        await until(lambda: centre.agent("1001").state == "working_after_call", "work after the call")
    told = await centre.interaction("13900139000")
    assert [segment["agent"] for segment in told["segments"] if segment["kind"] == "talk"] == ["1001", "1001"]
    assert MOBILE not in str(told)
    assert (await centre.recording(told["id"]))["state"] == "stored"


async def test_a_voicemail_box_gets_no_customer(centre: Centre) -> None:
    async with (
        centre.queue_with("sales", offer_timeout_s=5),
        agent_at_its_mobile(centre) as mobile,
        centre.customer("13900139001") as customer,
    ):
        call = await customer.call(STRAIGHT["en-US"])
        box = await rings_at(mobile)
        box.answer()
        await box.wait_ended(15)
        assert box.ended_by_far_end
        await until(lambda: centre.agent("1001").state == "not_ready", "not asked again")
        assert centre.agent("1001").reason == "no_answer"
        assert centre.phase("13900139001") == "queue"
        assert not call.media.hears(AGENT_HZ)
        call.hang_up()


async def test_a_call_out_rings_the_mobile_first_and_then_the_number(centre: Centre) -> None:
    async with agent_at_its_mobile(centre) as mobile:
        await centre.ask(MakeCall(agent="1001", to=ToNumber(number="13900139002")))
        own = await rings_at(mobile)
        own.answer()
        await own.media.wait_for_sound(await spoken(centre, GO_ON.text["en-US"]), 10)
        assert mobile.incoming.empty()
        await own.press("1")
        out = await rings_at(mobile)  # the carrier leads all numbers to one telephone
        assert out.invite is not None
        assert "13900139002@" in out.invite.start
        assert out.caller == HOUSE
        out.answer()
        await asyncio.gather(own.media.wait_for_tone(AGENT_HZ), out.media.wait_for_tone(AGENT_HZ))
        out.hang_up()
        await own.wait_ended()
