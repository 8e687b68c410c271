"""The state of the installation, for administrators: what /healthz says, and more of it."""

from __future__ import annotations

import shutil
from datetime import datetime
from importlib.metadata import version
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest
from ninja import Router, Schema

from callbase.apps.interactions.sql import rows
from callbase.apps.organization.access import access_of_request
from callbase.apps.recordings.queries import backlog
from callbase.platform.environment import read_environment
from callbase.web import health
from callbase.web.gateway import application as gateway

router = Router(tags=["system"])


class RecordingsState(Schema):
    to_encode: int
    failed: int
    oldest_waiting_at: datetime | None


class SystemHealth(Schema):
    status: str
    parts: dict[str, str]
    version: str
    checked_in_ms: float
    database_bytes: int
    disk_free_bytes: int
    disk_bytes: int
    recordings: RecordingsState
    consoles: int
    """Browsers and programs on this web process's gateway."""


@router.get("/health", response=SystemHealth)
async def get_health(request: HttpRequest) -> dict[str, Any]:
    """200 whatever the state, so that a page can show it."""
    await sync_to_async(lambda: access_of_request(request).require("people.manage"))()
    found = await health.check.health()
    home = read_environment().home
    disk = shutil.disk_usage(next(folder for folder in (home, *home.parents) if folder.exists()))
    return {
        "status": found.status,
        "parts": found.parts,
        **found.details,
        "version": version("callbase"),
        "disk_free_bytes": disk.free,
        "disk_bytes": disk.total,
        "consoles": gateway.listeners(),
        **await sync_to_async(_stored)(),
    }


def _stored() -> dict[str, Any]:
    (size,) = rows("SELECT pg_database_size(current_database()) AS database_bytes", {})
    return {**size, "recordings": backlog()}
