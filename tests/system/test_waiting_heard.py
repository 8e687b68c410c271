"""What those who wait hear on the real switch, treatment by treatment: which prompt, in which language, in what order; and the
keys they may press meanwhile."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack

import pytest

from callbase.core.events import HoldCall, RetrieveCall, SetReady
from callbase.core.flow.speech import UNDER_A_MINUTE
from tests.system.audio import tone
from tests.system.centre import Centre, api_of
from tests.system.house import EN, ZH, Ear, flow_of, hear_each_other, in_line, made, rings_at, upload

pytestmark = [pytest.mark.telephony, pytest.mark.usefixtures("house")]


async def test_the_place_in_line_is_told_in_the_callers_language_and_again_when_it_has_changed(centre: Centre) -> None:
    treatment = {"steps": [{"at_s": 1.0, "what": "place", "every_s": 5.5}]}
    async with (
        centre.queue_with("sales", waiting=treatment),
        centre.customer("13900000201") as first,
        centre.customer("13900000202") as second,
        centre.customer("13900000203") as third,
    ):
        ahead = await in_line(centre, first)
        chinese = await in_line(centre, second, ZH)
        english = await in_line(centre, third, EN)
        await asyncio.sleep(2.0)
        ahead.hang_up()
        await asyncio.gather(
            Ear(centre, ZH).wait_for(chinese, "music", "您前面还有一位，请稍候。", "music", "您是下一位，请稍候。"),
            Ear(centre, EN).wait_for(english, "music", "You are number three in line.", "music", "You are number two in line."),
        )


async def test_the_expected_wait_is_told_once_it_is_known(centre: Centre) -> None:
    """It is known once a few were answered while others waited."""
    treatment = {"steps": [{"at_s": 0.0, "what": "expected_wait"}, {"at_s": 4.0, "what": "expected_wait"}]}
    async with centre.queue_with("sales", waiting=treatment, wrap_up_s=0.0), AsyncExitStack() as there:
        callers = [await there.enter_async_context(centre.customer(f"1390000021{number}")) for number in range(5)]
        last = [await in_line(centre, caller, EN) for caller in callers][-1]
        agent = await there.enter_async_context(centre.agent_at_work("1001"))
        for _ in callers[:-1]:
            answered = await rings_at(agent)
            await answered.wait_answered()
            answered.hang_up()
        await hear_each_other(last, await rings_at(agent))
        assert UNDER_A_MINUTE[EN] not in Ear(centre, EN).heard(last), "nobody knew, and nobody said so"
        newcomer = await there.enter_async_context(centre.customer("13900000219"))
        call = await in_line(centre, newcomer, EN)
        await Ear(centre, EN).wait_for(call, UNDER_A_MINUTE[EN], "music", UNDER_A_MINUTE[EN])


async def test_service_and_advertisement_are_heard_in_their_turn_with_music_between(centre: Centre) -> None:
    steps = [
        {"at_s": 1.0, "what": "say", "say": {"prompt": "service"}},
        {"at_s": 3.5, "what": "say", "say": {"prompt": "advert"}, "every_s": 5},
    ]
    async with (
        centre.queue_with("sales", waiting={"steps": steps}),
        centre.customer("13900000221") as one,
        centre.customer("13900000222") as other,
    ):
        calls = [await in_line(centre, one, ZH), await in_line(centre, other, EN)]
        turns = ("music", "service", "music", "advert", "music", "advert")
        await asyncio.gather(
            *(Ear(centre, language).wait_for(call, *turns) for call, language in zip(calls, (ZH, EN), strict=True))
        )


async def test_a_queue_plays_its_own_music_also_on_hold_until_a_step_changes_it(centre: Centre) -> None:
    jazz_hz = 620.0
    treatment = {"music": "jazz", "steps": [{"at_s": 3.0, "what": "music", "music": "default"}]}
    async with made(centre, "/api/music", {"id": "jazz", "name": {ZH: "爵士", EN: "Jazz"}}):
        await asyncio.to_thread(upload, api_of(centre.installation), "/api/music/jazz/recording", tone(jazz_hz, 2.0))
        async with (
            centre.queue_with("sales", waiting=treatment),
            centre.customer("13900000226") as customer,
            centre.agent_at_work("1001", ready=False) as agent,
        ):
            call = await in_line(centre, customer)
            await call.media.wait_for_tone(jazz_hz)
            await Ear(centre).wait_for(call, "music")
            assert not call.media.hears(jazz_hz)
            await centre.ask(SetReady(agent="1001"))
            answered = await rings_at(agent)
            await hear_each_other(call, answered)
            await centre.ask(HoldCall(agent="1001"))
            await call.media.wait_for_tone(jazz_hz)
            await centre.ask(RetrieveCall(agent="1001"))
            await hear_each_other(call, answered)
            call.hang_up()


async def test_that_all_are_busy_is_told_only_while_they_are(centre: Centre) -> None:
    nobody_free = {"type": "is", "field": "queue.ready", "operator": "eq", "value": 0}
    busy = {"when": nobody_free, "say": {"prompt": "all-busy"}}
    async with (
        centre.queue_with("sales", entry=[busy], waiting={"steps": []}, wrap_up_s=0.0),
        centre.agent_at_work("1001") as agent,
        centre.customer("13900000231") as first,
        centre.customer("13900000232") as second,
        centre.customer("13900000233") as third,
    ):
        served = await first.call("4008002001")
        answered = await rings_at(agent)
        await hear_each_other(served, answered)
        assert "all-busy" not in Ear(centre, ZH).heard(served)
        chinese, english = await in_line(centre, second, ZH), await in_line(centre, third, EN)
        await asyncio.gather(
            Ear(centre, ZH).wait_for(chinese, "all-busy", "music"), Ear(centre, EN).wait_for(english, "all-busy", "music")
        )
        answered.hang_up()
        await hear_each_other(chinese, await rings_at(agent))


async def test_a_flow_walked_on_a_key_keeps_the_place_and_another_key_leads_to_another_group(centre: Centre) -> None:
    keys = {"1": {"type": "flow", "flow": "about"}, "3": {"type": "queues", "queues": ["support"]}}
    async with (
        flow_of(centre, "about", "about", {"about": {"type": "greet", "say": {"prompt": "service"}}}),
        centre.queue_with("sales", waiting={"keys": keys, "steps": []}),
        centre.customer("13900000241") as first,
        centre.customer("13900000242") as second,
        centre.agent_at_work("1011") as supporter,
    ):
        curious, behind = await in_line(centre, first), await in_line(centre, second)
        await Ear(centre).wait_for(curious, "music")
        await curious.press("1")
        await Ear(centre).wait_for(curious, "music", "service", "music")
        assert [centre.interactions(one.user)[0].position for one in (first, second)] == [1, 2]
        await behind.press("3")
        await hear_each_other(behind, await rings_at(supporter))
        async with centre.agent_at_work("1001") as seller:
            await hear_each_other(curious, await rings_at(seller))
            curious.hang_up()
            behind.hang_up()
    assert [(await centre.interaction(one))["queue"] for one in ("13900000241", "13900000242")] == ["sales", "support"]


async def test_who_is_still_asked_about_a_message_keeps_the_place_and_is_served(centre: Centre) -> None:
    keys = {"2": {"type": "voicemail"}}
    async with (
        centre.queue_with("sales", waiting={"keys": keys, "steps": []}),
        centre.customer("13900000251") as first,
        centre.customer("13900000252") as second,
    ):
        asked = await in_line(centre, first)
        await in_line(centre, second)
        await asked.press("2")
        await asyncio.sleep(1)
        assert [centre.interactions(one.user)[0].position for one in (first, second)] == [1, 2]
        async with centre.agent_at_work("1001") as agent:
            await hear_each_other(asked, await rings_at(agent))
            asked.hang_up()
    assert (await centre.interaction("13900000251"))["agent"] == "1001"
