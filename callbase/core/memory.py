"""The state as it was some events ago, and what has come since: enough to have again what was before a request that failed."""

from __future__ import annotations

from callbase.core.events import AnyEvent

FEWEST_EVENTS = 5_000
BYTES_AN_EVENT = 100
"""So many events are kept: the more, the longer it takes to go back; the fewer, the more of the time goes into copying the state,
which takes the longer the larger it is. A snapshot made for other reasons serves too."""


class Memory:
    __slots__ = ("_most", "since", "state")

    def __init__(self, state: bytes) -> None:
        self.state = state
        self._most = max(FEWEST_EVENTS, len(state) // BYTES_AN_EVENT)
        self.since: list[tuple[AnyEvent, int]] = []
        """Events with their moments."""

    @property
    def full(self) -> bool:
        return len(self.since) >= self._most
