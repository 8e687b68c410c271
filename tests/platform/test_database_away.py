"""A database that is not there, or not as it must be: one sentence saying so and what to do, and no traceback."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from benchmarks.installation import Installation
from callbase.platform import ports, postgres
from callbase.platform.environment import ROOT, Environment
from callbase.platform.postgres import EmbeddedPostgres
from callbase.platform.prepare import prepare_folders, prepare_runtime
from tests.platform.test_postgres import running
from tests.platform.test_up import until


def refused(environment: Environment, command: str, **variables: str) -> tuple[int, str]:
    """Exit code and what it said."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CALLBASE_", "DJANGO_"))}
    addresses = {
        "CALLBASE_HOME": str(environment.home),
        "CALLBASE_HTTP_PORT": str(ports.pick()),
        "CALLBASE_SIP_PORT": str(ports.pick()),
    }
    done = subprocess.run(
        [sys.executable, "-m", "callbase.cli", command],
        cwd=ROOT,
        env={**inherited, **addresses, **variables},
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    return done.returncode, done.stderr


@pytest.mark.parametrize("command", ["migrate", "demo", "replay"])
def test_ones_own_that_does_not_answer_is_said_with_its_setting(environment: Environment, command: str) -> None:
    prepare_folders(environment)
    url = f"postgresql://u:p@127.0.0.1:{ports.pick()}/centre"
    ended, said = refused(environment, command, CALLBASE_DATABASE_URL=url)
    assert (ended, said.count("\n")) == (2, 1)
    assert said.startswith("callbase: the database cannot be reached")
    assert "Connection refused" in said and "CALLBASE_DATABASE_URL" in said


def test_a_start_waits_for_ones_own_and_says_so(environment: Environment) -> None:
    server = EmbeddedPostgres(environment.home / "postgres", ports.pick(), "secret")
    prepare_folders(environment)
    server.prepare()
    installation = Installation(environment.home / "centre", {"CALLBASE_DATABASE_URL": server.url})
    installation.start()
    try:
        until(lambda: "the database cannot be reached" in installation.console.read_text(), "it says so")
        with running(server):
            installation.wait_ready()
            assert installation.console.read_text().count("Connection refused") == 1
            installation.stop()
    finally:
        installation.stop()


def test_a_start_does_not_wait_for_one_that_refuses_us(environment: Environment) -> None:
    prepare_folders(environment)
    server = EmbeddedPostgres(environment.home / "postgres", ports.pick(), "secret")
    server.prepare()
    with running(server):
        ended, said = refused(environment, "up", CALLBASE_DATABASE_URL=server.url.replace("secret", "other"))
    assert (ended, said.count("\n")) == (2, 1)
    assert "password authentication failed" in said and "CALLBASE_DATABASE_URL" in said


def test_a_setting_that_is_no_address_is_named(environment: Environment) -> None:
    ended, said = refused(environment, "migrate", CALLBASE_DATABASE_URL="postgresql://u:p@host:many/centre")
    assert (ended, said.count("\n")) == (2, 1)
    assert "CALLBASE_DATABASE_URL" in said


def test_the_embedded_one_runs_with_the_rest(environment: Environment) -> None:
    prepare_folders(environment)
    prepare_runtime(environment)
    ended, said = refused(environment, "migrate")
    assert (ended, said.count("\n")) == (2, 1)
    assert "callbase up" in said


def test_one_whose_user_may_not_keep_tenants_apart_says_what_its_administrator_has_to_do(environment: Environment) -> None:
    prepare_folders(environment)
    server = EmbeddedPostgres(environment.home / "postgres", ports.pick(), "secret")
    server.prepare()
    server._execute(f"DROP ROLE {postgres.TENANT_ROLE}")
    with running(server):
        ended, said = refused(environment, "migrate", CALLBASE_DATABASE_URL=server.url)
    assert (ended, said.count("\n")) == (1, 1)
    assert f"CREATE ROLE {postgres.TENANT_ROLE} NOLOGIN; GRANT {postgres.TENANT_ROLE} TO" in said
