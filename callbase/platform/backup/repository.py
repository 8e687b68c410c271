"""The place backups are in: what callbase asks of restic, and in which words."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from callbase.platform.environment import Environment

DATABASE = "database.dump"
FILES = ("recordings", "prompts", "run/runtime.json")
"""Of the home. The database's own folder is not among them: files copied from under a running server are worth nothing."""
ID = re.compile(r"\d{8}T\d{6}Z")
ATTEMPTS = 3
SOME_NOT_READ = 3
"""restic's exit code where it kept all but some files."""
NO_REPOSITORY = "Is there a repository at the following location"
LOCKED = "repository is already locked"
LOCKED_FOR_S = 2 * 3600.0
"""How long another's lock is waited for: a check reads all there is, and a backup must not fail for it, nor it for a backup."""
LOCK_LOOK_S = 5.0


class BackupFailed(RuntimeError):
    """What is wrong and what to do, in a sentence."""


@dataclass(frozen=True, slots=True)
class Backup:
    """One that is whole: it has the database and the files."""

    id: str
    """When it began, such as 20261129T023000Z."""
    database: str
    files: str
    """restic's ids."""


@dataclass(frozen=True, slots=True)
class Repository:
    place: str
    password_file: Path

    @classmethod
    def of(cls, environment: Environment) -> Repository:
        """Raises BackupFailed where it is not set, or restic is not there."""
        if environment.backup_to is None:
            raise BackupFailed(
                "set CALLBASE_BACKUP_TO to where backups go: a folder on another disk, sftp:user@host:/folder or s3:…"
            )
        file = environment.backup_password_file
        if file is None:
            raise BackupFailed(
                "set CALLBASE_BACKUP_PASSWORD_FILE to a file with the password that encrypts backups, and keep a copy of it "
                "elsewhere: without it no backup can be read"
            )
        try:
            if not file.read_text().strip():
                raise BackupFailed(f"CALLBASE_BACKUP_PASSWORD_FILE: {file} is empty")
        except OSError as problem:
            raise BackupFailed(f"CALLBASE_BACKUP_PASSWORD_FILE: {file} cannot be read: {problem.strerror}") from None
        if shutil.which("restic") is None:
            raise BackupFailed("please install first: sudo apt-get install restic")
        return cls(environment.backup_to, file)

    def make_if_missing(self) -> bool:
        """True where it was made now."""
        if self.there():
            return False
        self.run("init")
        return True

    def there(self) -> bool:
        done = self._run(("cat", "config"))
        if done.returncode and NO_REPOSITORY not in done.stderr:
            raise self._failed(done.stderr)
        return not done.returncode

    def backups(self) -> list[Backup]:
        """The oldest first. One that was broken off is not among them. None where there is no repository yet."""
        if not self.there():
            return []
        parts: dict[str, dict[str, str]] = {}
        for at, what, snapshot in self._parts():
            parts.setdefault(at, {})[what] = snapshot
        whole = ((at, part) for at, part in sorted(parts.items()) if {"database", "files"} <= part.keys())
        return [Backup(at, part["database"], part["files"]) for at, part in whole]

    def _parts(self) -> list[tuple[str, str, str]]:
        """Of each snapshot that is ours: its backup's id, what of it, restic's id."""
        tagged = [
            (tag.partition("-"), snapshot["id"])
            for snapshot in msgspec.json.decode(self.run("snapshots", "--json").stdout) or ()
            for tag in snapshot.get("tags") or ()
        ]
        return [(at, what, snapshot) for (what, _, at), snapshot in tagged if ID.fullmatch(at)]

    def keep_files(self, home: Path, at: str) -> dict[str, Any]:
        """Again where one was gone when its turn came, for then another may have taken its place: a recording, now encoded."""
        arguments = ("backup", "--json", "--tag", f"files-{at}", "--exclude=.*.new")
        there = [name for name in FILES if (home / name).exists()]
        for _ in range(ATTEMPTS):
            done = self._run((*arguments, *there), home)
            if done.returncode == 0:
                return _summary(done.stdout)
            if done.returncode != SOME_NOT_READ:
                break
            self.run("forget", _summary(done.stdout)["snapshot_id"])
        raise self._failed(done.stderr)

    def keep_database(self, dump: Sequence[str], variables: dict[str, str], at: str) -> dict[str, Any]:
        """What that command prints, kept as the database of that backup; forgotten again where the command fails."""
        arguments = ("backup", "--json", "--tag", f"database-{at}", "--stdin", "--stdin-filename", DATABASE)
        complaint = ""

        def attempt() -> subprocess.CompletedProcess[str]:
            nonlocal complaint
            done, complaint = self._keep_output(dump, variables, arguments)
            return done

        done = self._once_unlocked(attempt)
        if done.returncode:
            raise self._failed(done.stderr)
        kept = _summary(done.stdout)
        if complaint:
            self.run("forget", kept["snapshot_id"])
            raise BackupFailed(f"the database could not be read: {complaint}")
        return kept

    def _keep_output(
        self, dump: Sequence[str], variables: dict[str, str], arguments: Sequence[str]
    ) -> tuple[subprocess.CompletedProcess[str], str]:
        """How restic ended that was given what the command prints, and what the command complained of if it failed."""
        with tempfile.TemporaryFile() as complaints:
            dumping = subprocess.Popen(dump, env={**os.environ, **variables}, stdout=subprocess.PIPE, stderr=complaints)
            keeping = subprocess.Popen(
                self.command(*arguments),
                env=self.variables(),
                stdin=dumping.stdout,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            if dumping.stdout:
                dumping.stdout.close()  # so that it ends when restic does
            output, errors = keeping.communicate()
            dumping.wait()
            complaints.seek(0)
            said = " ".join(complaints.read().decode(errors="replace").split())[-500:]
        done = subprocess.CompletedProcess(keeping.args, keeping.returncode, output, errors)
        return done, (said or f"exit code {dumping.returncode}") if dumping.returncode else ""

    def forget_older_than(self, oldest: str) -> None:
        """Backups whose id is before that, whole or broken off, and what only they had. The newest whole one always stays."""
        whole = self.backups()
        stays = min(oldest, whole[-1].id) if whole else oldest
        old = [snapshot for at, _, snapshot in self._parts() if at < stays]
        if old:
            self.run("forget", "--prune", *old)

    def check(self) -> None:
        """Reads every byte of it back. Raises BackupFailed where any is damaged."""
        self.run("check", "--read-data")

    def run(self, *arguments: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        done = self._run(arguments, folder)
        if done.returncode:
            raise self._failed(done.stderr)
        return done

    def command(self, *arguments: str) -> list[str]:
        return ["restic", "--no-cache", "--quiet", *arguments]

    def variables(self) -> dict[str, str]:
        return {**os.environ, "RESTIC_REPOSITORY": self.place, "RESTIC_PASSWORD_FILE": str(self.password_file)}

    def _run(self, arguments: Sequence[str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        def attempt() -> subprocess.CompletedProcess[str]:
            return self._try(arguments, folder)

        return self._once_unlocked(attempt)

    def _once_unlocked(self, attempt: Callable[[], subprocess.CompletedProcess[str]]) -> subprocess.CompletedProcess[str]:
        """Tries again while another command has the repository locked, for LOCKED_FOR_S. Locks of the dead are removed."""
        deadline_s = time.monotonic() + LOCKED_FOR_S
        while True:
            done = attempt()
            if not done.returncode or LOCKED not in done.stderr or time.monotonic() >= deadline_s:
                return done
            time.sleep(LOCK_LOOK_S)
            self._try(("unlock",))

    def _try(self, arguments: Sequence[str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.variables(),
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )

    def _failed(self, said: str) -> BackupFailed:
        return BackupFailed(f"{self.place}: {' '.join(said.split())[-500:]}")


def _summary(output: str) -> dict[str, Any]:
    lines = [msgspec.json.decode(line) for line in output.splitlines() if line.startswith("{")]
    summary: dict[str, Any] = next(line for line in lines if line.get("message_type") == "summary")
    return summary


def id_of(moment: datetime) -> str:
    return moment.strftime("%Y%m%dT%H%M%SZ")
