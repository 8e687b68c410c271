"""Memory that outlives its writer."""

from __future__ import annotations

import itertools
import os
import shutil
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from callbase.engine import shared_memory
from callbase.engine.shared_memory import SharedMemory, left_in_memory


@pytest.fixture(autouse=True)
def tmpfs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What this test puts there."""
    made = tmp_path / "shm"
    made.mkdir()
    monkeypatch.setattr(shared_memory, "TMPFS", made)
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "journal"
    made.mkdir()
    return made


def test_lines_are_there_for_others_and_for_the_next_writer(folder: Path) -> None:
    memory = SharedMemory(folder)
    assert memory.put(b"one\n")
    assert memory.put(b"two\n")
    assert left_in_memory(folder) == b"one\ntwo\n"
    again = SharedMemory(folder)
    assert again.put(b"three\n")
    assert left_in_memory(folder) == again.lines == b"one\ntwo\nthree\n"
    again.drop(len(again.lines))
    assert again.empty
    assert left_in_memory(folder) == b""


def test_what_does_not_fit_is_refused_and_harms_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_memory, "BYTES", 8)
    memory = SharedMemory(folder)
    assert memory.put(b"1234\n")
    assert not memory.put(b"567\n")
    assert memory.put(b"56\n")
    assert left_in_memory(folder) == b"1234\n56\n"


def test_there_is_room_again_once_some_of_it_is_dropped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_memory, "BYTES", 8)
    memory = SharedMemory(folder)
    for line in (b"123\n", b"456\n"):
        assert memory.put(line)
    memory.drop(4)
    assert left_in_memory(folder) == memory.lines == b"456\n"
    assert memory.put(b"789\n")
    assert left_in_memory(folder) == SharedMemory(folder).lines == b"456\n789\n"


def test_what_does_not_fit_in_front_of_itself_stays_where_it_is(folder: Path) -> None:
    memory = SharedMemory(folder)
    for line in (b"1\n", b"234\n"):
        memory.put(line)
    memory.drop(2)
    again = SharedMemory(folder)
    again.put(b"5\n")
    assert left_in_memory(folder) == again.lines == b"234\n5\n"


def test_an_earlier_version_wrote_the_end_only_and_reads_as_it_did(folder: Path, tmpfs: Path) -> None:
    SharedMemory(folder).put(b"one\n")
    (file,) = tmpfs.iterdir()
    assert int.from_bytes(file.read_bytes()[:8], sys.byteorder) == 4


class _Killed(BaseException):
    pass


class _Stores:
    """Those into a view, of which the process lives to make so many. A piece is stored byte by byte, a number at once."""

    def __init__(self, view: memoryview, left: Iterator[int]) -> None:
        self._view, self._left = view, left

    def __getitem__(self, place: slice) -> memoryview:
        return self._view[place]

    def __setitem__(self, place: slice | int, value: memoryview | int) -> None:
        if isinstance(place, slice) and isinstance(value, memoryview):
            for at, byte in enumerate(value):
                self._store(place.indices(len(self._view))[0] + at, byte)
        elif isinstance(place, int) and isinstance(value, int):
            self._store(place, value)

    def _store(self, place: int, value: int) -> None:
        if next(self._left, None) is None:
            raise _Killed
        self._view[place] = value


@pytest.mark.parametrize("dropped", range(1, 6))
def test_killed_between_any_two_stores_of_dropping_it_leaves_all_lines_or_those_not_dropped(
    folder: Path, monkeypatch: pytest.MonkeyPatch, dropped: int
) -> None:
    lines = [b"1,aa\n", b"2,bbb\n", b"3,cc\n", b"4,ddd\n", b"5,ee\n"]
    whole, left = b"".join(lines), b"".join(lines[dropped:])
    for stores in itertools.count():
        memory = SharedMemory(folder)
        memory.drop(len(memory.lines))
        for line in lines:
            memory.put(line)
        made = iter(range(stores))
        monkeypatch.setattr(memory, "_bounds", _Stores(memory._bounds, made))
        monkeypatch.setattr(memory, "_lines", _Stores(memory._lines, made))
        try:
            memory.drop(len(whole) - len(left))
        except _Killed:
            assert left_in_memory(folder) in ((whole,) if stores == 0 else (left,))
        else:
            assert left_in_memory(folder) == left
            return


def test_closed_it_goes_unless_something_is_in_it(folder: Path, tmpfs: Path) -> None:
    memory = SharedMemory(folder)
    memory.put(b"one\n")
    memory.close()
    assert left_in_memory(folder) == b"one\n"
    memory = SharedMemory(folder)
    memory.drop(len(memory.lines))
    memory.close()
    assert list(tmpfs.iterdir()) == list(folder.iterdir()) == []
    assert not memory.put(b"late\n")


def test_it_is_nobody_elses_to_read(folder: Path, tmpfs: Path) -> None:
    SharedMemory(folder)
    (file,) = tmpfs.iterdir()
    assert file.stat().st_mode & 0o077 == 0


def test_a_copy_of_the_folder_has_memory_of_its_own(folder: Path, tmp_path: Path) -> None:
    memory = SharedMemory(folder)
    memory.put(b"one\n")
    shutil.copytree(folder, copy := tmp_path / "copy", symlinks=True)
    assert left_in_memory(copy) == b""
    SharedMemory(copy).put(b"another\n")
    assert left_in_memory(folder) == b"one\n"


def test_the_next_one_removes_what_belongs_to_a_folder_that_is_gone(folder: Path, tmp_path: Path, tmpfs: Path) -> None:
    (gone := tmp_path / "gone").mkdir()
    SharedMemory(gone).put(b"one\n")
    (left,) = tmpfs.iterdir()
    shutil.rmtree(gone)
    (tmpfs / "somebody-elses").touch()
    SharedMemory(folder).close()
    assert left.exists(), "it may be mounted again"
    os.utime(left, (0, time.time() - 100_000))
    SharedMemory(folder)
    assert not left.exists()
    assert len(list(tmpfs.iterdir())) == 2
    assert (tmpfs / "somebody-elses").exists()
    (other := tmp_path / "other").mkdir()
    SharedMemory(other)
    assert len(list(tmpfs.iterdir())) == 3, "both live"


@pytest.mark.parametrize("missing", ["/nowhere", "/proc"])
def test_without_it_there_is_no_room(folder: Path, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_memory, "TMPFS", Path(missing))
    memory = SharedMemory(folder)
    assert not memory.put(b"one\n")
    assert memory.empty
    assert memory.lines == left_in_memory(folder) == b""
    memory.drop(len(memory.lines))
    memory.close()


def test_what_another_user_left_is_left_there_and_said(
    folder: Path, tmpfs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    SharedMemory(folder).put(b"one\n")

    def refused(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "read_bytes", refused)  # root, who runs this test, may read everything
        assert left_in_memory(folder) == b""
        memory = SharedMemory(folder)
    assert "another user" in capsys.readouterr().out
    assert memory.put(b"two\n")
    assert left_in_memory(folder) == b"two\n"


def test_after_the_machine_started_anew_it_is_made_anew(folder: Path, tmpfs: Path) -> None:
    SharedMemory(folder).put(b"one\n")
    (file,) = tmpfs.iterdir()
    file.unlink()
    assert left_in_memory(folder) == b""
    SharedMemory(folder).put(b"two\n")
    assert left_in_memory(folder) == b"two\n"


def test_other_users_memory_is_not_even_opened(folder: Path, tmpfs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(pipe := tmpfs / "callbase-journal-pipe")  # to open it would take for ever
    user = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: user + 1)
    assert SharedMemory(folder).put(b"one\n")
    assert pipe.exists()
