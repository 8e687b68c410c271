"""Killed engines and vanished databases: what was answered is never lost, and nothing is written twice."""

from __future__ import annotations

import asyncio
import itertools
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import psycopg
import pytest

from callbase.core import events
from callbase.cti.client import LinkClient, LinkLost
from callbase.engine import journal as journal_module
from callbase.engine.spool import Spool
from callbase.platform import ports
from callbase.platform.dependent import dependent
from callbase.platform.environment import ROOT
from callbase.platform.postgres import EmbeddedPostgres
from callbase.platform.runtime import write_runtime
from tests.engine.conftest import TOKEN, StartEngine, a_runtime, http_get, make_tables, publish, rows, until
from tests.engine.fake_core import FakeCore, config
from tests.engine.test_journal import end, offer


@asynccontextmanager
async def engine_process(url: str, home: Path) -> AsyncIterator[tuple[subprocess.Popen[bytes], str]]:
    runtime = a_runtime(url, ports.pick())
    write_runtime(home, runtime)
    with (home / "engine.log").open("ab") as log:
        process = subprocess.Popen(
            dependent([sys.executable, "-m", "tests.engine.engine_process", str(home)]), cwd=ROOT, stdout=log, stderr=log
        )
    try:
        yield process, f"ws://127.0.0.1:{runtime.link_port}"
    finally:
        process.kill()
        process.wait()


marks = itertools.count(1)


async def toggle(link: LinkClient, agent: str, done: list[str]) -> None:
    """Changes the agent's state until the link goes; `done` has what was answered."""
    try:
        while True:
            mark = f"{agent}-{next(marks)}"
            await link.request(events.SetReady(agent=agent), tenant="demo", actor=mark, timeout_s=5)
            done.append(mark)
    except (LinkLost, TimeoutError):
        pass


def state_of(url: str) -> FakeCore:
    """What a replay of the whole journal gives."""
    core = FakeCore()
    for at_ms, event in rows(url, "SELECT at_ms, event::text FROM engine_journal ORDER BY seq"):
        core.receive(msgspec.json.decode(event, type=events.AnyEvent), at_ms)
    return core


async def test_killed_again_and_again_every_answered_request_is_recorded_once(url: str, tmp_path: Path) -> None:
    done: list[str] = []
    for _ in range(3):
        async with engine_process(url, tmp_path) as (process, address), LinkClient(address, TOKEN, "*") as link:
            await link.wait_connected(20)
            enough = len(done) + 100
            asking = [asyncio.create_task(toggle(link, agent, done)) for agent in ("1001", "1002", "1003")]
            await until(lambda enough=enough: len(done) > enough, 20)
            process.send_signal(signal.SIGKILL)
            await asyncio.gather(*asking)
    async with engine_process(url, tmp_path) as (process, address):
        async with LinkClient(address, TOKEN, "*") as link:
            await link.wait_connected(20)
        process.terminate()
        assert await asyncio.to_thread(process.wait, 20) == 0
    recorded = [actor for (actor,) in rows(url, "SELECT fact->>'actor' FROM engine_fact ORDER BY seq, index")]
    assert len(recorded) == len(set(recorded))
    assert set(done) <= set(recorded)
    assert rows(url, "SELECT count(*) FROM agent_activity") == [(len(recorded),)]
    assert rows(url, "SELECT count(*) FROM agent_activity WHERE ended_at IS NULL") == [(3,)]
    journal, projected = rows(url, "SELECT max(seq), (SELECT seq FROM engine_projection) FROM engine_journal")[0]
    assert journal == projected
    assert rows(url, "SELECT count(*) FROM engine_journal") == [(journal,)]


@pytest.fixture
def own_postgres(tmp_path: Path) -> Iterator[Server]:
    server = Server(tmp_path / "postgres")
    server.start()
    make_tables(server.url)
    publish(server.url, config())
    yield server
    server.stop()


class Server:
    """A PostgreSQL that the test stops and starts."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._postgres = EmbeddedPostgres(folder / "data", ports.pick(), "test-password")
        self._postgres.prepare()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return self._postgres.url

    def start(self) -> None:
        self._process = subprocess.Popen(
            self._postgres.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        deadline = time.monotonic() + 20
        while not self._postgres.ready():
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def stop(self) -> None:
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(20)
            self._process = None


async def test_calls_go_on_while_the_database_is_away_and_nothing_is_missing_afterwards(
    start_engine: StartEngine, own_postgres: Server
) -> None:
    async with start_engine(database=own_postgres.url) as engine, engine.client("demo") as link:
        engine.switch.sink(offer("before"))
        await until(engine.journaled)
        own_postgres.stop()
        engine.switch.sink(offer("during"))
        engine.switch.sink(end("before"))
        assert (await link.request(events.SetReady(agent="1001"))).error is None
        await until(lambda: engine.process.database_status != "ok")
        status, body = await http_get(engine.http_url + "/healthz")
        assert status == 503
        assert msgspec.json.decode(body)["journal_backlog"] >= 3
        own_postgres.start()
        await until(engine.journaled, 15)
        live = engine.core.snapshot()
        assert engine.process.database_status == "ok"
        assert state_of(own_postgres.url).snapshot() == live
    assert rows(own_postgres.url, "SELECT count(*), count(ended_at) FROM interaction") == [(2, 1)]
    assert rows(own_postgres.url, "SELECT count(*) FROM agent_activity") == [(1,)]


async def test_a_database_that_is_back_is_noticed_within_seconds_though_nothing_is_written(
    start_engine: StartEngine, own_postgres: Server
) -> None:
    async with start_engine(database=own_postgres.url) as engine:
        await until(engine.journaled)
        own_postgres.stop()
        engine.switch.sink(offer("during"))
        await until(lambda: engine.process.database_status != "ok")
        await asyncio.sleep(7)
        own_postgres.start()
        await until(lambda: engine.process.database_status == "ok", 3)


async def test_more_than_memory_holds_comes_back_from_the_local_files(
    start_engine: StartEngine, own_postgres: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "BATCH_ENTRIES", 10)
    monkeypatch.setattr(journal_module, "MEMORY_ENTRIES", 50)
    async with start_engine(database=own_postgres.url) as engine:
        await until(engine.journaled)
        own_postgres.stop()
        for number in range(500):
            engine.switch.sink(offer(f"leg-{number}"))
        own_postgres.start()
        await until(engine.journaled, 15)
    assert rows(own_postgres.url, "SELECT count(*) FROM interaction") == [(500,)]


async def test_an_engine_killed_while_the_database_was_away_loses_nothing(own_postgres: Server, tmp_path: Path) -> None:
    home = tmp_path / "home"
    done: list[str] = []
    async with engine_process(own_postgres.url, home) as (process, address), LinkClient(address, TOKEN, "*") as link:
        await link.wait_connected(20)
        own_postgres.stop()
        asking = asyncio.create_task(toggle(link, "1001", done))
        await until(lambda: len(done) >= 100)
        process.send_signal(signal.SIGKILL)
        await asking
    async with engine_process(own_postgres.url, home) as (process, address), LinkClient(address, TOKEN, "*") as link:
        own_postgres.start()
        await link.wait_connected(20)
        assert link.view.agents["1001"].state == "ready"
    recorded = [actor for (actor,) in rows(own_postgres.url, "SELECT actor FROM agent_activity ORDER BY seq")]
    assert set(done) <= set(recorded)
    assert len(recorded) == len(set(recorded))


async def test_a_full_disk_stops_no_call(start_engine: StartEngine, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    async with start_engine() as engine:
        monkeypatch.setattr("callbase.engine.shared_memory.BYTES", 0)
        monkeypatch.setattr("callbase.engine.spool.os.write", full)
        engine.switch.sink(offer("leg-1"))
        await until(engine.journaled)
        monkeypatch.undo()
    assert rows(url, "SELECT count(*) FROM interaction") == [(1,)]


async def test_local_files_of_another_database_are_set_aside(start_engine: StartEngine, url: str, tmp_path: Path) -> None:
    async with start_engine() as engine:
        for number in range(50):
            engine.switch.sink(offer(f"leg-{number}"))
        await until(engine.journaled)
    spool = Spool(tmp_path / "journal")
    assert list(spool.read(20))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("TRUNCATE engine_journal, engine_snapshot, engine_projection")
    for path in sorted((tmp_path / "journal").iterdir()):
        lines = path.read_bytes().splitlines(keepends=True)
        path.write_bytes(b"".join(lines[10:]))
    async with start_engine() as engine:
        assert engine.core.state.calls == {}
    assert (tmp_path / "journal.foreign-1").is_dir()


async def test_snapshots_are_kept_few_and_used(start_engine: StartEngine, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("callbase.engine.process.SNAPSHOT_EVERY_S", 0.02)
    async with start_engine() as engine:
        for number in range(8):
            engine.switch.sink(offer(f"leg-{number}"))
            await asyncio.sleep(0)
            newest = engine.process.seq
            await until(lambda newest=newest: rows(url, "SELECT coalesce(max(seq), 0) FROM engine_snapshot")[0][0] >= newest)
    live = engine.core.snapshot()
    kept = rows(url, "SELECT seq, state FROM engine_snapshot ORDER BY seq DESC")
    assert len(kept) == 4, "three for the next start, and the day's first"
    assert kept[-1][0] < kept[-2][0] - 1
    assert bytes(kept[0][1]) == live
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("UPDATE engine_snapshot SET state = 'rubbish' WHERE seq = %s", [kept[0][0]])
    async with start_engine() as engine:
        assert len(engine.core.state.calls) == 8
