"""What was being said when the engine died is not in the way of what comes next."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.system.centre import AGENT_HZ, CUSTOMER_HZ, DID, Centre, until

pytestmark = pytest.mark.telephony


async def test_who_presses_a_key_after_the_engine_died_in_the_greeting_talks_at_once(centre: Centre) -> None:
    async with centre.agent_at_work("1017") as agent, centre.customer("13900000049") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await asyncio.sleep(1)  # it is being greeted, for eight seconds
        await centre.kill("engine")
        await centre.recovered()
        await until(lambda: centre.phase(customer.user) == "flow", "it is in the menu")
        pressed_at = time.monotonic()
        await call.press("2")
        served = await asyncio.wait_for(agent.incoming.get(), 10)
        await call.media.wait_for_tone(AGENT_HZ)
        await served.media.wait_for_tone(CUSTOMER_HZ)
        assert time.monotonic() - pressed_at < 4, "the greeting, begun anew or not, is not heard to its end"
        call.hang_up()
