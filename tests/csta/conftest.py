"""The whole way but for the gateway: a simulated centre behind a real link, the CSTA server, and a program on its socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from callbase.core.events import AnyEvent
from callbase.core.output import Output
from callbase.csta.document import NEWEST, SESSION, Document, parse
from callbase.csta.framing import EVENT, Deframer, encode
from callbase.csta.server import CstaServer
from callbase.cti.client import LinkClient
from callbase.engine.link_server import LinkServer
from callbase.engine.metrics import Metrics
from tests.core.centre import Centre

TOKEN = "the token"


class LinkedCentre(Centre):
    """Its link is open; what happens in it is published at once."""

    def __init__(self, **changes: Any) -> None:
        self.link: LinkServer | None = None
        super().__init__(**changes)
        self._watch = self._publish

    async def open(self) -> str:
        self.link = LinkServer(self.engine, token=TOKEN, now_ms=lambda: self.now_ms, submit=self._submitted, metrics=Metrics())
        return f"ws://127.0.0.1:{await self.link.start('127.0.0.1', 0)}/link"

    def _publish(self, output: Output) -> None:
        if self.link is not None:
            self.link.publish(output, self.now_ms)

    def _submitted(self, event: AnyEvent) -> None:
        self.give(event)
        self.settle()


class Program:
    """Speaks CSTA. Events are kept apart from answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.namespace = NEWEST
        self.events: list[Document] = []
        self.requests: list[Document] = []
        """What the server asked or sent of its own."""
        self.bytes_received = b""
        self._deframer = Deframer()
        self._frames: list[Any] = []
        self._invoke = 1000

    async def ask(self, xml: str, namespace: str | None = None) -> Document:
        """One request and its answer; `xml` without the namespace of its first element."""
        self._invoke += 1
        self.send(xml, self._invoke, namespace)
        return await self.answer(self._invoke)

    def send(self, xml: str, invoke: int = 1, namespace: str | None = None) -> None:
        head, sign, rest = xml.partition(
            " " if " " in xml.partition(">")[0] else ("/" if xml.endswith("/>") and xml.count(">") == 1 else ">")
        )
        self.writer.write(encode(invoke, f'{head} xmlns="{namespace or self.namespace}"{sign}{rest}'.encode()))

    async def answer(self, invoke: int) -> Document:
        return await self._next(lambda number, _: number == invoke)

    async def event(self, name: str) -> Document:
        """The next event of the name, those before it kept in `events`."""
        for event in self.events:
            if event.name == name:
                self.events = self.events[self.events.index(event) + 1 :]
                return event
        return await self._next(lambda number, document: number == EVENT and document.name == name)

    async def request(self, name: str) -> Document:
        return await self._next(lambda _, document: document.name == name)

    async def closed(self) -> bool:
        """Whether the server ends the connection."""
        try:
            async with asyncio.timeout(5):
                while await self.reader.read(65536):
                    pass
        except ConnectionError:
            pass
        return True

    async def start_session(self, token: str = TOKEN, version: str = NEWEST, duration_s: int = 60) -> Document:
        answer = await self.ask(
            f"<StartApplicationSession><applicationInfo><applicationID>test</applicationID><applicationSpecificInfo>"
            f"<token>{token}</token></applicationSpecificInfo></applicationInfo><requestedProtocolVersions>"
            f"<protocolVersion>{version}</protocolVersion></requestedProtocolVersions>"
            f"<requestedSessionDuration>{duration_s}</requestedSessionDuration></StartApplicationSession>",
            SESSION,
        )
        self.namespace = version
        return answer

    async def monitor(self, device: str) -> str:
        answer = await self.ask(
            f"<MonitorStart><monitorObject><deviceObject>{device}</deviceObject></monitorObject></MonitorStart>"
        )
        assert answer.name == "MonitorStartResponse", answer.name
        return answer.value("monitorCrossRefID")

    async def _next(self, wanted: Callable[[int, Document], bool]) -> Document:
        async with asyncio.timeout(5):
            while True:
                while self._frames:
                    frame = self._frames.pop(0)
                    document = parse(frame.body)
                    if wanted(frame.invoke, document):
                        return document
                    if frame.invoke == EVENT:
                        self.events.append(document)
                received = await self.reader.read(65536)
                assert received, "the server ended the connection"
                self.bytes_received += received
                self._frames += self._deframer.feed(received)


Connect = Callable[[], Awaitable[Program]]


class Csta:
    """A running server of a centre."""

    def __init__(self, centre: LinkedCentre, server: CstaServer, port: int) -> None:
        self.centre, self.server, self.port = centre, server, port
        self._programs: list[Program] = []

    async def connect(self) -> Program:
        program = Program(*await asyncio.open_connection("127.0.0.1", self.port))
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
