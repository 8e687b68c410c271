"""An agent's own calls, on real telephones: made from the screen, with keys, parked and fetched."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from callbase.core.config import ToAgent
from callbase.core.events import DirectedPickupCall, GenerateDigits, MakeCall, ParkCall
from tests.system.audio import has_tone
from tests.system.centre import AGENT_HZ, Centre, until

pytestmark = pytest.mark.telephony


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
        await until(lambda: not has_tone(own.media.heard(), AGENT_HZ) and np.abs(own.media.heard()).max() > 0.01, "music")
        await centre.ask(DirectedPickupCall(agent="1003", interaction=interaction))
        fetched = await asyncio.wait_for(third.incoming.get(), 10)
        await asyncio.gather(own.media.wait_for_tone(AGENT_HZ), fetched.media.wait_for_tone(AGENT_HZ))
        own.hang_up()
        await fetched.wait_ended()
        await until(lambda: {centre.agent(one).state for one in ("1001", "1002", "1003")} == {"ready"}, "all ready")
