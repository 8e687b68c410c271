"""A callbase that stands for another maker's switch: its calls wait in a queue nobody serves, and go where CSTA sends them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from callbase.core.config import Agent, Device, Did, Enqueue, Flow, Queue
from callbase.core.events import SetReady, SignIn
from callbase.csta.server import CstaServer
from callbase.cti.client import LinkClient
from callbase.platform.pbx import Pbx
from callbase.switch.simulated import Telephone
from tests.core.centre import text
from tests.csta.conftest import LinkedCentre
from tests.csta.program import TOKEN

PILOT = "pilot"
NUMBER = "4008001234"
STEP_S = 0.005


def pbx_config(*agents: str) -> dict[str, Any]:
    """How long an agent rings and works afterwards is not the switch's affair: here for a minute, and not at all."""
    return {
        "agents": {agent: Agent(id=agent, name=agent, devices=(agent,)) for agent in agents},
        "devices": {agent: Device(id=agent, kind="sip", agent=agent, number=agent) for agent in agents},
        "queues": {PILOT: Queue(id=PILOT, name=text("等候", "Pilot"), wrap_up_s=0, offer_timeout_s=60, record=False)},
        "dids": {NUMBER: Did(number=NUMBER, flow="wait")},
        "flows": {"wait": Flow(id="wait", version=1, start="wait", nodes={"wait": Enqueue(queue=PILOT)})},
    }


def pbx_of_tests(port: int) -> Pbx:
    """How our driver reaches it."""
    return Pbx("127.0.0.1", port, token=TOKEN, pilots={PILOT: NUMBER}, trunk="demo-trunk")


class PbxCentre(LinkedCentre):
    """Its time goes on with the clock on the wall once `open_csta` has been called."""

    def __init__(self, *agents: str) -> None:
        super().__init__(**pbx_config(*agents))
        self.server: CstaServer | None = None
        self.port = 0
        self._url = ""
        self._ticking: asyncio.Task[None] | None = None

    @property
    def pbx(self) -> Pbx:
        return pbx_of_tests(self.port)

    async def open_csta(self) -> None:
        self._url = await self.open()
        self._ticking = asyncio.create_task(self._tick(), name="time of the switch")
        await self.offer_csta()

    async def offer_csta(self, certificate: Path | None = None) -> None:
        """At the port it had, if it had one."""
        self.server = CstaServer(lambda token: LinkClient(self._url, token, "demo"))
        self.port = await self.server.start("127.0.0.1", self.port, _tls(certificate))

    async def cut(self) -> None:
        """The connection is lost, and cannot be made again until CSTA is offered again. Calls go on."""
        assert self.server is not None
        await self.server.stop()

    async def close(self) -> None:
        assert self.server is not None
        assert self.link is not None
        if self._ticking is not None:
            self._ticking.cancel()
        await self.server.stop()
        await self.link.stop()

    def sign_in(self, agent: str, **telephone: Any) -> None:
        """At a telephone that behaves so; ready from then on."""
        self.switch.telephones[agent] = Telephone(**telephone)
        self.switch.register(agent, self.now_ms)
        self.settle()
        self.act(SignIn(agent=agent, device=agent))
        self.act(SetReady(agent=agent))

    def legs_of(self, device: str | None) -> list[str]:
        return [leg.id for leg in self.switch.legs.values() if leg.device == device]

    def ringing(self, agent: str) -> bool:
        return any(self.switch.legs[leg].alerting and not self.switch.legs[leg].up for leg in self.legs_of(agent))

    async def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        began_s, began_ms = loop.time(), self.now_ms
        while True:
            await asyncio.sleep(STEP_S)
            self.run_until(began_ms + int((loop.time() - began_s) * 1000))


def _tls(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


@asynccontextmanager
async def pbx_of(*agents: str) -> AsyncIterator[PbxCentre]:
    centre = PbxCentre(*agents)
    await centre.open_csta()
    try:
        yield centre
    finally:
        await centre.close()
