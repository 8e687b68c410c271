"""A queue's ready members, the one to be asked next first: by member priority, then longest idle. Always sorted."""

from __future__ import annotations

from bisect import bisect_left, insort

ReadyKey = tuple[int, int, str]
"""(member priority, idle since, agent)"""


class ReadyList:
    __slots__ = ("_keys",)

    def __init__(self) -> None:
        self._keys: list[ReadyKey] = []

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: ReadyKey) -> None:
        insort(self._keys, key)

    def remove(self, key: ReadyKey) -> None:
        place = bisect_left(self._keys, key)
        if place < len(self._keys) and self._keys[place] == key:
            del self._keys[place]

    def first(self, count: int) -> list[ReadyKey]:
        return self._keys[:count]
