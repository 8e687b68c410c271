"""Who says nothing, half a request, or endless headers has neither a connection nor memory of ours for long."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from callbase.platform import http_door
from callbase.platform.http_door import HttpDoor
from tests.web.asgi_server import eventually, served

REQUEST = b"POST / HTTP/1.1\r\nHost: here\r\nContent-Length: 4\r\n\r\n"
HALF = b"GET / HTTP/1.1\r\nHost: here\r\n"


async def body_length(scope: Any, receive: Any, send: Any) -> None:
    """Answers with how much came."""
    length = 0
    while True:
        message = await receive()
        length += len(message.get("body", b""))
        if not message.get("more_body"):
            break
    headers = [(b"content-length", str(len(str(length))).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": str(length).encode()})


@pytest.fixture
async def door() -> AsyncIterator[tuple[str, str]]:
    async with served(body_length, http=HttpDoor) as address:
        host, _, port = address.partition(":")
        yield host, port


class Caller:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    async def answer(self) -> bytes:
        """Its first line; b"" where the connection is ended instead."""
        async with asyncio.timeout(20):
            try:
                head = await self.reader.readuntil(b"\r\n\r\n")
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                return head.partition(b"\r\n")[0] + b" " + await self.reader.readexactly(length)
            except (asyncio.IncompleteReadError, ConnectionError):
                return b""


async def caller(door: tuple[str, str], *said: bytes) -> Caller:
    found = Caller(*await asyncio.open_connection(*door))
    for part in said:
        found.writer.write(part)
    return found


@pytest.mark.parametrize("said", [b"", HALF, b"\r\n"])
@pytest.mark.parametrize("requests_before", [0, 1, 2])
async def test_who_does_not_come_to_an_end_is_disconnected(
    door: tuple[str, str], said: bytes, requests_before: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = await caller(door) if requests_before else None
    for _ in range(requests_before):
        assert slow is not None
        slow.writer.write(REQUEST + b"body")
        assert await slow.answer() == b"HTTP/1.1 200 OK 4"
    monkeypatch.setattr(http_door, "HEADERS_WITHIN_S", 0.1)
    slow = slow or await caller(door)
    slow.writer.write(said)
    assert await slow.answer() == b""


async def test_who_is_answered_or_sends_a_body_is_not_hurried() -> None:
    doors: list[HttpDoor] = []

    class Seen(HttpDoor):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            doors.append(self)
            super().connection_made(transport)

    async with served(body_length, http=Seen) as address:
        host, _, port = address.partition(":")
        slow = await caller((host, port), HALF)
        await eventually(lambda: doors and doors[0]._in_headers)
        assert doors[0]._patience is not None
        slow.writer.write(b"Content-Length: 4\r\n\r\n")
        for _ in range(2):
            await eventually(doors[0]._busy)
            assert doors[0]._patience is None
            slow.writer.write(b"body")
            assert await slow.answer() == b"HTTP/1.1 200 OK 4"
            assert doors[0]._patience is None
            slow.writer.write(REQUEST)
        await eventually(doors[0]._busy)
        slow.writer.close()


@pytest.mark.parametrize("endless", [b"X: " + b"y" * 1_000 + b"\r\n", b"y" * 1_000])
async def test_headers_without_end_are_refused(door: tuple[str, str], endless: bytes) -> None:
    long = await caller(door, HALF, *[endless] * 2_000)
    assert await long.answer() in (b"HTTP/1.1 431 Request Header Fields Too Large ", b"")
    assert await long.answer() == b""
    assert await (await caller(door, REQUEST, b"body")).answer() == b"HTTP/1.1 200 OK 4"


async def test_a_large_body_that_comes_with_its_headers_is_no_large_header(door: tuple[str, str]) -> None:
    whole = REQUEST.replace(b"4", b"1000000") + b"y" * 1_000_000
    assert await (await caller(door, whole)).answer() == b"HTTP/1.1 200 OK 1000000"


CHUNKED = REQUEST.replace(b"Content-Length: 4", b"Transfer-Encoding: chunked")


@pytest.mark.parametrize("begun", [REQUEST + b"body" + HALF, CHUNKED + b"0\r\n"])
async def test_headers_without_end_behind_a_request_are_refused_while_it_is_answered(begun: bytes) -> None:
    """Who does not take the answer would else have it go on for as long as it likes."""
    ended = asyncio.Event()

    async def never_answers(scope: Any, receive: Any, send: Any) -> None:
        while (await receive())["type"] != "http.disconnect":
            pass
        ended.set()

    async with served(never_answers, http=HttpDoor) as address:
        host, _, port = address.partition(":")
        long = await caller((host, port), begun, *[b"X: " + b"y" * 1_000 + b"\r\n"] * 2_000)
        assert await long.answer() == b""
        async with asyncio.timeout(20):
            await ended.wait()
