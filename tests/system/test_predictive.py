"""The system calls for a queue on real telephones: who answers hears the agent, who is busy has cost nobody anything."""

from __future__ import annotations

import pytest

from callbase.core.call.attached import CallMade
from callbase.core.config import ToNumber
from callbase.core.events import MakePredictiveCall
from callbase.csta.document import CSTA
from tests.system.centre import CUSTOMER_HZ, Centre, until
from tests.system.house import hear_each_other, rings_at, way_out
from tests.system.test_csta import program_of

pytestmark = pytest.mark.telephony

CALLED = "13900000087"


async def test_a_program_has_a_number_called_and_its_answer_reaches_an_agent(centre: Centre) -> None:
    program = await program_of(centre)
    assert (await program.start_session(centre.token, CSTA + "6")).name == "StartApplicationSessionPosResponse"
    monitor = "<MonitorStart><monitorObject><deviceObject>sales</deviceObject></monitorObject></MonitorStart>"
    assert (await program.ask(monitor)).name == "MonitorStartResponse"
    async with (
        centre.customer(CALLED, hz=CUSTOMER_HZ) as outside,
        way_out(centre, outside),
        centre.agent_at_work("1001", answer_after_s=None) as agent,
    ):
        outside.answer_after_s = None
        to = f"<calledDirectoryNumber>{CALLED}</calledDirectoryNumber><alertTime>20</alertTime>"
        asked = f"<MakePredictiveCall><callingDevice>sales</callingDevice>{to}</MakePredictiveCall>"
        made = await program.ask(asked)
        call = made.value("initiatedCall", "callID")
        ringing = await rings_at(outside)
        assert centre.agent("1001").state == "ready"
        ringing.answer()
        assert (await program.event("DivertedEvent")).value("newDestination", "deviceIdentifier") == "1001"
        own = await rings_at(agent)
        own.answer()
        await hear_each_other(ringing, own)
        ringing.hang_up()
        await own.wait_ended()
        await until(lambda: centre.agent("1001").state == "working_after_call", "work after the call")
        found = await centre.get(f"/api/interactions/{call}")
        kinds = {one["kind"] for one in found["segments"]}
        assert {"flow", "queue", "offer", "talk"} <= kinds
        assert (found["direction"], found["called_number"], found["agent"]) == ("outbound", CALLED, "1001")
    program.writer.close()


async def test_who_is_busy_is_told_with_the_cause_and_counts_for_no_queue(centre: Centre) -> None:
    async with centre.customer(CALLED) as outside, way_out(centre, outside) as trunk:
        outside.answer_after_s = None
        before = centre.view.queues["sales"].offered_today
        to = ToNumber(number=CALLED, trunk=trunk)
        reply = await centre.link.request(MakePredictiveCall(queue="sales", to=to))
        assert isinstance(reply.answer, CallMade)
        (await rings_at(outside)).reject(486)
        await until(lambda: centre.view.queues["sales"].unreached is not None, "the failure")
        told = centre.view.queues["sales"].unreached
        assert told is not None
        assert (told.interaction, told.number, told.cause) == (reply.answer.interaction, CALLED, "busy")
        assert centre.view.queues["sales"].offered_today == before
        body = {"action": {"type": "MakePredictiveCall", "queue": "sales", "to": {"type": "number", "number": CALLED}}}
        again = await centre.post("/api/live/requests", body)
        (await rings_at(outside)).reject(486)
        assert again["answer"]["type"] == "call_made"
