"""Making a backup while calls go on."""

from __future__ import annotations

import contextlib
import fcntl
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from callbase.platform.backup.repository import BackupFailed, Repository, id_of
from callbase.platform.environment import Environment
from callbase.platform.postgres import binaries
from callbase.platform.runtime import Runtime, read_runtime

LATE_AFTER_H = 26


class LastBackup(msgspec.Struct, frozen=True, kw_only=True):
    """`run/backup.json`: how the last attempt ended, for health and doctor. Times are Unix times."""

    id: str
    began_at: float
    ended_at: float
    failed: str = ""
    """Why; empty for one that is whole."""
    whole_at: float | None = None
    """When the last whole one began."""
    database_bytes: int = 0
    files_bytes: int = 0
    added_bytes: int = 0
    """What the repository grew by."""


def make_backup(environment: Environment, say: Callable[[str], None]) -> LastBackup:
    """The database first: each file its rows name is there by then, as it is or, encoded meanwhile, under its lasting name. Old
    backups are forgotten last. Raises BackupFailed, NotRunning."""
    began = datetime.now(UTC)
    runtime = read_runtime(environment.home)
    repository = Repository.of(environment)  # a command refused for its settings is no backup that failed
    with _alone(environment):
        try:
            made = _make(environment, repository, runtime, began, say)
        except BackupFailed as problem:
            last = read_last(environment)
            failed = LastBackup(
                id=id_of(began),
                began_at=began.timestamp(),
                ended_at=time.time(),
                failed=str(problem),
                whole_at=last.whole_at if last else None,
            )
            _note(environment, failed)
            raise
        _note(environment, made)
        return made


def read_last(environment: Environment) -> LastBackup | None:
    """None where none was ever tried."""
    try:
        return msgspec.json.decode(_note_file(environment).read_bytes(), type=LastBackup)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def state_of(environment: Environment, now: float) -> str:
    """ "ok", or what is wrong, in the words of /healthz."""
    last = read_last(environment)
    if last is None:
        return "none was made yet"
    if last.failed:
        return f"the last one failed: {last.failed}"
    age_h = (now - last.began_at) / 3600
    return "ok" if environment.backup_at is None or age_h < LATE_AFTER_H else f"the last one is {age_h:.0f} hours old"


@contextlib.contextmanager
def _alone(environment: Environment) -> Iterator[None]:
    """Raises BackupFailed where another backup of this home is at it."""
    with (environment.run_dir / "backup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupFailed("another backup of this installation is being made") from None
        yield


def _make(
    environment: Environment, repository: Repository, runtime: Runtime, began: datetime, say: Callable[[str], None]
) -> LastBackup:
    if repository.make_if_missing():
        say(f"made a new repository at {repository.place}")
    at = id_of(began)
    url = conninfo_to_dict(environment.database_url or runtime.database_url)
    password = {"PGPASSWORD": str(url.pop("password"))} if "password" in url else {}
    dump = (
        str(binaries() / "pg_dump"),
        "--format=custom",
        "--compress=none",
        "--no-owner",
        f"--dbname={make_conninfo('', **url)}",
    )
    database = repository.keep_database(dump, password, at)
    say(f"database: {database['total_bytes_processed'] / 1e6:,.1f} MB")
    files = repository.keep_files(environment.home, at)
    say(f"recordings and prompts: {files['total_files_processed']:,} files, {files['total_bytes_processed'] / 1e6:,.1f} MB")
    repository.forget_older_than(id_of(began - timedelta(days=environment.backup_days)))
    return LastBackup(
        id=at,
        began_at=began.timestamp(),
        ended_at=time.time(),
        whole_at=began.timestamp(),
        database_bytes=database["total_bytes_processed"],
        files_bytes=files["total_bytes_processed"],
        added_bytes=database["data_added"] + files["data_added"],
    )


def _note(environment: Environment, last: LastBackup) -> None:
    file = _note_file(environment)
    new = file.with_suffix(".new")
    new.write_bytes(msgspec.json.encode(last))
    new.replace(file)


def _note_file(environment: Environment) -> Path:
    return environment.run_dir / "backup.json"
