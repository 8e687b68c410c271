"""A program written for another maker's switch takes a real call."""

from __future__ import annotations

import asyncio

import pytest

from callbase.csta.document import CSTA
from tests.csta.program import Program, connect
from tests.system.centre import AGENT_HZ, DID, Centre, until

pytestmark = pytest.mark.telephony


async def program_of(centre: Centre) -> Program:
    """`callbase up` starts the process last; it may come a moment after the first call can be taken."""
    port = int(centre.installation.settings["CALLBASE_CSTA_PORT"])
    async with asyncio.timeout(20):
        while True:
            try:
                return await connect(port)
            except ConnectionError:
                await asyncio.sleep(0.1)


async def test_a_program_answers_holds_retrieves_and_ends_a_call_at_a_desk_telephone(centre: Centre) -> None:
    program = await program_of(centre)
    assert (await program.start_session("wrong")).name == "StartApplicationSessionNegResponse"
    assert (await program.start_session(centre.token, CSTA + "4")).name == "StartApplicationSessionPosResponse"
    await program.monitor("1001")
    async with centre.agent_at_work("1001", answer_after_s=None) as agent, centre.customer("13900000077") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        delivered = await program.event("DeliveredEvent")
        assert delivered.value("callingDevice", "deviceIdentifier") == "13900000077"
        assert delivered.value("lastRedirectionDevice", "numberDialed") == "sales"
        ringing = await asyncio.wait_for(agent.incoming.get(), 10)
        mine = f"<callID>{delivered.value('connection', 'callID')}</callID><deviceID>1001</deviceID>"

        async def ask(service: str, subject: str) -> None:
            answer = await program.ask(f"<{service}><{subject}>{mine}</{subject}></{service}>")
            assert answer.name == f"{service}Response", answer.name

        await ask("AnswerCall", "callToBeAnswered")
        await asyncio.wait_for(ringing.told_to_answer.wait(), 10)
        ringing.answer()
        await program.event("EstablishedEvent")
        await call.media.wait_for_tone(AGENT_HZ)
        await ask("HoldCall", "callToBeHeld")
        await program.event("HeldEvent")
        await ask("RetrieveCall", "callToBeRetrieved")
        await program.event("RetrievedEvent")
        await ask("ClearConnection", "connectionToBeCleared")
        await program.event("AgentWorkingAfterCallEvent")
        await call.wait_ended()
        await until(lambda: centre.agent("1001").state == "working_after_call", "work after the call")
    program.writer.close()
