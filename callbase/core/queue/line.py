"""A queue's line: who waits, in order of (returned from a lost agent, priority, age), kept sorted as they come and go.

With aging, a priority is worth so many seconds of waiting: a caller is placed as if it had arrived that much earlier. That place
never changes while it waits, so nothing is sorted again, and it bounds starvation: a caller of priority p who arrived at t is
passed only by callers of a higher priority q who arrived before t + (q - p) x aging; whoever comes later waits behind it.
Without aging a higher priority always goes first, and a low one may wait as long as higher ones come.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from callbase.core.state import Interaction, Place

LineKey = tuple[int, int, int, str]
"""(0 where returned from a lost agent else 1, minus priority where there is no aging, arrival as placed, interaction)"""


def line_key(interaction: Interaction, place: Place, aging_ms: int) -> LineKey:
    """Keys of different queues compare too: an agent of several serves the lowest."""
    arrival_ms = interaction.arrival_ms if interaction.arrival_ms is not None else place.entered_ms
    first = 0 if interaction.returned else 1
    if aging_ms > 0:
        return (first, 0, arrival_ms - place.priority * aging_ms, interaction.id)
    return (first, -place.priority, arrival_ms, interaction.id)


class Line:
    """`_keys` are those free to be offered; `_since` all who have entered and not been answered, the offered too."""

    __slots__ = ("_by_id", "_keys", "_since", "aging_ms")

    def __init__(self, aging_ms: int = 0) -> None:
        self.aging_ms = aging_ms
        self._keys: list[LineKey] = []
        self._by_id: dict[str, LineKey] = {}
        self._since: list[tuple[int, str]] = []

    def __len__(self) -> int:
        return len(self._keys)

    def __iter__(self) -> Iterator[LineKey]:
        return iter(self._keys)

    @property
    def waiting(self) -> int:
        return len(self._since)

    @property
    def oldest_since_ms(self) -> int | None:
        return self._since[0][0] if self._since else None

    def enter(self, interaction: Interaction, place: Place) -> None:
        insort(self._since, (place.entered_ms, interaction.id))

    def leave(self, interaction: Interaction, place: Place) -> None:
        key = (place.entered_ms, interaction.id)
        at = bisect_left(self._since, key)
        if at < len(self._since) and self._since[at] == key:
            del self._since[at]

    def stand(self, interaction: Interaction, place: Place) -> int:
        """Takes (or takes again) the place due to it; returns the index."""
        key = self._by_id[interaction.id] = line_key(interaction, place, self.aging_ms)
        at = bisect_left(self._keys, key)
        self._keys.insert(at, key)
        return at

    def step_out(self, interaction: str) -> int | None:
        """Leaves the place, being offered or gone; returns the index it had."""
        key = self._by_id.pop(interaction, None)
        if key is None:
            return None
        at = bisect_left(self._keys, key)
        del self._keys[at]
        return at

    def position(self, interaction: str) -> int | None:
        """1 is the head; None when not standing in line."""
        key = self._by_id.get(interaction)
        return bisect_left(self._keys, key) + 1 if key is not None else None

    def ids_from(self, place: int, end: int) -> list[str]:
        return [key[3] for key in self._keys[place:end]]
