"""The engine's link as the gateway sees it: says what a test tells it to, and notes what it is asked."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed

from callbase.core.errors import CoreError
from callbase.core.events import AnyAction
from callbase.core.routing.explained import AgentExplained
from callbase.core.views import AgentView, InteractionView, QueueView, TenantView
from callbase.cti.messages import (
    PROTOCOL,
    CardPage,
    CardShown,
    Change,
    ConsoleClosed,
    ConsoleOpened,
    FactMessage,
    FromClient,
    Message,
    OpenConsoles,
    ReplyMessage,
    RequestMessage,
    Snapshot,
)
from callbase.cti.mirror import apply


def agent(name: str, **fields: Any) -> AgentView:
    usual: dict[str, Any] = {
        "agent": name,
        "name": f"Agent {name}",
        "state": "ready",
        "reason": None,
        "since_ms": 1,
        "device": f"{name}-web",
        "device_online": True,
        "devices_online": (f"{name}-web",),
        "interaction": None,
        "next_state": None,
        "queues": ("sales",),
        "moved": False,
        "wrap_up_until_ms": None,
        "connection": None,
        "console_online": False,
        "supervises": None,
        "supervised_by": (),
        "unreached": None,
    }
    return AgentView(**{**usual, **fields})


def interaction(name: str, **fields: Any) -> InteractionView:
    usual: dict[str, Any] = {
        "interaction": name,
        "channel": "voice",
        "direction": "inbound",
        "phase": "queue",
        "caller_number": "138",
        "called_number": "400",
        "trunk": None,
        "language": "zh-CN",
        "customer": None,
        "data": {},
        "queue": "sales",
        "also_in": (),
        "position": 1,
        "priority": 0,
        "agent": None,
        "outcome": None,
        "note": "",
        "started_ms": 1,
        "phase_since_ms": 1,
        "recording": None,
        "callback": False,
        "parties": (),
        "asks": None,
        "dialled": None,
        "consultation": None,
        "consultation_id": None,
        "consultation_queue": None,
    }
    return InteractionView(**{**usual, **fields})


def queue(name: str, **fields: Any) -> QueueView:
    usual: dict[str, Any] = {
        "queue": name,
        "waiting": 0,
        "oldest_since_ms": None,
        "signed_in": 0,
        "ready": 0,
        "busy": 0,
        "not_ready": 0,
        "offered_today": 0,
        "answered_today": 0,
        "abandoned_today": 0,
        "within_service_level_today": 0,
        "average_wait_ms": None,
        "service_level": None,
        "expected_wait_ms": None,
        "overflowing": (),
    }
    return QueueView(**{**usual, **fields})


class FakeEngine:
    """Runs until closed; `stop` and `start` are the engine's death and return, on the same port."""

    def __init__(self) -> None:
        self.views: dict[str, TenantView] = {}
        self.asked: list[RequestMessage] = []
        self.told: list[ConsoleOpened | ConsoleClosed | OpenConsoles] = []
        """Of consoles."""
        self.cards: list[CardPage | CardShown] = []
        self.answers: dict[type, CoreError] = {}
        """What an action is refused with."""
        self.knows: dict[type, AgentExplained] = {}
        """What a question is answered with."""
        self.port = 0
        self._server: Server | None = None
        self._clients: dict[ServerConnection, int] = {}

    def has(
        self,
        tenant: str,
        *,
        agents: tuple[AgentView, ...] = (),
        interactions: tuple[InteractionView, ...] = (),
        queues: tuple[QueueView, ...] = (),
    ) -> None:
        self.views[tenant] = TenantView(
            tenant=tenant,
            config_version=1,
            agents={one.agent: one for one in agents},
            queues={one.queue: one for one in queues},
            interactions={one.interaction: one for one in interactions},
            trunks={},
            switch_online=True,
        )

    def actions(self, kind: type | None = None) -> list[AnyAction]:
        return [one.action for one in self.asked if kind is None or isinstance(one.action, kind)]

    async def consoles_told(self, count: int) -> list[Any]:
        """What came after the first report of all, once it is so many."""
        async with asyncio.timeout(5):
            while len(self.told) <= count:
                await asyncio.sleep(0.005)
        return self.told[1:]

    async def start(self) -> None:
        self._server = await serve(self._handle, "127.0.0.1", self.port)
        self.port = next(iter(self._server.sockets)).getsockname()[1]

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None

    async def change(self, tenant: str, **what: Any) -> None:
        change = Change(seq=0, now_ms=1, tenant=tenant, **what)
        self.views[tenant] = apply(self.views[tenant], change)
        await self._numbered(change)

    async def fact(self, tenant: str, fact: Any) -> None:
        await self._numbered(FactMessage(seq=0, tenant=tenant, fact=fact))

    async def say(self, message: Message) -> None:
        for client in self._clients:
            await client.send(msgspec.json.encode(message).decode())

    async def _numbered(self, message: Change | FactMessage) -> None:
        for client in self._clients:
            self._clients[client] += 1
            await client.send(msgspec.json.encode(msgspec.structs.replace(message, seq=self._clients[client])).decode())

    async def _handle(self, client: ServerConnection) -> None:
        try:
            await client.recv()  # its Hello
            for view in self.views.values():
                await client.send(msgspec.json.encode(Snapshot(seq=0, now_ms=1, protocol=PROTOCOL, state=view)).decode())
            self._clients[client] = 0
            async for text in client:
                message = msgspec.json.decode(text, type=FromClient)
                if isinstance(message, RequestMessage):
                    self.asked.append(message)
                    reply = ReplyMessage(
                        id=message.id,
                        error=self.answers.get(type(message.action)),
                        answer=self.knows.get(type(message.action)),
                    )
                    await client.send(msgspec.json.encode(reply).decode())
                elif isinstance(message, ConsoleOpened | ConsoleClosed | OpenConsoles):
                    self.told.append(message)
                elif isinstance(message, CardPage | CardShown):
                    self.cards.append(message)
        except ConnectionClosed:
            pass
        finally:
            self._clients.pop(client, None)


@asynccontextmanager
async def fake_engine() -> AsyncIterator[FakeEngine]:
    engine = FakeEngine()
    engine.has("acme", agents=(agent("1001"), agent("1002")), queues=(queue("sales"), queue("support")))
    await engine.start()
    try:
        yield engine
    finally:
        async with asyncio.timeout(5):
            await engine.stop()
