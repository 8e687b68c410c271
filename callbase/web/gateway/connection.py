"""One browser or program on the gateway, from its Hello to its end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

import msgspec
import structlog
from channels.db import database_sync_to_async
from django.db import Error as DatabaseError
from prometheus_client import Counter, Gauge

from callbase.apps.interactions.names import Names, names_of
from callbase.apps.interactions.waiting_words import agent_explained
from callbase.apps.organization.access import Access
from callbase.core.routing.explained import AgentExplained
from callbase.core.views import TenantView
from callbase.cti.decoding import UNKNOWN_FIELD, MessageMalformed, RequestMalformed, decode_strictly
from callbase.cti.messages import (
    PROTOCOL,
    AnswerNow,
    CardShown,
    Change,
    EngineStatus,
    FactMessage,
    FromClient,
    Hello,
    Ping,
    Pong,
    Refused,
    ReplyMessage,
    RequestMessage,
    Resubscribe,
    Snapshot,
)
from callbase.web.gateway.asking import asked
from callbase.web.gateway.hub import Hub
from callbase.web.gateway.outbox import Outbox, Unnumbered, unnumbered
from callbase.web.gateway.sight import Sight, sight_of
from callbase.web.language import Language
from callbase.web.messages import text
from callbase.web.socket import SocketClosed

log = structlog.get_logger(__name__)

HELLO_TIMEOUT_S = 10.0
MESSAGE_LIMIT = 64 * 1024
SEND_TIMEOUT_S = 15.0
"""A client that takes nothing for so long is let go."""
ACCESS_CHECK_S = 30.0
"""How long a withdrawn right, or a sign-out elsewhere, may go unnoticed."""

OPEN = Gauge("callbase_gateway_connections", "Browsers and programs connected to the link")
SENT = Counter("callbase_gateway_sent_messages", "Messages sent to browsers and programs")
SENT_BYTES = Counter("callbase_gateway_sent_bytes", "Characters of these")
ASKED = Counter("callbase_gateway_asked_messages", "Messages received from browsers and programs")

_encode = msgspec.json.Encoder().encode

Identify = Callable[[Hello], Awaitable[Access | None]]
"""Who a Hello comes from; asked again now and then. None: nobody."""


class MessageTooLong(Exception):
    """More than MESSAGE_LIMIT came without an end."""


class Channel(Protocol):
    """What messages travel over: a WebSocket, or a TCP connection with one message a line."""

    closed: bool

    @property
    def address(self) -> str: ...

    async def receive(self) -> str | bytes:
        """The next message's text. Raises SocketClosed, and MessageTooLong where the channel finds that out itself."""

    async def send(self, data: str | bytes) -> None: ...

    async def close(self, code: int = 1000, reason: str = "") -> None: ...


class Refusal(Exception):
    """The client is told the code, and let go with the close code."""

    def __init__(self, code: str, close_code: int = 1008, **data: str) -> None:
        super().__init__(code)
        self.code = code
        self.close_code = close_code
        self.data = data


class Connection:
    """`hub` and `identify` are given; everything else follows from the Hello."""

    def __init__(self, socket: Channel, hub: Hub, identify: Identify, language: Language) -> None:
        self.tenant = ""
        self._socket = socket
        self._hub = hub
        self._identify = identify
        self._language = language
        self._hello = Hello()
        self._outbox = Outbox()
        self._access: Access
        self._sight: Sight
        self._softphone = False

    async def serve(self) -> None:
        """Until either side ends it."""
        try:
            await self._greet()
        except SocketClosed:
            return
        except Refusal as refusal:
            await self._refuse(refusal)
            return
        with OPEN.track_inprogress():
            await self._converse()

    @property
    def known(self) -> bool:
        """Its hello was accepted."""
        return bool(self.tenant)

    @property
    def alone(self) -> str | None:
        return self._sight.alone

    @property
    def all_queues(self) -> bool:
        return self._sight.all_queues

    @property
    def wants_facts(self) -> bool:
        return self._hello.facts

    # --- what the hub tells ----------------------------------------------------------------------------------------

    def state(self, online: bool) -> None:
        self._outbox.put_snapshot()
        self._outbox.put(EngineStatus(online=online))

    def engine_gone(self) -> None:
        self._outbox.put(EngineStatus(online=False))

    def change(self, change: Change, view: TenantView) -> None:
        shown = self._sight.change(change, view)
        if shown is not None:
            self._outbox.put_numbered(unnumbered(msgspec.structs.replace(shown, seq=0)))

    def gathered(self, change: Unnumbered) -> None:
        self._outbox.put_numbered(change)

    def fact(self, message: FactMessage) -> None:
        if self._sight.fact(message.fact):
            self._outbox.put_numbered(unnumbered(msgspec.structs.replace(message, seq=0)))

    def answer_now(self, message: AnswerNow) -> None:
        if self._softphone and message.agent == self._access.agent:
            self._outbox.put(message)

    def telephone_elsewhere(self) -> None:
        self._softphone = False
        self._outbox.put(Refused(code="softphone_elsewhere", message=text("softphone_elsewhere", self._language)))

    # --- its life --------------------------------------------------------------------------------------------------

    async def _greet(self) -> None:
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                hello = await self._next()
        except TimeoutError:
            raise Refusal("message_malformed") from None
        except RequestMalformed:
            raise Refusal("message_malformed", 1007) from None
        if not isinstance(hello, Hello):
            raise Refusal("message_malformed")
        if hello.protocol != PROTOCOL:
            raise Refusal("protocol_unknown")
        access = await self._identify(hello)
        if access is None:
            raise Refusal(_nobody(hello), 4401)
        if hello.tenant not in ("", access.tenant.id):
            raise Refusal("tenant_unknown")
        self._hello = hello
        self.tenant = access.tenant.id
        self._take_access(access)

    def _take_access(self, access: Access) -> None:
        self._access = access
        self._language = access.language
        self._sight = sight_of(access)

    async def _converse(self) -> None:
        agent = self._access.agent
        self._hub.add(self)
        self.state(online=self._hub.online(self.tenant))
        if self._hello.softphone and agent is not None:
            self._softphone = True
            self._hub.consoles.came(self.tenant, agent, self)
        if self._hello.cards and agent is not None:
            self._hub.cards.came(self.tenant, agent)
        code = 1006
        helpers = [asyncio.create_task(self._write()), asyncio.create_task(self._watch_access())]
        try:
            await self._read()
        except SocketClosed as closed:
            code = closed.code
        except Refusal as refusal:
            await self._refuse(refusal)
        finally:
            self._hub.remove(self)
            if agent is not None:
                self._hub.consoles.went(self.tenant, agent, self, code)
            if self._hello.cards and agent is not None:
                self._hub.cards.went(self.tenant, agent)
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)

    async def _read(self) -> None:
        """What a client asks beyond what it takes the answers of waits; of one that is let go nothing more is done."""
        while True:
            await self._outbox.room()
            if self._socket.closed:
                raise SocketClosed(1006)
            try:
                message = await self._next()
            except RequestMalformed as malformed:
                self._outbox.put(self._told_which_field(malformed.reply))
                continue
            if isinstance(message, RequestMessage):
                self._outbox.put(await self._ask(message))
            elif isinstance(message, Resubscribe):
                self._outbox.put_snapshot()
            elif isinstance(message, CardShown):
                if self._hello.cards and self._access.agent is not None:
                    self._hub.cards.shown(self.tenant, self._access.agent, message.interaction)
            elif isinstance(message, Ping):
                self._outbox.put(Pong())
            else:
                raise Refusal("message_malformed")

    async def _next(self) -> FromClient:
        """Raises SocketClosed, Refusal, RequestMalformed."""
        try:
            received = await self._socket.receive()
            ASKED.inc()
        except MessageTooLong:
            raise _too_long() from None
        if len(received) > MESSAGE_LIMIT:
            raise _too_long()
        try:
            return decode_strictly(received)
        except RequestMalformed:
            raise
        except MessageMalformed:
            raise Refusal("message_malformed", 1007) from None

    def _told_which_field(self, reply: ReplyMessage) -> ReplyMessage:
        field, data = (reply.error.field, reply.error.data) if reply.error else ("", {})
        code = "field_unknown" if UNKNOWN_FIELD in data.get("reason", "") else "field_malformed"
        return msgspec.structs.replace(reply, message=text(code, self._language, {"field": field}))

    async def _ask(self, message: RequestMessage) -> ReplyMessage:
        reply = await asked(self._hub, self._access, message.action)
        told = text(reply.error.code, self._language, reply.error.data) if reply.error else ""
        if isinstance(reply.answer, AgentExplained):
            told = agent_explained(reply.answer, await self._names(), self._language)
        return ReplyMessage(id=message.id, error=reply.error, message=told, answer=reply.answer)

    async def _names(self) -> Names:
        """Without the database, ids name themselves."""
        try:
            return await database_sync_to_async(names_of)(self.tenant)
        except DatabaseError:
            return Names(queues={}, service_levels_s={}, outcomes={}, agents={})

    async def _write(self) -> None:
        try:
            while not self._socket.closed:
                waiting = await self._outbox.next()
                async with asyncio.timeout(SEND_TIMEOUT_S):
                    said = self._snapshot() if waiting is None else waiting
                    SENT.inc()
                    SENT_BYTES.inc(len(said))
                    await self._socket.send(said)
        except TimeoutError:
            log.warning("a client takes nothing, let go", tenant=self.tenant, address=self._socket.address)
            await self._socket.close(1013)
        finally:
            self._outbox.end()

    def _snapshot(self) -> str:
        view = self._hub.views.get(self.tenant) or TenantView(
            tenant=self.tenant, config_version=0, agents={}, interactions={}, queues={}, trunks={}, switch_online=False
        )
        return _encode(
            Snapshot(
                seq=self._outbox.seq,
                now_ms=self._hub.now_ms(),
                protocol=PROTOCOL,
                state=self._sight.snapshot(view),
                you=self._access.agent or "",
            )
        ).decode()

    async def _watch_access(self) -> None:
        """Rights may change and sessions end while a page is open."""
        while True:
            await asyncio.sleep(ACCESS_CHECK_S)
            try:
                access = await self._identify(self._hello)
            except DatabaseError:
                continue  # nobody is turned out because the database is away
            if access is None or access.tenant.id != self.tenant or access.agent != self._access.agent:
                await self._refuse(Refusal(_nobody(self._hello), 4401))
                return
            if _rights(access) != _rights(self._access):
                self._hub.remove(self)
                self._take_access(access)
                self._hub.add(self)
                self._outbox.put_snapshot()
            self._access, self._language = access, access.language

    async def _refuse(self, refusal: Refusal) -> None:
        log.info(
            "a client is let go",
            why=refusal.code,
            close_code=refusal.close_code,
            tenant=self.tenant,
            address=self._socket.address,
        )
        message = Refused(code=refusal.code, message=text(refusal.code, self._language, refusal.data))
        await self._socket.send(_encode(message).decode())
        await self._socket.close(refusal.close_code)


def _too_long() -> Refusal:
    return Refusal("message_malformed", 1009, limit_kib=str(MESSAGE_LIMIT // 1024))


def _nobody(hello: Hello) -> str:
    """The code of who is not, or no longer, let in."""
    return "token_invalid" if hello.token else "not_signed_in"


def _rights(access: Access) -> tuple[object, ...]:
    """What `Sight` depends on."""
    return access.permissions, access.reach, access.queues
