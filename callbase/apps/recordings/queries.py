"""All reads of recordings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from callbase.apps.interactions.sql import row, rows
from callbase.apps.organization.access import Access
from callbase.apps.recordings.access import audible
from callbase.platform.environment import read_environment
from callbase.web.errors import ApiError, Conflict, NotFound


def find(access: Access, recording: str) -> dict[str, Any]:
    """The row. Raises NotFound also where the person may not hear it."""
    where = audible(access)
    where.add("r.id = %(recording)s", recording=recording)
    found = row(
        "SELECT r.id, r.interaction, r.state, r.file, r.error "  # noqa: S608
        f"FROM recording r JOIN interaction i ON i.id = r.interaction WHERE {where.text}",
        where.parameters,
    )
    if found is None:
        raise NotFound
    return found


def stored_file(access: Access, recording: str) -> Path:
    """The encoded file. Raises NotFound, and ApiError recording_not_ready (404 while recorded, 409 until encoded),
    recording_failed or recording_empty (409)."""
    found = find(access, recording)
    if found["state"] == "recording":
        raise ApiError("recording_not_ready", 404)
    if found["state"] == "failed":
        raise Conflict("recording_failed", reason=found["error"])
    if found["state"] == "empty":
        raise Conflict("recording_empty")
    if found["state"] != "stored" or not found["file"]:
        raise Conflict("recording_not_ready")
    path = within_recordings(found["file"])
    if not path.is_file():
        raise NotFound
    return path


@dataclass(frozen=True, slots=True)
class Backlog:
    """What the worker has not done, or could not do."""

    to_encode: int
    oldest_waiting_at: datetime | None
    """When the oldest of them ended."""
    oldest_s: float
    """How long ago that is; 0 where none waits."""
    failed: int
    failed_lately: int
    """Of them, those that ended within a day."""


def backlog() -> Backlog:
    """Read by the indexes of these two states, so that what is stored costs nothing."""
    (found,) = rows(
        "SELECT * FROM (SELECT count(*) AS to_encode, min(ended_at) AS oldest_waiting_at, "
        "coalesce(extract(epoch FROM now() - min(ended_at)), 0)::float AS oldest_s FROM recording WHERE state = 'ended') w, "
        "(SELECT count(*) AS failed, count(*) FILTER (WHERE ended_at > now() - interval '1 day') AS failed_lately "
        "FROM recording WHERE state = 'failed') f",
        {},
    )
    return Backlog(**found)


def within_recordings(path: str) -> Path:
    """A path under CALLBASE_HOME as an absolute one. Raises NotFound for one that leads out of the recordings' folder, whoever
    wrote it and by whatever link."""
    environment = read_environment()
    full = (environment.home / path).resolve()
    if not full.is_relative_to(environment.recordings_dir.resolve()):
        raise NotFound
    return full
