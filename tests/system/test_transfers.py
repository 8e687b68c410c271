"""Consultation, transfer and conference with real telephones: who hears whom, and what is heard while nobody talks."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from callbase.core.config import ToAgent, ToQueues
from callbase.core.events import (
    AlternateCall,
    ConferenceCall,
    ConsultationCall,
    MakeCall,
    SetData,
    SingleStepConferenceCall,
    SingleStepTransferCall,
    TransferCall,
)
from tests.system.audio import is_sound
from tests.system.centre import CUSTOMER_HZ, DID, Centre, until
from tests.system.house import rings_at
from tests.system.telephone import Call, Telephone
from tests.system.test_a_call import loudest_tone_share, stereo

pytestmark = pytest.mark.telephony

FIRST_HZ, SECOND_HZ, THIRD_HZ = 700, 1000, 1300


@asynccontextmanager
async def colleagues(centre: Centre) -> AsyncIterator[tuple[Telephone, Telephone, Telephone]]:
    """1011 takes calls; 1001 and 1002 are there for whoever asks them, each with a tone of its own."""
    async with (
        centre.agent_at_work("1011", hz=FIRST_HZ) as first,
        centre.agent_at_work("1001", hz=SECOND_HZ, ready=False) as second,
        centre.agent_at_work("1002", hz=THIRD_HZ, ready=False) as third,
    ):
        yield first, second, third


async def talk(customer: Telephone, first: Telephone) -> tuple[Call, Call]:
    call = await customer.call(DID)
    await call.wait_answered()
    await call.press("2")
    agent = await rings_at(first)
    await call.media.wait_for_tone(FIRST_HZ)
    return call, agent


async def hear(one: Call, other: Call, one_hz: float, other_hz: float) -> None:
    await asyncio.gather(one.media.wait_for_tone(other_hz), other.media.wait_for_tone(one_hz))


async def music(call: Call, *not_these: float) -> None:
    """Sound that is none of these tones."""
    await until(lambda: is_sound(call.media.heard()), "music")
    await until(lambda: not any(call.media.hears(hz, share=0.2) for hz in not_these), "nobody's voice")


def together(call: Call, *others: float) -> bool:
    return all(call.media.hears(hz, share=0.12) for hz in others)


async def test_the_customer_hears_music_and_not_the_consultation_and_then_whom_it_is_transferred_to(centre: Centre) -> None:
    number = "13900000041"
    async with colleagues(centre) as (first, second, _), centre.customer(number) as customer:
        call, agent = await talk(customer, first)
        interaction = centre.agent("1011").interaction or ""
        await centre.ask(SetData(interaction=interaction, data={"order": "17"}))
        await centre.ask(ConsultationCall(agent="1011", to=ToAgent(agent="1001")))
        assert centre.agent("1001").interaction == interaction, "before it is answered"
        assert centre.interactions(number)[0].data == {"order": "17"}
        asked = await rings_at(second)
        await hear(agent, asked, FIRST_HZ, SECOND_HZ)
        await music(call, FIRST_HZ, SECOND_HZ)
        assert not asked.media.hears(CUSTOMER_HZ)
        await centre.ask(AlternateCall(agent="1011"))
        await hear(call, agent, CUSTOMER_HZ, FIRST_HZ)
        await music(asked, FIRST_HZ, CUSTOMER_HZ)
        await centre.ask(TransferCall(agent="1011"))
        await hear(call, asked, CUSTOMER_HZ, SECOND_HZ)
        await agent.wait_ended()
        await until(lambda: centre.agent("1011").state == "working_after_call", "the first agent works after it")
        asked.hang_up()
        await call.wait_ended()
    found = await centre.interaction(number)
    assert (found["agent"], found["end_reason"]) == ("1001", "agent_hung_up")
    assert [segment["kind"] for segment in found["segments"]].count("consult") == 1


async def test_a_blind_transfer_gives_music_until_the_answer(centre: Centre) -> None:
    async with (
        centre.agent_at_work("1011", hz=FIRST_HZ) as first,
        centre.agent_at_work("1001", hz=SECOND_HZ, ready=False, answer_after_s=1.0) as second,
        centre.customer("13900000042") as customer,
    ):
        call, agent = await talk(customer, first)
        await centre.ask(SingleStepTransferCall(agent="1011", to=ToAgent(agent="1001")))
        await agent.wait_ended()
        await music(call, FIRST_HZ)
        asked = await rings_at(second)
        await hear(call, asked, CUSTOMER_HZ, SECOND_HZ)


async def test_four_talk_together(centre: Centre) -> None:
    async with colleagues(centre) as (first, second, third), centre.customer("13900000043") as customer:
        call, agent = await talk(customer, first)
        await centre.ask(ConsultationCall(agent="1011", to=ToAgent(agent="1001")))
        asked = await rings_at(second)
        await until(lambda: centre.interactions("13900000043")[0].consultation == "connected", "consulting")
        await centre.ask(ConferenceCall(agent="1011"))
        await centre.ask(SingleStepConferenceCall(agent="1011", to=ToAgent(agent="1002")))
        joined = await rings_at(third)
        everybody = {CUSTOMER_HZ: call, FIRST_HZ: agent, SECOND_HZ: asked, THIRD_HZ: joined}
        for hz, one in everybody.items():
            others = [other for other in everybody if other != hz]
            await until(lambda one=one, others=others: together(one, *others), f"{hz} Hz hears all others")  # type: ignore[misc]
        agent.hang_up()
        await until(lambda: not call.media.hears(FIRST_HZ, share=0.12), "the first has left")
        await until(lambda: together(call, SECOND_HZ, THIRD_HZ), "the others talk on")


async def test_a_desk_phones_own_transfer_and_what_a_header_said(centre: Centre) -> None:
    """The button on the telephone does what the one on the screen does; a customer's telephone has no such button."""
    number = "13900000044"
    async with colleagues(centre) as (first, second, _), centre.customer(number) as customer:
        along = {"User_to_User": "3137;encoding=hex", "Referred_By": "<sip:desk@partner.example>"}
        call = await customer.call(DID, X_Order="17 & more", X_Callbase_Interaction="forged", **along)
        await call.wait_answered()
        await call.press("2")
        agent = await rings_at(first)
        assert centre.interactions(number)[0].data == {
            "x-order": "17 & more",
            "user-to-user": "3137;encoding=hex",
            "referred-by": "<sip:desk@partner.example>",
        }
        await hear(call, agent, CUSTOMER_HZ, FIRST_HZ)
        assert "603" in await call.transfer("0085212345678")
        assert "603" in await agent.transfer("nobody")
        assert centre.phase(number) == "talk"
        await hear(call, agent, CUSTOMER_HZ, FIRST_HZ)
        assert "200" in await agent.transfer("1001")
        asked = await rings_at(second)
        await hear(call, asked, CUSTOMER_HZ, SECOND_HZ)
        await agent.wait_ended()


async def test_an_agent_who_called_a_queue_gives_its_call_to_another_and_both_talks_are_recorded(centre: Centre) -> None:
    async with colleagues(centre) as (first, second, third):
        await centre.ask(MakeCall(agent="1001", to=ToQueues(queues=("support",))))
        calling = await rings_at(second)
        called = await rings_at(first)
        await hear(calling, called, SECOND_HZ, FIRST_HZ)
        interaction = centre.agent("1001").interaction or ""
        await asyncio.sleep(1.0)  # something to be heard in the recording
        await centre.ask(ConsultationCall(agent="1001", to=ToAgent(agent="1002")))
        asked = await rings_at(third)
        await hear(calling, asked, SECOND_HZ, THIRD_HZ)
        await centre.ask(TransferCall(agent="1001"))
        await hear(called, asked, FIRST_HZ, THIRD_HZ)
        await calling.wait_ended()
        await asyncio.sleep(1.0)
        called.hang_up()
        await asked.wait_ended()
    before, after = await centre.recordings(interaction, 2)
    for recording, says, hears in ((before, SECOND_HZ, FIRST_HZ), (after, FIRST_HZ, THIRD_HZ)):
        says_side, hears_side, rate_hz = await stereo(centre, recording["id"])
        assert loudest_tone_share(says_side, says, rate_hz) > 0.5
        assert loudest_tone_share(hears_side, hears, rate_hz) > 0.5
        assert loudest_tone_share(says_side, hears, rate_hz) < 0.1
        for side in (says_side, hears_side):
            assert loudest_tone_share(side, SECOND_HZ if recording is after else THIRD_HZ, rate_hz) < 0.1, "not of the other talk"
