"""Each web process's eye on the installation: what stays wrong raises an alarm, what is well again clears it.

The web process does it, since a dead worker is an alarm too. Several do it side by side: an alarm that is open is not raised
again. While the database is away what happens is remembered, and written once it is back.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from asgiref.sync import sync_to_async
from django.db import Error as DatabaseError
from django.db import close_old_connections

from callbase.apps.alarms import sources
from callbase.apps.alarms.actions import do_note, do_send_due, severity_of
from callbase.apps.alarms.models import Recipient
from callbase.apps.alarms.sending import SendFailed, send
from callbase.apps.alarms.words import Message
from callbase.core.views import TenantView
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
SELDOM_S = 30.0
"""What the database tells, and certificates, are looked at no more often."""
RECIPIENTS_READ_EVERY_S = 60.0

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

    @property
    def going_on(self) -> list[Trouble]:
        return [trouble for trouble, times in self._seen.values() if times >= STEADY_LOOKS]

    async def look(self, now: datetime) -> None:
        states = {source: text for source, text in (await self._states()).items() if not text.startswith(UNKNOWN)}
        for source, text in states.items():
            trouble, times = self._seen.get(source, (Trouble(source, text, now), 0))
            if text != health.OK:
                self._seen[source] = Trouble(source, text, trouble.since), times + 1
            elif self._seen.pop(source, None) and times >= STEADY_LOOKS:
                self._over.append(Trouble(source, trouble.text, trouble.since, until=now))
        well = {source for source, text in states.items() if text == health.OK}
        await self._note(self.going_on, self._over, well, now)
        self._over = []


@sync_to_async(thread_sensitive=False)
def _note(going_on: list[Trouble], over: list[Trouble], well: set[str], now: datetime) -> None:
    close_old_connections()
    try:
        do_note(going_on, over, well, now)
    finally:
        close_old_connections()


class Sources:
    """What all of them say. `views`: each tenant's state as the engine shows it; `ahead_s`: how far its clock is ahead."""

    def __init__(self, views: Callable[[], Iterable[TenantView]], ahead_s: Callable[[], float]) -> None:
        self._views, self._ahead_s = views, ahead_s
        self._seldom: dict[str, str] = {}
        self._looked_at_s = float("-inf")

    async def __call__(self) -> States:
        environment = read_environment()
        if time.monotonic() - self._looked_at_s >= SELDOM_S:
            self._looked_at_s = time.monotonic()
            files = [*environment.certificates, *filter(None, [environment.csta_certificate])]
            certificate = await asyncio.to_thread(sources.certificates, files, datetime.now(UTC))
            self._seldom = {**await sources.stored(), "certificate": certificate}
        found = {**(await health.check.health()).parts, **self._seldom}
        if found["clock"] == health.OK:
            found["clock"] = sources.engine_clock(self._ahead_s())
        found |= {"disk": sources.disk(environment), "telephones": sources.telephones(self._views())}
        return sources.by_machine(found, sources.own_machine(environment))


class WithoutDatabase:
    """While the database is away, where messages wait to be sent: tells recipients known from before what is wrong, once."""

    def __init__(self, read: Callable[[], Awaitable[list[Recipient]]], tell: Callable[[Recipient, Message], None]) -> None:
        self._read, self._tell = read, tell
        self._recipients: list[Recipient] = []
        self._read_at_s = float("-inf")
        self._told: set[str] = set()

    async def remember(self) -> None:
        """While the database is there. Raises DatabaseError."""
        self._told.clear()
        if time.monotonic() - self._read_at_s >= RECIPIENTS_READ_EVERY_S:
            self._recipients, self._read_at_s = await self._read(), time.monotonic()

    async def tell(self, troubles: Iterable[Trouble]) -> None:
        for trouble in troubles:
            if trouble.source in self._told:
                continue
            self._told.add(trouble.source)
            severity = severity_of(trouble.source)
            message = Message("raised", 0, trouble.source, severity, trouble.text, trouble.since)
            wanting = [one for one in self._recipients if severity == "critical" or one.severity == "major"]
            for recipient in wanting:
                try:
                    await asyncio.to_thread(self._tell, recipient, message)
                except SendFailed as failed:
                    log.warning("an alarm was not sent", kind=recipient.kind, address=recipient.address, reason=str(failed))


@sync_to_async(thread_sensitive=False)
def _recipients() -> list[Recipient]:
    close_old_connections()
    try:
        return list(Recipient.objects.all())
    finally:
        close_old_connections()


@sync_to_async(thread_sensitive=False)
def _send_due() -> int:
    close_old_connections()
    try:
        return do_send_due(datetime.now(UTC))
    finally:
        close_old_connections()


async def watch_health(sources_of: Sources) -> None:
    """For ever."""
    watch, meanwhile = Watch(sources_of, _note), WithoutDatabase(_recipients, send)
    await asyncio.sleep(FIRST_LOOK_AFTER_S)
    sending = asyncio.create_task(_keep_sending(), name="alarms sent")
    try:
        while True:
            try:
                await watch.look(datetime.now(UTC))
                await meanwhile.remember()
            except DatabaseError as error:
                log.warning("database away, alarms wait", reason=str(error))
                await meanwhile.tell(watch.going_on)
            except OSError as error:
                log.warning("alarms not looked for", reason=str(error))
            await asyncio.sleep(LOOK_EVERY_S)
    finally:
        sending.cancel()


async def _keep_sending() -> None:
    """Beside looking, which a slow recipient must not hold up."""
    while True:
        try:
            sent = await _send_due()
        except DatabaseError:
            sent = 0
        except Exception:  # whatever it is, later ones are sent
            log.exception("alarms could not be sent")
            sent = 0
        if not sent:
            await asyncio.sleep(LOOK_EVERY_S)
