"""Events that say nothing new: what a service brought about is known by its answer, and several monitors tell of one thing."""

from __future__ import annotations

from collections.abc import Iterable

from callbase.switch.csta.board import Happened

KEPT_S = 3.0


class Echoes:
    def __init__(self) -> None:
        self._expected: list[tuple[str, str, str, float]] = []
        self._last: Happened | None = None
        self._told_by: set[str] = set()

    def expect(self, echoes: Iterable[tuple[str, str, str]], now_s: float) -> None:
        self._expected += [(*echo, now_s + KEPT_S) for echo in echoes]

    def repeats(self, happened: Happened, monitor: str) -> bool:
        """Whether another monitor has told of it already; they do so one after the other."""
        repeated = happened == self._last and monitor not in self._told_by
        if not repeated:
            self._last, self._told_by = happened, set()
        self._told_by.add(monitor)
        return repeated

    def heard(self, happened: Happened, now_s: float) -> bool:
        """Whether it tells of our own doing; each is heard once."""
        self._expected = [one for one in self._expected if one[3] > now_s]
        for one in self._expected:
            if one[:3] == (happened.name, happened.call, happened.device):
                self._expected.remove(one)
                return True
        return False

    def forget(self, echoes: tuple[tuple[str, str, str], ...]) -> None:
        """There was no doing of ours."""
        self._expected = [one for one in self._expected if one[:3] not in echoes]

    def clear(self) -> None:
        self._expected.clear()
        self._last = None
