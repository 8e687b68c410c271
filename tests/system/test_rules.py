"""Rules on the running centre: night service, overflow, a black list and a trunk group, with real calls and what they hear."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.system.centre import DID, Centre, until
from tests.system.house import PROMPTS, ZH, Ear, hear_each_other, in_line, made, rings_at, way_out

pytestmark = [pytest.mark.telephony, pytest.mark.usefixtures("house")]

SAY = {"prompt": "greeting"}
PROMPT_HZ = PROMPTS["greeting"][ZH]
OUTSIDE, OUTSIDE_HZ = "02155500998", 650.0


async def test_outside_the_hours_callers_hear_night_service_and_are_released(centre: Centre) -> None:
    never = {"id": "never", "name": {"zh-CN": "从不", "en-US": "Never"}}
    async with made(centre, "/api/calendars", never):
        closed = {"type": "goodbye", "say": SAY}
        did = {"number": "4008007777", "flow": "main-menu", "calendar": "never", "closed": closed}
        async with made(centre, "/api/dids", did, "number"), centre.customer("13900000061") as customer:
            call = await customer.call("4008007777")
            await call.wait_answered()
            await call.media.wait_for_tone(PROMPT_HZ)
            await call.wait_ended()
            assert call.ended_by_far_end
            found = await centre.interaction("13900000061")
    assert found["end_reason"] == "closed"
    assert any("“never”" in event["text"] for event in found["events"])


async def test_on_a_holiday_calls_go_where_that_day_says_and_at_night_to_an_outside_number(centre: Centre) -> None:
    """Days and hours in the tenant's zone; tomorrow is a holiday too, should it become that meanwhile."""
    today = datetime.now(ZoneInfo("Asia/Shanghai")).date()
    holiday = {"closed": {"type": "queues", "queues": ["support"]}}
    days = [{"date": day.isoformat(), **holiday} for day in (today, today + timedelta(days=1))]
    always = [{"weekday": weekday, "spans": [{"start": "00:00", "end": "24:00"}]} for weekday in range(1, 8)]
    feast: dict[str, Any] = {"id": "feast", "name": {"zh-CN": "节日", "en-US": "Feast"}, "hours": always, "days": days}
    night = {"id": "night", "name": {"zh-CN": "夜间", "en-US": "Night"}}
    async with (
        made(centre, "/api/calendars", feast),
        made(centre, "/api/calendars", night),
        centre.customer(OUTSIDE, hz=OUTSIDE_HZ) as outside,
        way_out(centre, outside) as trunk,
        made(centre, "/api/dids", {"number": "4008007778", "flow": "main-menu", "calendar": "feast"}, "number"),
        centre.customer("13900000067") as customer,
        centre.agent_at_work("1012") as agent,
    ):
        number = {"type": "number", "number": OUTSIDE, "trunk": trunk}
        did = {"number": "4008007779", "flow": "main-menu", "calendar": "night", "closed": number}
        async with made(centre, "/api/dids", did, "number"):
            on_a_holiday = await customer.call("4008007778")
            await hear_each_other(on_a_holiday, await rings_at(agent))
            on_a_holiday.hang_up()
            at_night = await customer.call("4008007779")
            ringing = await rings_at(outside)
            ringing.answer()
            await hear_each_other(at_night, ringing)
            at_night.hang_up()
            await ringing.wait_ended()


async def test_with_nobody_signed_in_the_other_queues_agent_gets_the_call(centre: Centre) -> None:
    condition = {"type": "is", "field": "queue.signed_in", "operator": "eq", "value": 0}
    rule = {"id": "nobody", "when": condition, "target": {"type": "queues", "queues": ["support"]}}
    async with (
        centre.queue_with("sales", overflow=[rule]),
        centre.agent_at_work("1012") as agent,
        centre.customer("13900000062") as customer,
    ):
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        await hear_each_other(call, await rings_at(agent))
        call.hang_up()
    found = await centre.interaction("13900000062")
    assert (found["agent"], found["queue"]) == ("1012", "support")
    assert any("“nobody”" in event["text"] for event in found["events"])


async def test_who_waits_too_long_hears_so_and_is_released(centre: Centre) -> None:
    condition = {"type": "is", "field": "wait_s", "operator": "ge", "value": 2}
    rule = {"id": "too_long", "when": condition, "target": {"type": "goodbye", "say": SAY}}
    async with centre.queue_with("sales", overflow=[rule]), centre.customer("13900000063") as customer:
        call = await in_line(centre, customer)
        await call.media.wait_for_tone(PROMPT_HZ)
        await call.wait_ended()
        assert call.ended_by_far_end
        assert Ear(centre).heard(call) == ["music", "greeting"]
    found = await centre.interaction("13900000063")
    assert (found["end_reason"], found["queue"]) == ("overflowed", "sales")


async def test_a_black_listed_caller_is_refused_before_the_answer(centre: Centre) -> None:
    pests = {"id": "pests", "kind": "black", "name": {"zh-CN": "骚扰", "en-US": "Pests"}}
    async with made(centre, "/api/caller-lists", pests), centre.customer("13900000064") as customer:
        version = centre.view.config_version
        await centre.post("/api/caller-lists/pests/numbers", {"numbers": ["13900000064"]})
        await until(lambda: centre.view.config_version > version, "the number is listed")
        call = await customer.call(DID)
        await call.wait_ended()
        assert not call.answered.is_set()
        assert call.status == 403
        found = await centre.interaction("13900000064")
    assert found["end_reason"] == "blocked"


async def test_a_red_listed_caller_is_greeted_goes_ahead_and_is_served_first(centre: Centre) -> None:
    guests = {"id": "guests", "kind": "red", "name": {"zh-CN": "贵宾", "en-US": "Guests"}, "priority": 5}
    is_guest = {"type": "is", "field": "caller_list", "operator": "eq", "value": "guests"}
    async with (
        made(centre, "/api/caller-lists", guests),
        centre.queue_with("sales", entry=[{"when": is_guest, "say": SAY}], waiting={"steps": []}),
        centre.customer("13900000068") as anybody,
        centre.customer("13900000069") as guest,
    ):
        version = centre.view.config_version
        await centre.post("/api/caller-lists/guests/numbers", {"numbers": [guest.user]})
        await until(lambda: centre.view.config_version > version, "the number is listed")
        first, ahead = await in_line(centre, anybody), await in_line(centre, guest)
        await until(
            lambda: [centre.interactions(one.user)[0].position for one in (anybody, guest)] == [2, 1], "the guest goes ahead"
        )
        await Ear(centre).wait_for(ahead, "greeting", "music")
        assert Ear(centre).heard(first) == ["music"]
        async with centre.agent_at_work("1001") as agent:
            await hear_each_other(ahead, await rings_at(agent))
            assert centre.phase(anybody.user) == "queue"
            ahead.hang_up()


async def test_past_a_trunk_groups_open_lines_calls_are_refused_for_congestion(centre: Centre) -> None:
    group = {"id": "lines", "name": {"zh-CN": "线路", "en-US": "Lines"}, "lines_per_agent": 1, "floor": 1}
    async with made(centre, "/api/trunk-groups", group):
        await centre.patch("/api/trunks/demo-trunk", {"group": "lines"})
        try:
            await until(lambda: centre.view.trunks["demo-trunk"].lines_open == 1, "one line is open")
            async with centre.customer("13900000065") as first, centre.customer("13900000066") as second:
                kept = await first.call(DID)
                await kept.wait_answered()
                refused = await second.call(DID)
                await refused.wait_ended()
                assert (refused.answered.is_set(), refused.status) == (False, 503)
                assert (await centre.interaction("13900000066"))["end_reason"] == "lines_full"
                async with centre.agent_at_work("1009", ready=False), centre.agent_at_work("1010", ready=False):
                    await until(lambda: centre.view.trunks["demo-trunk"].lines_open == 2, "a line for each agent")
                    taken = await second.call(DID)
                    await taken.wait_answered()
                    taken.hang_up()
                kept.hang_up()
        finally:
            await centre.patch("/api/trunks/demo-trunk", {"group": None})
