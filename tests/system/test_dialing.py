"""An agent's own calls, on real telephones: made from the screen, with keys, parked and fetched."""

from __future__ import annotations

import asyncio

import pytest

from callbase.core.config import ToAgent
from callbase.core.events import DirectedPickupCall, GenerateDigits, MakeCall, ParkCall, SignOut
from tests.system.audio import has_tone, is_sound
from tests.system.centre import AGENT_HZ, Centre, until
from tests.system.house import flow_of, hear_each_other, made, rings_at

pytestmark = pytest.mark.telephony
NUMBER = "4008009999"


async def test_a_colleague_is_called_gets_keys_parks_the_caller_and_another_fetches_it(centre: Centre) -> None:
    async with (
        centre.agent_at_work("1001") as first,
        centre.agent_at_work("1002") as second,
        centre.agent_at_work("1003") as third,
    ):
        await centre.ask(MakeCall(agent="1001", to=ToAgent(agent="1002")))
        own = await asyncio.wait_for(first.incoming.get(), 10)
        called = await asyncio.wait_for(second.incoming.get(), 10)
        await asyncio.gather(own.media.wait_for_tone(AGENT_HZ), called.media.wait_for_tone(AGENT_HZ))
        await centre.ask(GenerateDigits(agent="1001", digits="12#"))
        await until(lambda: called.media.digits == "12#", "the keys")

        interaction = centre.agent("1001").interaction
        await centre.ask(ParkCall(agent="1002"))
        await called.wait_ended()
        await until(lambda: not has_tone(own.media.heard(), AGENT_HZ) and is_sound(own.media.heard()), "music")
        await centre.ask(DirectedPickupCall(agent="1003", interaction=interaction))
        fetched = await asyncio.wait_for(third.incoming.get(), 10)
        await asyncio.gather(own.media.wait_for_tone(AGENT_HZ), fetched.media.wait_for_tone(AGENT_HZ))
        own.hang_up()
        await fetched.wait_ended()
        await until(lambda: {centre.agent(one).state for one in ("1001", "1002", "1003")} == {"ready"}, "all ready")


async def test_who_talks_with_an_agent_that_is_signed_out_by_force_hears_why_before_the_call_ends(centre: Centre) -> None:
    async with centre.agent_at_work("1001", ready=False) as first, centre.agent_at_work("1002", ready=False) as second:
        await centre.ask(MakeCall(agent="1001", to=ToAgent(agent="1002")))
        own, called = await rings_at(first), await rings_at(second)
        await asyncio.gather(own.media.wait_for_tone(AGENT_HZ), called.media.wait_for_tone(AGENT_HZ))
        await centre.ask(SignOut(agent="1001", now=True))
        await own.wait_ended()
        await until(lambda: not has_tone(called.media.heard(), AGENT_HZ), "the other is gone")
        await until(lambda: is_sound(called.media.heard()), "words")
        await called.wait_ended(20)
        await until(lambda: centre.agent("1002").state == "not_ready", "free again")


async def test_a_customer_of_no_queue_whose_agent_is_gone_goes_through_the_flow_of_the_number_again(centre: Centre) -> None:
    nodes = {"there": {"type": "transfer", "number": "1001", "timeout_s": 10, "failed": None}}
    async with (
        flow_of(centre, "one", "there", nodes),
        made(centre, "/api/dids", {"number": NUMBER, "flow": "one"}, "number"),
        centre.agent_at_work("1001", ready=False) as agent,
        centre.customer("13900000361") as customer,
    ):
        call = await customer.call(NUMBER)
        own = await rings_at(agent)
        await hear_each_other(call, own)
        await centre.ask(SignOut(agent="1001", now=True))
        await own.wait_ended()
        await hear_each_other(call, await rings_at(agent))
        call.hang_up()
    found = await centre.interaction(customer.user)
    assert [segment["kind"] for segment in found["segments"]].count("talk") == 2
