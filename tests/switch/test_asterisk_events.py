"""The connection on which Asterisk tells of events."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from websockets.asyncio.server import ServerConnection, serve

from callbase.switch.asterisk import client
from callbase.switch.asterisk.client import AriClient, AriError


@asynccontextmanager
async def listening() -> AsyncIterator[tuple[AriClient, asyncio.Queue[ServerConnection]]]:
    """A client, and who connects to its server."""
    connected = asyncio.Queue[ServerConnection]()

    async def talk(socket: ServerConnection) -> None:
        connected.put_nowait(socket)
        await socket.wait_closed()

    async with serve(talk, "127.0.0.1", 0, close_timeout=0.1) as server:
        ari = AriClient("127.0.0.1", server.sockets[0].getsockname()[1], "callbase", "secret")
        yield ari, connected
        ari.close()


async def test_an_event_is_heard_whole_in_however_many_pieces_it_comes() -> None:
    heard: list[bytes] = []
    async with listening() as (ari, connected), ari.events("callbase", heard.append) as lost:
        socket = await connected.get()
        assert socket.request is not None
        assert socket.request.path == "/ari/events?app=callbase"
        assert socket.request.headers["Authorization"] == "Basic Y2FsbGJhc2U6c2VjcmV0"
        await socket.send('{"type":"A"}')
        await socket.send(['{"type"', ":", '"字"}'], text=True)
        await socket.send('{"type":"C"}')
        await socket.close()
        await asyncio.wait_for(lost, 5)
    assert heard == [b'{"type":"A"}', '{"type":"字"}'.encode(), b'{"type":"C"}']


async def test_what_the_listener_raises_ends_the_connection_and_is_told() -> None:
    heard: list[bytes] = []

    def breaks(data: bytes) -> None:
        heard.append(data)
        raise LookupError("no such leg")

    async with listening() as (ari, connected), ari.events("callbase", breaks) as lost:
        socket = await connected.get()
        await socket.send("1")
        await socket.send("2")
        with pytest.raises(LookupError):
            await asyncio.wait_for(lost, 5)
        await asyncio.wait_for(socket.wait_closed(), 5)
    assert heard == [b"1"]


async def test_an_asterisk_that_does_not_answer_any_more_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "HEARTBEAT_S", 0.1)
    monkeypatch.setattr(client, "ANSWERED_WITHIN_S", 0.1)
    async with listening() as (ari, connected), ari.events("callbase", lambda data: None) as lost:
        socket = await connected.get()
        await asyncio.sleep(0.5)
        assert not lost.done(), "it answers"
        socket.transport.pause_reading()
        await asyncio.wait_for(lost, 5)
        socket.transport.abort()


async def test_where_none_can_be_made_why_is_told() -> None:
    async with listening() as (ari, _):
        pass
    with pytest.raises(AriError):
        async with ari.events("callbase", lambda data: None):
            pass


async def test_one_that_closes_before_it_has_answered_is_not_listened_to() -> None:
    async def close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(close, "127.0.0.1", 0) as server:
        ari = AriClient("127.0.0.1", server.sockets[0].getsockname()[1], "callbase", "secret")
        with pytest.raises(AriError):
            async with ari.events("callbase", lambda data: None):
                pass


async def test_a_machine_that_says_nothing_at_all_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "REACHED_WITHIN_S", 0.1)
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, socket.create_connection(server.getsockname()):
        ari = AriClient("127.0.0.1", server.getsockname()[1], "callbase", "secret")
        with pytest.raises(AriError):
            async with asyncio.timeout(20), ari.events("callbase", lambda data: None):
                pass
