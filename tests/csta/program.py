"""A program that speaks CSTA, as one written for another maker's switch would."""

from __future__ import annotations

import asyncio
import re
import ssl
from collections.abc import Callable
from typing import Any

from callbase.csta.document import NEWEST, SESSION, Document, parse
from callbase.csta.framing import EVENT, Deframer, encode

TOKEN = "the token"


class Program:
    """Speaks CSTA. Events are kept apart from answers."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.namespace = NEWEST
        self.events: list[Document] = []
        self._deframer = Deframer()
        self._frames: list[Any] = []
        self._invoke = 1000

    async def ask(self, xml: str, namespace: str | None = None) -> Document:
        """One request and its answer; `xml` without the namespace of its first element."""
        self._invoke += 1
        self.send(xml, self._invoke, namespace)
        return await self.answer(self._invoke)

    def send(self, xml: str, invoke: int = 1, namespace: str | None = None) -> None:
        tag = re.sub(r"^<(\w+)", rf'<\1 xmlns="{namespace or self.namespace}"', xml)
        self.writer.write(encode(invoke, tag.encode()))

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

    async def receive(self) -> None:
        """Whatever comes next, into `events` as far as it is such."""
        if not self._frames:
            async with asyncio.timeout(5):
                await self._read()
        self.events += [parse(frame.body) for frame in self._frames if frame.invoke == EVENT]
        self._frames.clear()

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
                await self._read()

    async def _read(self) -> None:
        received = await self.reader.read(65536)
        assert received, "the server ended the connection"
        self._frames += self._deframer.feed(received)


async def connect(port: int, tls: ssl.SSLContext | None = None, source: str = "127.0.0.1") -> Program:
    return Program(*await asyncio.open_connection("127.0.0.1", port, ssl=tls, local_addr=(source, 0)))
