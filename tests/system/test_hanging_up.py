"""The caller hangs up, in every phase of a call: nothing is left behind, and the report says when."""

from __future__ import annotations

import asyncio
import os
import signal

import pytest

from callbase.core.events import HoldCall
from tests.system.audio import is_sound
from tests.system.centre import AGENT_HZ, DID, Centre, until
from tests.system.house import flow_of, made

pytestmark = pytest.mark.telephony


async def test_before_the_answer(centre: Centre) -> None:
    """The engine is held still meanwhile, or it would have answered within milliseconds."""
    engine = centre.installation.pid_of("engine")
    async with centre.customer("13900000011") as customer:
        os.kill(engine, signal.SIGSTOP)
        try:
            call = await customer.call(DID)
            await until(lambda: call.status == 100, "the switch has the call")
            call.hang_up()
            await call.wait_ended()
        finally:
            os.kill(engine, signal.SIGCONT)
        assert (call.status, call.answered.is_set()) == (487, False)
    found = await centre.interaction("13900000011")
    assert (found["end_reason"], found["cause"], found["queue"], found["agent"]) == ("customer_hung_up", "cancelled", None, None)
    assert [segment["kind"] for segment in found["segments"]] == ["flow"]
    assert len((await centre.get("/api/interactions", caller="13900000011"))["items"]) == 1
    await _nothing_left(centre, "13900000011")


async def test_in_the_menu(centre: Centre) -> None:
    async with centre.customer("13900000012") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        call.hang_up()
        await _nothing_left(centre, "13900000012")
    found = await centre.interaction("13900000012")
    assert (found["end_reason"], found["queue"]) == ("customer_hung_up", None)


async def test_in_the_greeting_before_a_queue(centre: Centre) -> None:
    """Asterisk tells of it by what it was playing being over; no agent is called for who has gone."""
    number, did = "13900000017", "4008009117"
    nodes = {
        "greeting": {"type": "greet", "say": {"prompt": "welcome", "languages": ["zh-CN", "en-US"]}, "next": "line"},
        "line": {"type": "queue", "queue": "sales"},
    }
    async with (
        flow_of(centre, "greeted", "greeting", nodes),
        made(centre, "/api/dids", {"number": did, "flow": "greeted"}, "number"),
        centre.agent_at_work("1004", answer_after_s=None) as agent,
        centre.customer(number) as customer,
    ):
        call = await customer.call(did)
        await call.wait_answered()
        await until(lambda: is_sound(call.media.heard()), "the greeting")
        call.hang_up()
        await _nothing_left(centre, number)
        found = await centre.interaction(number)
        assert agent.incoming.empty()
    assert (found["end_reason"], found["queue"]) == ("customer_hung_up", None)
    assert [segment["kind"] for segment in found["segments"]] == ["flow"]


async def test_in_the_queue(centre: Centre) -> None:
    async with centre.customer("13900000013") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        await until(lambda: centre.phase("13900000013") == "queue", "in the queue")
        await asyncio.sleep(0.5)
        call.hang_up()
        await _nothing_left(centre, "13900000013")
    found = await centre.interaction("13900000013")
    assert (found["end_reason"], found["queue"], found["agent"]) == ("abandoned", "sales", None)
    assert 400 <= found["queue_ms"] < 5000


async def test_while_the_agents_telephone_rings(centre: Centre) -> None:
    async with centre.agent_at_work("1002", answer_after_s=None) as agent, centre.customer("13900000014") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        ringing = await asyncio.wait_for(agent.incoming.get(), 10)
        call.hang_up()
        await ringing.wait_ended()
        assert ringing.status == 487
        await until(lambda: centre.agent("1002").state == "ready", "the agent is free for the next")
        await _nothing_left(centre, "13900000014")
    assert (await centre.interaction("13900000014"))["end_reason"] == "abandoned"


@pytest.mark.parametrize("held", [False, True], ids=["while_talking", "while_on_hold"])
async def test_in_a_talk(centre: Centre, held: bool) -> None:
    number = f"1390000001{5 + held}"
    async with centre.agent_at_work("1003") as agent, centre.customer(number) as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        answered = await asyncio.wait_for(agent.incoming.get(), 10)
        await call.media.wait_for_tone(AGENT_HZ)
        if held:
            await centre.ask(HoldCall(agent="1003"))
            await until(lambda: centre.phase(number) == "hold", "on hold")
        call.hang_up()
        await answered.wait_ended()
        await until(lambda: centre.agent("1003").state == "working_after_call", "work after the call")
    found = await centre.interaction(number)
    assert (found["end_reason"], found["agent"]) == ("customer_hung_up", "1003")


async def _nothing_left(centre: Centre, number: str) -> None:
    await until(lambda: not centre.interactions(number), f"the call of {number} is over")
