"""One transaction: journal entries, their facts, the rows made of them, and how far we have come."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import psycopg
import structlog
from psycopg import AsyncConnection, AsyncCursor

from callbase.core.facts import AnyFact
from callbase.engine.entry import Entry
from callbase.engine.projection import PROJECTIONS, Range, moment

log = structlog.get_logger(__name__)

PROJECTION = "facts"
LAST_INDEX = 2**15 - 1

Place = tuple[int, int, AnyFact]
"""A fact with its journal entry's seq and its index there."""


async def write_batch(connection: AsyncConnection, entries: Sequence[Entry], *, journal: bool = True) -> None:
    """All or nothing. Without `journal` only the facts: the entries are there already.

    Raises psycopg.Error. An IntegrityError or DataError means that some fact cannot be stored: see `write_one_by_one`.
    """
    facts = [(entry.seq, index, fact) for entry in entries for index, fact in enumerate(entry.facts)]
    async with connection.transaction(), connection.cursor() as cursor:
        if journal:
            await _copy_journal(cursor, entries)
        if facts:
            await _copy_facts(cursor, facts)
        async with connection.pipeline():
            if facts:
                await _project(cursor, facts, 0, LAST_INDEX)
            await _set_projection(cursor, entries[-1].seq)


async def write_one_by_one(connection: AsyncConnection, entries: Sequence[Entry], *, journal: bool = True) -> None:
    """The same, but a fact that cannot be stored is logged whole and left out, so that it holds up nothing else."""
    for entry in entries:
        async with connection.transaction(), connection.cursor() as cursor:
            if journal:
                await _copy_journal(cursor, [entry])
            for index, fact in enumerate(entry.facts):
                facts = [(entry.seq, index, fact)]
                try:
                    async with connection.transaction():
                        await _copy_facts(cursor, facts)
                        await _project(cursor, facts, index, index)
                except (psycopg.IntegrityError, psycopg.DataError) as error:
                    log.error(
                        "a fact cannot be stored",
                        seq=entry.seq,
                        index=index,
                        error=str(error),
                        fact=msgspec.json.encode(fact).decode(),
                    )
            await _set_projection(cursor, entry.seq)


async def _copy_journal(cursor: AsyncCursor, entries: Sequence[Entry]) -> None:
    async with cursor.copy("COPY engine_journal (seq, at_ms, event) FROM STDIN") as copy:
        for entry in entries:
            await copy.write_row((entry.seq, entry.at_ms, bytes(entry.event).decode()))


async def _copy_facts(cursor: AsyncCursor, facts: Sequence[Place]) -> None:
    async with cursor.copy("COPY engine_fact (tenant, at, seq, index, type, interaction, agent, fact) FROM STDIN") as copy:
        for seq, index, fact in facts:
            await copy.write_row(
                (
                    fact.tenant,
                    moment(fact.at_ms),
                    seq,
                    index,
                    type(fact).__name__,
                    getattr(fact, "interaction", None),
                    getattr(fact, "agent", None),
                    msgspec.json.encode(fact).decode(),
                )
            )


async def _project(cursor: AsyncCursor, facts: Sequence[Place], low: int, high: int) -> None:
    kinds = {type(fact) for _, _, fact in facts}
    times = [fact.at_ms for _, _, fact in facts]
    chosen = Range(first=facts[0][0], last=facts[-1][0], low=low, high=high, begin=moment(min(times)), end=moment(max(times)))
    for kind, statement in PROJECTIONS:
        if kind in kinds:
            await cursor.execute(statement, chosen, prepare=True)


async def _set_projection(cursor: AsyncCursor, seq: int) -> None:
    await cursor.execute(
        "INSERT INTO engine_projection (name, seq) VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET seq = excluded.seq",
        (PROJECTION, seq),
    )
