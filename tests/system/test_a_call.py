"""A call from the trunk through menu and queue to a desk telephone, and afterwards in the report and the recording."""

from __future__ import annotations

import asyncio
import io
from contextlib import AsyncExitStack
from datetime import datetime

import pytest
import soundfile

from callbase.core.events import FinishWrapUp, HoldCall, RetrieveCall, SetOutcome
from callbase.core.facts import RoutingExplained
from tests.system.audio import Samples, has_tone, is_sound, share_of_tone
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, DID, Centre, until

pytestmark = pytest.mark.telephony


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


async def test_a_caller_presses_one_and_talks_to_an_agent_of_sales_and_all_of_it_is_kept(centre: Centre) -> None:
    before = (await centre.get("/api/reports/today"))["totals"]
    async with centre.agent_at_work("1001", answer_after_s=0.3) as agent, centre.customer("13900000001") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        ringing = await asyncio.wait_for(agent.incoming.get(), 10)
        await until(lambda: bool(centre.agent("1001").interaction), "the agent's screen knows the call")
        await ringing.wait_answered()
        await call.media.wait_for_tone(AGENT_HZ)
        await ringing.media.wait_for_tone(CUSTOMER_HZ)
        await asyncio.sleep(1.5)  # something to be heard in the recording
        interaction = centre.agent("1001").interaction
        assert interaction
        call.hang_up()
        await ringing.wait_ended()
        await until(lambda: centre.agent("1001").state == "working_after_call", "work after the call")
        await centre.ask(SetOutcome(agent="1001", interaction=interaction, outcome=await _an_outcome(centre), note="sold"))
        await centre.ask(FinishWrapUp(agent="1001"))
        await until(lambda: centre.agent("1001").state == "ready", "ready again")

    found = await centre.interaction("13900000001")
    assert found["id"] == interaction
    assert (found["queue"], found["agent"], found["end_reason"]) == ("sales", "1001", "customer_hung_up")
    assert found["note"] == "sold"
    kinds = [segment["kind"] for segment in found["segments"]]
    assert kinds[:2] == ["flow", "queue"]
    assert set(kinds) == {"flow", "queue", "offer", "talk", "wrap_up"}
    assert 1400 <= found["talk_ms"] <= 10_000
    assert abs((moment(found["ended_at"]) - moment(found["answered_at"])).total_seconds() * 1000 - found["talk_ms"]) < 200
    assert [step["digit"] for step in found["flow_steps"] if step["digit"]] == ["1"]
    assert found["explanations"][-1]["chosen"] == "1001"
    assert found["explanations"][-1]["text"]["zh-CN"]
    assert any(isinstance(fact, RoutingExplained) and fact.chosen == "1001" for fact in centre.facts)

    after = (await centre.get("/api/reports/today"))["totals"]
    assert (after["offered"], after["answered"]) == (before["offered"] + 1, before["answered"] + 1)

    recording = await centre.recording(found["id"])
    assert recording["state"] == "stored"
    customer_side, agent_side, rate_hz = await stereo(centre, recording["id"])
    assert loudest_tone_share(customer_side, CUSTOMER_HZ, rate_hz) > 0.5
    assert loudest_tone_share(agent_side, AGENT_HZ, rate_hz) > 0.5
    assert loudest_tone_share(customer_side, AGENT_HZ, rate_hz) < 0.1, "each voice has a channel of its own"
    assert loudest_tone_share(agent_side, CUSTOMER_HZ, rate_hz) < 0.1


async def test_a_caller_on_hold_hears_music_and_then_the_agent_again(centre: Centre) -> None:
    async with centre.agent_at_work("1011") as agent, centre.customer("13900000002") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("2")
        answered = await asyncio.wait_for(agent.incoming.get(), 10)
        await call.media.wait_for_tone(AGENT_HZ)
        await centre.ask(HoldCall(agent="1011"))
        await until(lambda: centre.phase("13900000002") == "hold", "on hold")
        await until(lambda: not has_tone(call.media.heard(), AGENT_HZ) and is_sound(call.media.heard()), "music")
        await until(lambda: not answered.media.hears(CUSTOMER_HZ), "nothing of the customer")
        await asyncio.sleep(0.8)
        assert not has_tone(call.media.heard(), AGENT_HZ), "still not"
        await centre.ask(RetrieveCall(agent="1011"))
        await call.media.wait_for_tone(AGENT_HZ)
        await answered.media.wait_for_tone(CUSTOMER_HZ)
        answered.hang_up()
        await call.wait_ended()
    found = await centre.interaction("13900000002")
    assert found["end_reason"] == "agent_hung_up"
    assert found["hold_ms"] >= 700
    assert [segment["kind"] for segment in found["segments"]].count("talk") == 2


async def test_thirty_calls_at_once_are_all_answered(centre: Centre) -> None:
    agents = [f"10{number:02}" for number in range(1, 11)]
    async with centre.queue_with("sales", wrap_up_s=0.0), AsyncExitStack() as at_work:
        for agent in agents:
            await at_work.enter_async_context(centre.agent_at_work(agent))
        await asyncio.gather(*(_one_of_many(centre, f"139000003{number:02}") for number in range(30)))
    for number in range(30):
        found = await centre.interaction(f"139000003{number:02}")
        assert found["agent"] in agents, found


async def _one_of_many(centre: Centre, number: str) -> None:
    async with centre.customer(number) as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        await call.media.wait_for_tone(AGENT_HZ, 60)
        call.hang_up()


async def _an_outcome(centre: Centre) -> str:
    return str((await centre.get("/api/outcomes"))["items"][0]["id"])


async def stereo(centre: Centre, recording: str) -> tuple[Samples, Samples, int]:
    """Both channels of a stored recording, customer first."""
    audio = await centre.download(f"/api/recordings/{recording}/audio")
    samples, rate_hz = soundfile.read(io.BytesIO(audio), always_2d=True)
    assert samples.shape[1] == 2, samples.shape
    return samples[:, 0], samples[:, 1], int(rate_hz)


def loudest_tone_share(samples: Samples, hz: float, rate_hz: int) -> float:
    """The highest share that tone has in any half second."""
    step = rate_hz // 2
    return max((share_of_tone(samples[at : at + step], hz, rate_hz) for at in range(0, len(samples) - step, step)), default=0.0)
