"""/sip: SIP over WebSocket (RFC 7118) between a browser and the switch, so that the browser needs one origin and one certificate.

Frames are passed as they are, both ways; who may register as what is the switch's to decide by SIP's own authentication. Reading
waits for writing, so a slow side slows the other instead of filling memory. When either side goes, the other is closed; JsSIP
connects again by itself.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import suppress
from functools import lru_cache

import structlog
from channels.db import database_sync_to_async
from django.conf import settings
from prometheus_client import Counter, Gauge
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException
from websockets.typing import Subprotocol

from callbase.apps.organization.access import access_of_session
from callbase.apps.organization.queries import demo_installed
from callbase.platform.environment import read_environment
from callbase.platform.runtime import NotRunning, SwitchNode, read_runtime
from callbase.web.health import drained_nodes
from callbase.web.sip_dialogs import Dialogs
from callbase.web.socket import Receive, Scope, Send, Socket, SocketClosed

log = structlog.get_logger(__name__)

SUBPROTOCOL = "sip"
FRAME_LIMIT = 64 * 1024
"""Bytes; a SIP message beyond it is none we have use for (close code 1009)."""
CONNECT_TIMEOUT_S = 5.0
PING_S = 10.0
"""How often one of several nodes is asked whether it lives: a machine that is gone closes nothing."""
AWAY = (OSError, TimeoutError, InvalidHandshake)

OPEN = Gauge("callbase_sip_proxy_connections", "Browser telephones connected through the web process")
FRAMES = Counter("callbase_sip_proxy_frames", "SIP frames passed on", ["to"])
BYTES = Counter("callbase_sip_proxy_bytes", "Bytes of SIP passed on", ["to"])
TO_SWITCH = FRAMES.labels("switch"), BYTES.labels("switch")
TO_BROWSER = FRAMES.labels("browser"), BYTES.labels("browser")
"""Looked up once: that takes longer than counting."""
REFUSED = Counter("callbase_sip_proxy_refused", "Connections not let through", ["why"])

LOOK_AT_DRAINED_S = 1.0

Admission = Callable[[Socket], Awaitable[bool]]
Upstream = Callable[[Socket], Sequence[str]]
Drained = Callable[[], Awaitable[Collection[str]]]


class SipProxy:
    """The ASGI application. `upstream` gives the addresses of the switch's nodes in the order in which they are tried, `admitted`
    says whether a browser may connect at all, `drained` at which addresses none should stay that is in no call."""

    def __init__(self, upstream: Upstream, admitted: Admission, drained: Drained | None = None) -> None:
        """`drained`: None where there is but one node."""
        self._upstream, self._drained = upstream, drained
        self._admitted = admitted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        browser = Socket(scope, receive, send)
        why = await self._objection(browser)
        if why is not None:
            REFUSED.labels(why).inc()
            log.info("telephone refused", why=why, address=browser.address)
            await browser.refuse()
            return
        try:
            addresses = list(self._upstream(browser))
            if self._drained is not None:
                drained = await self._drained()
                addresses.sort(key=drained.__contains__)
            address, connection = await _connect(addresses)
            async with connection as switch:
                await browser.accept(SUBPROTOCOL)
                with OPEN.track_inprogress():
                    await _pipe(browser, switch, address, self._drained)
        except AWAY as error:
            REFUSED.labels("switch_away").inc()
            log.warning("switch unreachable for a telephone", reason=str(error) or type(error).__name__)
            await browser.refuse()
        except SocketClosed:
            pass

    async def _objection(self, browser: Socket) -> str | None:
        if SUBPROTOCOL not in browser.subprotocols:
            return "subprotocol"
        if not browser.same_origin():
            return "origin"
        return None if await self._admitted(browser) else "not_signed_in"


async def _connect(addresses: Sequence[str]) -> tuple[str, ClientConnection]:
    """To the first that answers, and which that is. Raises AWAY's where none does."""
    *others, last = addresses
    for address in others:
        with suppress(*AWAY):
            return address, await _connect_to(address, PING_S)
    return last, await _connect_to(last, PING_S if others else None)


async def _connect_to(address: str, ping_s: float | None) -> ClientConnection:
    return await connect(
        address,
        subprotocols=[Subprotocol(SUBPROTOCOL)],
        max_size=FRAME_LIMIT,
        compression=None,
        open_timeout=CONNECT_TIMEOUT_S,
        ping_interval=ping_s,
        ping_timeout=ping_s,
        close_timeout=1,
        proxy=None,
    )


async def _pipe(browser: Socket, switch: ClientConnection, address: str, drained: Drained | None) -> None:
    """Until either side is gone, or the node is being drained and the telephone in no call; then both are."""
    dialogs = Dialogs() if drained is not None else None
    directions = [
        asyncio.create_task(_to_switch(browser, switch, dialogs)),
        asyncio.create_task(_to_browser(browser, switch, dialogs)),
    ]
    if drained is not None and dialogs is not None:
        directions.append(asyncio.create_task(_to_be_moved(address, drained, dialogs)))
    try:
        await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for direction in directions:
            direction.cancel()
        await asyncio.gather(*directions, return_exceptions=True)
        await browser.close(1012 if switch.close_code is not None else 1000)


async def _to_be_moved(address: str, drained: Drained, dialogs: Dialogs) -> None:
    """Until it is; the browser connects again then, and is brought to another node."""
    while dialogs or address not in await drained():  # noqa: ASYNC110  (what is waited for happens elsewhere)
        await asyncio.sleep(LOOK_AT_DRAINED_S)


async def _to_switch(browser: Socket, switch: ClientConnection, dialogs: Dialogs | None) -> None:
    try:
        while True:
            frame = await browser.receive()
            if len(frame) > FRAME_LIMIT:
                await browser.close(1009, "a SIP message may have 64 KiB at most")
                return
            if dialogs is not None:
                dialogs.passed(frame)
            await switch.send(frame)
            _count(TO_SWITCH, frame)
    except (SocketClosed, WebSocketException):
        return


async def _to_browser(browser: Socket, switch: ClientConnection, dialogs: Dialogs | None) -> None:
    try:
        async for frame in switch:
            if dialogs is not None:
                dialogs.passed(frame)
            await browser.send(frame)
            _count(TO_BROWSER, frame)
    except ConnectionClosed:
        return


def _count(to: tuple[Counter, Counter], frame: str | bytes) -> None:
    frames, size = to
    frames.inc()
    size.inc(len(frame))


@lru_cache(maxsize=1)
def _nodes() -> tuple[SwitchNode, ...]:
    return read_runtime(read_environment().home).nodes


def _node_addresses(browser: Socket) -> list[str]:
    """Browsers are spread over the nodes, and each comes back to the same one while that is there (rendezvous hashing)."""
    who = browser.cookie(settings.SESSION_COOKIE_NAME) or browser.address

    def rank(node: SwitchNode) -> bytes:
        return hashlib.sha256(f"{who} {node.name}".encode()).digest()

    return [_address(node) for node in sorted(_nodes(), key=rank)]


def _address(node: SwitchNode) -> str:
    return f"ws://{node.ari_host}:{node.ari_port}/ws"


class DrainedAddresses:
    """Asks at most once a second, for all telephones. None where all nodes are drained, or no engine says."""

    def __init__(self) -> None:
        self._known: tuple[float, Collection[str]] = (-LOOK_AT_DRAINED_S, ())
        self._asking = asyncio.Lock()

    async def __call__(self) -> Collection[str]:
        async with self._asking:
            if time.monotonic() - self._known[0] >= LOOK_AT_DRAINED_S:
                self._known = (time.monotonic(), await self._ask())
            return self._known[1]

    @staticmethod
    async def _ask() -> Collection[str]:
        drained = await drained_nodes()
        found = [_address(node) for node in _nodes() if node.name in drained]
        return found if len(found) < len(_nodes()) else ()


async def _admitted(browser: Socket) -> bool:
    """Who is signed in; where there is a demo centre, anybody, for its customers' telephones."""
    session_key = browser.cookie(settings.SESSION_COOKIE_NAME)
    if session_key is not None and await database_sync_to_async(access_of_session)(session_key) is not None:
        return True
    return await database_sync_to_async(demo_installed)()


_drained = DrainedAddresses()


def _several_nodes() -> bool:
    with suppress(NotRunning):
        return len(_nodes()) > 1
    return False


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    await SipProxy(_node_addresses, _admitted, _drained if _several_nodes() else None)(scope, receive, send)
