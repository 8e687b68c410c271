"""Fixtures for every kind of test: a PostgreSQL of our own, started when the first test asks for it."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from callbase.platform import ports
from callbase.platform.postgres import EmbeddedPostgres

settings.register_profile("callbase", deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
settings.load_profile("callbase")
"""For all tests: the same examples on every run, and however busy the machine is, none is too slow."""


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    """An embedded PostgreSQL for this test session, on its own port, gone afterwards."""
    server = EmbeddedPostgres(tmp_path_factory.mktemp("postgres") / "data", ports.pick(), "test-password")
    server.prepare()
    log = (server.directory.parent / "log").open("wb")
    # what a power cut would leave is nobody's concern here, and waiting for the disk takes longer than most tests
    command = [*server.command(), "-c", "fsync=off"]
    process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    deadline = time.monotonic() + 20
    while not server.ready():
        assert process.poll() is None and time.monotonic() < deadline, (server.directory.parent / "log").read_text()
        time.sleep(0.02)
    yield server
    process.send_signal(signal.SIGINT)
    process.wait(20)
    log.close()


@pytest.fixture
def database_url(postgres: EmbeddedPostgres, request: pytest.FixtureRequest) -> Iterator[str]:
    """A new, empty database of this test's own, dropped afterwards."""
    name = f"t{abs(hash(request.node.nodeid)):x}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield postgres.url.rpartition("/")[0] + f"/{name}"
    with psycopg.connect(postgres.url, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(postgres: EmbeddedPostgres) -> None:
    """pytest-django's hook: points Django at that PostgreSQL before it makes its test database."""
    from django.db import connections

    connections["default"].settings_dict.update(
        HOST="127.0.0.1", PORT=str(postgres.port), USER="callbase", PASSWORD=postgres.password, NAME="callbase"
    )
