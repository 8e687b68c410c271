"""The supervisor is killed: calls go on in Asterisk, and the next `callbase up` takes them over."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from pathlib import Path

import pytest

from benchmarks.cpu import command_line
from benchmarks.installation import Installation
from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, DID, opened, until
from tests.system.house import hear_each_other
from tests.system.test_a_call import loudest_tone_share, stereo

pytestmark = pytest.mark.telephony


async def test_a_talk_outlives_it_and_is_written_and_recorded_to_its_end(tmp_path: Path) -> None:
    made = Installation(tmp_path / "home")
    made.start()
    try:
        await asyncio.to_thread(made.wait_ready, 120)
        switch = made.pid_of("asterisk")
        async with opened(made) as centre, centre.agent_at_work("1011") as agent, centre.customer("13900000099") as customer:
            call = await customer.call(DID)
            await call.wait_answered()
            await call.press("2")
            served = await asyncio.wait_for(agent.incoming.get(), 10)
            await hear_each_other(call, served)
            killed_at = time.monotonic()
            os.kill(made.pid, signal.SIGKILL)
            await asyncio.sleep(1)
            await hear_each_other(call, served)
            made.start()
            await asyncio.to_thread(made.wait_ready, 120)
            await centre.recovered()
            assert made.pid_of("asterisk") == switch
            await until(lambda: centre.phase("13900000099") == "talk", "the talk is known")
            await hear_each_other(call, served)
            assert call.media.lost_since(killed_at) < 0.2
            call.hang_up()
            await served.wait_ended()
            found = await centre.interaction("13900000099")
            assert found["end_reason"] == "customer_hung_up"
            assert [segment["kind"] for segment in found["segments"]].count("talk") == 1
            recording = await centre.recording(found["id"])
            customer_side, agent_side, rate_hz = await stereo(centre, recording["id"])
            assert loudest_tone_share(customer_side, CUSTOMER_HZ, rate_hz) > 0.5
            assert loudest_tone_share(agent_side, AGENT_HZ, rate_hz) > 0.5
    finally:
        made.stop()
    assert not command_line(switch), "it was stopped with the rest"
