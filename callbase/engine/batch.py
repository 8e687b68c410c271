"""One transaction: journal entries, their facts, the rows made of them, and how far we have come."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection, AsyncCursor

from callbase.core.facts import AnyFact
from callbase.engine.entry import Entry
from callbase.engine.projection import moment, statements

log = structlog.get_logger(__name__)

PROJECTION = "facts"


async def write_batch(connection: AsyncConnection, entries: Sequence[Entry], *, journal: bool = True) -> None:
    """All or nothing. Without `journal` only the facts: the entries are there already.

    Raises psycopg.Error. An IntegrityError or DataError means that some fact cannot be stored: see `write_one_by_one`.
    """
    async with connection.transaction(), connection.cursor() as cursor:
        if journal:
            await _copy_journal(cursor, entries)
        if any(entry.facts for entry in entries):
            await _copy_facts(cursor, entries)
            async with connection.pipeline():
                for entry in entries:
                    for index, fact in enumerate(entry.facts):
                        for statement, values in statements(fact, entry.seq, index):
                            await cursor.execute(statement, values)
        await _set_projection(cursor, entries[-1].seq)


async def write_one_by_one(connection: AsyncConnection, entries: Sequence[Entry], *, journal: bool = True) -> None:
    """The same, but a fact that cannot be stored is logged whole and left out, so that it holds up nothing else."""
    for entry in entries:
        async with connection.transaction(), connection.cursor() as cursor:
            if journal:
                await _copy_journal(cursor, [entry])
            for index, fact in enumerate(entry.facts):
                try:
                    async with connection.transaction():
                        await _copy_fact(cursor, entry.seq, index, fact)
                        for statement, values in statements(fact, entry.seq, index):
                            await cursor.execute(statement, values)
                except (psycopg.IntegrityError, psycopg.DataError, ValueError) as error:
                    log.error("a fact cannot be stored", seq=entry.seq, index=index, error=str(error),
                              fact=msgspec.json.encode(fact).decode())
            await _set_projection(cursor, entry.seq)


async def _copy_journal(cursor: AsyncCursor, entries: Sequence[Entry]) -> None:
    async with cursor.copy("COPY engine_journal (seq, at_ms, event) FROM STDIN") as copy:
        for entry in entries:
            await copy.write_row((entry.seq, entry.at_ms, bytes(entry.event).decode()))


COPY_FACTS = "COPY engine_fact (tenant, at, seq, index, type, interaction, agent, fact) FROM STDIN"


async def _copy_facts(cursor: AsyncCursor, entries: Sequence[Entry]) -> None:
    async with cursor.copy(COPY_FACTS) as copy:
        for entry in entries:
            for index, fact in enumerate(entry.facts):
                await copy.write_row(_fact_row(entry.seq, index, fact))


async def _copy_fact(cursor: AsyncCursor, seq: int, index: int, fact: AnyFact) -> None:
    async with cursor.copy(COPY_FACTS) as copy:
        await copy.write_row(_fact_row(seq, index, fact))


def _fact_row(seq: int, index: int, fact: AnyFact) -> tuple[object, ...]:
    return (
        fact.tenant, moment(fact.at_ms), seq, index, type(fact).__name__, getattr(fact, "interaction", None),
        getattr(fact, "agent", None), msgspec.json.encode(fact).decode(),
    )


async def _set_projection(cursor: AsyncCursor, seq: int) -> None:
    await cursor.execute(
        "INSERT INTO engine_projection (name, seq) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
        (PROJECTION, seq),
    )
