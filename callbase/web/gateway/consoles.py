"""Which agents' telephones in the browser are here, told to the engine as they come and go. What that means, together with the
consoles of other web processes, is the engine's to say (`callbase.engine.presence`)."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Protocol

from callbase.cti.messages import Console, ConsoleClosed, ConsoleOpened, ConsoleReplaced, OpenConsoles

GOING_AWAY = 1001
"""What a page says that is closed or reloaded."""
SERVICE_RESTART = 1012
"""What this process says when it ends; the pages are about to come to another."""

Key = tuple[str, str]
"""Tenant and agent."""


class Page(Protocol):
    """A connection whose page is the agent's telephone."""

    def telephone_elsewhere(self) -> None:
        """Another page of the agent is its telephone from now on."""


class Consoles:
    """`report` tells the engine; once the link is back it is told of all (`linked`)."""

    def __init__(self, report: Callable[[ConsoleOpened | ConsoleClosed | OpenConsoles], None]) -> None:
        self._report = report
        self._open: dict[Key, tuple[str, Page]] = {}

    def linked(self) -> None:
        """The engine is there (again), and is to know all."""
        self._report(self._all())

    def came(self, tenant: str, agent: str, page: Page) -> None:
        """The last to come is the telephone."""
        before = self._open.get((tenant, agent))
        console = str(uuid.uuid4())
        self._open[tenant, agent] = (console, page)
        if before is not None:
            before[1].telephone_elsewhere()
        self._report(ConsoleOpened(console=Console(tenant=tenant, agent=agent, id=console)))

    def went(self, tenant: str, agent: str, page: Page, close_code: int) -> None:
        """Nothing for a page that was no longer the telephone."""
        console, telephone = self._open.get((tenant, agent), ("", None))
        if telephone is not page:
            return
        del self._open[tenant, agent]
        if close_code != SERVICE_RESTART:
            closed = Console(tenant=tenant, agent=agent, id=console)
            self._report(ConsoleClosed(console=closed, broken=close_code != GOING_AWAY))

    def replaced(self, message: ConsoleReplaced) -> None:
        """By a page at another web process."""
        key = (message.console.tenant, message.console.agent)
        console, page = self._open.get(key, ("", None))
        if page is not None and console == message.console.id:
            del self._open[key]
            page.telephone_elsewhere()

    def _all(self) -> OpenConsoles:
        return OpenConsoles(
            consoles=tuple(Console(tenant=tenant, agent=agent, id=id) for (tenant, agent), (id, _) in self._open.items())
        )
