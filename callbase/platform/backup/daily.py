"""The backup of each day: made by the worker at CALLBASE_BACKUP_AT, or as soon as it runs again where it did not then."""

from __future__ import annotations

import asyncio
from datetime import datetime, time, timedelta

import structlog

from callbase.platform.backup.make import LastBackup, read_last
from callbase.platform.environment import Environment
from callbase.platform.services import own_command

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 60.0
AGAIN_AFTER_S = 3600.0
"""Between attempts while they fail."""


async def make_daily_backups(environment: Environment) -> None:
    """For ever. Where several workers do so, the first to begin makes it."""
    while True:
        now = datetime.now().astimezone()
        due = environment.backup_at is not None and is_due(now, environment.backup_at, read_last(environment))
        made = await _make() if due else True
        await asyncio.sleep(LOOK_EVERY_S if made else AGAIN_AFTER_S)


def is_due(now: datetime, at: time, last: LastBackup | None) -> bool:
    """`now` with its time zone, in which `at` is meant."""
    due = datetime.combine(now, at, now.tzinfo)
    if due > now:
        due -= timedelta(days=1)
    if last is None or last.began_at < due.timestamp():
        return True
    return bool(last.failed) and now.timestamp() - last.ended_at >= AGAIN_AFTER_S


async def _make() -> bool:
    process = await asyncio.create_subprocess_exec(*own_command("backup"), stderr=asyncio.subprocess.PIPE)
    try:
        _, complaints = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        raise
    if process.returncode:
        log.error("ALARM backup failed", reason=complaints.decode(errors="replace").strip()[-500:])
        return False
    log.info("backup made")
    return True
