"""A process that goes on where its supervisor is killed, and that the next supervisor takes over: how it is found again, and
where what it prints goes meanwhile.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path


def left_over(pid_file: Path, known_by: str) -> int | None:
    """The process that a supervisor before started and that runs still, if its command line has `known_by` in it."""
    try:
        pid = int(pid_file.read_text())
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (OSError, ValueError):
        return None
    return pid if known_by.encode() in arguments else None


class Outlet:
    """What it prints: a named pipe that it holds open itself, so it ends with it only. Where nobody reads and the pipe is full,
    lines are lost; the process is not held up."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._to_read = -1
        self._reading: asyncio.ReadTransport | None = None

    def open(self) -> int:
        """A descriptor for the process to print to."""
        if not self._path.is_fifo():
            self._path.unlink(missing_ok=True)
            os.mkfifo(self._path, 0o600)
        self._open_to_read()
        return os.open(self._path, os.O_RDWR | os.O_NONBLOCK)

    async def reader(self) -> asyncio.StreamReader:
        """Of what is printed from `open` on, or, where somebody else has opened it, has not been read yet. Raises OSError."""
        if self._to_read < 0:
            self._open_to_read()
        pipe, self._to_read = os.fdopen(self._to_read, "rb", buffering=0), -1
        stream = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        self._reading, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(stream), pipe)
        return stream

    def close(self) -> None:
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    def _open_to_read(self) -> None:
        self._to_read = os.open(self._path, os.O_RDONLY | os.O_NONBLOCK)


class Adopted:
    """Like a child process, as far as a supervisor needs it."""

    stdout: None = None
    returncode: int | None = None
    """Nobody tells how a process ended that is not one's child."""

    def __init__(self, pid: int) -> None:
        self.pid = pid

    async def wait(self) -> None:
        await exit_of(self.pid)


async def exit_of(pid: int) -> None:
    """Until the process has ended; unlike asyncio's own wait, whether or not its children still hold its output open."""
    try:
        descriptor = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_reader(descriptor, ended.set)
    try:
        await ended.wait()
    finally:
        loop.remove_reader(descriptor)
        os.close(descriptor)
