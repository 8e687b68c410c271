"""The journal alone gives the state the live engine had."""

from __future__ import annotations

import msgspec
import psycopg
import pytest

from callbase.engine.replay import NothingToReplay, replay
from tests.engine.conftest import StartEngine, rows, until
from tests.engine.fake_core import FakeCore, FakeState
from tests.engine.test_journal import end, offer


async def three_runs(start_engine: StartEngine) -> None:
    """Each leaves a snapshot when it stops."""
    for run in range(3):
        async with start_engine() as engine:
            for number in range(10):
                engine.switch.sink(offer(f"{run}-{number}"))
            engine.switch.sink(end(f"{run}-3"))


async def test_a_replay_of_several_runs_equals_the_live_state(start_engine: StartEngine, url: str) -> None:
    await three_runs(start_engine)
    result = await replay(url, FakeCore)
    assert result.first == 1
    assert result.compared == tuple(seq for (seq,) in rows(url, "SELECT seq FROM engine_snapshot ORDER BY seq"))
    assert len(result.compared) == 3
    assert result.differences == ()
    assert "equals the live one's" in str(result)


async def test_a_difference_is_named(start_engine: StartEngine, url: str) -> None:
    await three_runs(start_engine)
    with psycopg.connect(url) as connection:
        seq, state = connection.execute("SELECT seq, state FROM engine_snapshot ORDER BY seq").fetchall()[0]
        live = msgspec.msgpack.decode(state, type=FakeState)
        live.calls["0-1"].caller = "110"
        connection.execute("UPDATE engine_snapshot SET state = %s WHERE seq = %s", (msgspec.msgpack.encode(live), seq))
    result = await replay(url, FakeCore)
    assert result.differences == (f"{seq}: .calls.0-1.caller: '110' / '13800138001'",)


async def test_without_the_journals_beginning_it_starts_from_the_oldest_snapshot(start_engine: StartEngine, url: str) -> None:
    await three_runs(start_engine)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM engine_journal WHERE seq < (SELECT min(seq) FROM engine_snapshot)")
    result = await replay(url, FakeCore)
    assert result.first > 1
    assert len(result.compared) == 2
    assert result.differences == ()


async def test_an_empty_journal_is_said_to_be(url: str) -> None:
    with pytest.raises(NothingToReplay, match="empty"):
        await replay(url, FakeCore)


async def test_a_journal_without_its_beginning_and_without_snapshots_cannot_be_replayed(
    start_engine: StartEngine, url: str
) -> None:
    async with start_engine() as engine:
        await until(engine.journaled)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM engine_journal WHERE seq < 3; DELETE FROM engine_snapshot")
    with pytest.raises(NothingToReplay, match="begins at 3"):
        await replay(url, FakeCore)
