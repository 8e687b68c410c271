"""The journal's local copy."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

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
    monkeypatch.setattr(shared_memory.SharedMemory, "clear", lambda self: None)
    assert spool.write_out()
    assert left_in_memory(tmp_path)
    assert seqs(Spool(tmp_path)) == [1, 2, 3]
    again = Spool(tmp_path)
    append(again, 4)
    assert seqs(again) == [1, 2, 3, 4]


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
        killed.setattr(shared_memory.SharedMemory, "clear", lambda self: None)
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
