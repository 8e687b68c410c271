"""A primary and a replica that takes its place: all go on with that one, and it is given what it had not received."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import psycopg
import pytest
import structlog.testing

from callbase.core import events
from callbase.engine import journal
from callbase.engine.lease import LEASE_S
from callbase.platform import servers
from tests.engine.conftest import StartEngine, http_get, make_tables, publish, rows, until
from tests.engine.fake_core import config
from tests.engine.pair import START_S, Pair, ends_itself, nothing_is_lost_or_doubled
from tests.engine.test_journal import end, offer
from tests.engine.test_survival import state_of
from tests.replicated import Replicated

PROMOTED_AFTER_S = 1.5


@pytest.fixture
async def replicated(tmp_path: Path) -> AsyncIterator[Replicated]:
    async with Replicated(tmp_path / "postgres") as replicated:
        make_tables(replicated.primary.url)
        publish(replicated.primary.url, config())
        await until(replicated.caught_up, START_S)
        yield replicated


@pytest.fixture
async def pair(replicated: Replicated, tmp_path: Path) -> AsyncIterator[Pair]:
    pair = Pair(replicated.primary.url, tmp_path / "home")
    yield pair
    pair.stop()


def written(url: str) -> int:
    ((last,),) = rows(url, "SELECT coalesce(max(seq), 0) FROM engine_journal")
    return int(last)


async def test_calls_go_on_and_the_replica_is_given_what_it_had_not_received(
    start_engine: StartEngine, replicated: Replicated, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with start_engine(database=replicated.url) as engine, engine.client("demo") as link:
        engine.switch.sink(offer("talks"))
        engine.switch.sink(offer("waits"))
        await until(engine.journaled)
        await until(lambda: written(replicated.replica.url) == engine.process.seq)
        replicated.stream.cut()
        for number in range(20):
            engine.switch.sink(offer(f"leg-{number}"))
            engine.switch.sink(end(f"leg-{number}"))
        await until(engine.journaled)
        had = engine.process.seq
        monkeypatch.setattr(journal, "WRITE_TIMEOUT_S", 1.0)
        replicated.door.cut()
        engine.switch.sink(offer("during"))
        assert (await link.request(events.SetReady(agent="1001"))).error is None
        with structlog.testing.capture_logs() as logs:
            await replicated.promote()
            assert written(replicated.replica.url) < had - 20, "it lacks what was committed"
            await until(lambda: any("went back, as where a replica" in entry["event"] for entry in logs), 20)
            await until(engine.journaled, 20)
        engine.switch.sink(end("waits"))
        await until(engine.journaled)
        assert (await http_get(engine.http_url + "/healthz"))[0] == 200
        live = engine.core.snapshot()
        assert state_of(replicated.replica.url).snapshot() == live
    url = replicated.replica.url
    assert rows(url, "SELECT count(*), count(ended_at) FROM interaction") == [(23, 21)]
    assert rows(url, "SELECT count(*) FROM engine_fact WHERE type = 'InteractionStarted'") == [(23,)]
    assert rows(url, "SELECT count(*) = max(seq) FROM engine_journal") == [(True,)]


async def test_a_configuration_the_replica_had_not_received_is_in_force_no_longer(
    start_engine: StartEngine, replicated: Replicated
) -> None:
    """The administrator who published it does not find it either, and has to do it again."""
    async with start_engine(database=replicated.url) as engine:
        before = len(engine.core.state.config.tenants["demo"].agents)
        replicated.stream.cut()
        publish(replicated.primary.url, config(agents=5))
        await until(lambda: engine.core.state.config.version == 2)
        await until(engine.journaled)
        replicated.kill(replicated.primary)
        await replicated.promote()
        await until(lambda: engine.core.state.config.version == 3, 20)
        assert len(engine.core.state.config.tenants["demo"].agents) == before != 5
        version = publish(replicated.replica.url, config(agents=6))
        await until(lambda: engine.core.state.config.version == version)
        await until(lambda: len(engine.switch.configs[-1].tenants["demo"].agents) == 6)


async def test_the_leader_leads_on_with_the_promoted_replica(pair: Pair, replicated: Replicated) -> None:
    leader = pair.start(1, replicated.url)
    await pair.led_by(leader)
    standby = pair.start(2, replicated.url)
    await pair.armed()
    replicated.stream.cut()
    await asyncio.sleep(1.0)
    replicated.kill(replicated.primary)
    await asyncio.sleep(PROMOTED_AFTER_S)
    await replicated.promote()
    url = replicated.replica.url
    lacked = written(url)
    await until(lambda: written(url) > lacked + 200, START_S)
    await until(lambda: rows(url, "SELECT FROM engine_lease WHERE armed <> '' AND armed = standby"), START_S)
    assert not pair.first(standby), "nobody had to take over"
    await pair.leads_on(leader)
    leader.kill()
    await pair.led_by(standby)
    standby.terminate()
    assert await asyncio.to_thread(standby.wait, 20) == 0
    nothing_is_lost_or_doubled(url, pair.told())


async def test_a_leader_that_died_with_the_primary_is_followed_with_all_it_had_taken_in(
    pair: Pair, replicated: Replicated, tmp_path: Path
) -> None:
    leader = pair.start(1, replicated.url)
    await pair.led_by(leader)
    standby = pair.start(2, replicated.url)
    await pair.armed()
    replicated.stream.cut()
    await asyncio.sleep(1.0)
    replicated.door.cut()
    leader.kill()
    for file in (tmp_path / "home" / "run" / "journal").iterdir():
        file.unlink()  # its disk went with it
    await replicated.promote()
    lacked = written(replicated.replica.url)
    await pair.led_by(standby)
    standby.terminate()
    assert await asyncio.to_thread(standby.wait, 20) == 0
    assert written(replicated.replica.url) > lacked + 100
    nothing_is_lost_or_doubled(replicated.replica.url, pair.told())


async def test_a_leader_whose_beginning_the_replica_lacks_goes_on(pair: Pair, replicated: Replicated) -> None:
    first = pair.start(1, replicated.url)
    await pair.led_by(first)
    second = pair.start(2, replicated.url)
    await pair.armed()
    await until(lambda: written(replicated.replica.url))
    replicated.stream.cut()
    first.kill()
    await pair.led_by(second)
    first = pair.start(1, replicated.url)
    await pair.armed()
    await asyncio.sleep(1.0)
    replicated.kill(replicated.primary)
    await asyncio.sleep(PROMOTED_AFTER_S)
    url = replicated.replica.url
    assert rows(url, "SELECT epoch FROM engine_lease") == [(1,)], "it has never heard of the second leader"
    await replicated.promote()
    await until(lambda: rows(url, "SELECT FROM engine_lease WHERE epoch = 2 AND armed <> ''"), START_S)
    await pair.leads_on(second)
    assert not pair.first(first)
    second.terminate()
    assert await asyncio.to_thread(second.wait, 20) == 0
    await pair.led_by(first)
    first.terminate()
    assert await asyncio.to_thread(first.wait, 20) == 0
    nothing_is_lost_or_doubled(url, pair.told())


async def test_a_leader_that_slept_through_it_has_no_effect(pair: Pair, replicated: Replicated) -> None:
    """Epochs are given twice, since the replica had not heard of it."""
    leader = pair.start(1, replicated.url)
    await pair.led_by(leader)
    standby = pair.start(2, replicated.url)
    await pair.armed()
    leader.send_signal(signal.SIGSTOP)
    replicated.kill(replicated.primary)
    await replicated.promote()
    await asyncio.sleep(LEASE_S)  # a promotion may be quicker than its lease
    with psycopg.connect(replicated.replica.url, autocommit=True) as connection:
        connection.execute("UPDATE engine_lease SET epoch = 0, holder = ''")
    standby.kill()
    standby = pair.start(2, replicated.url)
    await pair.led_by(standby)
    assert rows(replicated.replica.url, "SELECT epoch FROM engine_lease") == [(1,)]
    leader.send_signal(signal.SIGCONT)
    await ends_itself(leader)
    assert pair.last(leader) < pair.first(standby)


async def test_it_is_seen_how_the_servers_are(replicated: Replicated) -> None:
    async def state() -> str:
        return servers.state_of(await servers.look(replicated.url))

    assert await state() == "ok"
    with psycopg.connect(replicated.primary.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE old ()")
        await until(replicated.caught_up)
        replicated.stream.cut()
        connection.execute("CREATE TABLE new ()")
    primary, replica = await servers.look(replicated.url)
    assert (primary.primary, replica.primary) == (True, False)
    assert 0 < servers.lag_s(replica, primary) < servers.LAG_S
    late = servers.Server("b:5432", position=primary.position - 1, replayed_ago_s=servers.LAG_S + 5)
    assert servers.state_of([primary, late]) == "b:5432 is 15 s behind"
    await replicated.promote()
    assert "both take writes" in await state()
    replicated.kill(replicated.primary)
    assert f"127.0.0.1:{replicated.replica.port}" not in await state()
    assert await state() != "ok"


def test_a_url_names_its_servers_one_by_one() -> None:
    both = servers.each("postgresql://u:p@a:1,b:2/callbase?target_session_attrs=read-write")
    assert [servers.name(url) for url in both] == ["a:1", "b:2"]
    assert [servers.name(url) for url in servers.each("postgresql://u:p@a,b:5433/x")] == ["a:5432", "b:5433"]
    assert [servers.name(url) for url in servers.each("host=a,b port=5433 dbname=x")] == ["a:5433", "b:5433"]
    assert [servers.name(url) for url in servers.each("postgresql://u:p@a/x")] == ["a:5432"]
