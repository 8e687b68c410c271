"""The journal's local copy."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import structlog.testing
from hypothesis import given, settings
from hypothesis import strategies as st

from callbase.core.events import DigitPressed
from callbase.engine import shared_memory
from callbase.engine import spool as spool_module
from callbase.engine.entry import Entry, decode_entries, encode_entries, encode_event
from callbase.engine.shared_memory import left_in_memory
from callbase.engine.spool import Spool


def entry(seq: int) -> Entry:
    return Entry(seq=seq, at_ms=seq * 10, event=msgspec.Raw(encode_event(DigitPressed(leg="leg", digit="1"))))


def append(spool: Spool, seq: int) -> bool:
    return spool.append(encode_entries([entry(seq)]))


def seqs(spool: Spool, after: int = 0) -> list[int]:
    return [found.seq for found in spool.read(after)]


@pytest.fixture
def files_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where there is no /dev/shm."""
    monkeypatch.setattr(shared_memory, "TMPFS", Path("/nowhere"))


@pytest.fixture
def small_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool_module, "FILE_BYTES", 300)


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for seq in range(1, 6):
        assert append(spool, seq)
    again = Spool(tmp_path)
    assert seqs(again) == [1, 2, 3, 4, 5]
    assert seqs(again, after=3) == [4, 5]
    append(again, 6)
    assert seqs(Spool(tmp_path)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.usefixtures("files_only", "small_files")
def test_files_go_some_time_after_the_database_has_all_that_is_in_them(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for seq in range(1, 31):
        append(spool, seq)
    files = len(list(tmp_path.iterdir()))
    assert files > 5
    spool.forget(30)
    assert len(list(tmp_path.iterdir())) == files, "a replica that takes over may lack them"
    assert seqs(spool) == list(range(1, 31))
    for file in tmp_path.iterdir():
        os.utime(file, (0, 0))
    spool.forget(15)
    assert len(list(tmp_path.iterdir())) < files
    assert seqs(spool, after=15) == list(range(16, 31))
    spool.forget(30)
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.usefixtures("files_only")
def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for seq in (1, 2, 3):
        append(spool, seq)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    assert seqs(Spool(tmp_path)) == [1, 2]


@pytest.mark.usefixtures("files_only")
def test_a_disk_full_for_a_while_costs_only_the_entries_of_that_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    append(spool, 1)
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, line: write(file, line[:10]))
    assert not append(spool, 2)
    monkeypatch.setattr(os, "write", write)
    assert append(spool, 3)
    assert seqs(Spool(tmp_path)) == [1, 3]


def test_the_disk_may_be_full_for_as_long_as_the_memory_has_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_memory, "BYTES", 400)
    spool = Spool(tmp_path)
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, lines: write(file, lines[:10]))
    assert append(spool, 1)
    assert not spool.write_out()
    taken = [seq for seq in range(2, 10) if append(spool, seq)]
    assert taken == list(range(2, 2 + len(taken)))
    assert 0 < len(taken) < 8
    monkeypatch.setattr(os, "write", write)
    assert not append(spool, 10), "whether the disk is there again is tried ten times a second, not with each entry"
    assert spool.write_out()
    assert append(spool, 11)
    assert seqs(Spool(tmp_path)) == [1, *taken, 11]


def test_what_has_no_room_in_memory_is_in_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_memory, "BYTES", 400)
    spool = Spool(tmp_path)
    for seq in range(1, 21):
        assert append(spool, seq)
    assert (tmp_path / f"{1:020d}.jsonl").stat().st_size > 400
    assert left_in_memory(tmp_path)
    assert seqs(Spool(tmp_path)) == list(range(1, 21))
    spool.close()
    assert not left_in_memory(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [f"{1:020d}.jsonl"]
    assert seqs(Spool(tmp_path)) == list(range(1, 21))


def test_an_entry_larger_than_the_memory_goes_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_memory, "BYTES", 10)
    spool = Spool(tmp_path)
    assert append(spool, 1)
    assert append(spool, 2)
    assert seqs(Spool(tmp_path)) == [1, 2]


def test_a_death_between_writing_out_and_forgetting_makes_nothing_double(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    for seq in (1, 2, 3):
        append(spool, seq)
    monkeypatch.setattr(shared_memory.SharedMemory, "drop", lambda self, count: None)
    assert spool.write_out()
    assert left_in_memory(tmp_path)
    assert seqs(Spool(tmp_path)) == [1, 2, 3]
    again = Spool(tmp_path)
    append(again, 4)
    assert seqs(again) == [1, 2, 3, 4]


class _Disk:
    """One that may be full, and that a thread's write waits for, until it goes on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.full = self.dies = False
        self._write = os.write
        waits_for_the_thread = Spool._end_writing

        def goes_on_once_it_is_waited_for(spool: Spool) -> None:
            if spool._writing is not None and not spool._writing.done():
                self.goes_on.set()
            waits_for_the_thread(spool)

        monkeypatch.setattr(os, "write", self.write)
        monkeypatch.setattr(Spool, "_end_writing", goes_on_once_it_is_waited_for)

    def write(self, file: int, lines: memoryview) -> int:
        if threading.current_thread() is not threading.main_thread():
            self.goes_on.wait(60)
        written = self._write(file, lines[:10] if self.full or self.dies else lines)
        if self.dies:
            raise KeyboardInterrupt
        return written


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Disk]:
    disk = _Disk(monkeypatch)
    yield disk
    disk.goes_on.set()


def written(spool: Spool) -> bool:
    """Once what the thread writes, and what has come meanwhile, is in the files."""
    deadline = time.monotonic() + 60
    while not spool.begin_write_out():
        assert time.monotonic() < deadline
        time.sleep(0.001)
    return True


def test_a_thread_brings_to_the_files_what_is_in_memory(tmp_path: Path, disk: _Disk) -> None:
    spool = Spool(tmp_path)
    append(spool, 1)
    disk.goes_on.clear()
    assert not spool.begin_write_out()
    assert append(spool, 2)
    assert not spool.begin_write_out(), "one at a time"
    assert not disk.goes_on.is_set(), "which nobody waits for"
    assert seqs(Spool(tmp_path)) == [1, 2]
    disk.goes_on.set()
    assert written(spool)
    assert not left_in_memory(tmp_path)
    assert append(spool, 3)
    assert seqs(Spool(tmp_path)) == [1, 2, 3]
    assert [found.seq for found in decode_entries(spool.take())] == [1, 2, 3]


@pytest.mark.parametrize("need", ["room", "write_out", "read", "close", "set_aside"])
def test_what_needs_memory_or_files_waits_for_the_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disk: _Disk, need: str
) -> None:
    monkeypatch.setattr(shared_memory, "BYTES", 400)
    spool = Spool(folder := tmp_path / "journal")
    append(spool, 1)
    disk.goes_on.clear()
    spool.begin_write_out()
    append(spool, 2)
    last = 2
    if need == "room":
        for last in range(3, 10):
            assert append(spool, last)
    elif need == "set_aside":
        folder = spool.set_aside() or folder
        assert folder.name == "journal.foreign-1"
    elif need == "read":
        assert seqs(spool) == [1, 2]
        assert disk.goes_on.is_set(), "what is cut short because it is just being written is not taken for damaged"
    else:
        getattr(spool, need)()
    in_files = b"".join(path.read_bytes() for path in sorted(folder.glob("*.jsonl")))
    assert [found.seq for found in decode_entries(in_files + left_in_memory(folder))] == list(range(1, last + 1))
    assert need in ("room", "read") or not left_in_memory(folder)


def test_a_thread_that_finds_the_disk_full_leaves_all_in_memory_and_tries_again(tmp_path: Path, disk: _Disk) -> None:
    spool = Spool(tmp_path)
    with structlog.testing.capture_logs() as logs:
        disk.full = True
        append(spool, 1)
        for _ in range(3):
            assert not spool.begin_write_out()
            spool._end_writing()
        append(spool, 2)
        assert [found.seq for found in decode_entries(left_in_memory(tmp_path))] == [1, 2]
        disk.full = False
        assert written(spool)
    assert not left_in_memory(tmp_path)
    assert seqs(Spool(tmp_path)) == [1, 2]
    assert len([entry for entry in logs if entry["log_level"] == "error"]) == 1


def test_closed_it_has_no_thread_and_may_be_used_again(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for seq in (1, 2):
        append(spool, seq)
        spool.begin_write_out()
        spool.close()
        assert not any(thread.name.startswith("journal files") for thread in threading.enumerate())
    assert seqs(Spool(tmp_path)) == [1, 2]


def test_memory_that_somebody_removed_is_made_anew_by_the_thread_s_turn_too(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    append(spool, 1)
    spool.begin_write_out()
    (tmp_path / "memory").readlink().unlink()
    append(spool, 2)
    assert written(spool)
    append(spool, 3)
    assert seqs(Spool(tmp_path)) == [1, 2, 3]


_STEPS = (
    *("append", "append", "append", "begin", "begin", "hold", "go on"),
    *("write out", "take", "read", "full", "room", "kill", "close"),
)


@settings(max_examples=200, deadline=None)
@given(
    steps=st.lists(st.sampled_from(_STEPS), max_size=60),
    memory_bytes=st.sampled_from([0, 300, 700, 4096]),
    file_bytes=st.sampled_from([1, 300, 100_000]),
)
def test_whatever_comes_between_what_is_taken_in_is_there_once_and_in_order(
    steps: list[str], memory_bytes: int, file_bytes: int
) -> None:
    """Of what a writer that is killed had taken in nothing is missing; it leaves a part of a line where it was killed writing."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as home, structlog.testing.capture_logs():
        (tmpfs := Path(home) / "shm").mkdir()
        for module, name, value in (
            (shared_memory, "TMPFS", tmpfs),
            (shared_memory, "BYTES", memory_bytes),
            (spool_module, "FILE_BYTES", file_bytes),
        ):
            patch.setattr(module, name, value)
        disk, spool = _Disk(patch), Spool(folder := Path(home) / "journal")
        given, kept, taken, seq = list[int](), list[int](), list[int](), 0
        for step in steps:
            match step:
                case "append":
                    seq += 1
                    given.append(seq)
                    if append(spool, seq):
                        kept.append(seq)
                case "begin":
                    spool.begin_write_out()
                case "hold":
                    disk.goes_on.clear()
                case "go on":
                    disk.goes_on.set()
                case "write out":
                    has_all = spool.write_out()
                    assert not (has_all and given and left_in_memory(folder)), (
                        "an earlier writer's it may leave to the next entry"
                    )
                case "take":
                    taken += [found.seq for found in decode_entries(spool.take())]
                    assert taken == given
                case "read":
                    assert seqs(spool) == kept
                case "full" | "room":
                    disk.goes_on.set()
                    disk.full = step == "full"
                case "kill":
                    disk.dies = True
                    disk.goes_on.set()
                    if spool._writing is not None:
                        spool._writing.exception()
                    disk.dies = False
                    spool, given, taken = Spool(folder), [], []
                case "close":
                    spool.close()
                    spool, given, taken = Spool(folder), [], []
            assert seqs(Spool(folder)) == kept
        taken += [found.seq for found in decode_entries(spool.take())]
        spool.close()
        assert taken == given
        assert seqs(Spool(folder)) == kept


def test_what_is_set_aside_is_set_aside_whole(tmp_path: Path) -> None:
    spool = Spool(tmp_path / "journal")
    append(spool, 1)
    spool.write_out()
    append(spool, 2)
    aside = Spool(tmp_path / "journal").set_aside()
    assert aside is not None
    assert seqs(Spool(aside)) == [1, 2]
    assert seqs(Spool(tmp_path / "journal")) == []


def test_a_file_begun_anew_after_a_death_is_not_forgotten_while_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spool = Spool(tmp_path)
    append(spool, 1)
    with monkeypatch.context() as killed:
        killed.setattr(shared_memory.SharedMemory, "drop", lambda self, count: None)
        spool.write_out()
    again = Spool(tmp_path)
    append(again, 2)
    again.write_out()
    os.utime(tmp_path / f"{1:020d}.jsonl", (0, 0))
    again.forget(2)
    append(again, 3)
    again.write_out()
    assert seqs(Spool(tmp_path)) == [1, 2, 3]


def test_memory_that_somebody_removed_is_made_anew(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    append(spool, 1)
    (tmp_path / "memory").readlink().unlink()
    assert spool.write_out()
    append(spool, 2)
    assert seqs(Spool(tmp_path)) == [1, 2]
    spool.close()
    assert seqs(Spool(tmp_path)) == [1, 2]


def test_and_where_it_was_full_as_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_memory, "BYTES", 400)
    spool = Spool(tmp_path)
    append(spool, 1)
    (tmp_path / "memory").readlink().unlink()
    for seq in range(2, 11):
        assert append(spool, seq)
    assert seqs(Spool(tmp_path)) == list(range(1, 11))


@pytest.mark.parametrize("disk_full", [False, True])
@pytest.mark.parametrize("memory_bytes", [None, 10, 400, 4096], ids=["no memory", "too little for one", "little", "enough"])
def test_what_was_appended_is_taken_once_and_in_order_wherever_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory_bytes: int | None, disk_full: bool
) -> None:
    if memory_bytes is None:
        monkeypatch.setattr(shared_memory, "TMPFS", Path("/nowhere"))
    else:
        monkeypatch.setattr(shared_memory, "BYTES", memory_bytes)
    spool, taken = Spool(tmp_path), []
    write = os.write
    for seq in range(1, 61):
        full = disk_full and 15 < seq < 35
        monkeypatch.setattr(os, "write", (lambda file, lines: write(file, lines[:10])) if full else write)
        append(spool, seq)
        if seq % 4 == 0:
            spool.write_out()
        if seq % 7 == 0:
            taken += [found.seq for found in decode_entries(spool.take())]
    taken += [found.seq for found in decode_entries(spool.take())]
    assert taken == list(range(1, 61))
    assert spool.take() == b""


def test_what_an_earlier_writer_left_is_not_taken(tmp_path: Path) -> None:
    append(Spool(tmp_path), 1)
    spool = Spool(tmp_path)
    append(spool, 2)
    assert [found.seq for found in decode_entries(spool.take())] == [2]


_WRITER = """
import os, sys
from pathlib import Path
from callbase.engine.shared_memory import left_in_memory
from callbase.engine.spool import Spool
from tests.engine.test_spool import append
spool = Spool(Path(sys.argv[1]))
for seq in range(1, 1_000_000):
    append(spool, seq)
    if seq % 700 == 0:
        spool.begin_write_out()
    if seq % 7_000 == 0:
        spool.write_out()
    os.write(1, b"%d\\n" % seq)
"""


def test_what_a_killed_process_has_taken_in_is_all_there(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", _WRITER, str(tmp_path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout
        while int(writer.stdout.readline()) < 10_000:
            pass
        writer.kill()
        taken = int((b"10000 " + writer.stdout.read()).split()[-1])
    assert seqs(Spool(tmp_path))[:taken] == list(range(1, taken + 1))
    assert len(seqs(Spool(tmp_path))) - taken in (0, 1), "the last one was not told any more"
