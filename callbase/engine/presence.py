"""Whether an agent's browser is there, over all web processes: their gateways report consoles, the core learns who came and went.

An agent has one console, the last to come, at whichever gateway; another gateway whose page was it before is told. A page that
says goodbye (closed or reloaded) is gone at once. One whose connection breaks, or whose gateway goes, has a moment to come back,
by any gateway, before it counts as gone. After a start the core's belief is compared with who reports in time.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callbase.core.events import AnyEvent, ConsoleBack, ConsoleLost, Request
from callbase.core.views import TenantView
from callbase.cti.messages import Console, ConsoleReplaced
from callbase.engine.link_connection import LinkConnection

RETURN_GRACE_S = 2.0
"""For a broken connection to come back. With the web process's pings a dead machine is noticed within 7 s."""
GATEWAY_GRACE_S = 10.0
"""For pages to connect again after their gateway, or we, went."""

Key = tuple[str, str]
"""Tenant and agent."""


@dataclass(frozen=True, slots=True)
class _Place:
    gateway: LinkConnection
    console: str


class Presence:
    """`submit` takes the core's events; `known` says whether the core believes the agent's console to be there; `tell` gives a
    gateway a message."""

    def __init__(
        self,
        submit: Callable[[AnyEvent], None],
        known: Callable[[str, str], bool],
        tell: Callable[[LinkConnection, ConsoleReplaced], None],
    ) -> None:
        self._submit, self._known, self._tell = submit, known, tell
        self.return_grace_s, self.gateway_grace_s = RETURN_GRACE_S, GATEWAY_GRACE_S
        self._places: dict[Key, _Place] = {}
        self._leaving: dict[Key, asyncio.TimerHandle] = {}

    def opened(self, gateway: LinkConnection, console: Console) -> None:
        key = (console.tenant, console.agent)
        before = self._places.get(key)
        self._take(key, gateway, console)
        if before is not None and before.gateway is not gateway:
            replaced = Console(tenant=console.tenant, agent=console.agent, id=before.console)
            self._tell(before.gateway, ConsoleReplaced(console=replaced))
        self._back(key)

    def closed(self, gateway: LinkConnection, console: Console, *, broken: bool) -> None:
        """Nothing for a console that was no longer the agent's."""
        key = (console.tenant, console.agent)
        if self._places.get(key) == _Place(gateway, console.id):
            del self._places[key]
            self._leave(key, self.return_grace_s if broken else 0.0)

    def reported(self, gateway: LinkConnection, consoles: Sequence[Console]) -> None:
        """All that a gateway has, after it has connected. One that came to another gateway meanwhile stays the agent's."""
        for console in consoles:
            key = (console.tenant, console.agent)
            present = self._places.get(key)
            if present is not None and present.console != console.id:
                self._tell(gateway, ConsoleReplaced(console=console))
                continue
            self._take(key, gateway, console)
            if not self._known(*key):
                self._back(key)

    def gateway_gone(self, gateway: LinkConnection) -> None:
        for key in [key for key, place in self._places.items() if place.gateway is gateway]:
            del self._places[key]
            self._leave(key, self.gateway_grace_s)

    def compare(self, view: TenantView) -> None:
        """Mends the difference between what the core believes and who is here."""
        for agent, one in view.agents.items():
            key = (view.tenant, agent)
            if key in self._places and not one.console_online:
                self._back(key)
            elif one.console_online and key not in self._places and key not in self._leaving:
                self._leave(key, self.gateway_grace_s)

    def close(self) -> None:
        for timer in self._leaving.values():
            timer.cancel()
        self._leaving.clear()

    def _take(self, key: Key, gateway: LinkConnection, console: Console) -> None:
        self._places[key] = _Place(gateway, console.id)
        self._stay(key)

    def _leave(self, key: Key, after_s: float) -> None:
        self._stay(key)
        self._leaving[key] = asyncio.get_running_loop().call_later(after_s, self._gone, key)

    def _stay(self, key: Key) -> None:
        timer = self._leaving.pop(key, None)
        if timer is not None:
            timer.cancel()

    def _gone(self, key: Key) -> None:
        del self._leaving[key]
        self._state(key[0], ConsoleLost(agent=key[1]))

    def _back(self, key: Key) -> None:
        self._state(key[0], ConsoleBack(agent=key[1]))

    def _state(self, tenant: str, action: ConsoleBack | ConsoleLost) -> None:
        """The core refuses it for an agent that is not configured; a new configuration is compared again."""
        self._submit(Request(id="presence", tenant=tenant, actor="system", action=action))
