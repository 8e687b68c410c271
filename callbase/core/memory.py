"""The state as it was some events ago, and what has come since: enough to have again what was before a request that failed."""

from __future__ import annotations

from callbase.core.events import AnyEvent

MOST_EVENTS = 5_000
"""The more, the longer it takes to go back; the fewer, the more often the state is copied. A snapshot made for other reasons
serves too."""


class Memory:
    __slots__ = ("since", "state")

    def __init__(self, state: bytes) -> None:
        self.state = state
        self.since: list[tuple[AnyEvent, int]] = []
        """Events with their moments."""

    @property
    def full(self) -> bool:
        return len(self.since) >= MOST_EVENTS
