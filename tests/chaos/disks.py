"""Small disks of a run's own, in a mount namespace that ends with it, so that they can really be full."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

HOME_MB, RECORDINGS_MB = 1_500, 300
_CHUNK = bytes(65_536)
_FILLER = "filler"
_MARK = "CHAOS_IN_OWN_NAMESPACE"


def possible() -> bool:
    """Only root may mount."""
    return os.geteuid() == 0


def in_own_namespace() -> bool:
    """By the variable it was started with."""
    return _MARK in os.environ


def enter_own_namespace() -> NoReturn:
    """This program again, in one; mounts made there are seen nowhere else."""
    again = [sys.executable, "-m", "tests.chaos", *sys.argv[1:]]
    os.execvpe("unshare", ["unshare", "--mount", "--propagation", "private", *again], os.environ | {_MARK: "1"})


class Disks:
    """One for the whole home, and on it another for recordings, with all that is on them until they are removed."""

    def __init__(self, home: Path) -> None:
        self.home, self.recordings = home, home / "recordings"
        for folder, megabytes in ((self.home, HOME_MB), (self.recordings, RECORDINGS_MB)):
            folder.mkdir(parents=True)
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "callbase-chaos", folder], check=True)

    def remove(self) -> None:
        """Whoever has a file open there keeps it; nobody else finds them."""
        subprocess.run(["umount", "--lazy", "--recursive", self.home], check=True)

    @staticmethod
    def fill(folder: Path) -> None:
        """To the last byte."""
        with (folder / _FILLER).open("ab", buffering=0) as file:
            chunk = _CHUNK
            while chunk:
                try:
                    file.write(chunk)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise
                    chunk = chunk[: len(chunk) // 2]

    @staticmethod
    def make_room(folder: Path) -> None:
        (folder / _FILLER).unlink(missing_ok=True)
