"""A network that is away for a while and comes back: connections made before it stay silent far longer, as TCP tries again ever
more seldom."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import msgspec
import pytest

from callbase.core import events
from callbase.switch.asterisk import ami, client
from callbase.switch.asterisk.driver import AsteriskDriver
from tests.telephony import centre
from tests.telephony.heard import Heard
from tests.telephony.switch import RunningSwitch


class Way:
    """To a port of this machine. `silence` has nothing come through any more on the connections there are; new ones are good."""

    def __init__(self, target_port: int) -> None:
        self.port = 0
        self._target_port = target_port
        self._copying: set[asyncio.Task[None]] = set()

    def silence(self) -> None:
        for task in self._copying:
            task.cancel()
        self._copying.clear()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target_port)
        self._copying |= {
            asyncio.create_task(self._copy(source, sink)) for source, sink in ((reader, there_writer), (there_reader, writer))
        }

    async def _copy(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                sink.write(data)
        sink.close()


@asynccontextmanager
async def way_to(port: int) -> AsyncIterator[Way]:
    way = Way(port)
    server = await asyncio.start_server(way.serve, "127.0.0.1", 0)
    way.port = server.sockets[0].getsockname()[1]
    try:
        yield way
    finally:
        server.close()
        way.silence()


async def test_a_switch_is_connected_again_as_soon_as_the_network_is_back(
    switch: RunningSwitch, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HEARTBEAT_S", "ANSWERED_WITHIN_S"):
        monkeypatch.setattr(client, name, 0.5)
    monkeypatch.setattr(ami, "TIMEOUT_S", 1.0)
    async with way_to(switch.runtime.ari_port) as ari, way_to(switch.runtime.ami_port) as manager:
        runtime = msgspec.structs.replace(switch.runtime, ari_port=ari.port, ami_port=manager.port)
        driver, heard = AsteriskDriver(switch.environment, runtime), Heard()
        await driver.provision(centre.config("1001"))
        await driver.start(heard)
        try:
            await heard.wait(events.SwitchConnected)
            ari.silence()
            manager.silence()
            await heard.wait(events.SwitchLost)
            await heard.wait(events.SwitchConnected, count=2)
        finally:
            await driver.stop()
