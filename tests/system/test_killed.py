"""kill -9 of one process while two people talk: they go on talking, and the report is right afterwards."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest

from callbase.core.events import FinishWrapUp
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, DID, Centre, until
from tests.system.test_a_call import loudest_tone_share, moment, stereo

pytestmark = pytest.mark.telephony

CLOCKS_APART_S = 0.2
"""The platform's clock and ours, at the most."""
SOON_S = 2.0
"""What happened while no engine was there is written with its own moment; the engine's return is later by more than this."""


@pytest.mark.parametrize("part", ["web", "worker", "engine", "postgres"])
async def test_the_talk_goes_on_and_the_call_is_in_the_report(centre: Centre, part: str) -> None:
    number = {"web": "13900000041", "worker": "13900000042", "engine": "13900000043", "postgres": "13900000047"}[part]
    async with centre.agent_at_work("1014") as agent, centre.customer(number) as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        pressed = time.time()
        await call.press("2")
        answered = await asyncio.wait_for(agent.incoming.get(), 10)
        await call.media.wait_for_tone(AGENT_HZ)
        talking_since = time.time()
        killed_at = time.monotonic()
        await centre.kill(part)
        await asyncio.sleep(0.5)  # it is gone, and not back yet
        await centre.recovered()
        await call.media.wait_for_tone(AGENT_HZ)
        await answered.media.wait_for_tone(CUSTOMER_HZ)
        assert call.media.lost_since(killed_at) < 0.2
        assert answered.media.lost_since(killed_at) < 0.2
        await until(lambda: centre.phase(number) == "talk", "the link shows the talk", 10)
        talked_until = time.time()
        call.hang_up()
        await answered.wait_ended()
        over_at = time.time()

    found = await centre.interaction(number)
    assert (found["agent"], found["queue"], found["end_reason"]) == ("1014", "support", "customer_hung_up")
    assert pressed - CLOCKS_APART_S < moment(found["answered_at"]).timestamp() < talking_since + CLOCKS_APART_S
    assert talked_until - CLOCKS_APART_S < moment(found["ended_at"]).timestamp() < over_at + CLOCKS_APART_S
    assert talked_until - talking_since - CLOCKS_APART_S < found["talk_ms"] / 1000 < over_at - pressed + CLOCKS_APART_S
    assert [segment["kind"] for segment in found["segments"]].count("talk") == 1
    recording = await centre.recording(found["id"])
    assert recording["state"] == "stored"
    customer_side, agent_side, rate_hz = await stereo(centre, recording["id"])
    assert loudest_tone_share(customer_side, CUSTOMER_HZ, rate_hz) > 0.5
    assert loudest_tone_share(agent_side, AGENT_HZ, rate_hz) > 0.5
    # what was killed was killed at the beginning; on a busy machine a recording begins a second late
    assert len(agent_side) / rate_hz > (talked_until - talking_since) - 2, "the recording goes to the end"


@asynccontextmanager
async def without_engine(centre: Centre) -> AsyncIterator[None]:
    """Killed, and not started again before the end; then it is back."""
    os.kill(centre.installation.pid, signal.SIGSTOP)
    try:
        await centre.kill("engine")
        await asyncio.sleep(1.0)  # the switch knows it by then
        yield
    finally:
        os.kill(centre.installation.pid, signal.SIGCONT)
    await centre.recovered()


async def test_a_talk_that_ends_while_no_engine_is_there_ended_then_with_its_cause(centre: Centre) -> None:
    async with centre.agent_at_work("1014") as agent, centre.customer("13900000049") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("2")
        answered = await asyncio.wait_for(agent.incoming.get(), 10)
        await call.media.wait_for_tone(AGENT_HZ)
        talking_since = time.time()
        async with without_engine(centre):
            await asyncio.sleep(1.0)
            call.hang_up()
            talked_until = time.time()
            await asyncio.sleep(4.0)
        await answered.wait_ended()
    found = await centre.interaction("13900000049")
    assert (found["agent"], found["end_reason"], found["cause"]) == ("1014", "customer_hung_up", "normal")
    assert abs(moment(found["ended_at"]).timestamp() - talked_until) < SOON_S
    assert abs(found["talk_ms"] / 1000 - (talked_until - talking_since)) < SOON_S
    wrap_up = next(segment for segment in found["segments"] if segment["kind"] == "wrap_up")
    assert abs(moment(wrap_up["started_at"]).timestamp() - talked_until) < SOON_S
    assert (await centre.recording(found["id"]))["state"] == "stored"


async def test_an_agent_who_picks_up_and_hangs_up_while_no_engine_is_there_is_in_the_report_and_called_again(
    centre: Centre,
) -> None:
    async with centre.agent_at_work("1014", answer_after_s=None) as agent, centre.customer("13900000050") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("2")
        ringing = await asyncio.wait_for(agent.incoming.get(), 10)
        async with without_engine(centre):
            ringing.answer()
            await ringing.wait_answered()
            picked_up = time.time()
            await asyncio.sleep(2 * SOON_S)
            ringing.hang_up()
            hung_up = time.time()
            await asyncio.sleep(SOON_S)
        again = await asyncio.wait_for(agent.incoming.get(), 10)
        again.answer()
        await call.media.wait_for_tone(AGENT_HZ)
        call.hang_up()
        await again.wait_ended()
    found = await centre.interaction("13900000050")
    assert (found["agent"], found["end_reason"]) == ("1014", "customer_hung_up")
    first, second = [segment for segment in found["segments"] if segment["kind"] == "talk"]
    assert abs(moment(first["started_at"]).timestamp() - picked_up) < SOON_S
    assert abs(moment(first["ended_at"]).timestamp() - hung_up) < SOON_S
    assert moment(second["started_at"]) > moment(first["ended_at"])


async def test_a_caller_who_waits_while_the_engine_dies_keeps_the_place_and_is_served(centre: Centre) -> None:
    async with centre.customer("13900000044") as first, centre.customer("13900000045") as second:
        calls = []
        for customer in (first, second):
            call = await customer.call(DID)
            await call.wait_answered()
            await call.press("2")
            await until(partial(_waits, centre, customer.user), "in the queue")
            calls.append(call)
        await centre.kill("engine")
        await centre.recovered()
        assert [centre.phase(customer.user) for customer in (first, second)] == ["queue", "queue"]
        async with centre.agent_at_work("1015") as agent:
            served = await asyncio.wait_for(agent.incoming.get(), 10)
            await calls[0].media.wait_for_tone(AGENT_HZ)
            assert served.caller == "13900000044", "who came first is served first"
        for call in calls:
            call.hang_up()
    found = await centre.interaction("13900000044")
    assert [segment["kind"] for segment in found["segments"]].count("queue") == 1
    assert not calls[1].ended_by_far_end


async def test_a_call_that_comes_while_the_engine_is_away_is_taken_when_it_is_back(centre: Centre) -> None:
    async with centre.agent_at_work("1016"), centre.customer("13900000046") as customer:
        await centre.kill("engine")
        call = await customer.call(DID)
        await call.wait_answered(20)
        await until(lambda: centre.phase(customer.user) == "flow", "it is in the menu", 40)
        await call.press("2")
        await call.media.wait_for_tone(AGENT_HZ, 20)
        call.hang_up()
    assert (await centre.interaction("13900000046"))["agent"] == "1016"


def _waits(centre: Centre, number: str) -> bool:
    return centre.phase(number) == "queue"


async def test_when_the_switch_dies_its_calls_are_ended_in_the_report_and_new_ones_come_through(centre: Centre) -> None:
    async with centre.agent_at_work("1014") as agent, centre.customer("13900000048") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("2")
        await call.media.wait_for_tone(AGENT_HZ)
        await centre.kill("asterisk")
        await until(lambda: not centre.view.switch_online, "the loss is seen")
        await centre.recovered()
        await until(lambda: centre.view.switch_online, "the switch is back")
        found = await centre.interaction("13900000048")
        assert found["end_reason"] == "switch_lost"
        agent.calls.clear()
        await agent.register()
        await until(lambda: centre.agent("1014").device_online, "the telephone is back")
        await until(lambda: centre.agent("1014").state == "working_after_call", "the agent works after the call")
        await centre.ask(FinishWrapUp(agent="1014"))
        again = await customer.call(DID)
        await again.wait_answered()
        await again.press("2")
        await again.media.wait_for_tone(AGENT_HZ)
        again.hang_up()
        await until(lambda: centre.agent("1014").state == "working_after_call", "who hung up is known before the telephone goes")
    assert (await centre.interaction("13900000048"))["end_reason"] == "customer_hung_up"
