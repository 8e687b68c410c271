"""The TCP side: connections, the bytes they bring, and what is sent to them. One that misbehaves ends itself and no other."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections import deque
from collections.abc import Callable

import structlog

from callbase.csta import metrics
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
BACKLOG = 100
ACCEPT_PAUSE_S = 1.0
"""After one could not be taken, for want of descriptors say."""


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
            if self._writer.is_closing():
                raise ConnectionResetError("the connection is closed")
            frame = self._waiting.popleft()
            self._bytes -= len(frame)
            self._writer.write(frame)
            async with asyncio.timeout(SEND_TIMEOUT_S):
                await self._writer.drain()


class CstaServer:
    """`link_of` makes a link with a token; `usual_token` is that of programs that bring none, empty: they are refused."""

    def __init__(self, link_of: Callable[[str], LinkClient], usual_token: str = "") -> None:
        self._link_of, self._usual_token = link_of, usual_token
        self._tls: ssl.SSLContext | None = None
        self._sockets: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._hosts: dict[asyncio.Task[None], str] = {}
        """Of each connection its address, from accepting on: before the TLS handshake, too."""
        self._connections: dict[asyncio.Task[None], _Connection] = {}

    async def start(self, host: str, port: int, tls: ssl.SSLContext | None = None) -> int:
        """Listens; the port it listens on. Raises OSError where it is taken."""
        self._tls = tls
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        for family, *_, address in dict.fromkeys(found):
            listening = socket.create_server(address[:2], family=family, backlog=BACKLOG)
            listening.setblocking(False)
            self._sockets.append(listening)
            self._accepting.append(asyncio.create_task(self._accept(listening), name="csta listener"))
        return int(self._sockets[0].getsockname()[1])

    async def stop(self) -> None:
        tasks = [*self._accepting, *self._hosts]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for listening in self._sockets:
            listening.close()

    async def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                accepted, address = await asyncio.get_running_loop().sock_accept(listening)
            except OSError as error:
                log.warning("a CSTA connection could not be taken", error=str(error))
                await asyncio.sleep(ACCEPT_PAUSE_S)
                continue
            host = str(address[0])
            if not self._has_room(host):
                log.warning("too many CSTA connections, one is turned away", address=str(address))
                accepted.close()
                continue
            task = asyncio.create_task(self._serve(accepted, str(address)), name="csta connection")
            self._hosts[task] = host
            task.add_done_callback(self._hosts.pop)

    async def _serve(self, accepted: socket.socket, address: str) -> None:
        loop = asyncio.get_running_loop()
        since = loop.time()
        reader = asyncio.StreamReader(limit=CHUNK)
        protocol = asyncio.StreamReaderProtocol(reader)
        patience_s = OPEN_TIMEOUT_S if self._tls is not None else None
        try:
            transport, _ = await loop.connect_accepted_socket(
                lambda: protocol, accepted, ssl=self._tls, ssl_handshake_timeout=patience_s
            )
        except OSError as error:
            log.warning("a CSTA connection does not come to TLS, cut off", address=address, error=str(error))
            accepted.close()
            return
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        connection = _Connection(reader, writer, address, since, self._link_of, self._usual_token)
        task = asyncio.current_task()
        assert task is not None  # noqa: S101
        self._connections[task] = connection
        try:
            with metrics.CONNECTIONS.track_inprogress():
                await connection.serve()
        finally:
            del self._connections[task]

    def _has_room(self, host: str) -> bool:
        unopened = sum(other == host and not self._opened(task) for task, other in self._hosts.items())
        return len(self._hosts) < MOST_CONNECTIONS and unopened < MOST_UNOPENED

    def _opened(self, task: asyncio.Task[None]) -> bool:
        return task in self._connections and self._connections[task].opened


class _Connection:
    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        address: str,
        since: float,
        link_of: Callable[[str], LinkClient],
        usual_token: str,
    ) -> None:
        """`since`: when it connected, by the loop's clock."""
        self._reader, self._writer, self._address = reader, writer, address
        self._outbox = Outbox(writer, self._cut_off)
        self._over = asyncio.Event()
        self._session = Session(link_of, usual_token, self._outbox.put, self._over.set)
        self._session.unopened_since = since

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
        left_s = self._left_to_open_s()
        while left_s > 0:
            await asyncio.sleep(left_s)
            left_s = self._left_to_open_s()
        self._cut_off("it does not say whose it is")

    def _left_to_open_s(self) -> float:
        now = asyncio.get_running_loop().time()
        return (self._session.unopened_since or now) + OPEN_TIMEOUT_S - now

    async def _finish(self, reading: asyncio.Task[None], sending: asyncio.Task[None]) -> None:
        """What was said last is still sent."""
        if reading.done() and not reading.cancelled() and (fault := reading.exception()) is not None:
            log.error("a CSTA connection failed", address=self._address, exc_info=fault)
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
            log.warning("a CSTA connection sends rubbish, cut off", address=self._address, error=str(broken))
        except TimeoutError:
            log.warning("a CSTA connection says nothing whole, cut off", address=self._address)
        except OSError:
            return

    def _cut_off(self, reason: str) -> None:
        log.warning("a CSTA connection is cut off", address=self._address, reason=reason)
        self._writer.transport.abort()
        self._over.set()


def _patience(deframer: Deframer, since: float) -> float | None:
    """How long the next bytes may take; None: as long as they like."""
    waited = asyncio.get_running_loop().time() - since
    return max(FRAME_TIMEOUT_S - waited, 0) if deframer.incomplete else None
