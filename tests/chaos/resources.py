"""Memory and file descriptors of each process over a run, and whether they grow."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypedDict

PAGE_BYTES = 4096
MOST_GROWTH = 1.25
"""The last third of a process's life over the second third; the first one is warming up."""
FEWEST_SAMPLES = 30
SMALL_KB, SMALL_FDS = 20_000, 20
"""Growth of less than this is none."""


@dataclass(frozen=True, slots=True)
class Sample:
    rss_kb: int
    fds: int


class Life(TypedDict):
    processes: int
    samples: int
    rss_kb: tuple[int, int]
    rss_kb_max: int
    fds: tuple[int, int]
    fds_max: int
    flat: bool | None
    """None: it lived too short to tell."""


@dataclass(slots=True)
class Resources:
    """`take` now and then. A process that was started anew is another one."""

    _samples: defaultdict[tuple[str, int], list[Sample]] = field(default_factory=lambda: defaultdict(list))

    def take(self, pids: Mapping[int, str]) -> None:
        """Pid → its part."""
        for pid, part in pids.items():
            try:
                pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
                fds = sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())
            except (OSError, IndexError):
                continue  # it has just ended
            self._samples[part, pid].append(Sample(pages * PAGE_BYTES // 1024, fds))

    def report(self) -> dict[str, Life]:
        """By part, of its process that lived longest: memory and descriptors at the second third of its life and at the last."""
        said: dict[str, Life] = {}
        for part in sorted({part for part, _ in self._samples}):
            lives = [samples for (name, _), samples in self._samples.items() if name == part]
            longest = max(lives, key=len)
            third = len(longest) // 3
            middle, last = longest[third : 2 * third] or longest, longest[2 * third :]
            rss = _medians(middle, last, lambda one: one.rss_kb)
            fds = _medians(middle, last, lambda one: one.fds)
            said[part] = {
                "processes": len(lives),
                "samples": len(longest),
                "rss_kb": rss,
                "rss_kb_max": max(one.rss_kb for samples in lives for one in samples),
                "fds": fds,
                "fds_max": max(one.fds for samples in lives for one in samples),
                "flat": _flat(rss, SMALL_KB) and _flat(fds, SMALL_FDS) if len(longest) >= FEWEST_SAMPLES else None,
            }
        return said

    def untold(self) -> list[str]:
        """Parts of which no process has lived long enough to tell."""
        return [part for part, one in self.report().items() if one["flat"] is None]

    def growing(self) -> list[str]:
        """What is not flat, in words."""
        return [
            f"{part} is not flat: from its second third to its last it went from {one['rss_kb'][0]} to {one['rss_kb'][1]} kB"
            f" and from {one['fds'][0]} to {one['fds'][1]} descriptors"
            for part, one in self.report().items()
            if one["flat"] is False
        ]


def _medians(middle: list[Sample], last: list[Sample], figure: Callable[[Sample], int]) -> tuple[int, int]:
    before, after = (round(statistics.median(map(figure, some))) for some in (middle, last))
    return before, after


def _flat(medians: tuple[int, int], small: int) -> bool:
    before, after = medians
    return after - before < small or after < before * MOST_GROWTH
