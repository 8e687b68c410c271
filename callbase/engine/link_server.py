"""The link: the engine's one interface for programs, a WebSocket server speaking `callbase.cti.messages`."""

from __future__ import annotations

import asyncio
import hmac
import itertools
from collections.abc import Callable, Sequence
from http import HTTPStatus

import msgspec
import structlog
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request as HttpRequest
from websockets.http11 import Response

from callbase.core.commands import AnyCommand
from callbase.core.engine import Engine
from callbase.core.errors import CoreError
from callbase.core.events import AnyEvent, Request
from callbase.core.output import Changed, Output
from callbase.core.views import AgentView, TenantView
from callbase.cti.decoding import MessageMalformed, RequestMalformed, decode
from callbase.cti.messages import (
    PROTOCOL,
    AnswerNow,
    CardPage,
    CardShown,
    ConsoleClosed,
    ConsoleOpened,
    ConsoleReplaced,
    FactMessage,
    FromClient,
    Hello,
    OpenConsoles,
    Ping,
    Pong,
    Refused,
    ReplyMessage,
    RequestMessage,
    Resubscribe,
    Snapshot,
    TenantRemoved,
)
from callbase.engine.cards import Cards
from callbase.engine.changes import change
from callbase.engine.link_connection import LinkConnection, TooManyRepliesUnread
from callbase.engine.metrics import Metrics
from callbase.engine.places import Places
from callbase.engine.presence import Presence
from callbase.platform.scraping import may_scrape

log = structlog.get_logger(__name__)

HELLO_TIMEOUT_S = 10.0
REQUEST_BYTES = 1024 * 1024

_encoder = msgspec.json.Encoder()

Page = Callable[[], tuple[HTTPStatus, str, bytes]]
"""Gives status, content type and body of an HTTP GET."""


class ClientRefused(Exception):
    """The connection ends with this message."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(code)
        self.message = Refused(code=code, message=message)


class LinkServer:
    """Clients connect, say who they are, and from then on follow a tenant (or all) and make requests."""

    def __init__(
        self,
        core: Engine,
        *,
        token: str,
        now_ms: Callable[[], int],
        submit: Callable[[AnyEvent], None],
        metrics: Metrics,
        pass_on: Callable[[AnyCommand], None],
        pages: dict[str, Page] | None = None,
        metrics_token: str = "",
    ) -> None:
        """`/metrics` of the `pages` is for this machine, and for who has a token."""
        self._scrapers = (token, metrics_token)
        self._core, self._token, self._now_ms, self._submit, self._metrics = core, token, now_ms, submit, metrics
        self._pages = pages or {}
        self._connections: set[LinkConnection] = set()
        self._asked: dict[str, tuple[LinkConnection, str]] = {}
        self._numbers = itertools.count(1)
        self._tenants = set(core.tenants())
        self._server: Server | None = None
        self.presence = Presence(submit, self._console_known, self._say)
        self.cards = Cards(pass_on, self._works_at)
        self._places = Places(lambda tenant, changed: self._show(tenant, changed, self._now_ms()))

    @property
    def connections(self) -> tuple[LinkConnection, ...]:
        return tuple(self._connections)

    async def start(self, host: str, port: int) -> int:
        """Listens; the port it listens on (`port` 0: any free one). Raises OSError where the port is taken."""
        for tenant in self._core.tenants():
            if (view := self._core.view(tenant)) is not None:
                self.presence.compare(view)
        self._server = await serve(
            self._talk,
            host,
            port,
            process_request=self._page,
            max_size=REQUEST_BYTES,
            compression=None,
            ping_interval=10,
            ping_timeout=20,
            close_timeout=1,
        )
        return int(next(iter(self._server.sockets)).getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
        self.presence.close()
        self.cards.stop()
        self._places.stop()

    # --- what happened goes out ------------------------------------------------------------------------------------

    def publish(self, output: Output, now_ms: int) -> None:
        """Tells each client what changed, then why, and last the reply, so that who waited for it sees what it did."""
        for tenant, changed in output.changed.items():
            self._places.take(tenant, changed)
            self._show(tenant, changed, now_ms)
        for fact in output.facts:
            for connection in self._following(fact.tenant):
                if connection.facts:
                    connection.number(FactMessage(seq=0, tenant=fact.tenant, fact=fact))
        if any(changed.everything for changed in output.changed.values()):
            self._drop_removed_tenants()
        for reply in output.replies:
            asked = self._asked.pop(reply.id, None)
            if asked is not None:
                self._say(asked[0], ReplyMessage(id=asked[1], error=reply.error, answer=reply.answer))

    def _show(self, tenant: str, changed: Changed, now_ms: int) -> None:
        connections = self._following(tenant)
        view = self._core.view(tenant, None if changed.everything else changed) if connections else None
        if view is None:
            return
        if changed.everything:
            self.presence.compare(view)
            snapshot = self._snapshot(view, 0)
            for connection in connections:
                connection.show(snapshot)
        else:
            message = change(view, changed, now_ms)
            for connection in connections:
                connection.number(message)

    def answer_now(self, tenant: str, agent: str, device: str, leg: str) -> None:
        """Tells the console that is the telephone `device` to answer."""
        for connection in self._following(tenant):
            self._say(connection, AnswerNow(agent=agent, device=device, leg=leg))

    def _drop_removed_tenants(self) -> None:
        tenants = set(self._core.tenants())
        for tenant in self._tenants - tenants:
            for connection in self._following(tenant):
                if connection.tenant == "*":
                    connection.number(TenantRemoved(seq=0, tenant=tenant))
                else:
                    connection.close(Refused(code="tenant_unknown"))
        self._tenants = tenants

    def _following(self, tenant: str) -> list[LinkConnection]:
        return [connection for connection in self._connections if connection.follows(tenant)]

    def _console_known(self, tenant: str, agent: str) -> bool:
        view = self._agent(tenant, agent)
        return view is not None and view.console_online

    def _works_at(self, tenant: str, agent: str) -> str | None:
        view = self._agent(tenant, agent)
        return view.interaction if view is not None else None

    def _agent(self, tenant: str, agent: str) -> AgentView | None:
        view = self._core.view(tenant, Changed(agents={agent}))
        return view.agents.get(agent) if view is not None else None

    def _say(self, connection: LinkConnection, message: ReplyMessage | AnswerNow | ConsoleReplaced | Pong) -> None:
        try:
            connection.say(message)
        except TooManyRepliesUnread:
            connection.close(Refused(code="message_malformed", message="answers are not being read"))

    def _snapshots(self, tenant: str, seq: int) -> Sequence[Snapshot]:
        names = self._core.tenants() if tenant == "*" else (tenant,)
        return [self._snapshot(view, seq) for name in names if (view := self._core.view(name)) is not None]

    def _snapshot(self, view: TenantView, seq: int) -> Snapshot:
        return Snapshot(seq=seq, now_ms=self._now_ms(), protocol=PROTOCOL, state=view)

    # --- what clients say ------------------------------------------------------------------------------------------

    async def _talk(self, socket: ServerConnection) -> None:
        try:
            try:
                await self._serve(socket, await self._greet(socket))
            except ClientRefused as refused:
                await socket.send(_encoder.encode(refused.message), text=True)
                await socket.close(1008, refused.message.code)
        except ConnectionClosed:
            pass

    async def _greet(self, socket: ServerConnection) -> LinkConnection:
        """The connection, after an acceptable Hello. Raises ClientRefused."""
        try:
            async with asyncio.timeout(HELLO_TIMEOUT_S):
                hello = decode(await socket.recv())
        except TimeoutError:
            raise ClientRefused("message_malformed", "no hello came") from None
        except MessageMalformed as error:
            raise ClientRefused("message_malformed", str(error)) from error
        if not isinstance(hello, Hello):
            raise ClientRefused("message_malformed", "the first message must be hello")
        if not hmac.compare_digest(hello.token.encode("utf-8", "replace"), self._token.encode()):
            log.warning("a client with a wrong token was turned away", address=str(socket.remote_address))
            raise ClientRefused("token_invalid")
        if hello.protocol != PROTOCOL:
            raise ClientRefused("protocol_unknown", f"this engine speaks protocol {PROTOCOL}")
        if hello.tenant != "*" and hello.tenant not in self._core.tenants():
            raise ClientRefused("tenant_unknown")
        return LinkConnection(
            socket, tenant=hello.tenant, facts=hello.facts, snapshots=self._snapshots, on_resync=self._metrics.link_resyncs.inc
        )

    async def _serve(self, socket: ServerConnection, connection: LinkConnection) -> None:
        self._connections.add(connection)
        self._metrics.link_clients.set(len(self._connections))
        sending = asyncio.create_task(connection.send_all(), name="link sender")
        name = str(next(self._numbers))
        try:
            async for text in socket:
                try:
                    self._take(name, connection, decode(text))
                except RequestMalformed as malformed:
                    self._say(connection, malformed.reply)
        except MessageMalformed as error:
            raise ClientRefused("message_malformed", str(error)) from error
        finally:
            self._connections.discard(connection)
            self._metrics.link_clients.set(len(self._connections))
            self.presence.gateway_gone(connection)
            self.cards.gateway_gone(connection)
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)

    def _take(self, name: str, connection: LinkConnection, message: FromClient) -> None:
        match message:
            case RequestMessage(id=id, action=action, tenant=tenant, actor=actor):
                tenant = tenant or connection.tenant
                if not connection.follows(tenant) or tenant not in self._core.tenants():
                    self._say(connection, ReplyMessage(id=id, error=CoreError(code="tenant_unknown", field="tenant")))
                    return
                asked = f"{name}:{id}"
                self._asked[asked] = (connection, id)
                self._submit(Request(id=asked, tenant=tenant, actor=actor, action=action))
            case Resubscribe():
                connection.resubscribe()
            case Ping():
                self._say(connection, Pong())
            case CardShown(interaction=interaction, tenant=tenant, agent=agent):
                self.cards.shown((tenant, agent), interaction)
            case CardPage(tenant=tenant, agent=agent, open=there):
                self.cards.page(connection, (tenant, agent), there=there)
            case ConsoleOpened(console=console):
                self.presence.opened(connection, console)
            case ConsoleClosed(console=console, broken=broken):
                self.presence.closed(connection, console, broken=broken)
            case OpenConsoles(consoles=consoles):
                self.presence.reported(connection, consoles)
            case Hello():
                raise MessageMalformed("hello was said already")

    # --- plain HTTP on the same port -------------------------------------------------------------------------------

    def _page(self, socket: ServerConnection, request: HttpRequest) -> Response | None:
        path = request.path.partition("?")[0]
        page = self._pages.get(path)
        if page is None:
            return None
        if path == "/metrics" and not may_scrape(
            str(socket.remote_address[0]), request.headers.get("Authorization", ""), self._scrapers
        ):
            return socket.respond(HTTPStatus.FORBIDDEN, "metrics are for this machine, or with CALLBASE_METRICS_TOKEN\n")
        status, content_type, body = page()
        response = socket.respond(status, "")
        response.body = body
        del response.headers["Content-Type"], response.headers["Content-Length"]
        response.headers["Content-Type"] = content_type
        response.headers["Content-Length"] = str(len(body))
        return response
