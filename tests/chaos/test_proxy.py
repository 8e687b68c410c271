"""That one process can be cut off from a server, and another one not."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import pytest

from tests.chaos.proxy import Proxy

ASKS = "import socket, sys; s = socket.create_connection(('127.0.0.1', int(sys.argv[1]))); s.send(b'x'); print(s.recv(1))"


async def _echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(1):
        writer.write(data)
    writer.close()


@pytest.fixture
async def proxy() -> AsyncIterator[Proxy]:
    async with await asyncio.start_server(_echo, "127.0.0.1", 0) as server:
        made = Proxy(server.sockets[0].getsockname()[1])
        await made.start()
        yield made
        await made.cut()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """To a byte; nothing where the connection is ended."""
    try:
        writer.write(b"x")
        return await asyncio.wait_for(reader.read(1), 10)
    except ConnectionError:
        return b""


async def asked(port: int) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        return await answer(reader, writer)
    finally:
        writer.close()


async def asked_by_another_process(port: int) -> bytes:
    other = await asyncio.create_subprocess_exec(sys.executable, "-c", ASKS, str(port), stdout=asyncio.subprocess.PIPE)
    said, _ = await asyncio.wait_for(other.communicate(), 20)
    return said.strip()


async def test_who_is_barred_loses_its_connections_and_gets_none_and_others_do(proxy: Proxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    assert await answer(reader, writer) == b"x"
    proxy.bar(os.getpid())
    assert await answer(reader, writer) == b""
    assert await asked(proxy.port) == b""
    assert await asked_by_another_process(proxy.port) == b"b'x'"
    proxy.bar(None)
    assert await asked(proxy.port) == b"x"
    writer.close()


async def test_a_process_that_is_gone_bars_nobody(proxy: Proxy) -> None:
    proxy.bar(2**30)
    assert await asked(proxy.port) == b"x"
