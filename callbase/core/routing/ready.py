"""The ready agents who may serve a need, the one to be asked next first. Always sorted; adding, removing and taking cost a
logarithm of their number."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from sortedcontainers import SortedList

from callbase.core.routing.seat import Seat
from callbase.core.routing.weights import Weights

ReadyKey = tuple[int, int, int, str]
"""(member priority, rank, idle since, agent)"""


class ReadyList:
    __slots__ = ("_by_agent", "_keys", "_places", "_weights")

    def __init__(self, *, weighted: bool = False) -> None:
        self._keys: SortedList[ReadyKey] = SortedList()
        self._by_agent: dict[str, ReadyKey] = {}
        self._weights: dict[int, Weights] | None = {} if weighted else None
        """By member priority."""
        self._places: dict[tuple[int, int], str] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def __contains__(self, agent: str) -> bool:
        return agent in self._by_agent

    def __iter__(self) -> Iterator[ReadyKey]:
        return iter(self._keys)

    def add(self, seat: Seat, rank: int, idle_since_ms: int) -> None:
        key = self._by_agent[seat.agent] = (seat.priority, rank, idle_since_ms, seat.agent)
        self._keys.add(key)
        if self._weights is not None:
            self._weights.setdefault(seat.priority, Weights()).set(seat.order, seat.weight)
            self._places[seat.priority, seat.order] = seat.agent

    def remove(self, seat: Seat) -> None:
        key = self._by_agent.pop(seat.agent, None)
        if key is not None:
            self._keys.remove(key)
            if self._weights is not None:
                self._weights[seat.priority].set(seat.order, 0)
                del self._places[seat.priority, seat.order]

    def key(self, agent: str) -> ReadyKey:
        return self._by_agent[agent]

    def rank(self, agent: str) -> int:
        """How many are asked before this one."""
        return self._keys.index(self._by_agent[agent])

    def ahead_by_priority(self, agent: str) -> int:
        """How many are asked before this one whatever the algorithm: those of a better member priority."""
        return int(self._keys.bisect_left((self._by_agent[agent][0], -(1 << 63), 0, "")))

    def first(self, count: int) -> list[ReadyKey]:
        return list(islice(self._keys, count))

    def after(self, rank: int) -> ReadyKey:
        """The first of the best priority behind that rank; going round, the very first."""
        head: ReadyKey = self._keys[0]
        at = self._keys.bisect_left((head[0], rank + 1, 0, ""))
        following = self._keys[at] if at < len(self._keys) else head
        return following if following[0] == head[0] else head

    def of_best_priority(self, most: int) -> list[ReadyKey]:
        head = self._keys[0]
        return [key for key in islice(self._keys, most) if key[0] == head[0]]

    @property
    def best_priority(self) -> int:
        return int(self._keys[0][0])

    @property
    def total_weight(self) -> int:
        """Of the best priority."""
        return self._weights[self.best_priority].total if self._weights is not None else 0

    def drawn(self, point: int) -> str:
        """The agent of the best priority whose share of 0 … total_weight - 1 the point lies in."""
        assert self._weights is not None
        return self._places[self.best_priority, self._weights[self.best_priority].at(point)]
