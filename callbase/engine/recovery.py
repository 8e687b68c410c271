"""How an engine comes to know what the last one knew: the newest snapshot, and the journal beyond it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import islice

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection

from callbase.core.engine import Engine
from callbase.core.facts import AnyFact
from callbase.engine.batch import PROJECTION, write_batch, write_one_by_one
from callbase.engine.database import Backoff, connect, reason, scalar, take_lock
from callbase.engine.entry import Entry, decode_event
from callbase.engine.partitions import ensure_partitions
from callbase.engine.projection import moment
from callbase.engine.spool import Spool

log = structlog.get_logger(__name__)

ROWS_AT_ONCE = 2_000
TABLES_THERE = "SELECT FROM engine_journal, engine_snapshot, engine_projection, engine_config, recording LIMIT 0"


class Recovered(msgspec.Struct, frozen=True, kw_only=True):
    """Where the engine goes on from."""

    core: Engine
    seq: int
    at_ms: int
    connection: AsyncConnection
    """Holds the lock of the active engine."""


async def open_database(url: str) -> AsyncConnection:
    """Waits, as long as it takes, for the database, its tables, and for any other engine to let go."""
    backoff = Backoff()
    while True:
        connection = None
        try:
            connection = await connect(url, "engine journal")
            await connection.execute(TABLES_THERE)
            if await take_lock(connection):
                return connection
            why = "another engine is active on this database"
        except (psycopg.Error, OSError) as error:
            why = reason(error)
        if connection is not None:
            await connection.close()
        if backoff.log_now:
            log.warning("waiting for the database before taking calls", reason=why)
        await backoff.wait()


async def recover(url: str, spool: Spool, core_type: type[Engine]) -> Recovered:
    """Brings the database up to what the spool holds, and the core to the journal's end."""
    connection = await open_database(url)
    await save_spool(connection, spool)
    core, seq, at_ms = await restore_snapshot(connection, core_type)
    projected = await scalar(connection, "SELECT coalesce(max(seq), 0) FROM engine_projection WHERE name = %s", PROJECTION)
    started_after, missing = seq, list[Entry]()
    async for entry in read_journal(connection, seq):
        facts = replay_entry(core, entry)
        seq, at_ms = entry.seq, entry.at_ms
        if seq > projected:
            missing.append(msgspec.structs.replace(entry, facts=facts))
    for start in range(0, len(missing), ROWS_AT_ONCE):
        await _write(connection, missing[start : start + ROWS_AT_ONCE], journal=False)
    log.info("state recovered", snapshot=started_after, replayed=seq - started_after, facts_regenerated=bool(missing))
    return Recovered(core=core, seq=seq, at_ms=at_ms, connection=connection)


async def save_spool(connection: AsyncConnection, spool: Spool) -> None:
    """Writes what an engine left in its spool. Files that do not follow on the journal belong to another database."""
    last = await scalar(connection, "SELECT coalesce(max(seq), 0) FROM engine_journal")
    entries = spool.read(last)
    written = 0
    while batch := list(islice(entries, ROWS_AT_ONCE)):
        if batch[0].seq != last + 1:
            aside = spool.set_aside()
            log.error(
                "local journal files do not belong to this database; set aside",
                journal=last,
                first=batch[0].seq,
                now_in=str(aside),
            )
            return
        await ensure_partitions(connection, moment(batch[-1].at_ms))
        await _write(connection, batch, journal=True)
        last = batch[-1].seq
        written += len(batch)
    spool.forget(last)
    if written:
        log.info("entries the last engine could not bring to the database are there now", entries=written)


async def restore_snapshot(connection: AsyncConnection, core_type: type[Engine]) -> tuple[Engine, int, int]:
    """The core from the newest snapshot this version can read, else a fresh one; with its seq and moment."""
    rows = await (await connection.execute("SELECT seq, at_ms, state FROM engine_snapshot ORDER BY seq DESC")).fetchall()
    for seq, at_ms, state in rows:
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
        await write_batch(connection, entries, journal=journal)
    except (psycopg.IntegrityError, psycopg.DataError, ValueError):
        await write_one_by_one(connection, entries, journal=journal)
