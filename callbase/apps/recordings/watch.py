"""The worker's eye on recordings: what has ended is encoded at once, one after the other; the table is looked at every second."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime

import structlog
from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError
from django.db import close_old_connections

from callbase.apps.recordings.actions import LONG_AGO, DiskFull, do_encode_next, do_remove_left
from callbase.platform.environment import Environment

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0
LOOK_AT_ALL_EVERY_S = 5.0
DATABASE_PAUSE_S = 5.0
DISK_PAUSE_S = 30.0


class Looks:
    """From when on each look seeks what is due: from where the last one found something, so that it does not pass by all that was
    due before and has left, which the database keeps for as long as some transaction may still read it. Now and then from the
    beginning, for the end of a recording may be stated late. Times are of time.monotonic()."""

    def __init__(self) -> None:
        self._found = LONG_AGO
        self._all_at_s = float("-inf")

    def since(self, now_s: float) -> datetime:
        if now_s - self._all_at_s < LOOK_AT_ALL_EVERY_S:
            return self._found
        self._all_at_s = now_s
        return LONG_AGO

    def found(self, due_at: datetime) -> None:
        """Also where that is earlier: others may be that late."""
        self._found = due_at


async def watch_recordings(environment: Environment) -> None:
    """For ever. Neither a database that is away nor a full disk ends it."""
    looks, tidied = Looks(), False
    while True:
        pause_s = await _pause_s(environment, looks)
        if not tidied and pause_s == LOOK_EVERY_S:
            tidied = True
            await sync_to_async(_tidy, thread_sensitive=False)(environment)
        await asyncio.sleep(pause_s)


async def _pause_s(environment: Environment, looks: Looks) -> float:
    """Encodes one recording; how long to wait before the next look."""
    try:
        due_at = await sync_to_async(_encode_next, thread_sensitive=False)(environment, looks.since(time.monotonic()))
        if due_at is None:
            return LOOK_EVERY_S
        looks.found(due_at)
        return 0.0
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


def _encode_next(environment: Environment, since: datetime) -> datetime | None:
    close_old_connections()
    try:
        return do_encode_next(environment, since)
    finally:
        close_old_connections()
