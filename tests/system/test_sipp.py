"""The whole platform with SIPp at both ends: a stranger's trunk and a stranger's telephone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from benchmarks.installation import DEMO_PASSWORD
from callbase.core.events import FinishWrapUp, HoldCall, SetReady, SignIn
from callbase.core.facts import FlowStep
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, DID, Centre, until
from tests.system.telephone import Telephone
from tests.system.test_a_call import loudest_tone_share, stereo
from tests.telephony.sipp import Digits, Run, Sipp

pytestmark = pytest.mark.telephony


@pytest.fixture
def sipp(centre: Centre, tmp_path: Path) -> Sipp:
    return Sipp(centre.installation.sip, tmp_path)


@asynccontextmanager
async def at_work(
    centre: Centre, sipp: Sipp, agent: str, *, answer_after_s: float | None = 0.2, calls: int = 1
) -> AsyncIterator[Run]:
    """An agent, ready, at a telephone that is SIPp's."""
    async with sipp.telephone(agent, DEMO_PASSWORD, answer_after_s=answer_after_s, hz=AGENT_HZ, calls=calls) as telephone:
        await centre.ask(SignIn(agent=agent, device=agent))
        await until(lambda: centre.agent(agent).device_online, f"device of {agent} online")
        await centre.ask(SetReady(agent=agent))
        yield telephone


async def in_phase(centre: Centre, caller: str, phase: str) -> None:
    await until(lambda: centre.phase(caller) == phase, f"{caller} is in phase {phase}", 15)


async def test_a_call_with_digits_through_menu_and_queue_to_a_registered_telephone(centre: Centre, sipp: Sipp) -> None:
    async with at_work(centre, sipp, "1011", answer_after_s=0.5) as telephone:
        caller = await sipp.call(DID, caller="13900000101", steps=(Digits("2"),), hz=CUSTOMER_HZ, ending="when_told")
        await in_phase(centre, "13900000101", "talk")
        await asyncio.sleep(1.5)  # something to be heard in the recording
        caller.hang_up()
        await caller.succeeded()
        await telephone.succeeded()
    found = await centre.interaction("13900000101")
    assert (found["queue"], found["agent"], found["end_reason"]) == ("support", "1011", "customer_hung_up")
    assert [step["digit"] for step in found["flow_steps"] if step["digit"]] == ["2"]
    assert [segment["kind"] for segment in found["segments"]] == ["flow", "queue", "offer", "talk", "wrap_up"]
    recording = await centre.recording(found["id"])
    customer_side, agent_side, rate_hz = await stereo(centre, recording["id"])
    assert loudest_tone_share(customer_side, CUSTOMER_HZ, rate_hz) > 0.5
    assert loudest_tone_share(agent_side, AGENT_HZ, rate_hz) > 0.5
    assert loudest_tone_share(customer_side, AGENT_HZ, rate_hz) < 0.1
    assert loudest_tone_share(agent_side, CUSTOMER_HZ, rate_hz) < 0.1


@pytest.mark.parametrize(
    ("phase", "keys", "reason"),
    [
        ("flow", "", "customer_hung_up"),
        ("queue", "2", "abandoned"),
        ("offer", "2", "abandoned"),
        ("talk", "2", "customer_hung_up"),
        ("hold", "2", "customer_hung_up"),
    ],
)
async def test_the_caller_hangs_up_in_every_phase(centre: Centre, sipp: Sipp, phase: str, keys: str, reason: str) -> None:
    number = "1390000011" + str(["flow", "queue", "offer", "talk", "hold"].index(phase))
    async with AsyncExitStack() as stack:
        telephone = None
        if phase in ("offer", "talk", "hold"):
            answer_after_s = None if phase == "offer" else 0.2
            telephone = await stack.enter_async_context(at_work(centre, sipp, "1012", answer_after_s=answer_after_s))
        steps = (Digits(keys),) if keys else ()
        caller = await sipp.call(DID, caller=number, steps=steps, ending="when_told")
        if phase == "hold":
            await in_phase(centre, number, "talk")
            await centre.ask(HoldCall(agent="1012"))
        await in_phase(centre, number, phase)
        if phase == "flow":  # which begins before the answer
            await until(lambda: any(isinstance(fact, FlowStep) for fact in centre.facts), "the caller is greeted")
        caller.hang_up()
        await caller.succeeded()
        await until(lambda: centre.phase(number) in ("", "wrap_up"), "the call is over")
        if telephone is not None:
            await telephone.succeeded()
    found = await centre.interaction(number)
    assert found["end_reason"] == reason
    assert found["agent"] == ("1012" if phase in ("talk", "hold") else None)
    last = [segment for segment in found["segments"] if segment["kind"] != "wrap_up"][-1]
    assert last["kind"] == phase


async def test_an_agent_who_does_not_answer_is_passed_over_for_the_next(centre: Centre, sipp: Sipp) -> None:
    async with centre.queue_with("support", offer_timeout_s=3.0), at_work(centre, sipp, "1013", answer_after_s=None) as away:
        caller = await sipp.call(DID, caller="13900000121", steps=(Digits("2"),), ending="when_told")
        await in_phase(centre, "13900000121", "offer")
        async with at_work(centre, sipp, "1014") as there:
            await in_phase(centre, "13900000121", "talk")
            caller.hang_up()
            for run in (caller, away, there):
                await run.succeeded()
        assert (centre.agent("1013").state, centre.agent("1013").reason) == ("not_ready", "no_answer")
    found = await centre.interaction("13900000121")
    offers = [(segment["agent"], segment["result"]) for segment in found["segments"] if segment["kind"] == "offer"]
    assert offers == [("1013", "no_answer"), ("1014", "answered")]


async def test_when_all_are_busy_the_next_caller_waits(centre: Centre, sipp: Sipp) -> None:
    async with at_work(centre, sipp, "1015", calls=2) as telephone:
        first = await sipp.call(DID, caller="13900000131", steps=(Digits("2"),), ending="when_told")
        await in_phase(centre, "13900000131", "talk")
        second = await sipp.call(DID, caller="13900000132", steps=(Digits("2"),), ending="when_told")
        await in_phase(centre, "13900000132", "queue")
        first.hang_up()
        await until(lambda: centre.agent("1015").state == "working_after_call", "work after the call")
        assert centre.phase("13900000132") == "queue"
        await centre.ask(FinishWrapUp(agent="1015"))
        await in_phase(centre, "13900000132", "talk")
        second.hang_up()
        for run in (first, second, telephone):
            await run.succeeded()
    assert (await centre.interaction("13900000132"))["agent"] == "1015"


async def test_thirty_callers_at_once_are_all_served(centre: Centre, sipp: Sipp) -> None:
    agents = [f"10{number}" for number in range(11, 21)]
    async with centre.queue_with("support", wrap_up_s=0.0), AsyncExitStack() as stack:
        for agent in agents:
            telephone = await stack.enter_async_context(centre.agent_at_work(agent))
            serving = asyncio.create_task(_serve(telephone))
            stack.callback(serving.cancel)
        callers = await sipp.call(DID, caller="13900000141", steps=(Digits("2"),), ending="far_end", calls=30)
        await until(lambda: len(centre.view.interactions) >= 30 - len(agents), "they are there at once")
        await callers.succeeded(60)
        await until(lambda: not centre.view.interactions, "all calls are over")
    found = (await centre.get("/api/interactions", caller="13900000141", page_size=100))["items"]
    assert len(found) == 30
    assert {one["agent"] for one in found} <= set(agents)
    assert {one["end_reason"] for one in found} == {"agent_hung_up"}


async def _serve(telephone: Telephone) -> None:
    """Talks half a second with each caller, then hangs up."""
    while True:
        call = await telephone.incoming.get()
        await call.wait_answered()
        await asyncio.sleep(0.5)
        call.hang_up()
