"""Bringing a backup back, into a home that has nothing in it."""

from __future__ import annotations

import contextlib
import dataclasses
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator

import psycopg

from callbase.platform.backup.repository import DATABASE, Backup, BackupFailed, Repository
from callbase.platform.environment import Environment
from callbase.platform.postgres import EmbeddedPostgres, binaries
from callbase.platform.prepare import embedded_postgres, prepare_folders, prepare_runtime

STARTS_WITHIN_S = 60.0


def restore(environment: Environment, wanted: str | None, say: Callable[[str], None]) -> Backup:
    """The wanted backup, or the newest. Made beside the home and moved there when whole; a database of one's own (which must be
    empty) is filled in one transaction. Raises BackupFailed, PostgresFailed."""
    repository = Repository.of(environment)
    home = environment.home
    if home.exists() and any(home.iterdir()):
        raise BackupFailed(f"{home} is not empty; move it away, or set CALLBASE_HOME to another folder")
    backup = _find(repository, wanted)
    building = home.with_name(home.name + ".restoring")
    shutil.rmtree(building, ignore_errors=True)
    try:
        _build(repository, backup, dataclasses.replace(environment, home=building), say)
        if home.exists():
            home.rmdir()
        building.rename(home)
    finally:
        shutil.rmtree(building, ignore_errors=True)
    return backup


def _build(repository: Repository, backup: Backup, environment: Environment, say: Callable[[str], None]) -> None:
    prepare_folders(environment)
    say(f"files of {backup.id}")
    repository.run("restore", backup.files, "--target", str(environment.home))
    runtime = prepare_runtime(environment)
    say("database")
    if environment.database_url is None:
        server = embedded_postgres(environment, runtime)
        server.prepare()
        with _running(server):
            _fill(repository, backup, runtime.database_url)
    else:
        _fill(repository, backup, environment.database_url)


def _find(repository: Repository, wanted: str | None) -> Backup:
    backups = {backup.id: backup for backup in repository.backups()}
    if not backups:
        raise BackupFailed(f"there is no whole backup in {repository.place}")
    if wanted is None:
        return backups[max(backups)]
    if wanted not in backups:
        raise BackupFailed(f"there is no backup {wanted} in {repository.place}; there are {', '.join(sorted(backups)[-10:])}")
    return backups[wanted]


@contextlib.contextmanager
def _running(server: EmbeddedPostgres) -> Iterator[None]:
    log = server.directory.with_name("postgres-restore.log")
    with log.open("wb") as output:
        process = subprocess.Popen(server.command(), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, cwd="/")
    try:
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not server.ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise BackupFailed(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}")
            time.sleep(0.1)
        yield
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()
    log.unlink()


def _fill(repository: Repository, backup: Backup, url: str) -> None:
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        if tables and tables[0]:
            raise BackupFailed("the database has tables already; give an empty one")
    dumping = subprocess.Popen(
        repository.command("dump", backup.database, DATABASE), env=repository.variables(), stdout=subprocess.PIPE
    )
    done = subprocess.run(
        (str(binaries() / "pg_restore"), "--no-owner", "--single-transaction", "--exit-on-error", f"--dbname={url}"),
        stdin=dumping.stdout,
        capture_output=True,
        text=True,
        check=False,
    )
    dumping.communicate()
    if done.returncode or dumping.returncode:
        raise BackupFailed(f"the database could not be filled: {' '.join(done.stderr.split())[-500:]}")
    with psycopg.connect(url) as connection:
        connection.execute(
            "UPDATE engine_lease SET holder = '', armed = ''"
        )  # who led then does not any more: nobody need wait for it
