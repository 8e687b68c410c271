"""A queue's line: who waits, in order of (returned from a lost agent, priority, age), kept sorted as they come and go."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator

from callbase.core.state import Interaction

LineKey = tuple[int, int, int, str]


def line_key(interaction: Interaction) -> LineKey:
    arrival_ms = interaction.arrival_ms if interaction.arrival_ms is not None else interaction.entered_ms
    return (0 if interaction.returned else 1, -interaction.line_priority, arrival_ms, interaction.id)


class Line:
    """`_keys` are those free to be offered; `_since` all who have entered and not been answered, the offered too."""

    __slots__ = ("_keys", "_since")

    def __init__(self) -> None:
        self._keys: list[LineKey] = []
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

    def enter(self, interaction: Interaction) -> None:
        insort(self._since, (interaction.entered_ms, interaction.id))

    def leave(self, interaction: Interaction) -> None:
        key = (interaction.entered_ms, interaction.id)
        place = bisect_left(self._since, key)
        if place < len(self._since) and self._since[place] == key:
            del self._since[place]

    def stand(self, interaction: Interaction) -> int:
        """Takes (or takes again) the place due to it; returns the index."""
        key = line_key(interaction)
        place = bisect_left(self._keys, key)
        self._keys.insert(place, key)
        return place

    def step_out(self, interaction: Interaction) -> int | None:
        """Leaves the place, being offered or gone; returns the index it had."""
        key = line_key(interaction)
        place = bisect_left(self._keys, key)
        if place < len(self._keys) and self._keys[place] == key:
            del self._keys[place]
            return place
        return None

    def position(self, interaction: Interaction) -> int | None:
        """1 is the head; None when not standing in line."""
        key = line_key(interaction)
        place = bisect_left(self._keys, key)
        return place + 1 if place < len(self._keys) and self._keys[place] == key else None

    def ids_from(self, place: int, end: int) -> list[str]:
        return [key[3] for key in self._keys[place:end]]
