"""Each web process's eye on the installation: what stays wrong raises an alarm, what is well again clears it.

The web process does it, since a dead worker is an alarm too. Several do it side by side: an alarm that is open is not raised
again. While the database is away what happens is remembered, and written once it is back.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError
from django.db import close_old_connections

from callbase.apps.alarms.actions import do_note
from callbase.platform.environment import read_environment
from callbase.web import health

log = structlog.get_logger(__name__)

FIRST_LOOK_AFTER_S = 20.0
"""The other parts start beside the web process, or after it."""
LOOK_EVERY_S = 2.0
STEADY_LOOKS = 2
"""An engine that is started again, or a part that answers late once, is no alarm."""
UNKNOWN = "unknown"
"""How a part's state begins that nobody can tell while another one is away: it neither raises nor clears."""
DISK_RESERVE_MB = 200

States = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Trouble:
    source: str
    text: str
    since: datetime
    until: datetime | None = None


class Watch:
    """`look` is called again and again; `states` tells of each part "ok" or what is wrong, `note` is `do_note`."""

    def __init__(self, states: Callable[[], Awaitable[States]], note: Callable[..., Awaitable[None]]) -> None:
        self._states, self._note = states, note
        self._seen: dict[str, tuple[Trouble, int]] = {}
        """What is wrong now, and how often that was seen in a row."""
        self._over: list[Trouble] = []
        """What is over and not written yet."""

    async def look(self, now: datetime) -> None:
        states = {source: text for source, text in (await self._states()).items() if not text.startswith(UNKNOWN)}
        for source, text in states.items():
            trouble, times = self._seen.get(source, (Trouble(source, text, now), 0))
            if text != health.OK:
                self._seen[source] = Trouble(source, text, trouble.since), times + 1
            elif self._seen.pop(source, None) and times >= STEADY_LOOKS:
                self._over.append(Trouble(source, trouble.text, trouble.since, until=now))
        going_on = [trouble for trouble, times in self._seen.values() if times >= STEADY_LOOKS]
        well = {source for source, text in states.items() if text == health.OK}
        await self._note(going_on, self._over, well, now)
        self._over = []


@sync_to_async(thread_sensitive=False)
def _note(going_on: list[Trouble], over: list[Trouble], well: set[str], now: datetime) -> None:
    close_old_connections()
    try:
        do_note(going_on, over, well, now)
    finally:
        close_old_connections()


async def states() -> States:
    environment = read_environment()
    home = environment.home
    free_mb = shutil.disk_usage(home).free // 2**20 if home.exists() else 0
    low = free_mb <= environment.recording_min_free_mb + DISK_RESERVE_MB
    disk = f"{free_mb} MB free: calls are no longer recorded soon" if low else health.OK
    return {**(await health.check.health()).parts, "disk": disk}


async def watch_health() -> None:
    """For ever."""
    watch = Watch(states, _note)
    await asyncio.sleep(FIRST_LOOK_AFTER_S)
    while True:
        try:
            await watch.look(datetime.now(UTC))
        except DatabaseError as error:
            log.warning("database away, alarms wait", reason=str(error))
        except OSError as error:
            log.warning("alarms not looked for", reason=str(error))
        await asyncio.sleep(LOOK_EVERY_S)
