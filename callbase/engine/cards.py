"""The card before the ring, at telephones that cannot see the screen: a desk phone, or an outside number, of an agent who has a
page that shows cards is called once the page has said that the call is on it, or after a second.

It is not the core's affair: to the core the telephone is being called, as it is while the network is slow.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping

from callbase.core.commands import AnyCommand, Originate
from callbase.engine.link_connection import LinkConnection

LONGEST_WAIT_S = 1.0
"""As long as a browser's telephone waits (frontend/src/softphone/card.ts)."""

Key = tuple[str, str]
"""Tenant and agent."""


class Cards:
    """Commands come in at `execute` and go out at `pass_on`. `works_at` says which interaction an agent is at."""

    def __init__(self, pass_on: Callable[[AnyCommand], None], works_at: Callable[[str, str], str | None]) -> None:
        self._pass_on, self._works_at = pass_on, works_at
        self.owners: Mapping[str, Key] = {}
        """Of the telephones that wait."""
        self._pages: dict[LinkConnection, set[Key]] = defaultdict(set)
        """By gateway."""
        self._shown: dict[Key, str] = {}
        """The interaction that is on its screen."""
        self._held: dict[str, tuple[Originate, asyncio.TimerHandle]] = {}
        """By leg."""

    def execute(self, command: AnyCommand) -> None:
        self._let_go(getattr(command, "leg", ""))  # nothing overtakes
        if isinstance(command, Originate) and self._is_to_wait(command):
            timer = asyncio.get_running_loop().call_later(LONGEST_WAIT_S, self._let_go, command.leg)
            self._held[command.leg] = command, timer
        else:
            self._pass_on(command)

    def page(self, gateway: LinkConnection, key: Key, *, there: bool) -> None:
        if there:
            self._pages[gateway].add(key)
        else:
            self._pages[gateway].discard(key)
            self._look_again(key)

    def gateway_gone(self, gateway: LinkConnection) -> None:
        self._pages.pop(gateway, None)
        self._look_again()

    def shown(self, key: Key, interaction: str) -> None:
        self._shown[key] = interaction
        self._look_again(key)

    def stop(self) -> None:
        """What is held is dropped: the next engine finds no such leg at the switch."""
        for _, timer in self._held.values():
            timer.cancel()
        self._held.clear()

    def _is_to_wait(self, command: Originate) -> bool:
        key = self.owners.get(command.device or "")
        if key is None or not any(key in pages for pages in self._pages.values()):
            return False
        return self._shown.get(key) != command.interaction and self._works_at(*key) == command.interaction

    def _look_again(self, of: Key | None = None) -> None:
        """At that agent's telephone, or at all."""
        for leg, (command, _) in tuple(self._held.items()):
            if of in (None, self.owners.get(command.device or "")) and not self._is_to_wait(command):
                self._let_go(leg)

    def _let_go(self, leg: str) -> None:
        if leg in self._held:
            command, timer = self._held.pop(leg)
            timer.cancel()
            self._pass_on(command)
