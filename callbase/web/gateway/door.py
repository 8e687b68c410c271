"""The gateway's ASGI application, and the way other parts of the web process reach the engine through it."""

from __future__ import annotations

import asyncio
import functools
from concurrent.futures import TimeoutError as FutureTimeout

import structlog

from callbase.apps.alarms.watch import Sources, watch_health
from callbase.core.events import AnyAction
from callbase.cti.client import LinkClient
from callbase.cti.messages import ReplyMessage
from callbase.platform import garbage
from callbase.platform.environment import read_environment
from callbase.platform.runtime import read_runtime
from callbase.web.gateway.connection import Connection
from callbase.web.gateway.hub import EngineAway, Hub
from callbase.web.gateway.identity import Identity, Marks
from callbase.web.gateway.lines import Lines, token_only
from callbase.web.language import from_accept_language
from callbase.web.socket import Receive, Scope, Send, Socket, SocketClosed

log = structlog.get_logger(__name__)

ASK_TIMEOUT_S = 3.0


class Gateway:
    """`/link`. The hub, and with it the link to the engine, begins with the process, or else with the first connection."""

    def __init__(self) -> None:
        self.hub: Hub | None = None
        self._marks = Marks()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        socket = Socket(scope, receive, send)
        if not socket.same_origin():
            log.warning("foreign page refused", origin=socket.header("origin"), address=socket.address)
            await socket.refuse()
            return
        try:
            await socket.accept()
        except SocketClosed:
            return
        language = from_accept_language(socket.header("accept-language"))
        await Connection(socket, self.running_hub(), Identity(socket, self._marks), language).serve()

    async def close(self) -> None:
        if self.hub is not None:
            await self.hub.close()
            self.hub = None

    def listeners(self) -> int:
        return 0 if self.hub is None else self.hub.listeners()

    def running_hub(self) -> Hub:
        if self.hub is None:
            runtime = read_runtime(read_environment().home)
            urls = [f"ws://{host}:{port}/link" for host, port in runtime.links()]
            self.hub = Hub(LinkClient(urls, runtime.internal_token, "*", facts=True))
            self.hub.start()
        return self.hub


application = Gateway()


async def lifespan(scope: Scope, receive: Receive, send: Send) -> None:
    """ASGI's start and end of the process. The hub starts with it, not with the first browser: consoles that do not come back
    after a restart are to be missed even when nobody else comes."""
    await receive()
    lines = await _open_lines()
    hub = application.running_hub()
    watched = Sources(lambda: hub.views.values(), lambda: hub.clock_ahead_s)
    alarms = asyncio.create_task(watch_health(watched), name="alarms")
    garbage.collect()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    alarms.cancel()
    await lines.close()
    await application.close()
    await send({"type": "lifespan.shutdown.complete"})


async def _open_lines() -> Lines:
    """Where a port is set for them; the console is served without them too."""
    environment = read_environment()
    lines = Lines(application.running_hub, lambda address: functools.partial(token_only, address))
    if environment.lines_port is not None:
        try:
            await lines.start(environment.bind, environment.lines_port)
        except OSError as error:
            log.error("programs cannot reach the link by TCP", port=environment.lines_port, reason=str(error))
    return lines


def live_agent(tenant: str, interaction: str) -> str | None:
    """Who is at work on an interaction that is alive; None where nobody is, or the engine is away."""
    hub = application.hub
    live = hub.views[tenant].interactions.get(interaction) if hub is not None and hub.online(tenant) else None
    return live.agent if live else None


def ask_engine(tenant: str, actor: str, action: AnyAction) -> ReplyMessage | None:
    """From a request's thread. None where the engine is away, or nobody is connected to the gateway."""
    hub = application.hub
    if hub is None or hub.loop.is_closed() or not hub.online(tenant):
        return None
    try:
        return asyncio.run_coroutine_threadsafe(hub.ask(tenant, actor, action), hub.loop).result(ASK_TIMEOUT_S)
    except (EngineAway, FutureTimeout):
        return None
