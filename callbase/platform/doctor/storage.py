"""The home folder and its disk."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from callbase.platform.backup import BackupFailed, Repository, state_of
from callbase.platform.doctor.finding import Finding, error, ok, warning
from callbase.platform.doctor.patient import Patient

LOW_MB = 10_000
MP3_MB_PER_HOUR = 14
"""A recorded hour, both sides."""


def home_writable(patient: Patient) -> Iterator[Finding]:
    home = patient.environment.home
    existing = _nearest_existing(home)
    try:
        with tempfile.TemporaryFile(dir=existing):
            pass
    except OSError as problem:
        yield error(
            "home",
            f"{existing} cannot be written to: {problem.strerror}",
            "give it to this user, or set CALLBASE_HOME to another",
        )
        return
    owner = existing.stat().st_uid
    if home.exists() and owner != os.getuid():
        yield warning(
            "home",
            f"{home} belongs to user {owner}, this is user {os.getuid()}",
            "run callbase always as one user: Asterisk writes only to folders of its own user",
        )
    else:
        yield ok("home", f"{home} is writable")


def disk_space(patient: Patient) -> Iterator[Finding]:
    environment = patient.environment
    free_mb = shutil.disk_usage(_nearest_existing(environment.home)).free // 2**20
    hours = free_mb // MP3_MB_PER_HOUR
    if free_mb <= environment.recording_min_free_mb + 200:
        yield error(
            "disk", f"{free_mb} MB free: calls are no longer recorded soon", "delete what is not needed, or move CALLBASE_HOME"
        )
    elif free_mb < LOW_MB:
        yield warning(
            "disk", f"{free_mb} MB free, about {hours} hours of recordings", "make room, or move CALLBASE_HOME to a larger disk"
        )
    else:
        yield ok("disk", f"{free_mb // 1000} GB free, about {hours} hours of recordings")


def backups(patient: Patient) -> Iterator[Finding]:
    environment = patient.environment
    if environment.backup_to is None:
        yield warning(
            "backup",
            "no backups are made: what a broken disk takes is gone",
            "set CALLBASE_BACKUP_TO, CALLBASE_BACKUP_PASSWORD_FILE and CALLBASE_BACKUP_AT (docs/operations.md)",
        )
        return
    try:
        Repository.of(environment)
    except BackupFailed as problem:
        yield error("backup", str(problem), "no backup is made until then")
        return
    state = state_of(environment, time.time())
    if state == "ok":
        yield ok("backup", f"the last one is whole, in {environment.backup_to}")
    else:
        yield error("backup", state, "`callbase backup` makes one now, and says why where it cannot")


def _nearest_existing(path: Path) -> Path:
    return next(folder for folder in (path, *path.parents) if folder.is_dir())
