"""Which agents' telephones in the browser are here, told to the engine as consoles come and go.

A page that says goodbye (closed or reloaded) is gone at once. A connection that breaks may be only the network: the page has a
moment to come back before it counts as gone. After each snapshot what the engine believes is compared with who is here, so
nothing is lost when the engine or this process was away.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from callbase.core.events import AnyAction, ConsoleBack, ConsoleLost
from callbase.core.views import TenantView

RETURN_GRACE_S = 2.0
"""For a broken connection to come back. With pings every 3 s and their time-out of 4 s a dead machine is noticed within 9 s."""
START_GRACE_S = 10.0
"""For consoles to connect again after this process was started anew."""
GOING_AWAY = 1001
SERVICE_RESTART = 1012
"""What this process says when it ends; the next one finds out who is there."""

Key = tuple[str, str]
"""Tenant and agent."""
Ask = Callable[[str, AnyAction], Awaitable[None]]
"""Tells the engine, for a tenant; not being able to is no error, the next snapshot mends it."""


class Console(Protocol):
    """A connection whose page is the agent's telephone."""

    def telephone_elsewhere(self) -> None:
        """Another page of the agent is its telephone from now on."""


class Presence:
    def __init__(self, ask: Ask, *, return_grace_s: float = RETURN_GRACE_S, start_grace_s: float = START_GRACE_S) -> None:
        self._ask = ask
        self._return_grace_s = return_grace_s
        self._start_grace_s = start_grace_s
        self._consoles: dict[Key, Console] = {}
        self._leaving: dict[Key, asyncio.TimerHandle] = {}
        self._sayings: asyncio.Queue[tuple[str, AnyAction]] = asyncio.Queue()

    async def run(self) -> None:
        """Tells the engine, one thing after the other."""
        while True:
            tenant, action = await self._sayings.get()
            await self._ask(tenant, action)

    def console_of(self, tenant: str, agent: str) -> Console | None:
        return self._consoles.get((tenant, agent))

    def came(self, tenant: str, agent: str, console: Console) -> None:
        """The last to come is the telephone."""
        key = (tenant, agent)
        before = self._consoles.get(key)
        self._consoles[key] = console
        if before is not None and before is not console:
            before.telephone_elsewhere()
        self._stay(key)
        self._sayings.put_nowait((tenant, ConsoleBack(agent=agent)))

    def went(self, tenant: str, agent: str, console: Console, close_code: int) -> None:
        """Nothing for a console that was no longer the telephone."""
        key = (tenant, agent)
        if self._consoles.get(key) is not console:
            return
        del self._consoles[key]
        if close_code != SERVICE_RESTART:
            self._leave(key, 0.0 if close_code == GOING_AWAY else self._return_grace_s)

    def compare(self, view: TenantView) -> None:
        """Mends the difference between what the engine believes and who is here."""
        for agent, one in view.agents.items():
            key = (view.tenant, agent)
            here = key in self._consoles
            if here and not one.console_online:
                self._sayings.put_nowait((view.tenant, ConsoleBack(agent=agent)))
            elif one.console_online and not here and key not in self._leaving:
                self._leave(key, self._start_grace_s)

    def close(self) -> None:
        for timer in self._leaving.values():
            timer.cancel()
        self._leaving.clear()

    def _leave(self, key: Key, after_s: float) -> None:
        self._stay(key)
        self._leaving[key] = asyncio.get_running_loop().call_later(after_s, self._gone, key)

    def _stay(self, key: Key) -> None:
        timer = self._leaving.pop(key, None)
        if timer is not None:
            timer.cancel()

    def _gone(self, key: Key) -> None:
        self._leaving.pop(key, None)
        if key not in self._consoles:
            self._sayings.put_nowait((key[0], ConsoleLost(agent=key[1])))
