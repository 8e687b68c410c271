"""The TCP side: connections, the bytes they bring, and what is sent to them. One that misbehaves ends itself and no other."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections import deque
from collections.abc import Callable

import structlog

from callbase.csta.framing import Deframer, FramingBroken
from callbase.csta.session import Session
from callbase.cti.client import LinkClient

log = structlog.get_logger(__name__)

MOST_CONNECTIONS = 500
MOST_UNOPENED = 50
"""Connections of one address that have not said whose they are, so nobody without a token keeps others out."""
UNREAD_BYTES = 8 * 1024 * 1024
"""A program that lets so much wait for it is cut off."""
SEND_TIMEOUT_S = 15.0
"""So is one that takes nothing for so long."""
OPEN_TIMEOUT_S = 30.0
"""Within it a connection must have said whose it is, whatever else it says."""
FRAME_TIMEOUT_S = 30.0
"""Within it a frame that has begun must be whole."""
CHUNK = 64 * 1024


class Outbox:
    """What waits to be sent on one connection. Putting never waits; whoever reads too little is told to `give_up`."""

    def __init__(self, writer: asyncio.StreamWriter, give_up: Callable[[str], None]) -> None:
        self._writer, self._give_up = writer, give_up
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._some = asyncio.Event()
        self._ending = False

    def put(self, frame: bytes) -> None:
        if self._ending:
            return
        self._waiting.append(frame)
        self._bytes += len(frame)
        self._some.set()
        if self._bytes > UNREAD_BYTES:
            self._give_up("it reads too slowly")

    def end(self) -> None:
        """Nothing more is taken; `run` ends once all is sent."""
        self._ending = True
        self._some.set()

    async def run(self) -> None:
        try:
            while self._waiting or not self._ending:
                await self._some.wait()
                self._some.clear()
                await self._send_all()
        except (TimeoutError, OSError) as error:
            self._give_up("it takes nothing" if isinstance(error, TimeoutError) else "it is gone")

    async def _send_all(self) -> None:
        while self._waiting:
            frame = self._waiting.popleft()
            self._bytes -= len(frame)
            self._writer.write(frame)
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._writer.drain()


class CstaServer:
    """`link_of` makes a link with a token; `usual_token` is that of programs that bring none, empty: they are refused."""

    def __init__(self, link_of: Callable[[str], LinkClient], usual_token: str = "") -> None:
        self._link_of, self._usual_token = link_of, usual_token
        self._server: asyncio.Server | None = None
        self._connections: dict[asyncio.Task[None], _Connection] = {}

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listens; the port it listens on. Raises OSError where it is taken."""
        handshake_s = OPEN_TIMEOUT_S if tls is not None else None
        self._server = await asyncio.start_server(
            self._connected, host, port, ssl=tls, limit=CHUNK, ssl_handshake_timeout=handshake_s
        )
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(reader, writer, self._link_of, self._usual_token)
        task = asyncio.current_task()
        if task is None or not self._has_room(connection.host):
            log.warning("too many CSTA connections, one is turned away", address=connection.address)
            writer.transport.abort()
            return
        self._connections[task] = connection
        try:
            with contextlib.suppress(asyncio.CancelledError):  # nobody but `stop` cancels it
                await connection.serve()
        finally:
            del self._connections[task]

    def _has_room(self, host: str) -> bool:
        unopened = sum(one.host == host and not one.opened for one in self._connections.values())
        return len(self._connections) < MOST_CONNECTIONS and unopened < MOST_UNOPENED


class _Connection:
    def __init__(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, link_of: Callable[[str], LinkClient], usual_token: str
    ) -> None:
        self._reader, self._writer = reader, writer
        peer = writer.get_extra_info("peername")
        self.host, self.address = (str(peer[0]) if peer else ""), str(peer)
        self._outbox = Outbox(writer, self._cut_off)
        self._over = asyncio.Event()
        self._session = Session(link_of, usual_token, self._outbox.put, self._over.set)

    @property
    def opened(self) -> bool:
        return self._session.unopened_since is None

    async def serve(self) -> None:
        sending = asyncio.create_task(self._outbox.run(), name="csta sender")
        reading = asyncio.create_task(self._read(), name="csta reader")
        opening = asyncio.create_task(self._watch_opening(), name="csta opening")
        over = asyncio.create_task(self._over.wait(), name="csta over")
        try:
            await asyncio.wait({reading, over, sending}, return_when=asyncio.FIRST_COMPLETED)
            await self._finish(reading, sending)
        finally:
            for task in (reading, over, sending, opening):
                task.cancel()
            await asyncio.gather(reading, over, sending, opening, return_exceptions=True)
            await self._session.close()
            self._writer.transport.abort()

    async def _watch_opening(self) -> None:
        """The time runs from connecting, or from the end of the last session, however much is said meanwhile."""
        now = asyncio.get_running_loop().time
        left_s = OPEN_TIMEOUT_S
        while left_s > 0:
            await asyncio.sleep(left_s)
            left_s = (self._session.unopened_since or now()) + OPEN_TIMEOUT_S - now()
        self._cut_off("it does not say whose it is")

    async def _finish(self, reading: asyncio.Task[None], sending: asyncio.Task[None]) -> None:
        """What was said last is still sent."""
        if reading.done() and not reading.cancelled() and (fault := reading.exception()) is not None:
            log.error("a CSTA connection failed", address=self.address, exc_info=fault)
        self._outbox.end()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(1.0):
                await asyncio.shield(sending)

    async def _read(self) -> None:
        deframer = Deframer()
        since = asyncio.get_running_loop().time()
        try:
            while True:
                async with asyncio.timeout(_patience(deframer, since)):
                    received = await self._reader.read(CHUNK)
                if not received:
                    return
                was_incomplete = deframer.incomplete
                frames = deframer.feed(received)
                if frames or not was_incomplete:
                    since = asyncio.get_running_loop().time()
                for frame in frames:
                    await self._session.take(frame)
        except FramingBroken as broken:
            log.warning("a CSTA connection sends rubbish, cut off", address=self.address, error=str(broken))
        except TimeoutError:
            log.warning("a CSTA connection says nothing whole, cut off", address=self.address)
        except OSError:
            return

    def _cut_off(self, reason: str) -> None:
        log.warning("a CSTA connection is cut off", address=self.address, reason=reason)
        self._writer.transport.abort()
        self._over.set()


def _patience(deframer: Deframer, since: float) -> float | None:
    """How long the next bytes may take; None: as long as they like."""
    waited = asyncio.get_running_loop().time() - since
    return max(FRAME_TIMEOUT_S - waited, 0) if deframer.incomplete else None
