"""The journal's local copy."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest

from callbase.core.events import DigitPressed
from callbase.engine import spool as spool_module
from callbase.engine.entry import Entry, encode_entry, encode_event
from callbase.engine.spool import Spool


def entry(seq: int) -> Entry:
    return Entry(seq=seq, at_ms=seq * 10, event=msgspec.Raw(encode_event(DigitPressed(leg="leg", digit="1"))))


def append(spool: Spool, seq: int) -> bool:
    return spool.append(encode_entry(entry(seq)))


def seqs(spool: Spool, after: int = 0) -> list[int]:
    return [found.seq for found in spool.read(after)]


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


@pytest.mark.usefixtures("small_files")
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


def test_a_line_cut_short_is_left_out(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    for seq in (1, 2, 3):
        append(spool, seq)
    (file,) = tmp_path.iterdir()
    file.write_bytes(file.read_bytes()[:-20])
    assert seqs(Spool(tmp_path)) == [1, 2]


def test_a_disk_full_for_a_while_costs_only_the_entries_of_that_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(tmp_path)
    append(spool, 1)
    write = os.write
    monkeypatch.setattr(os, "write", lambda file, line: write(file, line[:10]))
    assert not append(spool, 2)
    monkeypatch.setattr(os, "write", write)
    assert append(spool, 3)
    assert seqs(Spool(tmp_path)) == [1, 3]
