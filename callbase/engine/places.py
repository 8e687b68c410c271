"""Callers who have moved in their line are shown twice a second. Each who is served moves all behind: to show fifty who wait at
once took a sixteenth of what a call costs the engine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from callbase.core.output import Changed

SHOWN_EVERY_S = 0.5


class Places:
    def __init__(self, show: Callable[[str, Changed], None]) -> None:
        """`show` is given a tenant and whom to show of it."""
        self._show = show
        self._moved: dict[str, set[str]] = {}
        """Tenant → interactions to be shown."""
        self._timer: asyncio.TimerHandle | None = None

    def take(self, tenant: str, changed: Changed) -> None:
        """What is about to be shown of an event."""
        moved = self._moved.setdefault(tenant, set())
        moved |= changed.places
        if changed.everything:
            moved.clear()
        else:
            moved -= changed.interactions
        if moved and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SHOWN_EVERY_S, self._show_all)

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    def _show_all(self) -> None:
        self._timer = None
        all_moved, self._moved = self._moved, {}
        for tenant, moved in all_moved.items():
            if moved:
                self._show(tenant, Changed(interactions=moved))
