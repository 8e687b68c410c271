"""The journal: takes every input in at once, and brings it to the database in batches, off the way of calls.

An entry is first put into the spool (shared memory, then a local file), then kept in memory until the database has it. While the
database is away calls go on; memory stays bounded because what no longer fits is read back from the spool when the database
returns. Entries are lost only where the database is away, the local disk cannot be written, and more than MEMORY_ENTRIES have
gathered: then the oldest go, with an error in the log that says which.

The database may go back: where a replica takes over, what it had not received is gone, journal and facts to the same place. What
is beyond that place is then brought there again, from the spool, or from what a leader that has just begun heard before, or from
the spool of another engine of this home that led before.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import LiteralString

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection

from callbase.engine.batch import write_batch, write_one_by_one
from callbase.engine.database import Backoff, answers_within, connect, cut, reason, take_lock
from callbase.engine.entry import KEPT_S, Entry, decode_entries, encode_entries
from callbase.engine.lease import look
from callbase.engine.partitions import ensure_partitions
from callbase.engine.projection import moment
from callbase.engine.recovery import SNAPSHOTS_KEPT, following
from callbase.engine.spool import Spool, unbroken

log = structlog.get_logger(__name__)

BATCH_ENTRIES = 2_000
MEMORY_ENTRIES = 200_000
WRITE_OUT_S = 0.1
GATHER_S = 0.1
"""Longest pause after a batch, so that many entries share one commit: what one costs hardly depends on how many there are."""
WRITE_TIMEOUT_S = 30.0
PARTITIONS_EVERY_S = 3_600.0
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
HOURLY_FOR_MS = 7 * DAY_MS
_FORGET_SNAPSHOTS: LiteralString = """
    DELETE FROM engine_snapshot old
    WHERE seq <= (SELECT seq FROM engine_snapshot ORDER BY seq DESC OFFSET %(newest)s LIMIT 1)
      AND EXISTS (SELECT FROM engine_snapshot first WHERE first.seq < old.seq AND first.at_ms / %(day)s = old.at_ms / %(day)s)
      AND (old.at_ms < %(hourly_since)s
           OR EXISTS (SELECT FROM engine_snapshot last WHERE last.seq > old.seq AND last.at_ms / %(hour)s = old.at_ms / %(hour)s))
"""
"""The newest are for the next start. The last one of each hour (UTC) stays for a week: a replay of an hour begins just before it
and is compared just before its end. The first one of each day stays as long as the journal: a replay can begin there."""


class Batch(msgspec.Struct, frozen=True, kw_only=True):
    """Entries that go to the database in one transaction, one a line."""

    first: int
    last: int
    from_ms: int
    until_ms: int
    lines: bytes


class OvertakenError(RuntimeError):
    """Another engine writes to this database: this one must stop, for it no longer knows the truth."""


class Journal:
    """Entries from `committed` + 1 on, on their way to the database."""

    def __init__(self, url: str, spool: Spool, committed: int, *, epoch: int, holder: str, tail: Sequence[Entry] = ()) -> None:
        """`tail`: entries up to `committed`, in case the database goes back."""
        self.committed = committed
        """Everything up to this `seq` is in the database."""
        self.last = committed
        self.status = "ok"
        """Of the database: "ok", or why it is away."""
        self.on_written: Callable[[int, float], None] = lambda entries, seconds: None
        self.on_entries: Callable[[Sequence[Entry]], None] = lambda entries: None
        """Told of entries once they are safe here."""
        self._url, self._spool, self._epoch, self._holder, self._tail = url, spool, epoch, holder, tail
        self._pending: deque[Batch] = deque()
        """What the database does not have, as far as it is in memory; but for what the spool still gathers."""
        self._taken = committed
        """Entries up to this one were taken from the spool."""
        self._from_ms = self._until_ms = 0
        """The moments of the first and last entry beyond it."""
        self._snapshot: tuple[int, int, bytes] | None = None
        self._write_out: asyncio.TimerHandle | None = None
        self._wake = asyncio.Event()
        self._hurry = asyncio.Event()
        """Somebody may look at once for what is not committed."""
        self._written = asyncio.Event()
        self._partitions_due_s = 0.0
        self._backoff = Backoff()
        self._connection: AsyncConnection | None = None

    @property
    def waiting_since_ms(self) -> int | None:
        """The moment of the oldest entry the database does not have, as far as it is in memory; None: it has all."""
        if self._pending:
            return self._pending[0].from_ms
        return self._from_ms if self.last > self._taken else None

    @property
    def backlog(self) -> int:
        return self.last - self.committed

    def append(self, entries: Sequence[Entry], *, awaited: bool) -> None:
        """Takes the next entries in, at least one. Returns at once; when it does, they outlive this process.

        `awaited`: whoever asked for one has been answered and may read it at once, so the database gets it without delay."""
        self._spool.append(encode_entries(entries))
        if self.last == self._taken:
            self._begin_batch(entries[0].at_ms)
        last = entries[-1]
        self.last, self._until_ms = last.seq, last.at_ms
        if last.seq - self._taken >= BATCH_ENTRIES:
            self._take()
            self._spool.begin_write_out()
            self._hurry.set()
        elif awaited:
            self._hurry.set()
        self.on_entries(entries)

    def unwritten(self) -> Iterator[Entry]:
        """What the database does not have, as far as it is in memory."""
        self._take()
        return chain.from_iterable(decode_entries(batch.lines) for batch in self._pending)

    def keep_snapshot(self, seq: int, at_ms: int, state: bytes) -> None:
        """Writes the core's state once the database holds every entry it comes from. A newer one replaces one still waiting."""
        self._snapshot = (seq, at_ms, state)
        self._wake.set()

    async def drain(self, timeout_s: float) -> bool:
        """Waits until the database has everything. Whether it does."""
        try:
            async with asyncio.timeout(timeout_s):
                while self.backlog or self._snapshot:
                    self._hurry.set()
                    self._written.clear()
                    await self._written.wait()
        except TimeoutError:
            return False
        return True

    def stop(self) -> None:
        """`run` waits for no answer any more, and may be cancelled. What is not in files yet is once the spool is closed."""
        if self._write_out is not None:
            self._write_out.cancel()
        if self._connection is not None:
            cut(self._connection)

    async def run(self, connection: AsyncConnection | None) -> None:
        """Writes for ever, connecting anew as often as needed; `connection`: one that holds the lock already.

        Raises OvertakenError.
        """
        while True:
            try:
                if connection is None:
                    connection = await self._reconnect()
                self._connection = connection
                await self._write(connection)
            except (psycopg.Error, OSError, TimeoutError) as error:
                self.status = reason(error)
                if self._backoff.log_now:
                    log.error("the database is away; calls go on, the journal waits", error=self.status, backlog=self.backlog)
            finally:
                if connection is not None:
                    await connection.close()
                    connection = self._connection = None
            await self._backoff.wait()

    async def _reconnect(self) -> AsyncConnection:
        """A connection that holds the lock, with `committed` as the database sees it: the last commit's answer may be lost, or a
        replica leads that lacks some."""
        connection = await connect(self._url, "engine journal")
        try:
            if not await take_lock(connection):
                raise psycopg.OperationalError("another connection holds the engine's lock")
            lease = await look(connection)
            if lease.epoch < self._epoch:
                raise psycopg.OperationalError("the database went back to before this engine led; the lease is not renewed yet")
            if (lease.epoch, lease.holder) != (self._epoch, self._holder):
                raise OvertakenError(f"engine {lease.epoch} ({lease.holder}) leads, we are {self._epoch} ({self._holder})")
            has = lease.written
            if has > self.last:
                raise OvertakenError(f"the journal is at {has}, we are at {self.last}")
            if has < self.committed:
                log.error(
                    "the database went back, as where a replica takes over; it is given again what it lacks",
                    had=self.committed,
                    has=has,
                )
                self.committed = has
            self._advance(has)
            self._partitions_due_s = 0.0
        except BaseException:
            await connection.close()
            raise
        return connection

    async def _write(self, connection: AsyncConnection) -> None:
        while True:
            self._hurry.clear()
            batch = self._next_batch()
            if batch is not None:
                await self._ensure_partitions(connection, batch.until_ms)
                started_s = time.perf_counter()
                with answers_within(connection, WRITE_TIMEOUT_S):
                    await self._write_batch(connection, batch)
                self.on_written(batch.last - batch.first + 1, time.perf_counter() - started_s)
                self._advance(batch.last)
                self._takes_what_comes()
                if not self._pending:
                    with suppress(TimeoutError):
                        async with asyncio.timeout(GATHER_S):
                            await self._hurry.wait()
                continue
            if self._snapshot is not None:
                await self._write_snapshot(connection, *self._snapshot)
                self._takes_what_comes()
                continue
            self._takes_what_comes()
            self._wake.clear()
            await self._wake.wait()

    def _takes_what_comes(self) -> None:
        """The database does: it may be there and have no room."""
        if self.status != "ok":
            log.info("the database is back", backlog=self.backlog)
        self.status = "ok"
        self._backoff.reset()

    async def _write_batch(self, connection: AsyncConnection, batch: Batch) -> None:
        try:
            await write_batch(connection, batch.lines)
        except (psycopg.IntegrityError, psycopg.DataError, ValueError) as error:
            if isinstance(error, psycopg.Error) and error.diag.table_name == "engine_journal":
                raise OvertakenError(str(error)) from error
            await write_one_by_one(connection, decode_entries(batch.lines))

    def _begin_batch(self, at_ms: int) -> None:
        self._from_ms = at_ms
        self._wake.set()
        if self._write_out is None:
            self._write_out = asyncio.get_running_loop().call_later(WRITE_OUT_S, self._write_spool_out)

    def _write_spool_out(self) -> None:
        """Again and again, until the files have all and the next entry begins a batch."""
        done = self._spool.begin_write_out() and self.last == self._taken
        self._write_out = None if done else asyncio.get_running_loop().call_later(WRITE_OUT_S, self._write_spool_out)

    def _take(self) -> None:
        """Makes a batch of what the spool has gathered."""
        if self.last == self._taken:
            return
        first, self._taken = self._taken + 1, self.last
        self._pending.append(
            Batch(first=first, last=self.last, from_ms=self._from_ms, until_ms=self._until_ms, lines=self._spool.take())
        )
        while len(self._pending) > 1 and self._taken - self._pending[0].first >= MEMORY_ENTRIES:
            self._pending.popleft()

    def _next_batch(self) -> Batch | None:
        if not self.backlog:
            return None
        if not self._pending:
            self._take()
        if self._pending and self._pending[0].first == self.committed + 1:
            return self._pending[0]
        spools = (self._spool, *self._spool.others())  # of who led before, here
        kept = following(self.committed, 0, (self._tail, *(spool.read(self.committed) for spool in spools)))
        if batch := _first(kept):
            return batch
        in_files = _first(unbroken(self._spool.read(self.committed)))
        left = [batch for batch in (in_files, *islice(self._pending, 1)) if batch is not None]
        if not left:
            return None
        batch = min(left, key=lambda batch: batch.first)
        log.error(
            "journal entries are lost: neither memory nor the local copy has them", first=self.committed + 1, last=batch.first - 1
        )
        return batch

    def _advance(self, committed: int) -> None:
        self.committed = committed
        if committed > self._taken:  # the files had what the spool still gathers
            self._take()
        while self._pending and self._pending[0].first <= committed:
            batch = self._pending.popleft()
            if batch.last > committed:
                self._pending.appendleft(_batch([entry for entry in decode_entries(batch.lines) if entry.seq > committed]))
            elif self._tail and batch.until_ms - self._tail[-1].at_ms > 1000 * KEPT_S:
                self._tail = ()
        self._spool.forget(committed)
        self._written.set()

    async def _write_snapshot(self, connection: AsyncConnection, seq: int, at_ms: int, state: bytes) -> None:
        with answers_within(connection, WRITE_TIMEOUT_S):
            async with connection.transaction():
                await connection.execute(
                    "INSERT INTO engine_snapshot (seq, at_ms, state) VALUES (%s, %s, %s) ON CONFLICT (seq) DO NOTHING",
                    (seq, at_ms, state),
                )
                kept = {"newest": SNAPSHOTS_KEPT, "hour": HOUR_MS, "day": DAY_MS, "hourly_since": at_ms - HOURLY_FOR_MS}
                await connection.execute(_FORGET_SNAPSHOTS, kept)
        if self._snapshot is not None and self._snapshot[0] == seq:
            self._snapshot = None
        self._written.set()

    async def _ensure_partitions(self, connection: AsyncConnection, now_ms: int) -> None:
        if time.monotonic() >= self._partitions_due_s:
            await ensure_partitions(connection, moment(now_ms))
            self._partitions_due_s = time.monotonic() + PARTITIONS_EVERY_S


def _first(entries: Iterator[Entry]) -> Batch | None:
    found = list(islice(entries, BATCH_ENTRIES))
    return _batch(found) if found else None


def _batch(entries: list[Entry]) -> Batch:
    first, last = entries[0], entries[-1]
    lines = encode_entries(entries)
    return Batch(first=first.seq, last=last.seq, from_ms=first.at_ms, until_ms=last.at_ms, lines=lines)
