"""The journal without an engine around it: what is in memory, in files and in the database goes together."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import psycopg
import pytest

from callbase.core.events import DigitPressed
from callbase.engine import journal as journal_module
from callbase.engine import shared_memory
from callbase.engine.entry import Entry, encode_event
from callbase.engine.journal import Journal
from callbase.engine.shared_memory import left_in_memory
from callbase.engine.spool import Spool
from tests.engine.conftest import rows, until

EVENT = msgspec.Raw(encode_event(DigitPressed(leg="leg-1", digit="1")))
AT_MS = 1_750_000_000_000


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    spool = Spool(tmp_path / "journal")
    yield spool
    spool.close()


def a_journal(spool: Spool, url: str = "", committed: int = 0) -> Journal:
    return Journal(url, spool, committed, epoch=0, holder="")


def append(journal: Journal, seqs: Iterable[int]) -> None:
    for seq in seqs:
        journal.append([Entry(seq=seq, at_ms=AT_MS + seq, event=EVENT)], awaited=True)


@asynccontextmanager
async def writing(journal: Journal) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(journal.run(None))
    try:
        yield task
        if task.done() and not task.cancelled():
            task.result()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def full(*_: object) -> int:
    raise OSError(28, "No space left on device")


def written(url: str) -> list[int]:
    return [seq for (seq,) in rows(url, "SELECT seq FROM engine_journal ORDER BY seq")]


async def test_standbys_that_come_again_and_again_cost_no_room(spool: Spool) -> None:
    journal = a_journal(spool)
    for seq in range(1, 301):
        append(journal, [seq])
        assert [entry.seq for entry in journal.unwritten()] == list(range(1, seq + 1))


async def in_files(folder: Path) -> list[int]:
    """Once there is nothing in memory."""
    await until(lambda: not left_in_memory(folder))
    return [entry.seq for entry in Spool(folder).read(0)]


async def test_what_is_in_memory_is_soon_in_files_however_often_and_though_the_database_is_away(
    spool: Spool, tmp_path: Path
) -> None:
    journal = a_journal(spool)
    for last in range(1, 4):
        append(journal, [last])
        assert left_in_memory(tmp_path / "journal")
        assert await in_files(tmp_path / "journal") == list(range(1, last + 1))


async def test_a_disk_that_is_full_for_a_while_has_it_when_there_is_room_again(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal, tried = a_journal(spool), 0

    def full_again(*_: object) -> int:
        nonlocal tried
        tried += 1
        return full()

    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full_again)
        append(journal, [1])
        await until(lambda: tried >= 3)
    assert left_in_memory(tmp_path / "journal")
    assert await in_files(tmp_path / "journal") == [1]


async def test_a_full_batch_goes_to_the_files_at_once(spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal_module, "BATCH_ENTRIES", 10)
    monkeypatch.setattr(journal_module, "WRITE_OUT_S", 3600)
    append(a_journal(spool), range(1, 11))
    file = tmp_path / "journal" / f"{1:020d}.jsonl"
    await until(lambda: file.exists() and file.read_bytes().count(b"\n") == 10)


async def test_stopped_it_begins_nothing_more_and_the_spool_has_all_once_it_is_closed(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "WRITE_OUT_S", 0)
    begun: list[Spool] = []
    monkeypatch.setattr(Spool, "begin_write_out", lambda spool: begun.append(spool))
    journal = a_journal(spool)
    append(journal, [1])
    journal.stop()
    append(journal, [2])
    await asyncio.sleep(0.001)
    assert not begun
    spool.close()
    assert await in_files(tmp_path / "journal") == [1, 2]


async def test_what_the_files_brought_to_a_database_that_went_back_is_not_brought_again(
    url: str, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal = a_journal(spool, url)
    async with writing(journal):
        append(journal, [1, 2, 3])
        assert await journal.drain(10)
        with psycopg.connect(url) as other:
            other.execute("LOCK TABLE engine_journal IN ACCESS EXCLUSIVE MODE")
            append(journal, [4])
            waits = "SELECT pid FROM pg_locks WHERE NOT granted AND relation = 'engine_journal'::regclass"
            ((writer,),) = await until(lambda: rows(url, waits))
            append(journal, [5])
            other.execute("DELETE FROM engine_journal WHERE seq > 2")
            other.execute("SELECT pg_terminate_backend(%s, 5000)", [writer])
        assert await journal.drain(10)
        assert journal.waiting_since_ms is None
        monkeypatch.setattr(shared_memory.SharedMemory, "put", lambda *_: False)
        monkeypatch.setattr(os, "write", full)
        append(journal, [6])
        drained = await journal.drain(10)
        monkeypatch.undo()
        assert drained
    assert written(url) == [1, 2, 3, 4, 5, 6]


async def test_what_memory_holds_is_not_passed_over_for_what_the_files_hold(
    url: str, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "BATCH_ENTRIES", 10)
    monkeypatch.setattr(journal_module, "MEMORY_ENTRIES", 20)
    monkeypatch.setattr(shared_memory, "BYTES", 0)
    journal = a_journal(spool, url)
    with monkeypatch.context() as disk:
        disk.setattr(os, "write", full)
        append(journal, range(1, 41))
    append(journal, range(41, 46))
    async with writing(journal):
        assert await journal.drain(10)
    assert written(url) == list(range(21, 46))


async def test_what_is_nowhere_any_more_holds_up_nothing(url: str, spool: Spool) -> None:
    journal = a_journal(spool, url, committed=5)
    async with writing(journal):
        await until(lambda: journal.backlog == 5)
        append(journal, [6])
        assert await journal.drain(10)
    assert written(url) == [6]


async def test_what_the_one_who_led_before_wrote_is_brought_again_from_its_files(url: str, spool: Spool, tmp_path: Path) -> None:
    """Where the database went back so late that it is in no memory any more."""
    before = Spool(tmp_path / "journal-2")
    append(a_journal(before), range(1, 6))
    before.close()
    journal = a_journal(spool, url, committed=5)
    async with writing(journal):
        append(journal, [6])
        assert await journal.drain(10)
    assert written(url) == [1, 2, 3, 4, 5, 6]


async def test_writing_ends_when_told_to_though_it_is_hurried_in_that_moment(
    url: str, spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "GATHER_S", 3600)
    journal = a_journal(spool, url)
    append(journal, [1])
    async with writing(journal) as task:
        await until(lambda: journal.backlog == 0)
        append(journal, [2])
        await asyncio.sleep(0)
        task.cancel()
        assert await asyncio.wait([task], timeout=10) == ({task}, set())
