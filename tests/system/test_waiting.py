"""Callers who wait: for an agent who does not answer, for one who is busy, in a queue that is taken away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from callbase.core.events import FinishWrapUp, RejectCall
from callbase.core.flow.speech import NEXT_IN_LINE
from callbase.speech.speaker import Speaker
from tests.system.audio import RATE_HZ
from tests.system.centre import AGENT_HZ, DID, Centre, until
from tests.telephony.tones import read_wav

pytestmark = pytest.mark.telephony


async def test_an_agent_who_does_not_answer_is_not_asked_again_and_the_next_one_is(centre: Centre) -> None:
    async with (
        centre.queue_with("sales", offer_timeout_s=3.0),
        centre.agent_at_work("1004", answer_after_s=None) as away,
        centre.customer("13900000021") as customer,
    ):
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        rang = await asyncio.wait_for(away.incoming.get(), 10)
        async with centre.agent_at_work("1005") as there:
            await rang.wait_ended()
            await asyncio.wait_for(there.incoming.get(), 10)
            await call.media.wait_for_tone(AGENT_HZ)
            assert (centre.agent("1004").state, centre.agent("1004").reason) == ("not_ready", "no_answer")
            call.hang_up()
    found = await centre.interaction("13900000021")
    assert found["agent"] == "1005"
    offers = [(segment["agent"], segment["result"]) for segment in found["segments"] if segment["kind"] == "offer"]
    assert offers == [("1004", "no_answer"), ("1005", "answered")]


async def test_a_rejected_call_goes_to_the_next_agent_at_once(centre: Centre) -> None:
    async with centre.agent_at_work("1006", answer_after_s=None) as first, centre.customer("13900000022") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        rang = await asyncio.wait_for(first.incoming.get(), 10)
        async with centre.agent_at_work("1007") as second:
            await centre.ask(RejectCall(agent="1006"))
            await rang.wait_ended()
            await asyncio.wait_for(second.incoming.get(), 10)
            await call.media.wait_for_tone(AGENT_HZ)
            call.hang_up()
    found = await centre.interaction("13900000022")
    offers = [(segment["agent"], segment["result"]) for segment in found["segments"] if segment["kind"] == "offer"]
    assert offers == [("1006", "rejected"), ("1007", "answered")]


async def test_when_all_are_busy_a_caller_waits_and_is_served_when_one_is_free(centre: Centre) -> None:
    async with (
        centre.agent_at_work("1008") as agent,
        centre.customer("13900000023") as first_customer,
        centre.customer("13900000024") as second_customer,
    ):
        first = await first_customer.call(DID)
        await first.wait_answered()
        await first.press("1")
        await first.media.wait_for_tone(AGENT_HZ)
        answered = await asyncio.wait_for(agent.incoming.get(), 10)
        second = await second_customer.call(DID)
        await second.wait_answered()
        await second.press("1")
        await until(lambda: centre.phase("13900000024") == "queue", "the second waits")
        waiting = centre.interactions("13900000024")[0]
        assert waiting.position == 1
        assert centre.view.queues["sales"].waiting == 1
        answered.hang_up()
        await first.wait_ended()
        await until(lambda: centre.agent("1008").state == "working_after_call", "work after the call")
        assert centre.phase("13900000024") == "queue", "nobody is offered to an agent who still works"
        await centre.ask(FinishWrapUp(agent="1008"))
        await second.media.wait_for_tone(AGENT_HZ)
        second.hang_up()
    assert (await centre.interaction("13900000024"))["agent"] == "1008"


async def test_a_caller_who_waits_hears_music_then_the_place_in_line_then_music_again(centre: Centre) -> None:
    home = centre.installation.home
    tune = read_wav(home / "asterisk" / "music" / "default" / "callbase.wav")
    music = np.concatenate([tune, tune[:RATE_HZ]])  # it begins again without a gap
    place = read_wav(Speaker(home).path_of(NEXT_IN_LINE["zh-CN"], "zh-CN"))
    treatment = {"music": "default", "steps": [{"at_s": 2.0, "what": "place", "every_s": 0.0}]}
    async with centre.queue_with("support", waiting=treatment), centre.customer("13900000027") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("2")
        await call.media.wait_for_sound(music)
        await call.media.wait_for_sound(place, 10)
        assert not call.media.hears_sound(music)
        await call.media.wait_for_sound(music, 10)
        assert np.sqrt(np.mean(call.media.heard() ** 2)) > 0.02, "loud enough to be heard"
        call.hang_up()


async def test_a_queue_deleted_while_callers_wait_hands_them_to_the_one_named(centre: Centre) -> None:
    async with _number_of_a_new_queue(centre) as number, centre.customer("13900000025") as customer:
        call = await customer.call(number)
        await call.wait_answered()
        await until(lambda: centre.phase("13900000025") == "queue", "the caller waits")
        await centre.delete("/api/queues/leaving?move_to=support")
        await until(lambda: _queue_of(centre, "13900000025") == "support", "the caller waits in support")
        async with centre.agent_at_work("1012"):
            await call.media.wait_for_tone(AGENT_HZ)
            call.hang_up()
    assert (await centre.interaction("13900000025"))["agent"] == "1012"


async def test_a_queue_deleted_with_nowhere_to_go_lets_its_callers_go_with_an_apology(centre: Centre) -> None:
    async with _number_of_a_new_queue(centre) as number, centre.customer("13900000026") as customer:
        call = await customer.call(number)
        await call.wait_answered()
        await until(lambda: centre.phase("13900000026") == "queue", "the caller waits")
        await centre.delete("/api/queues/leaving?force=true")
        await call.wait_ended(20)
        assert call.ended_by_far_end
    assert (await centre.interaction("13900000026"))["ended_at"]


def _queue_of(centre: Centre, caller: str) -> str | None:
    return next((one.queue for one in centre.interactions(caller)), None)


@asynccontextmanager
async def _number_of_a_new_queue(centre: Centre) -> AsyncIterator[str]:
    """A number that leads straight to a queue `leaving` nobody serves."""
    number = "4008001299"
    version = centre.view.config_version
    await centre.post("/api/queues", {"id": "leaving", "name": {"zh-CN": "将删", "en-US": "Leaving"}})
    await centre.put("/api/flows/leaving", {
        "name": {"zh-CN": "将删", "en-US": "Leaving"},
        "start": "wait",
        "nodes": {"wait": {"type": "queue", "queue": "leaving"}},
    })  # fmt: skip
    await centre.post("/api/dids", {"number": number, "flow": "leaving"})
    await until(lambda: centre.view.config_version >= version + 3, "the engine has the queue, the flow and the number")
    try:
        yield number
    finally:
        await centre.delete(f"/api/dids/{number}")
