"""A second `callbase web` beside the first: one session, one state, and a console is there at whichever it is open."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.request import urlopen

import msgspec
import pytest
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.api import Api, Refused
from benchmarks.installation import DEMO_PASSWORD, Installation
from benchmarks.ports import free_port
from callbase.core.events import SetReady
from callbase.core.views import TenantView
from callbase.cti import messages
from callbase.cti.client import LinkClient
from callbase.cti.messages import Change, Hello, Snapshot, ToClient
from callbase.platform.environment import ROOT
from tests.system.centre import Centre, until

pytestmark = pytest.mark.telephony


class SecondWeb:
    """As `CALLBASE_HTTP_PORT=… callbase web` starts it, of the same home."""

    def __init__(self, installation: Installation) -> None:
        self.port, self.lines_port = free_port(), free_port()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "callbase.cli", "web"],
            cwd=ROOT,
            env=installation.environment() | {"CALLBASE_HTTP_PORT": str(self.port), "CALLBASE_LINES_PORT": str(self.lines_port)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    async def answers(self) -> bool:
        try:
            return (await asyncio.to_thread(Api(self.port).request, "GET", "/healthz")).status == 200
        except OSError:
            return False

    def kill(self) -> None:
        self._process.kill()
        self._process.wait(10)


@asynccontextmanager
async def second_web(installation: Installation) -> AsyncIterator[SecondWeb]:
    web = SecondWeb(installation)
    try:
        async with asyncio.timeout(30):
            while not await web.answers():
                await asyncio.sleep(0.1)
        yield web
    finally:
        web.kill()


class Page:
    """An agent's page that is its telephone, as far as the link knows."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket

    @classmethod
    @asynccontextmanager
    async def open(cls, port: int, cookies: str) -> AsyncIterator[Page]:
        async with connect(f"ws://127.0.0.1:{port}/link", additional_headers={"Cookie": cookies}) as socket:
            await socket.send(msgspec.json.encode(Hello(softphone=True)).decode())
            yield cls(socket)

    async def until_refused(self) -> str:
        async with asyncio.timeout(10):
            while True:
                message = msgspec.json.decode(await self._socket.recv(), type=ToClient)
                if isinstance(message, messages.Refused):
                    return message.code

    async def close(self) -> None:
        """As a browser closes a page."""
        await self._socket.close(1001)


def link_clients(installation: Installation) -> int:
    """Web processes the engine has a link to, as its metrics tell."""
    with urlopen(f"http://127.0.0.1:{installation.runtime.link_port}/metrics", timeout=5) as page:
        lines = page.read().decode().splitlines()
    return int(float(next(line.split()[1] for line in lines if line.startswith("callbase_engine_link_clients "))))


class ConsoleWatch:
    """Whether an agent's console was there, each time that changed."""

    def __init__(self, link: LinkClient, agent: str) -> None:
        self.states: list[bool] = []
        self._task = asyncio.create_task(self._listen(link, agent))

    async def _listen(self, link: LinkClient, agent: str) -> None:
        async for message in link.events():
            if isinstance(message, Snapshot | Change) and agent in link.view.agents:
                state = link.view.agents[agent].console_online
                if self.states[-1:] != [state]:
                    self.states.append(state)

    def stop(self) -> None:
        self._task.cancel()


async def test_an_agent_is_there_as_long_as_a_page_is_at_either_process(centre: Centre, installation: Installation) -> None:
    api = Api(installation.http_port)
    await asyncio.to_thread(api.sign_in, "1003", DEMO_PASSWORD)
    watch = ConsoleWatch(centre.link, "1003")
    async with second_web(installation) as second:
        async with Page.open(second.port, api.cookies) as there:
            await until(lambda: centre.agent("1003").console_online, "the page at the second process is known")
            async with Page.open(installation.http_port, api.cookies) as here:
                assert await there.until_refused() == "softphone_elsewhere"
                await there.close()
                async with Page.open(second.port, api.cookies):
                    assert await here.until_refused() == "softphone_elsewhere"
                    second.kill()
        async with Page.open(installation.http_port, api.cookies) as again:
            await until(lambda: link_clients(installation) == 1, "the engine has missed the second process")
            assert watch.states == [False, True]
            await again.close()
            await until(lambda: watch.states == [False, True, False], "the last page is closed", 15)
    watch.stop()


async def said_in_lines(port: int, token: str) -> TenantView:
    """The state as a program over TCP is given it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**24)
    async with asyncio.timeout(10):
        writer.write(msgspec.json.encode(Hello(token=token)) + b"\n")
        snapshot = msgspec.json.decode(await reader.readuntil(b"\n"), type=Snapshot)
    writer.close()
    return snapshot.state


async def test_both_processes_show_and_do_the_same(centre: Centre, installation: Installation) -> None:
    async with second_web(installation) as second, centre.agent_at_work("1003", ready=False):
        async with LinkClient(f"ws://127.0.0.1:{second.port}/link", centre.token) as other:
            await other.wait_connected()
            assert (await other.request(SetReady(agent="1003"))).error is None
            await until(lambda: centre.agent("1003").state == "ready", "the first process shows it")
            await until(lambda: other.view == centre.view, "both show the same")
            assert await said_in_lines(second.lines_port, centre.token) == centre.view
        api = Api(second.port, centre.token)
        unit = await centre.post("/api/units", {"name": "made at the first"})
        assert (await asyncio.to_thread(api.get, f"/api/units/{unit['id']}"))["name"] == "made at the first"
        await asyncio.to_thread(api.delete, f"/api/units/{unit['id']}")
        with pytest.raises(Refused) as gone:
            await centre.get(f"/api/units/{unit['id']}")
        assert gone.value.status == 404
