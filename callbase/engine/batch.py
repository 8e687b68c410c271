"""One transaction: journal entries, their facts, the rows made of them, and how far we have come.

Entries go to the server as they are in the spool, one JSON object a line, and a function there makes all rows of them. So a batch
is one statement and one answer, which a thread waits for: the engine's loop is held up for what it takes to copy its text. The
function is the session's own (pg_temp): it is of this version of callbase, whatever other version has the database open.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import LiteralString
from weakref import WeakSet

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection, sql

from callbase.engine.database import run_in_thread
from callbase.engine.entry import Entry, encode_entries
from callbase.engine.projection import PROJECTIONS

log = structlog.get_logger(__name__)

PROJECTION = "facts"
_WRITE: LiteralString = """
CREATE FUNCTION pg_temp.write_entries(lines text, journal boolean, first_index int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    first_seq bigint; last_seq bigint; first_at timestamptz; last_at timestamptz; kinds text[];
BEGIN
    WITH given AS MATERIALIZED (SELECT line::jsonb AS entry FROM string_to_table(rtrim(lines, E'\\n'), E'\\n') AS line),
    placed AS (SELECT (entry->>'seq')::bigint AS seq, entry FROM given),
    journaled AS (
        INSERT INTO engine_journal (seq, at_ms, event)
        SELECT seq, (entry->>'at_ms')::bigint, entry->'event' FROM placed WHERE journal
    ),
    stated AS (
        INSERT INTO engine_fact (tenant, at, seq, index, type, interaction, agent, fact)
        SELECT fact->>'tenant', timestamptz 'epoch' + (fact->>'at_ms')::bigint * interval '1 ms', seq, first_index + place - 1,
            fact->>'type', (fact->>'interaction')::uuid, fact->>'agent', fact
        FROM placed, jsonb_array_elements(entry->'facts') WITH ORDINALITY AS found (fact, place)
        RETURNING at, type
    )
    SELECT placed.*, stated.* INTO first_seq, last_seq, first_at, last_at, kinds
    FROM (SELECT min(seq), max(seq) FROM placed) placed, (SELECT min(at), max(at), array_agg(DISTINCT type) FROM stated) stated;
    {projections}
    INSERT INTO engine_projection (name, seq) VALUES ({name}, last_seq) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq;
END $$
"""
_CALL = b"SELECT pg_temp.write_entries($1, $2, $3)"
_with_function: WeakSet[AsyncConnection] = WeakSet()


async def write_batch(connection: AsyncConnection, lines: bytes, *, journal: bool = True) -> None:
    """Entries, one a line: all or nothing. Without `journal` only the facts: the entries are there already.

    Raises psycopg.Error. An IntegrityError or DataError means that some fact cannot be stored: see `write_one_by_one`.
    """
    await _make_function(connection)
    await _write(connection, lines, journal=journal)


async def write_one_by_one(connection: AsyncConnection, entries: Iterable[Entry], *, journal: bool = True) -> None:
    """The same, but a fact that cannot be stored is logged whole and left out, so that it holds up nothing else."""
    await _make_function(connection)
    for entry in entries:
        async with connection.transaction():
            await _write(connection, encode_entries([msgspec.structs.replace(entry, facts=())]), journal=journal)
            for index, fact in enumerate(entry.facts):
                alone = encode_entries([msgspec.structs.replace(entry, facts=(fact,))])
                try:
                    async with connection.transaction():
                        await _write(connection, alone, journal=False, first_index=index)
                except (psycopg.IntegrityError, psycopg.DataError) as error:
                    log.error(
                        "a fact cannot be stored",
                        seq=entry.seq,
                        index=index,
                        error=str(error),
                        fact=msgspec.json.encode(fact).decode(),
                    )


async def _write(connection: AsyncConnection, lines: bytes, *, journal: bool, first_index: int = 0) -> None:
    await run_in_thread(connection, _CALL, [lines, b"true" if journal else b"false", b"%d" % first_index])


async def _make_function(connection: AsyncConnection) -> None:
    if connection in _with_function:
        return
    projections = [
        sql.SQL("IF {} = ANY (kinds) THEN {}; END IF;\n").format(kind.__name__, sql.SQL(statement))
        for kind, statement in PROJECTIONS
    ]
    await connection.execute(sql.SQL(_WRITE).format(projections=sql.Composed(projections), name=PROJECTION))
    _with_function.add(connection)
