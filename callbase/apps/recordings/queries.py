"""All reads of recordings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from callbase.apps.interactions.sql import row
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
    """The encoded file. Raises NotFound, and ApiError recording_not_ready (404 while recorded, 409 until encoded) or
    recording_failed (409)."""
    found = find(access, recording)
    if found["state"] == "recording":
        raise ApiError("recording_not_ready", 404)
    if found["state"] == "failed":
        raise Conflict("recording_failed", reason=found["error"])
    if found["state"] != "stored" or not found["file"]:
        raise Conflict("recording_not_ready")
    path = within_recordings(found["file"])
    if not path.is_file():
        raise NotFound
    return path


def within_recordings(path: str) -> Path:
    """A path under CALLBASE_HOME as an absolute one. Raises NotFound for one that leads out of the recordings' folder, whoever
    wrote it and by whatever link."""
    environment = read_environment()
    full = (environment.home / path).resolve()
    if not full.is_relative_to(environment.recordings_dir.resolve()):
        raise NotFound
    return full
