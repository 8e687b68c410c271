"""The journal's first copy, made before anything is done about an event: in memory that outlives this process.

From there a thread brings it, ten times a second, to files in CALLBASE_HOME/run/journal. So an engine killed at any moment, with
the database there or away, has lost nothing, and an entry costs no system call. Files go KEPT_S after the database holds all that
is in them: it may go back, where a replica takes over that lags behind.
"""

from __future__ import annotations

import itertools
import os
import re
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import msgspec
import structlog

from callbase.engine.entry import Entry, decode_entry
from callbase.engine.shared_memory import SharedMemory, left_in_memory

log = structlog.get_logger(__name__)

FILE_BYTES = 4 * 1024 * 1024
"""A file this large is closed and a new one begun."""
KEPT_S = 600.0
FOREIGN = ".foreign-"
_LINE = re.compile(rb".*")
_FLAGS = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def unbroken(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Up to the first gap: while the disk is full some are written and some are not."""
    last = None
    for entry in entries:
        if last is not None and entry.seq != last + 1:
            return
        last = entry.seq
        yield entry


class Spool:
    """Entries in files named by the first `seq` in each, one JSON object per line; the newest in shared memory."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._firsts = sorted(int(path.stem) for path in folder.glob("*.jsonl") if path.stem.isdigit())
        self._memory: SharedMemory | None = None
        """From the first entry on; reading needs none."""
        self._file = -1
        self._size = 0
        self._broken = False
        self._thread: ThreadPoolExecutor | None = None
        """Its own: a disk that hangs holds up nothing else."""
        self._writing: Future[bool] | None = None
        self._writing_bytes = 0
        """So much of what is in memory the thread brings to the files, which are its own meanwhile."""
        self._noted = 0
        """So much of what is in memory was taken, or noted to be."""
        self._not_taken: list[bytes] = []

    def append(self, lines: bytes) -> bool:
        """Whole ones. Whether they outlive this process. A full or broken disk must not stop calls: the database remains."""
        if self._memory is not None and self._memory.put(lines):
            return True
        return self._append_otherwise(lines)

    def take(self) -> bytes:
        """The lines appended since it was last asked, wherever they are."""
        self._note()
        lines = b"".join(self._not_taken)
        self._not_taken.clear()
        return lines

    def write_out(self) -> bool:
        """Brings to the files what is in memory. Whether they have all; a failure is logged, once."""
        self._end_writing()
        if self._memory is None or self._memory.empty:
            return True
        count = len(self._memory.lines)
        if not self._write(self._memory.lines):
            return False
        self._drop_written(count)
        if self._memory.gone:  # made anew for the next entry
            self._memory.close()
            self._memory = None
        return True

    def begin_write_out(self) -> bool:
        """Has a thread do it, and returns at once. Whether the files have all already: if not, to be called again after a while,
        for it is then that what they have goes from memory, and that a failure is tried anew."""
        if self._writing is not None and not self._writing.done():
            return False
        self._end_writing()
        if self._memory is None or self._memory.empty:
            return True
        if self._memory.gone:
            return self.write_out()
        if self._thread is None:
            self._thread = ThreadPoolExecutor(1, "journal files")
        self._writing_bytes = len(self._memory.lines)
        self._writing = self._thread.submit(self._write, self._memory.lines)
        return False

    def read(self, after: int) -> Iterator[Entry]:
        """Entries beyond `after`, in order. A line cut short (full disk) is left out."""
        self._end_writing()
        newest = left_in_memory(self._folder)  # first: what is written out meanwhile is in a file then
        firsts = tuple(self._firsts)
        for first, next_first in itertools.zip_longest(firsts, firsts[1:]):
            if next_first is not None and next_first <= after + 1:
                continue
            with self._path(first).open("rb") as lines:
                for entry in self._decoded(lines):
                    if entry.seq > after:
                        after = entry.seq
                        yield entry
        yield from (entry for entry in self._decoded(newest.split(b"\n")[:-1]) if entry.seq > after)

    def forget(self, until: int) -> None:
        """The database holds everything up to `until`: files with nothing beyond it go, once nothing was written to them for
        KEPT_S."""
        while len(self._firsts) > 1 and self._firsts[1] <= until + 1 and self._is_old(self._path(self._firsts[0])):
            self._path(self._firsts.pop(0)).unlink(missing_ok=True)

    def others(self) -> Iterator[Spool]:
        """Those of the other engines with this home: to read, never to write."""
        for folder in sorted(self._folder.parent.glob("journal*")):
            if folder != self._folder and FOREIGN not in folder.name:
                yield Spool(folder)

    def drop(self, last: int) -> None:
        """Begins anew after `last`. What is beyond it follows on no journal: it is of another database, or of a leader that had
        been followed already."""
        beyond = next(self.read(last), None)
        if beyond is not None:
            log.error(
                "local journal files do not follow on this database's journal; set aside",
                journal=last,
                first=beyond.seq,
                now_in=str(self.set_aside()),
            )
        self.forget(last)

    def set_aside(self) -> Path | None:
        """Keeps files that do not belong to this database out of the way, for a person to look at. Where they are now."""
        if left_in_memory(self._folder):
            self._open_memory()
        self.close()
        if not self._firsts:
            return None
        number = 1
        while (aside := self._folder.with_name(f"{self._folder.name}{FOREIGN}{number}")).exists():
            number += 1
        self._folder.rename(aside)
        self._folder.mkdir()
        self._firsts = []
        return aside

    def close(self) -> None:
        self.write_out()
        if self._memory is not None:
            self._memory.close()
            self._memory = None
        self._close_file()
        if self._thread is not None:
            self._thread.shutdown()
            self._thread = None

    def _append_otherwise(self, lines: bytes) -> bool:
        if self._memory is None and self._put(lines):
            return True
        # where the disk is broken, `write_out` finds out when it is there again
        waits = self._broken and self._memory is not None and not self._memory.empty
        there = not waits and self.write_out()
        if there and self._put(lines):
            return True
        self._note()
        self._not_taken.append(lines)
        return there and self._write(memoryview(lines))

    def _put(self, lines: bytes) -> bool:
        return self._open_memory().put(lines)

    def _open_memory(self) -> SharedMemory:
        if self._memory is None:
            self._memory = SharedMemory(self._folder)
            self._noted = len(self._memory.lines)  # an earlier writer's
        return self._memory

    def _end_writing(self) -> None:
        """Waits for the thread."""
        if self._writing is not None:
            writing, self._writing = self._writing, None
            if writing.result():
                self._drop_written(self._writing_bytes)

    def _drop_written(self, count: int) -> None:
        if self._memory is None:
            return
        if self._noted < count:
            self._note()
        self._memory.drop(count)
        self._noted -= count

    def _note(self) -> None:
        """What is in memory is to be taken, though it may go from there."""
        if self._memory is not None and self._noted < len(self._memory.lines):
            self._not_taken.append(bytes(self._memory.lines[self._noted :]))
            self._noted = len(self._memory.lines)

    def _write(self, lines: memoryview) -> bool:
        """And releases them."""
        try:
            with lines:
                if self._file < 0 or self._size >= FILE_BYTES:
                    self._begin(decode_entry(next(_LINE.finditer(lines)).group()).seq)
                count, written = len(lines), os.write(self._file, lines)
            if written != count:
                os.ftruncate(self._file, self._size)
                raise OSError("the disk is full")
        except OSError as error:
            if not self._broken:
                log.error(
                    "the journal's files cannot be written; what shared memory has no room for is lost with this process",
                    folder=str(self._folder),
                    error=str(error),
                )
            self._broken = True
            return False
        if self._broken:
            log.info("the journal's files are written again", folder=str(self._folder))
            self._broken = False
        self._size += count
        return True

    def _begin(self, first: int) -> None:
        self._close_file()
        self._file = os.open(self._path(first), _FLAGS, 0o600)
        self._size = 0
        if first not in self._firsts:  # else it was begun by a writer that was killed before it could forget what is in memory
            self._firsts.append(first)

    def _close_file(self) -> None:
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _decoded(self, lines: Iterable[bytes]) -> Iterator[Entry]:
        for line in lines:
            try:
                yield decode_entry(line)
            except (msgspec.MsgspecError, UnicodeDecodeError):
                log.warning("a line of the journal's local copy is damaged", folder=str(self._folder))

    def _is_old(self, file: Path) -> bool:
        try:
            return time.time() - file.stat().st_mtime >= KEPT_S
        except FileNotFoundError:
            return True

    def _path(self, first: int) -> Path:
        return self._folder / f"{first:020d}.jsonl"
