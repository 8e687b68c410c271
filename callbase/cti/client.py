"""The link from the client's side, for the gateway, for tests and for outside Python programs.

    async with LinkClient("ws://127.0.0.1:8080/link", token) as link:
        await link.request(SignIn(agent="1001"))
        async for message in link.events():
            ...

Given several addresses, it goes to the next where one does not answer, or falls silent: then another engine leads, or will.
It connects again by itself, with growing pauses, and asks for a new snapshot wherever numbers are missing, so `views` is always
either the engine's state or known to be old (`connected` is False).
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import msgspec
import structlog
from websockets.exceptions import WebSocketException

from callbase.core.events import AnyAction
from callbase.core.views import TenantView
from callbase.cti.messages import (
    Change,
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
    TenantRemoved,
    ToClient,
)
from callbase.cti.mirror import apply_all
from callbase.cti.transport import Transport, opened

log = structlog.get_logger(__name__)

FIRST_PAUSE_S = 0.1
LONGEST_PAUSE_S = 2.0
SILENCE_S = 1.5
EVENTS_KEPT = 10_000
"""Messages an iterator may lag behind; beyond it we stop reading, and the server drops what we miss and sends a snapshot."""

_decoder = msgspec.json.Decoder(ToClient)
_encoder = msgspec.json.Encoder()


class LinkLost(ConnectionError):
    """The connection went while a request was on its way: whether it was carried out is not known."""


class LinkRefused(ConnectionError):
    """The server does not accept us; trying again would not help. `code` as in the Refused message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}" if message else code)
        self.code = code


class LinkDown(msgspec.Struct, frozen=True):
    """Stands among the events where the connection was lost; a Snapshot follows once it is back."""


class LinkClient:
    """One client of the engine's port, or of the web's /link, or of its lines over TCP (`tcp://`, `tls://`). `tenant` "*" follows
    all (the engine's port only). `url`: one address, or those of all engines of which one leads."""

    def __init__(self, url: str | Sequence[str], token: str = "", tenant: str = "", *, facts: bool = False) -> None:
        self.views: Mapping[str, TenantView] = {}
        self.you = ""
        """The agent this connection speaks for, where it is one."""
        self._urls = (url,) if isinstance(url, str) else tuple(url)
        self._patience_s = SILENCE_S if len(self._urls) > 1 else None
        self._hello = Hello(token=token, tenant=tenant, facts=facts)
        self._connection: Transport | None = None
        self._online = asyncio.Event()
        self._refused: LinkRefused | None = None
        self._seq: int | None = None
        self._ids = itertools.count(1)
        self._waiting: dict[str, asyncio.Future[ReplyMessage]] = {}
        self._listeners: set[asyncio.Queue[ToClient | LinkDown]] = set()
        self._task: asyncio.Task[None] | None = None

    @property
    def connected(self) -> bool:
        """Whether `views` is the engine's present state."""
        return self._online.is_set() and self._refused is None

    @property
    def view(self) -> TenantView:
        """The one tenant's view. Raises LinkRefused where the server does not, or no longer, accept us; LookupError before the
        first snapshot, and where several tenants are followed."""
        if self._refused is not None:
            raise self._refused
        if len(self.views) != 1:
            raise LookupError(f"{len(self.views)} tenants are followed")
        return next(iter(self.views.values()))

    async def __aenter__(self) -> Self:
        self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        await self.close()

    def start(self) -> None:
        """Starts connecting, in the background."""
        self._task = asyncio.create_task(self._keep_connected(), name="link client")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def wait_connected(self, timeout_s: float = 10.0) -> None:
        """Until there is a snapshot. Raises TimeoutError, or LinkRefused."""
        async with asyncio.timeout(timeout_s):
            await self._online.wait()
        if self._refused is not None:
            raise self._refused

    async def request(self, action: AnyAction, *, tenant: str = "", actor: str = "", timeout_s: float = 10.0) -> ReplyMessage:
        """Asks, and waits for the reply, which may be a refusal. Raises LinkLost, LinkRefused or TimeoutError."""
        await self.wait_connected(timeout_s)
        connection = self._connection
        if connection is None:
            raise LinkLost("the link is down")
        message = RequestMessage(id=str(next(self._ids)), action=action, tenant=tenant, actor=actor)
        reply: asyncio.Future[ReplyMessage] = asyncio.get_running_loop().create_future()
        self._waiting[message.id] = reply
        try:
            async with asyncio.timeout(timeout_s):
                await self._send(connection, message)
                return await reply
        finally:
            self._waiting.pop(message.id, None)

    async def say(self, message: FromClient) -> None:
        """Sends what no reply comes to. Raises LinkLost where the link is down or goes."""
        if self._connection is None:
            raise LinkLost("the link is down")
        await self._send(self._connection, message)

    async def events(self) -> AsyncIterator[ToClient | LinkDown]:
        """Every message from now on but replies, the present snapshots first. `views` may be ahead of what is read. Raises
        LinkRefused where the server does not, or no longer, accept us."""
        queue: asyncio.Queue[ToClient | LinkDown] = asyncio.Queue(EVENTS_KEPT)
        if self.connected:
            for view in self.views.values():
                queue.put_nowait(Snapshot(seq=self._seq or 0, now_ms=0, protocol=self._hello.protocol, state=view, you=self.you))
        self._listeners.add(queue)
        try:
            while self._refused is None or not queue.empty():
                yield await queue.get()
            raise self._refused
        finally:
            self._listeners.discard(queue)

    async def _keep_connected(self) -> None:
        pause_s = FIRST_PAUSE_S
        for number in itertools.count(1):
            url = self._urls[(number - 1) % len(self._urls)]
            try:
                async with opened(url, self._patience_s) as connection:
                    await self._send(connection, self._hello)
                    async for text in self._messages(connection):
                        await self._take(connection, _decoder.decode(text))
                        if self.connected:
                            pause_s = FIRST_PAUSE_S
            except (OSError, TimeoutError, WebSocketException, msgspec.MsgspecError) as error:
                self._fail_waiting(LinkLost(f"the link went down before the reply: {error or type(error).__name__}"))
                if pause_s <= FIRST_PAUSE_S:
                    log.info("link lost", url=url, error=str(error) or type(error).__name__)
            except Exception:  # whatever it is, who waits for the link must not wait for ever
                log.exception("the link failed", url=url)
            finally:
                await self._went_down()
            if self._refused is not None:
                return
            if number % len(self._urls) == 0:
                await asyncio.sleep(pause_s * random.uniform(0.5, 1.0))
                pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _messages(self, connection: Transport) -> AsyncIterator[str | bytes]:
        """Raises TimeoutError where there is another engine, and this one says nothing for SILENCE_S, not even when asked."""
        messages = aiter(connection)
        pinging = asyncio.create_task(self._ping(connection)) if self._patience_s else None
        try:
            while True:
                async with asyncio.timeout(self._patience_s):
                    try:
                        text = await anext(messages)
                    except StopAsyncIteration:
                        return
                yield text
        finally:
            if pinging is not None:
                pinging.cancel()

    async def _ping(self, connection: Transport) -> None:
        with suppress(LinkLost):
            while True:
                await asyncio.sleep(SILENCE_S / 3)
                await self._send(connection, Ping())

    async def _went_down(self) -> None:
        if self._refused is None:
            self._online.clear()
        was_up, self._connection, self._seq = self._connection is not None, None, None
        self._fail_waiting(self._refused or LinkLost("the link went down before the reply"))
        if was_up:
            await self._tell(LinkDown())

    def _fail_waiting(self, failure: ConnectionError) -> None:
        for reply in self._waiting.values():
            if not reply.done():
                reply.set_exception(failure)

    async def _take(self, connection: Transport, message: ToClient) -> None:
        if isinstance(message, ReplyMessage):
            waiting = self._waiting.get(message.id)
            if waiting is not None and not waiting.done():
                waiting.set_result(message)
            return
        if isinstance(message, Pong):
            return
        if isinstance(message, Refused) and message.code == "message_malformed":
            raise LinkLost(f"refused: {message.message}")  # one message, not us: the next connection starts anew
        if isinstance(message, Refused):
            self._refused = LinkRefused(message.code, message.message)
            self._online.set()  # whoever waits for the connection learns of it
        elif isinstance(message, Snapshot):
            if self._connection is None:
                self.views = {}  # a tenant may have gone while we were away
            self._seq, self._connection, self.you = message.seq, connection, message.you
            self._online.set()
        elif isinstance(message, Change | FactMessage | TenantRemoved):
            if self._seq is None:
                return  # the snapshot we asked for is still on its way
            if message.seq != self._seq + 1:
                self._seq = None
                await self._send(connection, Resubscribe())
                return
            self._seq = message.seq
        self.views = apply_all(self.views, message)
        await self._tell(message)

    async def _tell(self, message: ToClient | LinkDown) -> None:
        for queue in tuple(self._listeners):
            await queue.put(message)

    async def _send(self, connection: Transport, message: FromClient) -> None:
        """Raises LinkLost."""
        try:
            await connection.send(_encoder.encode(message).decode())
        except (OSError, WebSocketException) as error:
            raise LinkLost(str(error)) from error
