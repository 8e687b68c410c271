"""Answers reach who asked, whoever else gave up, and a connection that ends is known to have."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import psycopg
import pytest
import uvloop
from psycopg.pq import ExecStatus

from callbase.engine.prepared import Prepared

SLOWLY = b"SELECT $1 FROM pg_sleep($2::text::float)"


class Pair:
    """What is asked, and another connection to the same server."""

    def __init__(self, connection: psycopg.AsyncConnection, other: psycopg.AsyncConnection) -> None:
        self.connection, self.other = connection, other
        self.freed = asyncio.Queue[Prepared]()

    def prepared(self, statement: bytes = SLOWLY, silent_s: float = 20.0) -> Prepared:
        return Prepared(self.connection, statement, self.freed.put_nowait, silent_s)

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
    prepared = pair.prepared()
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await answered(prepared, "first", 0.3)
    assert pair.freed.empty(), "the server is at it still"
    async with asyncio.timeout(10):
        assert await pair.freed.get() is prepared
    assert await answered(prepared, "second") == "second"
    prepared.close()


async def test_an_error_is_an_answer_and_the_next_one_is_none(pair: Pair) -> None:
    prepared = pair.prepared()
    refused = await prepared.ask([b"\0", b"0"])
    assert refused.status == ExecStatus.FATAL_ERROR
    assert await answered(prepared, "and now") == "and now"
    prepared.close()


async def test_what_the_server_says_unasked_is_no_answer(pair: Pair) -> None:
    await pair.connection.execute("LISTEN something")
    prepared = pair.prepared()
    for text in ("first", "second", "third"):
        await pair.other.execute("NOTIFY something")
        assert await answered(prepared, text) == text
    prepared.close()


async def test_that_the_connection_ended_is_known_though_nobody_asks(pair: Pair) -> None:
    prepared = pair.prepared()
    await pair.end()
    async with asyncio.timeout(10):
        await prepared.ended.wait()
    with pytest.raises(psycopg.OperationalError):
        await answered(prepared, "too late")


async def test_who_waits_when_the_connection_ends_is_told(pair: Pair) -> None:
    prepared = pair.prepared()
    waiting = asyncio.create_task(answered(prepared, "never", 30))
    await asyncio.sleep(0)
    await pair.end()
    async with asyncio.timeout(10):
        with pytest.raises(psycopg.OperationalError):
            await waiting
    assert prepared.ended.is_set()
    assert pair.freed.empty()


@pytest.mark.parametrize("run", [asyncio.run, uvloop.run])
def test_who_asks_before_it_is_known_that_the_connection_ended_is_told(
    run: Callable[[Coroutine[Any, Any, None]], None], database_url: str
) -> None:
    """uvloop reads a socket once more that has an error, and never again."""

    async def main() -> None:
        connection = await psycopg.AsyncConnection.connect(database_url, autocommit=True)
        prepared = Prepared(connection, SLOWLY, lambda _: None, 20.0)
        await answered(prepared, "first")
        with psycopg.connect(database_url, autocommit=True) as other:
            other.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])
        async with asyncio.timeout(10):
            with pytest.raises(psycopg.OperationalError):
                await answered(prepared, "never")

    run(main())


async def test_a_silent_server_is_not_waited_for(pair: Pair) -> None:
    prepared = pair.prepared(silent_s=0.2)
    async with asyncio.timeout(10):
        with pytest.raises(psycopg.OperationalError):
            await answered(prepared, "never", 30)
    assert prepared.ended.is_set()


async def test_a_statement_that_cannot_be_prepared_yet_is_prepared_when_it_can(pair: Pair) -> None:
    prepared = pair.prepared(b"SELECT $1::text FROM later WHERE $2 = ''")
    refused = await prepared.ask([b"too early", b""])
    assert refused.status == ExecStatus.FATAL_ERROR
    assert pair.freed.get_nowait() is prepared
    await pair.other.execute("CREATE TABLE later AS SELECT 1")
    for text in ("first", "second"):
        answer = await prepared.ask([text.encode(), b""])
        assert answer.get_value(0, 0) == text.encode()
    prepared.close()
