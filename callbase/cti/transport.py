"""How a client's messages travel: over a WebSocket (`ws://`, `wss://`) or as lines over TCP (`tcp://HOST:PORT`, `tls://HOST:PORT`)."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Protocol
from urllib.parse import urlsplit

from websockets.asyncio.client import connect

MESSAGE_LIMIT = 64 * 1024 * 1024
CONNECT_TIMEOUT_S = 10.0


class Transport(Protocol):
    """A WebSocket of the package `websockets` is one as it is. Both raise WebSocketException or OSError once it is gone."""

    async def send(self, message: str, /) -> None: ...

    def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Each message's text, until the other side closes."""


@asynccontextmanager
async def opened(url: str, patience_s: float | None = None) -> AsyncIterator[Transport]:
    """`patience_s`: longest wait for opening and closing it. Raises OSError, TimeoutError or WebSocketException where there is no
    opening it."""
    parts = urlsplit(url)
    if parts.scheme not in ("tcp", "tls"):
        patience_s = patience_s or CONNECT_TIMEOUT_S
        async with connect(
            url, max_size=MESSAGE_LIMIT, compression=None, open_timeout=patience_s, close_timeout=patience_s
        ) as connection:
            yield connection
        return
    lines = await _dialled(str(parts.hostname), parts.port or 0, ssl.create_default_context() if parts.scheme == "tls" else None)
    try:
        yield lines
    finally:
        lines.close()


class Lines:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    async def send(self, message: str, /) -> None:
        if self._writer.is_closing():
            raise ConnectionResetError("the connection is closed")
        self._writer.write(message.encode() + b"\n")
        await self._writer.drain()

    async def __aiter__(self) -> AsyncIterator[bytes]:
        while line := await self._line():
            yield line

    def close(self) -> None:
        self._writer.close()

    async def _line(self) -> bytes:
        """b"" at the end."""
        try:
            return await self._reader.readuntil(b"\n")
        except asyncio.IncompleteReadError:
            return b""
        except asyncio.LimitOverrunError:
            raise ConnectionAbortedError(f"a message beyond {MESSAGE_LIMIT} bytes") from None


async def _dialled(host: str, port: int, tls: ssl.SSLContext | None) -> Lines:
    async with asyncio.timeout(CONNECT_TIMEOUT_S):
        reader, writer = await asyncio.open_connection(host, port, limit=MESSAGE_LIMIT, ssl=tls)
    # Nothing is pinged below the messages: a server that is gone without a word is found by TCP.
    peer = writer.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}.items():
        if hasattr(socket, name):
            peer.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
    return Lines(reader, writer)
