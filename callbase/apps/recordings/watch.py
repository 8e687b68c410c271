"""The worker's eye on recordings: what has ended is encoded at once, one after the other; the table is looked at every second."""

from __future__ import annotations

import asyncio

import structlog
from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError
from django.db import close_old_connections

from callbase.apps.recordings.actions import DiskFull, do_encode_next, do_remove_left
from callbase.platform.environment import Environment

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
DATABASE_PAUSE_S = 5.0
DISK_PAUSE_S = 30.0


async def watch_recordings(environment: Environment) -> None:
    """For ever. Neither a database that is away nor a full disk ends it."""
    tidied = False
    while True:
        pause_s = await _pause_s(environment)
        if not tidied and pause_s == LOOK_EVERY_S:
            tidied = True
            await sync_to_async(_tidy, thread_sensitive=False)(environment)
        await asyncio.sleep(pause_s)


async def _pause_s(environment: Environment) -> float:
    """Encodes one recording; how long to wait before the next look."""
    try:
        return 0.0 if await sync_to_async(_encode_next, thread_sensitive=False)(environment) else LOOK_EVERY_S
    except DiskFull as full:
        log.error("ALARM disk full: recordings stay as wav files until there is room", reason=str(full))
        return DISK_PAUSE_S
    except DatabaseError as error:
        log.warning("database away, recordings wait", reason=str(error))
        return DATABASE_PAUSE_S


def _tidy(environment: Environment) -> None:
    """Once, after what waits is done."""
    try:
        left = do_remove_left(environment)
    except (DatabaseError, OSError) as error:
        log.warning("wav files of stored recordings not looked for", reason=str(error))
        return
    finally:
        close_old_connections()
    if left:
        log.warning("wav files of stored recordings removed, which a killed worker left", paths=left)


def _encode_next(environment: Environment) -> bool:
    close_old_connections()
    try:
        return do_encode_next(environment)
    finally:
        close_old_connections()
