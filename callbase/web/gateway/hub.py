"""The web process's one link to the engine, and all who listen to it here."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from functools import cache

import structlog
from prometheus_client import Counter

from callbase.core.events import AnyAction
from callbase.core.views import TenantView
from callbase.cti.client import LinkClient, LinkDown, LinkLost, LinkRefused
from callbase.cti.messages import (
    AnswerNow,
    Change,
    ConsoleReplaced,
    FactMessage,
    Message,
    ReplyMessage,
    Snapshot,
    TenantRemoved,
)
from callbase.cti.mirror import apply_all
from callbase.web.gateway.audience import Audience, Listener
from callbase.web.gateway.cards import Cards
from callbase.web.gateway.consoles import Consoles
from callbase.web.gateway.reports import Reports
from callbase.web.gateway.trail import Trail

log = structlog.get_logger(__name__)

REQUEST_TIMEOUT_S = 4.0
RECEIVED = Counter("callbase_gateway_received", "Messages received from the engine", ["type"])


@cache
def received(kind: type) -> Counter:
    """Of messages of that type; looking a label up takes longer than counting."""
    return RECEIVED.labels(kind.__name__)


class EngineAway(Exception):
    """The engine cannot be asked now, or went before it replied."""


class Hub:
    def __init__(self, link: LinkClient, trail: Trail | None = None) -> None:
        self.loop = asyncio.get_running_loop()
        self.views: Mapping[str, TenantView] = {}
        self._reports = Reports(link.say)
        self.consoles = Consoles(self._reports.add)
        self.cards = Cards(self._reports.add)
        self.trail = trail or Trail()
        self._link = link
        self._online: set[str] = set()
        self._clock_ahead_ms = 0
        self._audiences: dict[str, Audience] = {}
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        self._link.start()
        self._tasks = [
            asyncio.create_task(self._follow(), name="gateway hub"),
            asyncio.create_task(self._reports.run(), name="gateway reports"),
            asyncio.create_task(self.trail.run(), name="gateway audit trail"),
        ]

    async def close(self) -> None:
        await self.trail.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._link.close()

    def online(self, tenant: str) -> bool:
        """Whether the tenant's view is the engine's present state."""
        return tenant in self._online

    def now_ms(self) -> int:
        """The engine's clock."""
        return int(time.monotonic() * 1000) + self._clock_ahead_ms

    @property
    def clock_ahead_s(self) -> float:
        """How far the engine's clock is ahead of this machine's, as last told."""
        return self.now_ms() / 1000 - time.time()

    def listeners(self) -> int:
        return sum(len(audience.listeners) for audience in self._audiences.values())

    def add(self, listener: Listener) -> None:
        audience = self._audiences.get(listener.tenant)
        if audience is None:
            audience = self._audiences[listener.tenant] = Audience()
            audience.became(self.views.get(listener.tenant))
        audience.add(listener)

    def remove(self, listener: Listener) -> None:
        audience = self._audiences.get(listener.tenant)
        if audience is None:
            return
        audience.remove(listener)
        if not audience.listeners:
            audience.became(None)
            del self._audiences[listener.tenant]

    async def ask(self, tenant: str, actor: str, action: AnyAction) -> ReplyMessage:
        """The engine's reply, which may be a refusal. Raises EngineAway."""
        if not self._link.connected:
            raise EngineAway
        try:
            return await self._link.request(action, tenant=tenant, actor=actor, timeout_s=REQUEST_TIMEOUT_S)
        except (LinkLost, LinkRefused, TimeoutError) as error:
            raise EngineAway from error

    async def _follow(self) -> None:
        async for message in self._link.events():
            received(type(message)).inc()
            try:
                self._take(message)
            except Exception:  # one message we cannot digest must not blind every browser for ever
                log.exception("message not passed on", type=type(message).__name__)

    def _went(self) -> None:
        log.warning("engine away")
        self._online.clear()
        for audience in self._audiences.values():
            for listener in audience.listeners:
                listener.engine_gone()

    def _take(self, message: Message | LinkDown) -> None:
        if isinstance(message, LinkDown):
            self._went()
            return
        if isinstance(message, Snapshot | Change | TenantRemoved):
            self.views = apply_all(self.views, message)
        if isinstance(message, Snapshot | Change) and message.now_ms:
            self._clock_ahead_ms = message.now_ms - int(time.monotonic() * 1000)
        if isinstance(message, Snapshot):
            self._new_state(message)
        elif isinstance(message, Change):
            if (audience := self._audiences.get(message.tenant)) is not None:
                audience.change(message, self.views[message.tenant])
        elif isinstance(message, FactMessage):
            if (audience := self._audiences.get(message.tenant)) is not None:
                audience.fact(message)
        elif isinstance(message, AnswerNow):
            self._answer_now(message)
        elif isinstance(message, ConsoleReplaced):
            self.consoles.replaced(message)
        elif isinstance(message, TenantRemoved):
            self._online.discard(message.tenant)
            for listener in self._of(message.tenant):
                listener.engine_gone()

    def _new_state(self, snapshot: Snapshot) -> None:
        tenant = snapshot.state.tenant
        if not self._online:
            self.consoles.linked()
            self.cards.linked()
        self._online.add(tenant)
        if (audience := self._audiences.get(tenant)) is not None:
            audience.became(snapshot.state)
        for listener in self._of(tenant):
            listener.state(online=True)

    def _answer_now(self, message: AnswerNow) -> None:
        """A device's id is unique across tenants, an agent's is not."""
        for tenant, view in self.views.items():
            agent = view.agents.get(message.agent)
            if agent is not None and message.device in (agent.device, *agent.devices_online):
                for listener in self._of(tenant):
                    listener.answer_now(message)

    def _of(self, tenant: str) -> tuple[Listener, ...]:
        audience = self._audiences.get(tenant)
        return tuple(audience.listeners) if audience is not None else ()
