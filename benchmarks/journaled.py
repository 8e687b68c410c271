"""The engine's journal on a database of a benchmark's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import msgspec
import psycopg

from benchmarks.busy_centre import Happened
from callbase.engine.database import connect, take_lock
from callbase.engine.entry import Entry, encode_event
from callbase.engine.journal import Journal
from callbase.engine.spool import Spool
from callbase.platform.environment import ROOT


@asynccontextmanager
async def journal(url: str, spool: Path) -> AsyncIterator[Journal]:
    """An empty one, its tables made anew, writing."""
    with psycopg.connect(url, autocommit=True) as database:
        database.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        database.execute((ROOT / "callbase/apps/interactions/schema.sql").read_text())
    connection = await connect(url, "engine journal")
    assert await take_lock(connection)
    files = Spool(spool)
    made = Journal(url, files, 0, epoch=0, holder="")
    writing = asyncio.create_task(made.run(connection))
    try:
        yield made
        if writing.done():
            writing.result()
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
        files.close()


def append(written: Journal, seq: int, one: Happened) -> None:
    """As the engine's loop does."""
    entry = Entry(seq=seq, at_ms=one.at_ms, event=msgspec.Raw(encode_event(one.event)), facts=one.facts)
    written.append([entry], awaited=False)
