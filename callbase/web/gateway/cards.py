"""Which agents have a page here that shows them their calls, and which call is on it: told to the engine, for a desk phone is to
ring only when the card is there (`callbase.engine.cards`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from callbase.cti.messages import CardPage, CardShown

Key = tuple[str, str]
"""Tenant and agent."""


class Cards:
    """`report` tells the engine; what was told before an engine died is told its successor (`linked`)."""

    def __init__(self, report: Callable[[CardPage | CardShown], None]) -> None:
        self._report = report
        self._pages: Counter[Key] = Counter()
        self._shown: dict[Key, str] = {}
        """The interaction its pages said last, of agents who have one open."""

    def linked(self) -> None:
        """The engine is there (again), and knows of nobody."""
        for key in self._pages:
            self._page(key, there=True)
        for (tenant, agent), interaction in self._shown.items():
            self._report(CardShown(interaction=interaction, tenant=tenant, agent=agent))

    def came(self, tenant: str, agent: str) -> None:
        self._pages[tenant, agent] += 1
        if self._pages[tenant, agent] == 1:
            self._page((tenant, agent), there=True)

    def went(self, tenant: str, agent: str) -> None:
        self._pages[tenant, agent] -= 1
        if not self._pages[tenant, agent]:
            del self._pages[tenant, agent]
            self._shown.pop((tenant, agent), None)
            self._page((tenant, agent), there=False)

    def shown(self, tenant: str, agent: str, interaction: str) -> None:
        self._shown[tenant, agent] = interaction
        self._report(CardShown(interaction=interaction, tenant=tenant, agent=agent))

    def _page(self, key: Key, *, there: bool) -> None:
        self._report(CardPage(tenant=key[0], agent=key[1], open=there))
