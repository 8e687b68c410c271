"""Answers reach who asked, whoever else gave up, and a connection that ends is known to have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import psycopg
import pytest
from psycopg.pq import ExecStatus

from callbase.engine.prepared import Prepared

SLOWLY = "SELECT $1 FROM pg_sleep($2::text::float)"


class Pair:
    """What is asked, and another connection to the same server."""

    def __init__(self, connection: psycopg.AsyncConnection, other: psycopg.AsyncConnection) -> None:
        self.connection, self.other = connection, other
        self.freed = asyncio.Queue[Prepared]()

    async def prepared(self, silent_s: float = 20.0) -> Prepared:
        return await Prepared.on(self.connection, SLOWLY, self.freed.put_nowait, silent_s)

    async def end(self) -> None:
        await self.other.execute("SELECT pg_terminate_backend(%s, 10000)", [self.connection.info.backend_pid])


@pytest.fixture
async def pair(database_url: str) -> AsyncIterator[Pair]:
    async with (
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as connection,
        await psycopg.AsyncConnection.connect(database_url, autocommit=True) as other,
    ):
        yield Pair(connection, other)


async def answered(prepared: Prepared, text: str, seconds: float = 0) -> str:
    result = await prepared.ask([text.encode(), str(seconds).encode()])
    assert result.status == ExecStatus.TUPLES_OK, result.error_message
    return (result.get_value(0, 0) or b"").decode()


async def test_who_asks_after_one_that_gave_up_gets_his_own_answer(pair: Pair) -> None:
    prepared = await pair.prepared()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await answered(prepared, "first", 0.3)
    assert pair.freed.empty(), "the server is at it still"
    async with asyncio.timeout(10):
        assert await pair.freed.get() is prepared
    assert await answered(prepared, "second") == "second"
    prepared.close()


async def test_an_error_is_an_answer_and_the_next_one_is_none(pair: Pair) -> None:
    prepared = await pair.prepared()
    refused = await prepared.ask([b"\0", b"0"])
    assert refused.status == ExecStatus.FATAL_ERROR
    assert await answered(prepared, "and now") == "and now"
    prepared.close()


async def test_what_the_server_says_unasked_is_no_answer(pair: Pair) -> None:
    await pair.connection.execute("LISTEN something")
    prepared = await pair.prepared()
    for text in ("first", "second", "third"):
        await pair.other.execute("NOTIFY something")
        assert await answered(prepared, text) == text
    prepared.close()


async def test_that_the_connection_ended_is_known_though_nobody_asks(pair: Pair) -> None:
    prepared = await pair.prepared()
    await pair.end()
    async with asyncio.timeout(10):
        await prepared.ended.wait()
    with pytest.raises(psycopg.OperationalError):
        await answered(prepared, "too late")


async def test_who_waits_when_the_connection_ends_is_told(pair: Pair) -> None:
    prepared = await pair.prepared()
    waiting = asyncio.create_task(answered(prepared, "never", 30))
    await asyncio.sleep(0)
    await pair.end()
    async with asyncio.timeout(10):
        with pytest.raises(psycopg.OperationalError):
            await waiting
    assert prepared.ended.is_set()
    assert pair.freed.empty()


async def test_a_silent_server_is_not_waited_for(pair: Pair) -> None:
    prepared = await pair.prepared(silent_s=0.2)
    async with asyncio.timeout(10):
        with pytest.raises(psycopg.OperationalError):
            await answered(prepared, "never", 30)
    assert prepared.ended.is_set()


async def test_a_statement_that_cannot_be_prepared_leaves_no_connection(pair: Pair) -> None:
    with pytest.raises(psycopg.errors.UndefinedTable):
        await Prepared.on(pair.connection, "SELECT * FROM nowhere", pair.freed.put_nowait, 20.0)
    assert pair.connection.closed
