"""What every benchmark is given."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Context:
    """`work`: an empty folder for this run, deleted afterwards; `agents`: the numbers of signed-in agents to measure with;
    `loads`: the steps of rising load, in calls a second that the agents could take if none were ever left without a caller."""

    home: Path
    work: Path
    agents: tuple[int, ...]
    loads: tuple[int, ...]
    window_s: float

    def say(self, text: str) -> None:
        """Progress, beside the figures: on stderr, so that stdout holds nothing but JSON lines."""
        print(text, file=sys.stderr, flush=True)
