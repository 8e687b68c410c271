"""Which engine leads: the row `engine_lease`, renewed by beats. The leader acts only while it is sure to be it.

`epoch` grows with each leader. Three rules make two leaders at a time impossible:

- A leader that has *armed* a standby (one that hears all by the stream, and is allowed in the row to take over) stops by itself
  LEASE_S after it sent the last beat that came through: `check` stands before what happened is journaled, before anything is done
  or said about it, and before every request, and ends the process. The time is CLOCK_BOOTTIME's, which goes on while the process,
  or the machine, is stopped.
- The armed standby takes over once it has seen no new beat for TAKE_OVER_AFTER_S > LEASE_S. It counts from when it saw the last
  one, so from later than the leader does; no wall clock matters. Where the leader is proven dead or has let go it need not wait.
  Nobody else does while it may be alive: it knows most, and may have let the leader lead on. A leader that cannot bring what it
  knows to the database yet goes on trying, under the same epoch.
- Journal and facts are written by the session that holds the database's advisory lock, and the epoch grows only in that hand: who
  takes over first ends the session of the one before. So nothing that an old leader has on its way reaches the facts.

Where a replica of the database takes over that lacks the last beats, or the leader's beginning itself, the row goes back. Neither
counts that as a sign from anybody: the leader puts itself into the row again where nobody else has, and ends where somebody has;
a standby goes by the latest leader it knows of, and one that may not know it waits until a leader would have put itself back. An
epoch may then be given twice: who leads is an epoch and a process's name.

Where neither has the database, the armed standby lets the leader lead on, one lease at a time, over the stream (stream.py).

A leader that has armed nobody never stops for want of the database: calls go on without it. An engine that is started then hears
over the stream that it lives, and leaves it alone. It follows it only once neither the row nor the stream has told of it for
STRANGER_AFTER_S, as where its machine is dead. A leader that comes to itself after as long a halt ends, since it may have been
followed. So there is one way left for two to lead: one that lives, armed nobody, and is cut off from the database and from the
other engine for as long. What it does then goes on one switch only, for Asterisk gives its events, and a driver its commands, to
who came last; and to no table, for the database knows the other one as the leader: its files are set aside for a person.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import LiteralString, NoReturn

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection
from psycopg.rows import class_row

from callbase.engine.clock import passed_s
from callbase.engine.database import LOCK, answers_within, connect, reason, take_lock

log = structlog.get_logger(__name__)

RENEW_EVERY_S = 0.25
LEASE_S = 1.0
TAKE_OVER_AFTER_S = 1.2
ASK_BEFORE_S = 0.6
WATCH_EVERY_S = 0.1
STANDBY_GONE_AFTER_S = 3.0
"""A standby silent for so long is disarmed, and its place is free."""
STRANGER_AFTER_S = 10.0
"""A leader of which neither row nor stream has told for so long, that armed nobody and is not proven dead, is taken for dead."""
HALT_S = 8.0
"""A leader that armed nobody and was stopped for so long, alone or with its machine, may have been taken for dead."""
SWITCH_OVER_S = 15.0
EXIT_CODE = 75
"""The supervisor starts it again, as a standby."""

_RENEW: LiteralString = """
    UPDATE engine_lease
    SET beat = beat + 1, armed = %(armed)s, address = %(address)s, standby = CASE standby WHEN %(gone)s THEN '' ELSE standby END
    WHERE epoch = %(epoch)s AND holder = %(me)s RETURNING standby, standby_beat, step_down
"""
_PUT_BACK: LiteralString = """
    UPDATE engine_lease
    SET epoch = %(epoch)s, holder = %(me)s, beat = beat + 1, armed = '', address = %(address)s, step_down = false
    WHERE epoch < %(epoch)s RETURNING standby, standby_beat, step_down
"""
_LOOK: LiteralString = """
    SELECT epoch, author, beat, holder, address, armed, (SELECT coalesce(max(seq), 0) FROM engine_journal) AS written
    FROM engine_lease
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
    SET epoch = CASE WHEN holder = %(me)s AND epoch >= %(known)s THEN epoch ELSE greatest(epoch, %(known)s) + 1 END,
        beat = beat + 1, holder = %(me)s, address = '', armed = '', step_down = false,
        standby = CASE standby WHEN %(me)s THEN '' ELSE standby END
    WHERE epoch = %(epoch)s RETURNING epoch
"""


class LeaseRow(msgspec.Struct, frozen=True, kw_only=True):
    """What the row says."""

    epoch: int
    author: int
    """The epoch whose leader last wrote to the journal; set once its recovery is done."""
    beat: int
    holder: str
    """The leading process; empty: it has let go."""
    address: str
    """Where the leader's stream is; empty: nowhere yet."""
    armed: str
    """The process that may take over when the beats stop; empty: none."""
    written: int
    """The journal's last entry in the database."""


def end_process(why: str) -> NoReturn:
    """At once, with nothing tidied: whatever this process would still do to the outside is another's now."""
    log.error("this engine does not lead any more, and ends", reason=why)
    os._exit(EXIT_CODE)


class Lease:
    """The leader's side. From `hold` on it is renewed until it is let go."""

    def __init__(self, url: str, *, end: Callable[[str], object] = end_process) -> None:
        self.epoch, self.holder = 0, ""
        self.standby = ""
        """The process that is armed, as far as the last renewal that came through."""
        self.address = ""
        """Of the stream."""
        self.ask: Callable[[], None] = lambda: None
        """Asks the armed standby whether this engine may lead on; `extend` is its answer."""
        self.tell_alive: Callable[[], None] = lambda: None
        """Tells whoever listens that this engine lives."""
        self.hears: Callable[[str], bool] = lambda name: False
        """Whether that standby hears everything that happens here; else it is not armed."""
        self.stepping_down = asyncio.Event()
        """Somebody wants the standby to lead."""
        self._url, self._end = url, end
        self._connection: AsyncConnection | None = None
        self._tasks: tuple[asyncio.Task[None], ...] = ()
        self._until_s = self._ran_at_s = 0.0
        self._expires = False
        self._seen = ("", 0)
        self._seen_at_s = self._heard_at_s = float("-inf")

    def hold(self, epoch: int, me: str, since_s: float) -> None:
        """`since_s`: before it was asked for."""
        self.epoch, self.holder, self._until_s, self._ran_at_s = epoch, me, since_s + LEASE_S, passed_s()
        if not self._tasks:
            self._tasks = (
                asyncio.create_task(self._keep(), name="lease"),
                asyncio.create_task(self._watch(), name="lease watch"),
            )

    def extend(self, asked_s: float) -> None:
        """The armed standby takes over no sooner than TAKE_OVER_AFTER_S from its answer to what was asked then."""
        self._until_s = max(self._until_s, asked_s + LEASE_S)

    @property
    def age_s(self) -> float:
        """Time since it was renewed."""
        return max(0.0, passed_s() - self._until_s + LEASE_S)

    def check(self) -> None:
        """Before anything is done to the outside. Does not return where it is not sure that nobody else leads."""
        now_s = passed_s()
        if self._expires and now_s >= self._until_s:
            self._end("the lease has run out")
        elif self._tasks and now_s - self._ran_at_s >= HALT_S:
            self._end("it stood still for so long that it may have been taken for dead")

    async def let_go(self) -> None:
        """A standby may take over at once. Without the database nothing is done, and it will find this process ended."""
        try:
            if self._connection is not None:
                with answers_within(self._connection, LEASE_S):
                    await self._connection.execute("UPDATE engine_lease SET holder = '' WHERE epoch = %s", [self.epoch])
        except (psycopg.Error, OSError) as error:
            log.warning("the lease could not be given back", reason=reason(error))
        await self.stop()

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._disconnect()

    async def _keep(self) -> None:
        while True:
            try:
                if self._connection is None:
                    async with asyncio.timeout(LEASE_S):
                        self._connection = await connect(self._url, "engine lease", durable=False)
                with answers_within(self._connection, LEASE_S):
                    await self._renew(self._connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                log.debug("the lease could not be renewed", reason=reason(error))
                await self._disconnect()
            await asyncio.sleep(RENEW_EVERY_S)

    async def _watch(self) -> None:
        """Asks in good time where the database does not answer, and ends an engine that nothing happens to as well."""
        while True:
            self.check()
            self._ran_at_s = passed_s()
            if not self._expires:
                self.tell_alive()
            elif self._until_s - passed_s() < ASK_BEFORE_S:
                self.ask()
            await asyncio.sleep(WATCH_EVERY_S)

    async def _disconnect(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _renew(self, connection: AsyncConnection) -> None:
        sent_s = passed_s()
        name = self._seen[0]
        if self.hears(name):
            self._heard_at_s = sent_s
        gone = name if sent_s - self._seen_at_s > STANDBY_GONE_AFTER_S else ""
        standby = "" if gone or sent_s - self._heard_at_s > STANDBY_GONE_AFTER_S else name
        self._expires = self._expires or bool(standby)
        own = {"epoch": self.epoch, "me": self.holder, "address": self.address}
        row = await (await connection.execute(_RENEW, {**own, "armed": standby, "gone": gone})).fetchone()
        if row is None:
            row, standby = await (await connection.execute(_PUT_BACK, own)).fetchone(), ""
            if row is None:
                self._end("another engine leads")
                return
            log.error("the database went back to before this engine led; it is told again", epoch=self.epoch)
        if standby != self.standby:
            log.info("a standby may take over now" if standby else "no standby is there any more", standby=standby)
        self.standby, self._expires, self._until_s = standby, bool(standby), max(self._until_s, sent_s + LEASE_S)
        *seen, step_down = row
        if seen[0] != name:
            self._heard_at_s = float("-inf")
        if (seen[0], seen[1]) != self._seen:
            self._seen, self._seen_at_s = (seen[0], seen[1]), sent_s
        if step_down and standby:
            self.stepping_down.set()


async def look(connection: AsyncConnection) -> LeaseRow:
    """Raises psycopg.Error."""
    async with connection.cursor(row_factory=class_row(LeaseRow)) as cursor:
        await cursor.execute(_LOOK)
        row = await cursor.fetchone()
    if row is None:
        raise psycopg.errors.UndefinedTable("engine_lease is empty")
    return row


async def show_up(connection: AsyncConnection, me: str) -> None:
    """Says that this process stands by, where no other one does."""
    await connection.execute(_SHOW_UP, [me, me])


async def hurry(connection: AsyncConnection, quick: bool) -> None:
    """`quick`: commits of this session wait for no disk."""
    await connection.execute("SET synchronous_commit = off" if quick else "RESET synchronous_commit")


async def claim(connection: AsyncConnection, me: str, epoch: int, known: int) -> int | None:
    """Ends what is left of the leader of `epoch`. The new epoch, later than `known`, or the same where this process is that
    leader; `connection` then holds the lock. None: another was quicker."""
    await connection.execute(_END_SESSION, [LOCK, epoch])
    deadline_s = passed_s() + LEASE_S
    while not await take_lock(connection):  # a session that is told to end does so in milliseconds
        if passed_s() > deadline_s:
            return None
        await asyncio.sleep(0.005)
    cursor = await connection.execute(_CLAIM, {"me": me, "epoch": epoch, "known": known})
    row = await cursor.fetchone()
    if row is None:
        await connection.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return None
    return int(row[0])


async def authored(connection: AsyncConnection, epoch: int) -> None:
    """What earlier leaders left is safe: from now on only this epoch's entries follow on the journal."""
    await connection.execute("UPDATE engine_lease SET author = %s WHERE epoch = %s", [epoch, epoch])


class NobodyStandsBy(RuntimeError):
    """There is no other engine to lead, or it did not begin to in time."""


async def switch_over(url: str) -> float:
    """Has the standby lead; the seconds that took. Raises NobodyStandsBy, psycopg.Error."""
    connection = await connect(url, "engine switch-over")
    try:
        asked_s = passed_s()
        before = await look(connection)
        asked = await connection.execute(
            "UPDATE engine_lease SET step_down = true WHERE epoch = %s AND armed <> ''", [before.epoch]
        )
        if not asked.rowcount:
            raise NobodyStandsBy("no engine stands by that could lead")
        while (await look(connection)).author == before.author:
            if passed_s() - asked_s > SWITCH_OVER_S:
                await connection.execute("UPDATE engine_lease SET step_down = false WHERE epoch = %s", [before.epoch])
                raise NobodyStandsBy(f"the standby did not lead within {SWITCH_OVER_S:.0f} s; see the engines' logs")
            await asyncio.sleep(0.05)
        return passed_s() - asked_s
    finally:
        await connection.close()


class Watch:
    """The standby's side: whether the leader may be followed by this process now."""

    def __init__(self, me: str, proves_dead: Callable[[str], bool], *, goes_back: bool = False) -> None:
        """`goes_back`: a replica may take the database's place, and its row may be older than the latest leader."""
        self._me, self._proves_dead, self._goes_back = me, proves_dead, goes_back
        self.latest: LeaseRow | None = None
        """Of the latest leader that is known of; the database may have gone back to before it."""
        self._beat = (-1, -1)
        self._beat_at_s = 0.0
        self._heard_at_s = float("-inf")
        self._connected_s = float("-inf")
        self._wait_until_s = 0.0

    def connected(self) -> None:
        """To the database, or to another one."""
        self._connected_s = passed_s()

    def heard(self) -> None:
        """From the leader itself, that it lives."""
        self._heard_at_s = passed_s()

    def wait_until(self, at_s: float) -> None:
        """The leader was let lead on."""
        self._wait_until_s = at_s

    def may_take_over(self, row: LeaseRow) -> bool:
        """Told of each look at the row."""
        if self.latest is not None and row.epoch < self.latest.epoch:
            row = self.latest
        self.latest = row
        now_s = passed_s()
        if (row.epoch, row.beat) != self._beat:
            self._beat, self._beat_at_s = (row.epoch, row.beat), now_s
        silent_s = now_s - self._beat_at_s
        others_turn = row.armed not in ("", self._me) and not self._proves_dead(row.armed)
        if row.holder in ("", self._me) or self._proves_dead(row.holder):
            if self._goes_back and row.armed != self._me and now_s - self._connected_s <= TAKE_OVER_AFTER_S:
                return False
            return not others_turn or silent_s > STRANGER_AFTER_S
        if others_turn or now_s < self._wait_until_s:
            return False
        if row.armed:
            return silent_s > TAKE_OVER_AFTER_S
        return min(silent_s, now_s - self._heard_at_s) > STRANGER_AFTER_S
