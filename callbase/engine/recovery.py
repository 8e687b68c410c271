"""How an engine comes to know what the last one knew: the newest snapshot, the journal beyond it, and what is in its spool."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator
from itertools import islice
from typing import Protocol

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection

from callbase.core.engine import Engine
from callbase.core.facts import AnyFact
from callbase.engine.batch import PROJECTION, write_batch, write_one_by_one
from callbase.engine.database import reason, scalar
from callbase.engine.entry import Entry, decode_event, encode_entries
from callbase.engine.lease import Lease, authored
from callbase.engine.partitions import ensure_partitions
from callbase.engine.projection import moment
from callbase.engine.spool import Spool, unbroken

log = structlog.get_logger(__name__)

ROWS_AT_ONCE = 2_000
SNAPSHOTS_KEPT = 3
"""For a start, in case the newest cannot be read."""


class Recovered(msgspec.Struct, frozen=True, kw_only=True):
    """Where the engine goes on from."""

    core: Engine
    seq: int
    at_ms: int
    connection: AsyncConnection
    """Holds the lock of the leading engine."""
    lease: Lease
    warm: bool = False
    """The core was there already."""
    present_ms: int | None = None
    """What the last leader's clock would show now, where that is known."""
    tail: tuple[Entry, ...] = ()
    """The latest entries that are in the database now: should it go back, they are brought there again."""


class Known(Protocol):
    """What a standby knows already."""

    core: Engine | None
    seq: int
    at_ms: int
    unwritten: deque[Entry]
    """Up to `seq`, what the database may not have, or may lose again."""

    def present_ms(self) -> int | None: ...


async def recover(
    connection: AsyncConnection, lease: Lease, author: int, spool: Spool, core_type: type[Engine], known: Known
) -> Recovered:
    """Brings the database up to what spools and stream hold, and the core to the journal's end. `connection` holds the lock; only
    entries of the leader `author`, and of those after it, may follow on the journal."""
    last = await _last(connection)
    left = [known.unwritten, *(each.read(last) for each in (spool, *spool.others()))]
    await save_entries(connection, following(last, author, left))
    last = await _last(connection)
    spool.drop(last)
    await authored(connection, lease.epoch)
    projected = await scalar(connection, "SELECT coalesce(max(seq), 0) FROM engine_projection WHERE name = %s", PROJECTION)
    core, seq, at_ms, warm = known.core, known.seq, known.at_ms, True
    if core is None or seq > last or projected < last:
        warm = False
        core, seq, at_ms = await restore_snapshot(connection, core_type)
    started_after, missing = seq, list[Entry]()
    async for entry in read_journal(connection, seq):
        facts = replay_entry(core, entry)
        seq, at_ms = entry.seq, entry.at_ms
        if seq > projected:
            missing.append(msgspec.structs.replace(entry, facts=facts))
    for start in range(0, len(missing), ROWS_AT_ONCE):
        await _write(connection, missing[start : start + ROWS_AT_ONCE], journal=False)
    log.info("state recovered", known=started_after, replayed=seq - started_after, facts_regenerated=bool(missing))
    present_ms = known.present_ms() if warm else None
    tail = tuple(known.unwritten)
    return Recovered(
        core=core, seq=seq, at_ms=at_ms, connection=connection, lease=lease, warm=warm, present_ms=present_ms, tail=tail
    )


def following(last: int, author: int, sources: Iterable[Iterable[Entry]]) -> Iterator[Entry]:
    """What follows on the journal's entry `last`, each source being in order: for each place the entry of the latest leader.

    A leader that was followed may have entries of its own beyond the place where the next one began; they follow on nothing. So
    none comes after a later leader's, and none before `author`'s: the database knows that leader, and has all from before it.
    """
    for entry in heapq.merge(*sources, key=lambda entry: (entry.seq, -entry.epoch)):
        if entry.seq == last + 1 and entry.epoch >= author:
            last, author = entry.seq, entry.epoch
            yield entry


async def save_entries(connection: AsyncConnection, entries: Iterator[Entry]) -> None:
    """Writes those that follow on the journal, without a gap."""
    last = await _last(connection)
    beyond = unbroken(entry for entry in entries if entry.seq > last)
    written = 0
    while (batch := list(islice(beyond, ROWS_AT_ONCE))) and batch[0].seq == last + 1:
        await ensure_partitions(connection, moment(batch[-1].at_ms))
        await _write(connection, batch, journal=True)
        last = batch[-1].seq
        written += len(batch)
    if written:
        log.info("entries the last engine could not bring to the database are there now", entries=written)


async def _last(connection: AsyncConnection) -> int:
    last: int = await scalar(connection, "SELECT coalesce(max(seq), 0) FROM engine_journal")
    return last


async def restore_snapshot(connection: AsyncConnection, core_type: type[Engine]) -> tuple[Engine, int, int]:
    """The core from the newest snapshot this version can read, else a fresh one; with its seq and moment."""
    rows = await connection.execute("SELECT seq, at_ms, state FROM engine_snapshot ORDER BY seq DESC LIMIT %s", [SNAPSHOTS_KEPT])
    for seq, at_ms, state in await rows.fetchall():
        try:
            return core_type.restore(bytes(state)), seq, at_ms
        except Exception as error:
            log.error("a snapshot cannot be restored; trying the one before", seq=seq, error=reason(error))
    return core_type(), 0, 0


async def read_journal(connection: AsyncConnection, after: int, until: int | None = None) -> AsyncIterator[Entry]:
    """Entries beyond `after`, in order, without their facts."""
    while True:
        cursor = await connection.execute(
            "SELECT seq, at_ms, event::text FROM engine_journal WHERE seq > %s AND seq <= %s ORDER BY seq LIMIT %s",
            (after, until if until is not None else 2**62, ROWS_AT_ONCE),
        )
        rows = await cursor.fetchall()
        for seq, at_ms, event in rows:
            yield Entry(seq=seq, at_ms=at_ms, event=msgspec.Raw(event))
            after = seq
        if len(rows) < ROWS_AT_ONCE:
            return


def replay_entry(core: Engine, entry: Entry) -> tuple[AnyFact, ...]:
    """Gives the core an entry again; what it led to then needs no doing again, so only the facts are returned."""
    try:
        return tuple(core.receive(decode_event(bytes(entry.event)), entry.at_ms).facts)
    except Exception:
        log.exception("a journal entry could not be replayed; left out", seq=entry.seq)
        return ()


async def _write(connection: AsyncConnection, entries: list[Entry], *, journal: bool) -> None:
    try:
        await write_batch(connection, encode_entries(entries), journal=journal)
    except (psycopg.IntegrityError, psycopg.DataError, ValueError):
        await write_one_by_one(connection, entries, journal=journal)
