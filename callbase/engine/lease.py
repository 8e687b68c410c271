"""Which engine leads: the row `engine_lease`, renewed by beats. The leader acts only while it is sure to be it.

`epoch` grows with each leader. Three rules make two leaders at a time impossible:

- A leader that has *armed* a standby (allowed it, in the row, to take over) stops by itself LEASE_S after it sent the last beat
  that came through: `check` stands before every event, command and request, and ends the process. The time is CLOCK_BOOTTIME's,
  which goes on while the process, or the machine, is stopped.
- The armed standby takes over once it has seen no new beat for TAKE_OVER_AFTER_S > LEASE_S. It counts from when it saw the last
  one, so from later than the leader does; no wall clock matters. Where the leader is proven dead or has let go it need not wait.
- Journal and facts are written by the session that holds the database's advisory lock, and the epoch grows only in that hand: who
  takes over first ends the session of the one before. So nothing that an old leader has on its way reaches the facts.

A leader that has armed nobody never stops for want of the database, since nobody may take over: calls go on without it.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from typing import LiteralString, NoReturn

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.rows import class_row

from callbase.engine.database import LOCK, connect, reason, take_lock

log = structlog.get_logger(__name__)

RENEW_EVERY_S = 0.25
LEASE_S = 1.0
TAKE_OVER_AFTER_S = 1.2
STANDBY_GONE_AFTER_S = 3.0
"""A standby silent for so long is disarmed, and its place is free."""
STRANGER_AFTER_S = 10.0
"""A leader silent for so long, that armed nobody and is not proven dead: it ran on another machine, and is taken for dead."""
EXIT_CODE = 75
"""The supervisor starts it again, as a standby."""

_RENEW: LiteralString = """
    UPDATE engine_lease
    SET beat = beat + 1, armed = %(armed)s, standby = CASE standby WHEN %(gone)s THEN '' ELSE standby END
    WHERE epoch = %(epoch)s RETURNING standby, standby_beat
"""
_SHOW_UP: LiteralString = "UPDATE engine_lease SET standby = %s, standby_beat = standby_beat + 1 WHERE standby IN ('', %s)"
_END_SESSION: LiteralString = """
    SELECT pg_terminate_backend(pid) FROM pg_locks
    WHERE locktype = 'advisory' AND granted AND objsubid = 1 AND pid <> pg_backend_pid()
      AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
      AND (classid::bigint << 32 | objid::bigint) = %s AND EXISTS (SELECT FROM engine_lease WHERE epoch = %s)
"""
_CLAIM: LiteralString = """
    UPDATE engine_lease
    SET epoch = epoch + 1, beat = beat + 1, holder = %(me)s, armed = '',
        standby = CASE standby WHEN %(me)s THEN '' ELSE standby END
    WHERE epoch = %(epoch)s RETURNING epoch
"""


def now_s() -> float:
    """Goes on while the process or the machine is stopped, and with no clock that is set."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


class LeaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the row says."""

    epoch: int
    author: int
    """The epoch whose leader last wrote to the journal; set once its recovery is done."""
    beat: int
    holder: str
    """The leading process; empty: it has let go."""
    armed: str
    """The process that may take over when the beats stop; empty: none."""


def end_process(why: str) -> NoReturn:
    """At once, with nothing tidied: whatever this process would still do to the outside is another's now."""
    log.error("this engine does not lead any more, and ends", reason=why)
    os._exit(EXIT_CODE)


class Lease:
    """The leader's side. From `hold` on it is renewed until it is let go."""

    def __init__(self, url: str, *, end: Callable[[str], object] = end_process) -> None:
        self.epoch = 0
        self.standby = ""
        """The process that is armed, as far as the last renewal that came through."""
        self._url, self._end = url, end
        self._connection: AsyncConnection | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._until_s = 0.0
        self._expires = False
        self._seen = ("", 0)
        self._seen_at_s = 0.0

    def hold(self, epoch: int, since_s: float) -> None:
        """`since_s`: before it was asked for."""
        self.epoch, self._until_s = epoch, since_s + LEASE_S
        if self._keeping is None:
            self._keeping = asyncio.create_task(self._keep(), name="lease")

    def check(self) -> None:
        """Before anything is done to the outside. Does not return where it is not sure that nobody else leads."""
        if self._expires and now_s() >= self._until_s:
            self._end("the lease has run out")

    async def let_go(self) -> None:
        """A standby may take over at once. Without the database nothing is done, and it will find this process ended."""
        try:
            async with asyncio.timeout(LEASE_S):
                if self._connection is not None:
                    await self._connection.execute("UPDATE engine_lease SET holder = '' WHERE epoch = %s", [self.epoch])
        except (psycopg.Error, OSError, TimeoutError) as error:
            log.warning("the lease could not be given back", reason=reason(error))
        await self.stop()

    async def stop(self) -> None:
        if self._keeping is not None:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)
        await self._disconnect()

    async def _keep(self) -> None:
        while True:
            try:
                async with asyncio.timeout(LEASE_S):
                    if self._connection is None:
                        self._connection = await connect(self._url, "engine lease", durable=False)
                    await self._renew(self._connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                log.debug("the lease could not be renewed", reason=reason(error))
                await self._disconnect()
            self.check()
            await asyncio.sleep(RENEW_EVERY_S)

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _renew(self, connection: AsyncConnection) -> None:
        sent_s = now_s()
        standby = self._seen[0] if sent_s - self._seen_at_s < STANDBY_GONE_AFTER_S else ""
        gone = "" if standby else self._seen[0]
        self._expires = self._expires or bool(standby)
        cursor = await connection.execute(_RENEW, {"armed": standby, "gone": gone, "epoch": self.epoch})
        row = await cursor.fetchone()
        if row is None:
            self._end("another engine leads")
            return
        if standby != self.standby:
            log.info("a standby may take over now" if standby else "no standby is there any more", standby=standby)
        self.standby, self._expires, self._until_s = standby, bool(standby), sent_s + LEASE_S
        if row != self._seen:
            self._seen, self._seen_at_s = row, sent_s


async def look(connection: AsyncConnection) -> LeaseRow:
    """Raises psycopg.Error."""
    async with connection.cursor(row_factory=class_row(LeaseRow)) as cursor:
        await cursor.execute("SELECT epoch, author, beat, holder, armed FROM engine_lease")
        row = await cursor.fetchone()
    if row is None:
        raise psycopg.errors.UndefinedTable("engine_lease is empty")
    return row


async def show_up(connection: AsyncConnection, me: str) -> None:
    """Says that this process stands by, where no other one does."""
    await connection.execute(_SHOW_UP, [me, me])


async def claim(connection: AsyncConnection, me: str, epoch: int) -> int | None:
    """Ends what is left of the leader of `epoch`. The new epoch; `connection` then holds the lock. None: another was quicker."""
    await connection.execute(_END_SESSION, [LOCK, epoch])
    deadline_s = now_s() + LEASE_S
    while not await take_lock(connection):  # a session that is told to end does so in milliseconds
        if now_s() > deadline_s:
            return None
        await asyncio.sleep(0.005)
    cursor = await connection.execute(_CLAIM, {"me": me, "epoch": epoch})
    row = await cursor.fetchone()
    if row is None:
        await connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return None
    return int(row[0])


async def authored(connection: AsyncConnection, epoch: int) -> None:
    """What earlier leaders left is safe: from now on only this epoch's entries follow on the journal."""
    await connection.execute("UPDATE engine_lease SET author = %s WHERE epoch = %s", [epoch, epoch])


class Watch:
    """The standby's side: whether the leader may be followed by this process now."""

    def __init__(self, me: str, proves_dead: Callable[[str], bool]) -> None:
        self._me, self._proves_dead = me, proves_dead
        self._beat = (-1, -1)
        self._beat_at_s = 0.0

    def may_take_over(self, row: LeaseRow) -> bool:
        """Told of each look at the row."""
        if (row.epoch, row.beat) != self._beat:
            self._beat, self._beat_at_s = (row.epoch, row.beat), now_s()
        if row.holder in ("", self._me) or self._proves_dead(row.holder):
            return True
        silent_s = now_s() - self._beat_at_s
        return silent_s > (TAKE_OVER_AFTER_S if row.armed == self._me else STRANGER_AFTER_S if not row.armed else float("inf"))
