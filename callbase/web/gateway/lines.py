"""The link over plain TCP, for programs without a WebSocket: every line is one message, as at /link, ended by a line feed.

Only programs come this way, with a token in their hello. There is no ping below the messages: TCP's own keep-alive finds peers
that went without a word, and a program that wants to know sends a `ping`.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable

import structlog
from channels.db import database_sync_to_async

from callbase.apps.organization.access import Access, access_of_token
from callbase.cti.messages import Hello
from callbase.web.gateway.connection import MESSAGE_LIMIT, Connection, Identify, MessageTooLong
from callbase.web.gateway.hub import Hub
from callbase.web.language import DEFAULT
from callbase.web.socket import SocketClosed

log = structlog.get_logger(__name__)

OPEN_LIMIT = 1_000
"""Connections at once; those beyond are closed at once."""
UNKNOWN_LIMIT = 50
"""Of these, of one address before their hello is accepted: so nobody without a token keeps others out."""
FLUSH_TIMEOUT_S = 1.0
TAKES_NOTHING = 1013
"""What a connection is closed with that did not read: nothing waits for it to."""
KEEP_ALIVE = {"TCP_KEEPIDLE": 10, "TCP_KEEPINTVL": 5, "TCP_KEEPCNT": 3}


class LineChannel:
    """One TCP connection, as `Connection` talks over it."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._reads = asyncio.Lock()
        self.closed = False
        self.address = str(writer.get_extra_info("peername", ("",))[0])

    async def receive(self) -> str | bytes:
        """The next line that is not empty; none any more once it is closed. Raises SocketClosed, MessageTooLong."""
        while True:
            try:
                async with self._reads:
                    line = (await self._reader.readuntil(b"\n")).strip()
            except asyncio.LimitOverrunError:
                raise MessageTooLong from None
            except (asyncio.IncompleteReadError, OSError):
                self.closed = True
                raise SocketClosed(1006) from None
            if line and not self.closed:
                return line

    async def send(self, data: str | bytes) -> None:
        """Waits while the other side is slow."""
        if self.closed or self._writer.is_closing():
            self.closed = True
            return
        try:
            self._writer.write((data.encode() if isinstance(data, str) else data) + b"\n")
            await self._writer.drain()
        except OSError:
            self.closed = True

    async def close(self, code: int = 1000, reason: str = "") -> None:
        if self.closed:
            return
        self.closed = True
        if code == TAKES_NOTHING:
            self._writer.transport.abort()
        else:
            await self._read_away()
        await self.end()

    async def _read_away(self) -> None:
        """What the other side still says: to it a socket closed before is a reset, which may take our last words along."""
        with contextlib.suppress(OSError, TimeoutError):
            async with asyncio.timeout(FLUSH_TIMEOUT_S):
                self._writer.write_eof()
                async with self._reads:  # who waits for a line reads away by itself
                    while await self._reader.read(MESSAGE_LIMIT):
                        pass

    async def end(self) -> None:
        """What is written is brought to the other side, within reason."""
        self._writer.close()
        try:
            async with asyncio.timeout(FLUSH_TIMEOUT_S):
                await self._writer.wait_closed()
        except (OSError, TimeoutError):
            self._writer.transport.abort()


async def token_only(address: str, hello: Hello) -> Access | None:
    return await database_sync_to_async(access_of_token)(hello.token, address) if hello.token else None


class Lines:
    """The listener. `identify` makes, of a peer's address, the question who a hello comes from."""

    def __init__(self, hub: Callable[[], Hub], identify: Callable[[str], Identify]) -> None:
        self._hub = hub
        self._identify = identify
        self._server: asyncio.Server | None = None
        self._talks: dict[asyncio.Task[None], tuple[str, Connection]] = {}
        """Each with its address."""

    async def start(self, host: str, port: int) -> int:
        """The port it listens on (`port` 0: any free one). Raises OSError where it is taken."""
        self._server = await asyncio.start_server(self._accept, host, port, limit=MESSAGE_LIMIT)
        return int(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)

    def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        channel = LineChannel(reader, writer)
        if not self._has_room(channel.address):
            log.warning("too many connections for lines, one is turned away", address=channel.address)
            writer.transport.abort()
            return
        _keep_alive(writer)
        connection = Connection(channel, self._hub(), self._identify(channel.address), DEFAULT)
        talk = asyncio.create_task(_talk(channel, connection), name="link lines")
        self._talks[talk] = channel.address, connection
        talk.add_done_callback(self._talks.pop)

    def _has_room(self, address: str) -> bool:
        unknown = sum(other == address and not connection.known for other, connection in self._talks.values())
        return len(self._talks) < OPEN_LIMIT and unknown < UNKNOWN_LIMIT


async def _talk(channel: LineChannel, connection: Connection) -> None:
    try:
        await connection.serve()
    finally:
        await channel.end()


def _keep_alive(writer: asyncio.StreamWriter) -> None:
    peer = writer.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in KEEP_ALIVE.items():
        if hasattr(socket, name):
            peer.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)
