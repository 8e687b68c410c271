"""Which agents have a page here that shows them their calls, and which call is on it: told to the engine, for a desk phone is to
ring only when the card is there (`callbase.engine.cards`)."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

from callbase.cti.client import LinkLost
from callbase.cti.messages import CardPage, CardShown

Key = tuple[str, str]
"""Tenant and agent."""


class Cards:
    """`say` gives the engine a report, or raises LinkLost: then all pages are reported when the link is back (`linked`)."""

    def __init__(self, say: Callable[[CardPage | CardShown], Awaitable[None]]) -> None:
        self._say = say
        self._pages: Counter[Key] = Counter()
        self._reports: asyncio.Queue[CardPage | CardShown] = asyncio.Queue()

    async def run(self) -> None:
        while True:
            try:
                await self._say(await self._reports.get())
            except LinkLost:
                pass

    def linked(self) -> None:
        """The engine is there (again), and knows of nobody."""
        for key in self._pages:
            self._report(key, there=True)

    def came(self, tenant: str, agent: str) -> None:
        self._pages[tenant, agent] += 1
        if self._pages[tenant, agent] == 1:
            self._report((tenant, agent), there=True)

    def went(self, tenant: str, agent: str) -> None:
        self._pages[tenant, agent] -= 1
        if not self._pages[tenant, agent]:
            del self._pages[tenant, agent]
            self._report((tenant, agent), there=False)

    def shown(self, tenant: str, agent: str, interaction: str) -> None:
        self._reports.put_nowait(CardShown(interaction=interaction, tenant=tenant, agent=agent))

    def _report(self, key: Key, *, there: bool) -> None:
        self._reports.put_nowait(CardPage(tenant=key[0], agent=key[1], open=there))
