"""One `callbase up` per CALLBASE_HOME: a lock the kernel drops when its holder dies, with the holder's pid in it."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType


class AlreadyRunning(RuntimeError):
    def __init__(self, home: Path, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(f"callbase already runs with {home} ({who}); stop it there with Ctrl-C, or set another CALLBASE_HOME")
        self.pid = pid


class HomeLock:
    """Held from entering to leaving the `with` block. Raises AlreadyRunning on entering."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._path = home / "run" / "lock"
        self._descriptor = -1

    def __enter__(self) -> HomeLock:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise AlreadyRunning(self._home, _pid_in(self._path)) from None
        os.ftruncate(self._descriptor, 0)
        os.write(self._descriptor, f"{os.getpid()}\n".encode())
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        os.ftruncate(self._descriptor, 0)
        os.close(self._descriptor)


def holder(home: Path) -> int | None:
    """The pid of the `callbase up` that runs with this home; None where none does."""
    try:
        with HomeLock(home):
            return None
    except AlreadyRunning as running:
        return running.pid


def _pid_in(path: Path) -> int | None:
    text = path.read_text().strip()
    return int(text) if text.isdigit() else None
