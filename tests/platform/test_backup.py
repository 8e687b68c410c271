"""The repository of backups: what is whole, what is kept, what is refused; and when the daily one is due."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time, timedelta, timezone
from pathlib import Path

import pytest

from callbase.platform.backup import BackupFailed, Repository, daily, restore, state_of
from callbase.platform.backup.daily import is_due
from callbase.platform.backup.make import LastBackup, make_backup, read_last
from callbase.platform.backup.repository import LOCK_LOOK_S
from callbase.platform.environment import Environment
from callbase.platform.prepare import prepare_folders, prepare_runtime

A_DUMP = ("echo", "a database")
CHINA = timezone(timedelta(hours=8))


@pytest.fixture
def backed_up(environment: Environment, tmp_path: Path) -> Environment:
    """With a repository, and one recording; without a database."""
    password = tmp_path / "password"
    password.write_text("secret\n")
    here = replace(environment, backup_to=str(tmp_path / "backups"), backup_password_file=password)
    prepare_folders(here)
    prepare_runtime(here)
    (here.recordings_dir / "talk.mp3").write_bytes(b"hello" * 1000)
    return here


@pytest.fixture
def repository(backed_up: Environment) -> Repository:
    repository = Repository.of(backed_up)
    assert repository.make_if_missing()
    assert not repository.make_if_missing()
    return repository


def keep(repository: Repository, environment: Environment, *ids: str) -> None:
    for at in ids:
        repository.keep_database(A_DUMP, {}, at)
        repository.keep_files(environment.home, at)


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (lambda it: replace(it, backup_to=None), "set CALLBASE_BACKUP_TO"),
        (lambda it: replace(it, backup_password_file=None), "set CALLBASE_BACKUP_PASSWORD_FILE"),
        (lambda it: replace(it, backup_password_file=it.home / "nowhere"), "cannot be read: No such file"),
    ],
)
def test_what_is_missing_is_said_and_is_no_backup_that_failed(
    backed_up: Environment, spoil: Callable[[Environment], Environment], sentence: str
) -> None:
    with pytest.raises(BackupFailed, match=sentence):
        make_backup(spoil(backed_up), print)
    assert read_last(backed_up) is None


def test_a_place_that_cannot_be_written_to_is_said_and_noted(backed_up: Environment) -> None:
    spoilt = replace(backed_up, backup_to="/proc/nowhere")
    with pytest.raises(BackupFailed, match="/proc/nowhere: "):
        make_backup(spoilt, print)
    last = read_last(spoilt)
    assert last is not None
    assert "/proc/nowhere" in last.failed
    assert state_of(spoilt, 0).startswith("the last one failed: ")


def test_before_the_first_one_there_are_none(backed_up: Environment) -> None:
    assert Repository.of(backed_up).backups() == []


def test_a_database_that_cannot_be_read_leaves_no_backup(repository: Repository) -> None:
    with pytest.raises(BackupFailed, match="the database could not be read: it is away"):
        repository.keep_database(("sh", "-c", "echo half of it; echo it is away >&2; exit 1"), {}, "20261101T000000Z")
    assert repository.backups() == []
    assert repository.run("snapshots", "--json").stdout.strip() in ("[]", "null")


def test_a_check_waits_for_the_backup_that_is_being_made(
    repository: Repository, backed_up: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep(repository, backed_up, "20261101T000000Z")
    being_made = subprocess.Popen(
        repository.command("backup", "--stdin"),
        env=repository.variables(),
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
    )
    while not any((tmp_path / "backups" / "locks").iterdir()):
        assert being_made.poll() is None
    waited: list[float] = []

    def until_it_is_made(seconds: float) -> None:
        waited.append(seconds)
        being_made.communicate(b"the end of it")

    monkeypatch.setattr("callbase.platform.backup.repository.time.sleep", until_it_is_made)
    repository.check()
    assert waited == [LOCK_LOOK_S]
    assert being_made.returncode == 0


def test_the_database_is_read_anew_once_a_check_has_let_go_of_the_repository(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    programs, locked = tmp_path / "programs", tmp_path / "locked"
    programs.mkdir()
    locked.touch()
    says_so = "echo 'unable to create lock in backend: repository is already locked exclusively by PID 1' >&2"
    restic = f'#!/bin/sh\nif [ -e {locked} ]; then {says_so}; exit 1; fi\nexec {shutil.which("restic")} "$@"\n'
    (programs / "restic").write_text(restic)
    (programs / "restic").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setattr("callbase.platform.backup.repository.time.sleep", lambda _: locked.unlink())
    kept = repository.keep_database(A_DUMP, {}, "20261101T000000Z")
    assert kept["total_bytes_processed"] == len("a database\n")


def test_what_lacks_a_part_is_no_backup_and_the_last_whole_one_is_kept_however_old(
    repository: Repository, backed_up: Environment
) -> None:
    keep(repository, backed_up, "20261102T000000Z", "20261101T000000Z")
    repository.keep_database(A_DUMP, {}, "20261103T000000Z")  # and then the machine was switched off
    assert [backup.id for backup in repository.backups()] == ["20261101T000000Z", "20261102T000000Z"]
    repository.forget_older_than("20261201T000000Z")
    assert [backup.id for backup in repository.backups()] == ["20261102T000000Z"]


def test_a_damaged_repository_is_found(repository: Repository, backed_up: Environment, tmp_path: Path) -> None:
    keep(repository, backed_up, "20261101T000000Z")
    repository.check()
    pack = max((tmp_path / "backups" / "data").glob("*/*"), key=lambda path: path.stat().st_size)
    damaged = bytearray(pack.read_bytes())
    damaged[len(damaged) // 2] ^= 0xFF
    pack.chmod(0o600)
    pack.write_bytes(damaged)
    with pytest.raises(BackupFailed):
        repository.check()


def test_another_password_opens_nothing(repository: Repository, backed_up: Environment) -> None:
    assert backed_up.backup_password_file
    backed_up.backup_password_file.write_text("another\n")
    with pytest.raises(BackupFailed, match="wrong password"):
        repository.backups()


def test_a_home_with_something_in_it_is_left_alone_and_one_of_a_bad_dump_is_not_made(
    repository: Repository, backed_up: Environment, tmp_path: Path
) -> None:
    keep(repository, backed_up, "20261101T000000Z")
    elsewhere = replace(backed_up, home=tmp_path / "new")
    with pytest.raises(BackupFailed, match="is not empty"):
        restore(backed_up, None, print)
    with pytest.raises(BackupFailed, match="there is no backup 20250101T000000Z"):
        restore(elsewhere, "20250101T000000Z", print)
    with pytest.raises(BackupFailed, match="the database could not be filled"):
        restore(elsewhere, None, print)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    ("now", "began", "failed", "due"),
    [
        ("2026-11-29 02:29", None, "", True),  # never yet
        ("2026-11-29 02:29", "2026-11-28 02:30", "", False),
        ("2026-11-29 02:30", "2026-11-28 02:30", "", True),
        ("2026-11-29 02:31", "2026-11-29 02:30", "", False),
        ("2026-11-29 09:00", "2026-11-28 02:30", "", True),  # nobody worked at night
        ("2026-11-29 02:50", "2026-11-29 02:30", "disk full", False),
        ("2026-11-29 03:31", "2026-11-29 02:30", "disk full", True),
    ],
)
def test_the_daily_one_is_due(now: str, began: str | None, failed: str, due: bool) -> None:
    def moment(text: str) -> datetime:
        return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=CHINA)

    at = moment(began).timestamp() if began else 0.0
    last = LastBackup(id="", began_at=at, ended_at=at, failed=failed) if began else None
    assert is_due(moment(now), time(2, 30), last) is due


def test_a_backup_that_stayed_out_is_noticed(backed_up: Environment) -> None:
    assert state_of(backed_up, 0) == "none was made yet"


async def test_one_that_cannot_begin_is_not_tried_again_each_minute(
    backed_up: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: list[None] = []
    pauses: list[float] = []

    async def refused() -> bool:
        attempts.append(None)
        return False

    async def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            raise asyncio.CancelledError

    monkeypatch.setattr(daily, "_make", refused)
    monkeypatch.setattr(daily.asyncio, "sleep", pause)
    with pytest.raises(asyncio.CancelledError):
        await daily.make_daily_backups(replace(backed_up, backup_at=time(2, 30)))
    assert (len(attempts), pauses) == (2, [daily.AGAIN_AFTER_S] * 2)
