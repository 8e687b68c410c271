"""Memory that outlives this process: the journal's entries are put there before anything is done about them.

It is a file in /dev/shm (tmpfs), all of it given at once: to write there is no system call, no disk can be full, slow or broken,
and no page of it can go. A link in the journal's folder leads to it, and its head says of which folder it is, so that a copy of
the folder does not write there too.
"""

from __future__ import annotations

import mmap
import os
import secrets
import sys
import time
from pathlib import Path

import structlog

log = structlog.get_logger(__name__)

BYTES = 2 * 1024 * 1024
"""A batch of entries for the database, and more."""
TMPFS = Path("/dev/shm")  # noqa: S108 (a name nobody can guess, made by us alone, for us alone)
GONE_FOR_S, MADE_WITHIN_S = 86_400.0, 60.0
_LINK = "memory"
_NAME = "callbase-journal-"
_BOUNDS = 8
_END_BITS = 32
_HEAD = mmap.PAGESIZE
"""Where the lines end (32 bits) and where they begin (32 bits), which one store changes whole; then the folder's path, up to a
NUL."""


class SharedMemory:
    """Lines of one writer, one after the other. Where there is no such memory it has no room."""

    def __init__(self, folder: Path) -> None:
        """Makes it where there is none of an earlier writer."""
        self._folder = folder
        self._map: mmap.mmap | None = None
        self._lines = memoryview(b"")
        self._begin = self._end = self._size = 0
        try:
            if _of(folder) is None:
                _make(folder)
            with (folder / _LINK).open("r+b") as file:
                self._map = mmap.mmap(file.fileno(), 0)
        except OSError as error:
            log.warning("no shared memory; the journal's files are written with each entry", error=str(error))
            return
        with memoryview(self._map) as whole:
            self._bounds, self._ends = whole[:_BOUNDS].cast("Q"), whole[:_BOUNDS].cast("I")
            self._lines = whole[_HEAD:]
        self._size = len(self._lines)
        self._set_bounds(*_bounds_in(self._map[:_BOUNDS]))

    @property
    def empty(self) -> bool:
        return self._begin == self._end

    @property
    def gone(self) -> bool:
        """Whether somebody removed it: so does systemd-logind (RemoveIPC) once the last session of a user ends who is no system
        user. What is written there goes with this process then."""
        return not (self._folder / _LINK).exists()

    def put(self, lines: bytes) -> bool:
        """Whether there is room. When it returns, the lines, which are whole, outlive this process."""
        end = self._end + len(lines)
        if end > self._size or self._map is None:
            return False
        self._map.write(lines)
        self._ends[0] = self._end = end  # a line that is not whole is beyond the end
        return True

    @property
    def lines(self) -> memoryview:
        """Where they are now: to be released before the next `drop`, and before `close`."""
        return self._lines[self._begin : self._end]

    def drop(self, count: int) -> None:
        """The first `count` bytes of lines are elsewhere now. What is left goes to the front, so that there is room behind it, if
        it fits into what is free there: where this is cut short, it is whole in its old place or in its new one."""
        begin, end = self._begin + count, self._end
        left = end - begin
        self._set_bounds(*((begin, end) if left else (0, 0)))
        if 0 < left <= begin:
            self._lines[:left] = self._lines[begin:end]
            self._set_bounds(0, left)

    def close(self) -> None:
        """It goes, unless there are lines in it."""
        if self._map is None:
            return
        for view in (self._bounds, self._ends, self._lines):
            view.release()
        self._map.close()
        self._map, self._size = None, 0
        if self.empty:
            link = self._folder / _LINK
            link.resolve().unlink(missing_ok=True)
            link.unlink(missing_ok=True)

    def _set_bounds(self, begin: int, end: int) -> None:
        if self._map is not None:
            self._begin, self._end = begin, end
            self._bounds[0] = begin << _END_BITS | end
            self._map.seek(_HEAD + end)


def left_in_memory(folder: Path) -> bytes:
    """The lines put there for this folder, by whomever."""
    whole = _of(folder)
    if whole is None:
        return b""
    begin, end = _bounds_in(whole)
    return whole[_HEAD + begin : _HEAD + end]


def _make(folder: Path) -> None:
    for other in TMPFS.glob(f"{_NAME}*"):
        if _is_abandoned(other):
            other.unlink(missing_ok=True)
    memory, link = TMPFS / (_NAME + secrets.token_hex(8)), folder / _LINK
    link.unlink(missing_ok=True)
    link.symlink_to(memory)
    try:
        memory.touch(0o600, exist_ok=False)
        with memory.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, _HEAD + BYTES)
            os.pwrite(file.fileno(), os.fsencode(folder.resolve()) + b"\0", _BOUNDS)
    except OSError:
        memory.unlink(missing_ok=True)
        link.unlink()
        raise


def _of(folder: Path) -> bytes | None:
    """The memory whole, where there is one of this folder."""
    try:
        whole = (folder / _LINK).read_bytes()
    except FileNotFoundError:
        return None
    except PermissionError as error:
        log.error("the journal's newest entries are in memory that is another user's; they are left there", error=str(error))
        return None
    return whole if len(whole) > _HEAD and _path_in(whole) == str(folder.resolve()) else None


def _is_abandoned(memory: Path) -> bool:
    """Whether its folder is gone. For what is in it a folder may come back that is not mounted, or was moved; and one who makes
    memory just now has not yet said whose it is."""
    head = _head(memory)
    if head is None or _leads_to(Path(_path_in(head)), memory):
        return False
    begin, end = _bounds_in(head)
    return time.time() - memory.stat().st_mtime > (GONE_FOR_S if begin < end else MADE_WITHIN_S)


def _head(memory: Path) -> bytes | None:
    """None where it is somebody else's."""
    try:
        if memory.lstat().st_uid != os.geteuid():
            return None  # may not be removed, nor, as a pipe, be opened without waiting
        with memory.open("rb") as file:
            return file.read(_HEAD)
    except OSError:
        return None


def _bounds_in(memory: bytes) -> tuple[int, int]:
    return divmod(int.from_bytes(memory[:_BOUNDS], sys.byteorder), 1 << _END_BITS)


def _path_in(memory: bytes) -> str:
    return os.fsdecode(memory[_BOUNDS:_HEAD].split(b"\0")[0])


def _leads_to(folder: Path, memory: Path) -> bool:
    link = folder / _LINK
    return link.is_symlink() and link.readlink() == memory
