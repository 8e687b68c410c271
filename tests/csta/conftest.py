"""The whole way but for the gateway: a simulated centre behind a real link, the CSTA server, and a program on its socket."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from callbase.core.events import AnyEvent
from callbase.core.output import Output
from callbase.csta.server import CstaServer
from callbase.cti.client import LinkClient
from callbase.engine.link_server import LinkServer
from callbase.engine.metrics import Metrics
from tests.core.centre import Centre
from tests.csta.program import TOKEN, Program, connect
from tests.csta.standard import heard


@pytest.fixture(autouse=True)
def said() -> Iterator[dict[str, set[bytes]]]:
    """Everything that is said in CSTA in a test, which must be in the standard's form."""
    with heard() as messages:
        yield messages


class LinkedCentre(Centre):
    """Its link is open; what happens in it is published at once."""

    def __init__(self, **changes: Any) -> None:
        self.link: LinkServer | None = None
        super().__init__(**changes)
        self._watch = self._publish

    async def open(self) -> str:
        self.link = LinkServer(
            self.engine,
            token=TOKEN,
            now_ms=lambda: self.now_ms,
            submit=self._submitted,
            metrics=Metrics(),
            pass_on=lambda command: None,
        )
        return f"ws://127.0.0.1:{await self.link.start('127.0.0.1', 0)}/link"

    def _publish(self, output: Output) -> None:
        if self.link is not None:
            self.link.publish(output, self.now_ms)

    def _submitted(self, event: AnyEvent) -> None:
        self.give(event)
        self.settle()


class Csta:
    """A running server of a centre."""

    def __init__(self, centre: LinkedCentre, server: CstaServer, port: int) -> None:
        self.centre, self.server, self.port = centre, server, port
        self._programs: list[Program] = []

    async def connect(self, source: str = "127.0.0.1") -> Program:
        program = await connect(self.port, source=source)
        self._programs.append(program)
        return program

    async def program(self) -> Program:
        """With a session already."""
        program = await self.connect()
        answer = await program.start_session()
        assert answer.name == "StartApplicationSessionPosResponse"
        return program

    def close(self) -> None:
        for program in self._programs:
            program.writer.close()


StartCsta = Callable[..., Any]


@pytest.fixture
def start_csta() -> StartCsta:
    """`async with start_csta() as csta:`; `usual_token` is that of programs that bring none."""

    @asynccontextmanager
    async def start(usual_token: str = "", **changes: Any) -> AsyncIterator[Csta]:
        centre = LinkedCentre(**changes)
        url = await centre.open()
        server = CstaServer(lambda token: LinkClient(url, token, "demo"), usual_token)
        csta = Csta(centre, server, await server.start("127.0.0.1", 0))
        try:
            yield csta
        finally:
            csta.close()
            await server.stop()
            assert centre.link is not None
            await centre.link.stop()

    return start
