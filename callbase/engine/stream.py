"""The journal as it happens, from the leader to whoever stands by: lines of JSON over TCP, each entry sent before it is acted on.

So a standby on another machine has what the database does not have yet. It also answers for the database where both are cut off
from it: the one that is armed lets the leader lead on, and does not take over meanwhile (see lease.py). And it says whether it
reaches a switch where the leader reaches none (without_switch.py).
"""

from __future__ import annotations

import asyncio
import hmac
import socket
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress

import msgspec
import structlog

from callbase.engine.clock import passed_s
from callbase.engine.entry import Entry
from callbase.engine.lease import Lease

log = structlog.get_logger(__name__)

LINE_BYTES = 16 * 1024 * 1024
BEHIND_BYTES = 64 * 1024 * 1024
"""A standby this far behind is let go; it catches up from the database."""
HELLO_TIMEOUT_S = 5.0
ASKED_KEPT = 20
SILENT_FOR_S = 2
"""A connection on which the other end acknowledges nothing for so long has ended: what is sent there is not heard."""


class Told(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One entry; its facts the other one's core states itself."""

    seq: int
    at_ms: int
    event: msgspec.Raw
    epoch: int


class MayILead(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The database does not answer the leader."""

    number: int


class NoSwitch(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The leader reaches no switch node."""


class Lives(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The leader does. Said again and again while nobody is armed, who would go by the lease."""


class StandbyHello(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    token: str
    name: str


class LeadOn(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """It does not answer the standby either, which takes over no sooner than after another lease's time."""

    number: int


class ReachesSwitch(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The standby reaches one."""


FromLeader = Told | MayILead | NoSwitch | Lives
FromStandby = StandbyHello | LeadOn | ReachesSwitch
_encoder = msgspec.json.Encoder()
_from_leader: msgspec.json.Decoder[FromLeader] = msgspec.json.Decoder(FromLeader)
_from_standby: msgspec.json.Decoder[FromStandby] = msgspec.json.Decoder(FromStandby)


def line(message: FromLeader | FromStandby) -> bytes:
    return _encoder.encode(message) + b"\n"


_LIVES = line(Lives())


class Stream:
    """The leader's side."""

    def __init__(self, lease: Lease, token: str, unwritten: Callable[[], Iterable[Entry]]) -> None:
        """`unwritten`: the entries the database does not have yet, in order."""
        self._lease, self._token, self._unwritten = lease, token, unwritten
        self.on_switch_reached: Callable[[], None] = lambda: None
        """The armed standby reaches a switch node."""
        self._followers: dict[asyncio.StreamWriter, str] = {}
        self._asked: deque[tuple[int, float]] = deque([(0, 0.0)], maxlen=ASKED_KEPT)
        self._server: asyncio.Server | None = None

    def hears(self, name: str) -> bool:
        """Whether that process is told everything."""
        return name in self._followers.values()

    async def start(self, host: str) -> None:
        """Listens on any free port; the lease says where."""
        self._server = await asyncio.start_server(self._serve, host, 0, limit=LINE_BYTES)
        self._lease.ask, self._lease.hears, self._lease.tell_alive = self.ask, self.hears, self.tell_alive
        self._lease.address = f"{host}:{self._server.sockets[0].getsockname()[1]}"

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
        for writer in tuple(self._followers):
            writer.close()

    def send(self, entries: Iterable[Entry]) -> None:
        """Never waits."""
        if self._followers:
            self._send(b"".join(map(_told, entries)))

    def ask(self) -> None:
        """The armed standby, whether this engine may lead on without the database."""
        number = self._asked[-1][0] + 1
        self._asked.append((number, passed_s()))
        self._send(line(MayILead(number=number)))

    def tell_alive(self) -> None:
        if self._followers:
            self._send(_LIVES)

    def ask_for_switch(self) -> None:
        """Whether the standby reaches a switch node."""
        self._send(line(NoSwitch()))

    def _send(self, data: bytes) -> None:
        """Never raises: who sends has more to do. uvloop's transports raise RuntimeError once they are closed."""
        for writer in tuple(self._followers):
            if writer.is_closing():
                del self._followers[writer]
            elif writer.transport.get_write_buffer_size() > BEHIND_BYTES:
                log.warning("a standby does not keep up; it is let go")
                writer.transport.abort()
            else:
                writer.write(data)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        _end_where_silent(writer)
        try:
            with suppress(OSError, ValueError, TimeoutError, msgspec.MsgspecError):
                async with asyncio.timeout(HELLO_TIMEOUT_S):
                    hello = _from_standby.decode(await reader.readline())
                if not isinstance(hello, StandbyHello) or not hmac.compare_digest(hello.token.encode(), self._token.encode()):
                    log.warning("a standby with a wrong token was turned away", address=writer.get_extra_info("peername"))
                    return
                self._greet(writer, hello.name)
                while said := await reader.readline():
                    self._take(hello.name, _from_standby.decode(said))
        finally:
            self._followers.pop(writer, None)
            writer.close()

    def _greet(self, writer: asyncio.StreamWriter, name: str) -> None:
        writer.writelines(map(_told, self._unwritten()))
        self._followers[writer] = name
        log.info("a standby hears everything now", standby=name)

    def _take(self, name: str, message: FromStandby) -> None:
        if name != self._lease.standby:
            return
        match message:
            case LeadOn():
                for number, asked_s in self._asked:
                    if number == message.number:
                        self._lease.extend(asked_s)
            case ReachesSwitch():
                self.on_switch_reached()


def _end_where_silent(writer: asyncio.StreamWriter) -> None:
    peer = writer.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in ((socket.TCP_KEEPIDLE, 1), (socket.TCP_KEEPINTVL, 1), (socket.TCP_USER_TIMEOUT, 1000 * SILENT_FOR_S)):
        peer.setsockopt(socket.IPPROTO_TCP, option, value)


def _told(entry: Entry) -> bytes:
    return line(Told(seq=entry.seq, at_ms=entry.at_ms, event=entry.event, epoch=entry.epoch))


class Listener:
    """The standby's side."""

    def __init__(self, address: str, token: str, name: str) -> None:
        self.address = address
        self._hello = StandbyHello(token=token, name=name)
        self._writer: asyncio.StreamWriter | None = None

    async def listen(self, take: Callable[[FromLeader], None]) -> None:
        """Until the connection ends. Raises OSError where there is none."""
        host, _, port = self.address.rpartition(":")
        reader, self._writer = await asyncio.open_connection(host, int(port), limit=LINE_BYTES)
        _end_where_silent(self._writer)
        try:
            self._writer.write(line(self._hello))
            while data := await reader.readline():
                take(_from_leader.decode(data))
        except (ValueError, msgspec.MsgspecError) as error:
            log.warning("the leader's stream cannot be read", reason=str(error))
        finally:
            self._writer.close()

    def say(self, message: FromStandby) -> None:
        """Nothing where there is no connection."""
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(line(message))
