"""The journal alone gives the state the live engine had."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import psycopg
import pytest

from callbase.cli import main
from callbase.core.engine import Engine
from callbase.engine.journal import DAY_MS, HOUR_MS, HOURLY_FOR_MS
from callbase.engine.recovery import SNAPSHOTS_KEPT
from callbase.engine.replay import NothingToReplay, replay
from callbase.platform import logs
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


async def test_what_is_older_than_the_asked_time_leads_there_and_counts_for_nothing(start_engine: StartEngine, url: str) -> None:
    await three_runs(start_engine)
    ((last_of_first_run,),) = rows(url, "SELECT min(seq) FROM engine_snapshot")
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM engine_snapshot WHERE seq = %s", [last_of_first_run])
        wrong = 'UPDATE engine_fact SET fact = fact || \'{"caller_number": "110"}\' WHERE seq <= %s'
        connection.execute(wrong, [last_of_first_run])
    asked_for = "SELECT min(at_ms), count(*) FROM engine_journal WHERE seq > %s"
    ((since_ms, asked),) = rows(url, asked_for, last_of_first_run)
    result = await replay(url, FakeCore, since_ms=since_ms)
    assert (result.first, result.asked, result.differences) == (1, asked, ())
    assert f", {asked} of them of the time asked for." in str(result)
    assert (await replay(url, FakeCore)).differences != ()


async def test_where_no_state_can_be_compared_the_answer_says_so_plainly(start_engine: StartEngine, url: str) -> None:
    await three_runs(start_engine)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM engine_snapshot")
    result = await replay(url, FakeCore)
    assert (result.compared, result.differences) == ((), ())
    assert "ITS STATE IS COMPARED WITH NOTHING" in str(result)


async def test_the_last_snapshot_of_each_hour_is_kept_for_a_week_and_then_the_first_of_each_day(
    start_engine: StartEngine, url: str
) -> None:
    ((now_ms,),) = rows(url, "SELECT (extract(epoch FROM now()) * 1000)::bigint")
    hours = [now_ms // HOUR_MS - ago for ago in range(9 * 24, 1, -1)]
    taken = [hour * HOUR_MS + minute * 60_000 for hour in hours for minute in (0, 30, 59)]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO engine_snapshot (seq, at_ms, state) VALUES (%s, %s, '')",
            [(seq, at_ms) for seq, at_ms in enumerate(taken, start=-len(taken))],
        )
    async with start_engine() as engine:
        await until(engine.journaled)
    kept = [at_ms for (at_ms,) in rows(url, "SELECT at_ms FROM engine_snapshot WHERE seq < 0 ORDER BY seq")]
    first_of_days = {day: min(at_ms for at_ms in taken if at_ms // DAY_MS == day) for day in {at // DAY_MS for at in taken}}
    week_ago = now_ms - HOURLY_FOR_MS
    expected = {*first_of_days.values(), *(at_ms for at_ms in taken if at_ms % HOUR_MS == 59 * 60_000 and at_ms > week_ago)}
    newest = set(taken[-SNAPSHOTS_KEPT:])
    assert {at_ms for at_ms in kept if abs(at_ms - week_ago) > HOUR_MS} - newest == {
        at_ms for at_ms in expected if abs(at_ms - week_ago) > HOUR_MS
    } - newest


async def test_a_difference_is_named(start_engine: StartEngine, url: str) -> None:
    await three_runs(start_engine)
    with psycopg.connect(url) as connection:
        seq, state = connection.execute("SELECT seq, state FROM engine_snapshot ORDER BY seq").fetchall()[0]
        live = msgspec.msgpack.decode(state, type=FakeState)
        live.calls["0-1"].caller = "110"
        connection.execute("UPDATE engine_snapshot SET state = %s WHERE seq = %s", (msgspec.msgpack.encode(live), seq))
    result = await replay(url, FakeCore)
    assert result.differences == (f"{seq}: .calls.0-1.caller: '110' / '13800138001'",)


def rewrite_first_snapshot(url: str, state: bytes) -> int:
    """Its `seq`."""
    with psycopg.connect(url) as connection:
        statement = "UPDATE engine_snapshot SET state = %s WHERE seq = (SELECT min(seq) FROM engine_snapshot) RETURNING seq"
        row = connection.execute(statement, [state]).fetchone()
        assert row
        return int(row[0])


def first_snapshot(url: str) -> dict[str, Any]:
    state: dict[str, Any] = msgspec.msgpack.decode(rows(url, "SELECT state FROM engine_snapshot ORDER BY seq")[0][0])
    return state


@pytest.mark.parametrize("missing", ["timer_ms", "timers_rung"])
async def test_a_snapshot_of_another_version_without_a_field_and_in_another_order_is_equal_in_content_only(
    start_engine: StartEngine, url: str, missing: str
) -> None:
    await three_runs(start_engine)
    state = first_snapshot(url)
    del state[missing]
    seq = rewrite_first_snapshot(url, msgspec.msgpack.encode(dict(reversed(state.items()))))
    result = await replay(url, FakeCore)
    assert (result.rewritten, result.differences) == ((seq,), ())
    assert len(result.compared) == 3
    assert "equal in content" in str(result) and f"not byte for byte after {seq}:" in str(result)


async def test_a_state_that_differs_in_the_type_of_a_number_only_is_a_difference(start_engine: StartEngine, url: str) -> None:
    await three_runs(start_engine)
    state = first_snapshot(url)
    seq = rewrite_first_snapshot(url, msgspec.msgpack.encode(state | {"online": int(state["online"])}))
    result = await replay(url, FakeCore)
    assert result.differences == (f"{seq}: equal in content, not byte for byte",)
    assert "equals" not in str(result)


async def test_a_replay_exits_by_what_it_found(
    start_engine: StartEngine, url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    async with start_engine(Engine) as engine:
        engine.switch.sink(offer("one"))
        await until(engine.journaled)
    monkeypatch.setenv("CALLBASE_DATABASE_URL", url)
    monkeypatch.setattr(logs, "configure_logging", lambda process: None)  # it would stay so for all tests after this one

    async def replayed(*arguments: str) -> int:
        return await asyncio.to_thread(main, ["replay", *arguments])

    assert await replayed() == 0
    assert await replayed("--to", "2001-01-01") == 2
    rewrite_first_snapshot(url, msgspec.msgpack.encode({"now_ms": 1}))
    assert await replayed() == 1
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM engine_snapshot")
    assert await replayed() == 3
    assert "COMPARED WITH NOTHING" in capsys.readouterr().out


async def test_a_fact_that_is_missing_changed_or_too_much_is_named(start_engine: StartEngine, url: str) -> None:
    await three_runs(start_engine)
    assert (await replay(url, FakeCore)).facts == len(rows(url, "SELECT seq FROM engine_fact"))
    (place,) = rows(url, "SELECT seq, index FROM engine_fact WHERE type = 'InteractionStarted' ORDER BY seq LIMIT 1")
    name = f".{place[0]}.{place[1]}"
    with psycopg.connect(url) as connection:
        changed = 'UPDATE engine_fact SET fact = fact || \'{"caller_number": "110"}\' WHERE (seq, index) = (%s, %s)'
        connection.execute(changed, place)
    assert (await replay(url, FakeCore)).differences == (f"{name}.caller_number: '110' / '13800138001'",)
    with psycopg.connect(url) as connection:
        connection.execute("DELETE FROM engine_fact WHERE (seq, index) = (%s, %s)", place)
    (difference,) = (await replay(url, FakeCore)).differences
    assert difference.startswith(f"{name}: None / ")
    with psycopg.connect(url) as connection:
        connection.execute(
            "INSERT INTO engine_fact SELECT tenant, at, seq, 99, type, interaction, agent, fact FROM engine_fact"
            " ORDER BY seq LIMIT 1"
        )
    assert len((await replay(url, FakeCore)).differences) == 2


async def test_a_part_of_the_journal_is_replayed_from_the_snapshot_before_it(start_engine: StartEngine, url: str) -> None:
    await three_runs(start_engine)
    (first, first_ms), (second, second_ms), (third, _) = rows(url, "SELECT seq, at_ms FROM engine_snapshot ORDER BY seq")
    middle = await replay(url, FakeCore, since_ms=first_ms + 1, until_ms=second_ms)
    assert (middle.first, middle.compared, middle.differences) == (first + 1, (second,), ())
    before = await replay(url, FakeCore, since_ms=first_ms - 1, until_ms=first_ms)
    assert (before.first, before.compared) == (1, (first,))
    assert (await replay(url, FakeCore, since_ms=second_ms)).compared == (third,)
    with pytest.raises(NothingToReplay, match="nothing of that time"):
        await replay(url, FakeCore, until_ms=1)


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
