"""The time of day of an installation's processes, set apart from the machine's (clock_ahead.c)."""

from __future__ import annotations

import shutil
import struct
import subprocess
import tempfile
from pathlib import Path

_SOURCE = Path(__file__).with_name("clock_ahead.c")


class Clocks:
    """Of all processes that have `settings` in their environment; `remove` what is left of it at the end."""

    def __init__(self) -> None:
        self.ahead_s = 0
        self._folder = Path(tempfile.mkdtemp(prefix="callbase-clocks-"))
        self._folder.chmod(0o755)  # the database has a user of its own
        library, self._file = self._folder / "clock_ahead.so", self._folder / "ahead"
        subprocess.run(["tcc", "-shared", "-fPIC", "-nostdlib", "-o", library, _SOURCE], check=True)
        self._file.write_bytes(bytes(struct.calcsize("q")))
        self.settings = {"LD_PRELOAD": str(library), "CLOCK_AHEAD": str(self._file)}

    def set_ahead(self, by_s: int) -> None:
        """Of the machine's; behind it where it is negative."""
        self.ahead_s = by_s
        with self._file.open("r+b") as file:  # in place: they have it mapped
            file.write(struct.pack("q", by_s))

    def remove(self) -> None:
        shutil.rmtree(self._folder)
