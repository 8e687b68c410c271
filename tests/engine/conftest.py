"""An engine around a see-through core, with a real PostgreSQL and real sockets."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from callbase.core.config import Config
from callbase.core.engine import Engine
from callbase.cti.client import LinkClient
from callbase.engine import shared_memory
from callbase.engine.alive import Alive
from callbase.engine.lease import Lease
from callbase.engine.process import EngineProcess
from callbase.engine.spool import Spool
from callbase.engine.standby import Standby
from callbase.platform import ports
from callbase.platform.environment import ROOT
from callbase.platform.postgres import EmbeddedPostgres
from callbase.platform.runtime import Runtime
from tests.engine.fake_core import FakeCore, config
from tests.engine.fake_switch import FakeSwitch

TOKEN = "internal-token"
TABLES = (
    "engine_journal",
    "engine_snapshot",
    "engine_projection",
    "engine_config",
    "engine_fact",
    "interaction",
    "segment",
    "agent_activity",
    "recording",
)


@pytest.fixture(autouse=True, scope="session")
def own_shared_memory() -> Iterator[None]:
    """Journals that tests leave as a killed engine would go with the tests: there are a thousand, of two megabytes each."""
    with (
        tempfile.TemporaryDirectory(prefix="callbase-tests-", dir=shared_memory.TMPFS) as folder,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setattr(shared_memory, "TMPFS", Path(folder))
        yield


def make_tables(url: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute((ROOT / "callbase/apps/interactions/schema.sql").read_text())


def publish(url: str, document: Config) -> int:
    """As the web side does it. The version it got."""
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute(
            "INSERT INTO engine_config (document) VALUES (%s) RETURNING version", [msgspec.json.encode(document).decode()]
        ).fetchone()
        connection.execute("NOTIFY config_published")
        assert row is not None
        return int(row[0])


def rows(url: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        return connection.execute(statement, values).fetchall()  # type: ignore[arg-type]


async def until(check: Callable[[], Any], timeout_s: float = 10.0) -> Any:
    """The first true value of `check`; fails when it takes longer than `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    await asyncio.sleep(0)  # what a switch has just told is taken in then
    while not (value := check()):
        assert time.monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.01)
    return value


def ended(why: str) -> None:
    """For leases of engines in this process, which is not to be ended."""
    raise AssertionError(why)


def a_runtime(url: str, link_port: int) -> Runtime:
    return Runtime(
        database_url=url, link_port=link_port, internal_token=TOKEN, secret_key="-", ari_port=1, ari_password="-", ami_port=1
    )


@dataclass
class RunningEngine:
    runtime: Runtime
    process: EngineProcess
    switch: FakeSwitch
    core: Any
    running: asyncio.Task[None]

    @property
    def link_url(self) -> str:
        return f"ws://127.0.0.1:{self.runtime.link_port}"

    @property
    def http_url(self) -> str:
        return f"http://127.0.0.1:{self.runtime.link_port}"

    def client(self, tenant: str = "*", *, facts: bool = False, token: str = TOKEN) -> LinkClient:
        return LinkClient(self.link_url, token, tenant, facts=facts)

    def journaled(self) -> bool:
        return self.process.backlog == 0


StartEngine = Callable[..., Any]


@pytest.fixture(scope="session")
def engine_database(postgres: EmbeddedPostgres) -> str:
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute("CREATE DATABASE engine")
    url = postgres.url.rpartition("/")[0] + "/engine"
    make_tables(url)
    return url


@pytest.fixture
def url(engine_database: str) -> str:
    """A database with the engine's tables, empty but for a first configuration."""
    with psycopg.connect(engine_database, autocommit=True) as connection:
        connection.execute(f"TRUNCATE {', '.join(TABLES)} RESTART IDENTITY")
        connection.execute("TRUNCATE engine_lease; INSERT INTO engine_lease DEFAULT VALUES")
    publish(engine_database, config())
    return engine_database


@pytest.fixture
def start_engine(url: str, tmp_path: Path) -> StartEngine:
    """Starts an engine in this process; `async with start_engine() as engine:`. Started again, it goes on from the journal."""

    @asynccontextmanager
    async def start(
        core_type: type[Engine] = FakeCore, database: str = url, port: int | None = None
    ) -> AsyncIterator[RunningEngine]:
        runtime, spool, switch = a_runtime(database, port or ports.pick()), Spool(tmp_path / "journal"), FakeSwitch()
        alive = Alive(tmp_path / "engines")
        recovered = await Standby(database, TOKEN, alive, Lease(database, end=ended), spool, core_type).until_leading()
        process = EngineProcess(runtime, runtime.links()[0], recovered, spool, [switch])
        stop = asyncio.Event()
        stopping = asyncio.create_task(stop.wait())
        running = asyncio.create_task(process.run(stopping))
        await until(lambda: process.started or running.done())
        if running.done():
            running.result()
        try:
            yield RunningEngine(runtime, process, switch, recovered.core, running)
        finally:
            stop.set()
            await running
            alive.close()

    return start


async def http_get(address: str) -> tuple[int, str]:
    import aiohttp

    async with aiohttp.ClientSession() as session, session.get(address) as response:
        return response.status, await response.text()
