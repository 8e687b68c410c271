"""Memory and file descriptors of each process over a run, and whether they grow."""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

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

    def report(self) -> dict[str, dict[str, object]]:
        """By part, of its process that lived longest: memory and descriptors at the second third of its life and at the last."""
        said: dict[str, dict[str, object]] = {}
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
                "flat": len(longest) < FEWEST_SAMPLES or (_flat(rss, SMALL_KB) and _flat(fds, SMALL_FDS)),
            }
        return said


def _medians(middle: list[Sample], last: list[Sample], figure: Callable[[Sample], int]) -> tuple[int, int]:
    before, after = (round(statistics.median(map(figure, some))) for some in (middle, last))
    return before, after


def _flat(medians: tuple[int, int], small: int) -> bool:
    before, after = medians
    return after - before < small or after < before * MOST_GROWTH
