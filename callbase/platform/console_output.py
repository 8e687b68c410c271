"""What `callbase up` says on the terminal: one line per event, with the seconds since it began."""

from __future__ import annotations

import sys
import time


class ConsoleOutput:
    def __init__(self) -> None:
        self._began = time.monotonic()

    @property
    def elapsed_s(self) -> float:
        return time.monotonic() - self._began

    def line(self, name: str, text: str) -> None:
        """A terminal that went away (closed window, dead pipe) must not stop anything."""
        try:
            sys.stdout.write(f"{self.elapsed_s:6.1f} s  {name:<10} {text}\n")
            sys.stdout.flush()
        except OSError:
            pass

    def block(self, text: str) -> None:
        try:
            sys.stdout.write(f"\n{text}\n")
            sys.stdout.flush()
        except OSError:
            pass
