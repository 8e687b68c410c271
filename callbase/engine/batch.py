"""One transaction: journal entries, their facts, the rows made of them, and how far we have come.

Entries go to the server as they are in the spool, one JSON object a line, and it makes rows of them: no row is put together here,
so a batch holds up the engine's loop for little more than it takes to copy its text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import LiteralString

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection, AsyncCursor

from callbase.engine.entry import Entry, encode_entry
from callbase.engine.projection import PROJECTIONS, Range, moment

log = structlog.get_logger(__name__)

PROJECTION = "facts"
LAST_INDEX = 2**15 - 1
_ENTRIES: LiteralString = (
    "WITH given AS MATERIALIZED (SELECT line::jsonb AS entry FROM string_to_table(%(lines)s, E'\\n') AS line), placed AS ("
    " SELECT (entry->>'seq')::bigint AS seq, (entry->>'at_ms')::bigint AS at_ms, entry->'event' AS event,"
    " entry->'facts' AS facts FROM given)"
)
_INSERT_JOURNAL: LiteralString = "INSERT INTO engine_journal (seq, at_ms, event) SELECT seq, at_ms, event FROM placed"
_INSERT_FACTS: LiteralString = (
    "INSERT INTO engine_fact (tenant, at, seq, index, type, interaction, agent, fact)"
    " SELECT fact->>'tenant', timestamptz 'epoch' + (fact->>'at_ms')::bigint * interval '1 ms', seq,"
    " (%(low)s::int + place - 1)::smallint, fact->>'type', (fact->>'interaction')::uuid, fact->>'agent', fact"
    " FROM placed, jsonb_array_elements(facts) WITH ORDINALITY AS stated (fact, place)"
)
_JOURNAL: LiteralString = f"{_ENTRIES} {_INSERT_JOURNAL}"
_FACTS: LiteralString = f"{_ENTRIES} {_INSERT_FACTS}"
_BOTH: LiteralString = f"{_ENTRIES}, journaled AS ({_INSERT_JOURNAL}) {_INSERT_FACTS}"


async def write_batch(
    connection: AsyncConnection, entries: Sequence[Entry], lines: Iterable[bytes] = (), *, journal: bool = True
) -> None:
    """All or nothing. Without `journal` only the facts: the entries are there already. `lines`: of the entries, if at hand.

    Raises psycopg.Error. An IntegrityError or DataError means that some fact cannot be stored: see `write_one_by_one`.
    """
    async with connection.transaction(), connection.pipeline(), connection.cursor() as cursor:
        await _insert(cursor, _BOTH if journal else _FACTS, lines or map(encode_entry, entries))
        await _project(cursor, entries)
        await _set_projection(cursor, entries[-1].seq)


async def write_one_by_one(connection: AsyncConnection, entries: Sequence[Entry], *, journal: bool = True) -> None:
    """The same, but a fact that cannot be stored is logged whole and left out, so that it holds up nothing else."""
    for entry in entries:
        async with connection.transaction(), connection.cursor() as cursor:
            if journal:
                await _insert(cursor, _JOURNAL, [encode_entry(msgspec.structs.replace(entry, facts=()))])
            for index, fact in enumerate(entry.facts):
                alone = msgspec.structs.replace(entry, facts=(fact,))
                try:
                    async with connection.transaction():
                        await _insert(cursor, _FACTS, [encode_entry(alone)], index)
                        await _project(cursor, [alone], index, index)
                except (psycopg.IntegrityError, psycopg.DataError) as error:
                    log.error(
                        "a fact cannot be stored",
                        seq=entry.seq,
                        index=index,
                        error=str(error),
                        fact=msgspec.json.encode(fact).decode(),
                    )
            await _set_projection(cursor, entry.seq)


async def _insert(cursor: AsyncCursor, statement: LiteralString, lines: Iterable[bytes], low: int = 0) -> None:
    await cursor.execute(statement, {"lines": b"\n".join(lines).decode(), "low": low}, prepare=True)


async def _project(cursor: AsyncCursor, entries: Sequence[Entry], low: int = 0, high: int = LAST_INDEX) -> None:
    facts = [fact for entry in entries for fact in entry.facts]
    if not facts:
        return
    kinds, times = set(map(type, facts)), [fact.at_ms for fact in facts]
    begin, end = moment(min(times)), moment(max(times))
    chosen = Range(first=entries[0].seq, last=entries[-1].seq, low=low, high=high, begin=begin, end=end)
    for kind, statement in PROJECTIONS:
        if kind in kinds:
            await cursor.execute(statement, chosen, prepare=True)


async def _set_projection(cursor: AsyncCursor, seq: int) -> None:
    await cursor.execute(
        "INSERT INTO engine_projection (name, seq) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
        (PROJECTION, seq),
        prepare=True,
    )
