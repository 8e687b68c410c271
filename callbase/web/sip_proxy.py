"""/sip: SIP over WebSocket (RFC 7118) between a browser and the switch, so that the browser needs one origin and one certificate.

Frames are passed as they are, both ways; who may register as what is the switch's to decide by SIP's own authentication. Reading
waits for writing, so a slow side slows the other instead of filling memory. When either side goes, the other is closed; JsSIP
connects again by itself.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
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
from callbase.platform.runtime import SwitchNode, read_runtime
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
REFUSED = Counter("callbase_sip_proxy_refused", "Connections not let through", ["why"])

Admission = Callable[[Socket], Awaitable[bool]]


class SipProxy:
    """The ASGI application. `upstream` gives the addresses of the switch's nodes in the order in which they are tried, `admitted`
    says whether a browser may connect at all."""

    def __init__(self, upstream: Callable[[Socket], Sequence[str]], admitted: Admission) -> None:
        self._upstream = upstream
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
            async with await _connect(self._upstream(browser)) as switch:
                await browser.accept(SUBPROTOCOL)
                with OPEN.track_inprogress():
                    await _pipe(browser, switch)
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


async def _connect(addresses: Sequence[str]) -> ClientConnection:
    """To the first that answers. Raises AWAY's where none does."""
    *others, last = addresses
    for address in others:
        with suppress(*AWAY):
            return await _connect_to(address, PING_S)
    return await _connect_to(last, PING_S if others else None)


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


async def _pipe(browser: Socket, switch: ClientConnection) -> None:
    """Until either side is gone; then both are."""
    directions = [asyncio.create_task(_to_switch(browser, switch)), asyncio.create_task(_to_browser(browser, switch))]
    try:
        await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for direction in directions:
            direction.cancel()
        await asyncio.gather(*directions, return_exceptions=True)
        await browser.close(1012 if switch.close_code is not None else 1000)


async def _to_switch(browser: Socket, switch: ClientConnection) -> None:
    try:
        while True:
            frame = await browser.receive()
            if len(frame) > FRAME_LIMIT:
                await browser.close(1009, "a SIP message may have 64 KiB at most")
                return
            await switch.send(frame)
            FRAMES.labels("switch").inc()
            BYTES.labels("switch").inc(len(frame))
    except (SocketClosed, WebSocketException):
        return


async def _to_browser(browser: Socket, switch: ClientConnection) -> None:
    try:
        async for frame in switch:
            await browser.send(frame)
            FRAMES.labels("browser").inc()
            BYTES.labels("browser").inc(len(frame))
    except ConnectionClosed:
        return


@lru_cache(maxsize=1)
def _nodes() -> tuple[SwitchNode, ...]:
    return read_runtime(read_environment().home).nodes


def _node_addresses(browser: Socket) -> list[str]:
    """Browsers are spread over the nodes, and each comes back to the same one while that is there (rendezvous hashing)."""
    who = browser.cookie(settings.SESSION_COOKIE_NAME) or browser.address

    def rank(node: SwitchNode) -> bytes:
        return hashlib.sha256(f"{who} {node.name}".encode()).digest()

    return [f"ws://{node.ari_host}:{node.ari_port}/ws" for node in sorted(_nodes(), key=rank)]


async def _admitted(browser: Socket) -> bool:
    """Who is signed in; where there is a demo centre, anybody, for its customers' telephones."""
    session_key = browser.cookie(settings.SESSION_COOKIE_NAME)
    if session_key is not None and await database_sync_to_async(access_of_session)(session_key) is not None:
        return True
    return await database_sync_to_async(demo_installed)()


application = SipProxy(_node_addresses, _admitted)
