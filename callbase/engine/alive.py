"""Proof that a process of this machine is dead: a file it locked, which the kernel unlocks when it ends, however it does."""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from pathlib import Path

KEPT_S = 3600.0
"""Files of dead processes that are older may be tidied away; until then they are the proof."""


class Alive:
    """`name` is this process's alone: another start has another one."""

    def __init__(self, folder: Path) -> None:
        self.name = uuid.uuid4().hex
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(folder / self.name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        fcntl.flock(self._descriptor, fcntl.LOCK_EX)

    def proves_dead(self, name: str) -> bool:
        """Whether that process ran here and does not any more. False where it runs, and where it ran elsewhere."""
        return name != self.name and bool(name) and _unlocked(self._folder / name)

    def tidy(self) -> None:
        """Once this process leads: no proof is needed then of who led before."""
        for path in self._folder.iterdir():
            if time.time() - path.stat().st_mtime > KEPT_S and _unlocked(path):
                path.unlink(missing_ok=True)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def any_alive(folder: Path) -> bool:
    """Whether any engine runs whose locked file is there."""
    return any(not _unlocked(path) for path in folder.glob("*"))


def _unlocked(path: Path) -> bool:
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    finally:
        os.close(descriptor)
    return True
