"""At a desk phone, too, the card is on the screen before it rings."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.api import Api
from benchmarks.installation import DEMO_PASSWORD
from callbase.cti.messages import CardShown, Change, Hello, ToClient
from tests.system.centre import DID, Centre

pytestmark = pytest.mark.telephony


async def test_a_desk_phone_rings_once_the_agents_page_shows_the_call(centre: Centre) -> None:
    session = await _session(centre, "1004")
    async with (
        connect(f"ws://127.0.0.1:{centre.installation.http_port}/link", additional_headers=session) as page,
        centre.agent_at_work("1004", answer_after_s=None) as agent,
        centre.customer("13900000016") as customer,
    ):
        await page.send(msgspec.json.encode(Hello(cards=True)).decode())
        await _until_shown(page, "")
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("1")
        interaction = await _until_shown(page, "1004")
        await asyncio.sleep(0.3)
        rang_without = not agent.incoming.empty()
        await page.send(msgspec.json.encode(CardShown(interaction=interaction)).decode())
        await asyncio.wait_for(agent.incoming.get(), 0.5)
        assert not rang_without


async def _session(centre: Centre, login: str) -> dict[str, str]:
    api = Api(centre.installation.http_port)
    await asyncio.to_thread(api.sign_in, login, DEMO_PASSWORD)
    return {"Cookie": api.cookies}


async def _until_shown(page: ClientConnection, agent: str) -> str:
    """The interaction that agent is at, once it is told; of nobody: at once, with the snapshot."""
    async with asyncio.timeout(10):
        while True:
            message: Any = msgspec.json.decode(await page.recv(), type=ToClient)
            if not agent:
                return ""
            if isinstance(message, Change):
                at = next((one.interaction for one in message.agents if one.agent == agent and one.state == "reserved"), None)
                if at is not None:
                    return at
