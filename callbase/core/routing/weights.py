"""Weights of which one is drawn in proportion: a Fenwick tree of prefix sums, so that changing and drawing cost a logarithm."""

from __future__ import annotations


class Weights:
    """Whole weights by place (0, 1, 2 …), 0 where nothing was set."""

    __slots__ = ("_sums", "_values", "total")

    def __init__(self) -> None:
        self._values: list[int] = []
        self._sums = [0]
        self.total = 0

    def set(self, place: int, weight: int) -> None:
        while place >= len(self._values):
            self._grow()
        more = weight - self._values[place]
        self._values[place] = weight
        self.total += more
        at = place + 1
        while at < len(self._sums):
            self._sums[at] += more
            at += at & -at

    def at(self, point: int) -> int:
        """The place whose share of 0 … total - 1 the point lies in."""
        place, step = 0, len(self._values)
        while step:
            if place + step < len(self._sums) and self._sums[place + step] <= point:
                place += step
                point -= self._sums[place]
            step >>= 1
        return place

    def _grow(self) -> None:
        """To twice the places: the new last node of the tree sums up all there were."""
        size = max(1, 2 * len(self._values))
        self._values += [0] * (size - len(self._values))
        self._sums += [0] * (size + 1 - len(self._sums))
        self._sums[size] = self.total
