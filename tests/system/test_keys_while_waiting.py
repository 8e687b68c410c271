"""Keys while waiting, on the real switch: a message that can be heard afterwards, and callbacks that bring both together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.system.audio import has_tone
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, DID, Centre, until
from tests.system.telephone import Call, Telephone
from tests.system.test_a_call import loudest_tone_share, stereo

pytestmark = pytest.mark.telephony
TONE_HZ = 1000
"""After which one speaks."""
KEYS = {"1": {"type": "callback"}, "2": {"type": "voicemail"}}


async def leave_a_message(centre: Centre, caller: str) -> Any:
    """In place of waiting for sales. The interaction, ended."""
    async with centre.queue_with("sales", waiting={"keys": KEYS, "steps": []}), centre.customer(caller) as customer:
        call = await waiting(centre, customer, caller)
        await call.press("2")
        await asyncio.sleep(0.5)
        await call.press("1")
        await until(lambda: centre.phase(caller) == "voicemail", "leaves a message")
        await call.media.wait_for_beep(TONE_HZ)
        await asyncio.sleep(2.0)
        await call.press("#")
        await call.wait_ended(20)
        assert call.ended_by_far_end
    return await centre.interaction(caller)


async def test_a_message_left_from_the_queue_is_kept_and_can_be_heard(centre: Centre) -> None:
    found = await leave_a_message(centre, "13900000061")
    assert found["end_reason"] == "voicemail"
    assert [segment["kind"] for segment in found["segments"]][-2:] == ["queue", "voicemail"]
    recording = await centre.recording(found["id"])
    assert recording["state"] == "stored"
    message, _, rate_hz = await stereo(centre, recording["id"])
    assert loudest_tone_share(message, CUSTOMER_HZ, rate_hz) > 0.5
    assert len(message) / rate_hz > 1.0


@pytest.mark.parametrize("first", ["agent", "customer"])
async def test_who_asked_is_called_back_and_both_hear_each_other(centre: Centre, first: str) -> None:
    caller = f"1390000007{len(first)}"
    async with _way_back(centre, caller) as (customer, trunk):
        callback = {"first": first, "trunk": trunk}
        async with centre.queue_with("sales", waiting={"keys": KEYS, "steps": []}, callback=callback):
            call = await waiting(centre, customer, caller)
            await call.press("1")
            await asyncio.sleep(0.5)
            await call.press("1")
            await until(lambda: any(one.callback for one in centre.interactions(caller)), "is to be called back")
            call.hang_up()
            await until(lambda: centre.view.queues["sales"].waiting == 1 and centre.phase(caller) == "queue", "keeps the place")
            async with centre.agent_at_work("1009") as agent:
                back = await asyncio.wait_for(customer.incoming.get(), 15)
                back.answer()
                await back.media.wait_for_tone(AGENT_HZ, 15)
                answered = await asyncio.wait_for(agent.incoming.get(), 10)
                await answered.media.wait_for_tone(CUSTOMER_HZ)
                assert not has_tone(back.media.heard(), CUSTOMER_HZ)
                back.hang_up()
                await answered.wait_ended()
    found = await centre.interaction(caller)
    assert (found["agent"], found["end_reason"]) == ("1009", "customer_hung_up")
    results = [(segment["kind"], segment["result"]) for segment in found["segments"] if segment["kind"] in ("queue", "callback")]
    assert results == [("queue", "callback"), ("callback", "answered")]


async def waiting(centre: Centre, customer: Telephone, caller: str) -> Call:
    """A caller in the line of sales."""
    call = await customer.call(DID)
    await call.wait_answered()
    await call.press("1")
    await until(lambda: centre.phase(caller) == "queue", "waits")
    return call


@asynccontextmanager
async def _way_back(centre: Centre, caller: str) -> AsyncIterator[tuple[Telephone, str]]:
    """The caller's telephone, and a trunk that leads to it."""
    async with centre.customer(caller) as customer:
        host, _, port = customer.here.rpartition(":")
        trunk: dict[str, Any] = {"id": "back", "host": host, "port": int(port), "match": ["127.0.0.9"]}
        version = centre.view.config_version
        await centre.post("/api/trunks", trunk)
        await until(lambda: centre.view.config_version > version, "the engine has the trunk")
        try:
            yield customer, "back"
        finally:
            await centre.delete("/api/trunks/back")
