"""A queue's line: who waits, in order of (returned from a lost agent, priority, age), kept sorted as they come and go.

With aging, a priority is worth so many seconds of waiting: a caller is placed as if it had arrived that much earlier. That place
never changes while it waits, so nothing is sorted again, and it bounds starvation: a caller of priority p who arrived at t is
passed only by callers of a higher priority q who arrived before t + (q - p) x aging; whoever comes later waits behind it. (Who
wants one agent before all others has that agent before callers of the same whole priority; see `decide`.)
Without aging a higher priority always goes first, and a low one may wait as long as higher ones come.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sortedcontainers import SortedList

from callbase.core.state import Interaction, Place

LineKey = tuple[int, int, int, str]
"""(0 where returned from a lost agent else 1, minus priority where there is no aging, arrival as placed, interaction)"""


def place_in(interaction: Interaction, queue: str) -> Place:
    """In that queue's line: its own, or that of who waits to consult somebody there."""
    found = interaction.consultation
    return interaction.places[queue] if found is None or found.place is None else found.place


def line_key(interaction: Interaction, place: Place, aging_ms: int) -> LineKey:
    arrival_ms = interaction.arrival_ms if interaction.arrival_ms is not None else place.entered_ms
    first = 0 if interaction.returned else 1
    if aging_ms > 0:
        return (first, 0, arrival_ms - place.priority * aging_ms, interaction.id)
    return (first, -place.priority, arrival_ms, interaction.id)


WHOLE = 1_000_000
"""One priority, as an urgency counts it."""

Urgency = tuple[int, int, int, str]
"""(0 where returned else 1, minus the priority that waiting has made of its own, in millionths, arrival, interaction)"""


def urgency(interaction: Interaction, place: Place, aging_ms: int, now_ms: int) -> Urgency:
    """Compares those who wait in different queues, each aging by its queue's rule: an agent of several serves the lowest."""
    arrival_ms = interaction.arrival_ms if interaction.arrival_ms is not None else place.entered_ms
    aged = (now_ms - arrival_ms) * WHOLE // aging_ms if aging_ms > 0 else 0
    return (0 if interaction.returned else 1, -place.priority * WHOLE - aged, arrival_ms, interaction.id)


class Line:
    """`_keys` are those free to be offered; `_since` all who have entered and not been answered, the offered too."""

    __slots__ = ("_keys", "_since", "aging_ms")

    def __init__(self, aging_ms: int = 0) -> None:
        self.aging_ms = aging_ms
        self._keys: SortedList[LineKey] = SortedList()
        self._since: SortedList[tuple[int, str]] = SortedList()

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

    def entered(self) -> Iterator[str]:
        """All of them, the longest waiting first."""
        return (interaction for _, interaction in self._since)

    def entered_by(self, at_ms: int) -> list[str]:
        """Who entered then or before and is not answered yet, the longest waiting first."""
        return [interaction for _, interaction in self._since.irange(maximum=(at_ms, "\U0010ffff"))]

    def enter(self, interaction: Interaction, place: Place) -> None:
        self._since.add((place.entered_ms, interaction.id))

    def leave(self, interaction: Interaction, place: Place) -> None:
        self._since.discard((place.entered_ms, interaction.id))

    def stand(self, key: LineKey) -> None:
        self._keys.add(key)

    def step_out(self, key: LineKey) -> None:
        self._keys.remove(key)

    def index(self, key: LineKey) -> int:
        """0 is the head. Also of a key that does not stand: where it would."""
        return int(self._keys.bisect_left(key))

    def ids_from(self, place: int, end: int) -> list[str]:
        return [key[3] for key in islice(self._keys, place, end)]
