"""Every place a queue's overflow may lead to, on the real switch: the call arrives there, and both hear each other."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.system.centre import CUSTOMER_HZ, Centre, until
from tests.system.house import EN, Ear, flow_of, hear_each_other, in_line, rings_at, way_out
from tests.system.test_a_call import loudest_tone_share, stereo

pytestmark = [pytest.mark.telephony, pytest.mark.usefixtures("house")]
OUTSIDE = "02155500999"
OUTSIDE_HZ = 650.0
TONE_HZ = 1000
"""After which one leaves a message."""


def after_a_second(target: dict[str, Any]) -> dict[str, Any]:
    """Settings of a queue whose callers go there when they have waited that long."""
    condition = {"type": "is", "field": "wait_s", "operator": "ge", "value": 1}
    return {"overflow": [{"id": "long", "when": condition, "target": target}], "waiting": {"steps": []}}


async def test_in_addition_whoever_is_free_first_in_either_group_serves(centre: Centre) -> None:
    condition = {"type": "is", "field": "queue.waiting", "operator": "ge", "value": 1}
    target = {"type": "queues", "queues": ["support"], "also": True}
    rule = {"id": "both", "when": condition, "target": target}
    async with (
        centre.queue_with("sales", overflow=[rule], waiting={"steps": []}),
        centre.customer("13900000301") as first,
        centre.customer("13900000302") as second,
    ):
        calls = [await in_line(centre, first), await in_line(centre, second)]
        queues = centre.view.queues
        await until(lambda: (queues["sales"].waiting, queues["support"].waiting) == (2, 2), "both stand in both lines")
        async with centre.agent_at_work("1011") as supporter, centre.agent_at_work("1001") as seller:
            await hear_each_other(calls[0], await rings_at(supporter))
            await hear_each_other(calls[1], await rings_at(seller))
            for call in calls:
                call.hang_up()
    served = [(one["queue"], one["agent"]) for one in [await centre.interaction(caller) for caller in (first.user, second.user)]]
    assert served == [("support", "1011"), ("sales", "1001")]


async def test_to_an_agent(centre: Centre) -> None:
    async with (
        centre.queue_with("sales", **after_a_second({"type": "agent", "agent": "1012"})),
        centre.agent_at_work("1011") as other,
        centre.agent_at_work("1012") as agent,
        centre.customer("13900000311") as customer,
    ):
        call = await in_line(centre, customer)
        await hear_each_other(call, await rings_at(agent))
        assert other.incoming.empty()
        call.hang_up()
    assert (await centre.interaction(customer.user))["agent"] == "1012"


async def test_to_an_outside_number(centre: Centre) -> None:
    async with centre.customer(OUTSIDE, hz=OUTSIDE_HZ) as outside, way_out(centre, outside) as trunk:
        target = {"type": "number", "number": OUTSIDE, "trunk": trunk}
        async with centre.queue_with("sales", **after_a_second(target)), centre.customer("13900000321") as customer:
            call = await in_line(centre, customer)
            ringing = await rings_at(outside)
            assert ringing.caller == customer.user
            ringing.answer()
            await hear_each_other(call, ringing)
            ringing.hang_up()
            await call.wait_ended()
    found = await centre.interaction(customer.user)
    assert any(OUTSIDE in event["text"] for event in found["events"])


async def test_whom_nobody_answers_outside_is_in_line_again_where_it_stood(centre: Centre) -> None:
    async with centre.customer(OUTSIDE) as outside, way_out(centre, outside) as trunk:
        target = {"type": "number", "number": OUTSIDE, "trunk": trunk}
        async with (
            centre.queue_with("sales", **after_a_second(target)),
            centre.customer("13900000322") as first,
            centre.customer("13900000323") as second,
        ):
            call = await in_line(centre, first)
            ringing = await rings_at(outside)
            await in_line(centre, second)
            ringing.reject(486)
            await until(lambda: [one.position for one in centre.interactions(first.user)] == [1], "stands before the other")
            async with centre.agent_at_work("1001") as agent:
                await hear_each_other(call, await rings_at(agent))
                call.hang_up()


async def test_to_a_flow(centre: Centre) -> None:
    menu = {"type": "menu", "say": {"prompt": "service"}, "choices": {"4": "group"}}
    nodes = {"menu": menu, "group": {"type": "queue", "queue": "support"}}
    async with (
        flow_of(centre, "relief", "menu", nodes),
        centre.queue_with("sales", **after_a_second({"type": "flow", "flow": "relief"})),
        centre.agent_at_work("1011") as agent,
        centre.customer("13900000331") as customer,
    ):
        call = await in_line(centre, customer)
        await Ear(centre).wait_for(call, "music", "service")
        await call.press("4")
        await hear_each_other(call, await rings_at(agent))
        call.hang_up()
    assert (await centre.interaction(customer.user))["queue"] == "support"


async def test_to_voicemail(centre: Centre) -> None:
    target = {"type": "voicemail", "say": {"prompt": "greeting"}}
    async with centre.queue_with("sales", **after_a_second(target)), centre.customer("13900000341") as customer:
        call = await in_line(centre, customer)
        await Ear(centre).wait_for(call, "music", "greeting")
        await call.media.wait_for_beep(TONE_HZ)
        await asyncio.sleep(1.5)
        call.hang_up()
    found = await centre.interaction(customer.user)
    assert found["end_reason"] == "voicemail"
    message, _, rate_hz = await stereo(centre, (await centre.recording(found["id"]))["id"])
    assert loudest_tone_share(message, CUSTOMER_HZ, rate_hz) > 0.5


async def test_to_a_callback(centre: Centre) -> None:
    async with centre.customer("13900000351") as customer, way_out(centre, customer) as trunk:
        settings = after_a_second({"type": "callback"}) | {"callback": {"trunk": trunk}}
        async with centre.queue_with("sales", **settings):
            call = await in_line(centre, customer, EN)
            await call.wait_ended(30)
            assert call.ended_by_far_end
            assert Ear(centre, EN).heard(call) == ["music", "callback_agreed"]
            async with centre.agent_at_work("1001") as agent:
                back = await rings_at(customer, 15)
                back.answer()
                await hear_each_other(back, await rings_at(agent))
                back.hang_up()
    kinds = [(one["kind"], one["result"]) for one in (await centre.interaction(customer.user))["segments"]]
    assert ("callback", "answered") in kinds
