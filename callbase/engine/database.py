"""The engine's connections to PostgreSQL, and which of its failures are mended by waiting."""

from __future__ import annotations

import asyncio
import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, ExecStatus

from callbase.platform.servers import IF_WE_DIE, WHO_DIES, each

LOCK = 0x63616C6C62617365  # "callbase"
"""Advisory lock held by the one active engine of a database."""

CONNECT_TIMEOUT_S = 5
NEXT_SERVER_AFTER_S = 0.2
"""Where the URL names several, the next one is tried beside one that has not answered by then (RFC 8305's manner): that a dead
machine is silent must not keep us from the other one for longer than a lease."""


async def connect(url: str, name: str, *, durable: bool = True) -> AsyncConnection:
    """An autocommit connection that notices a dead server within seconds; of several servers, to the first that takes writes.
    Raises psycopg.OperationalError.

    Not `durable`: its commits wait for no disk, and the last fraction of a second may be gone after the server's crash.
    Its plans go by index only: what the engine reads and writes is a few rows of very large tables, whatever statistics say.
    """
    servers = each(url)
    if len(servers) == 1:
        return await _connect(url, name, durable, "any")
    attempts: list[asyncio.Task[AsyncConnection]] = []
    try:
        for server in servers:
            attempts.append(asyncio.create_task(_connect(server, name, durable, "read-write")))
            await asyncio.wait(attempts, timeout=NEXT_SERVER_AFTER_S, return_when=asyncio.FIRST_COMPLETED)
            if won := _connected(attempts):
                return won
        while pending := [attempt for attempt in attempts if not attempt.done()]:
            await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            if won := _connected(attempts):
                return won
        raise psycopg.OperationalError("; ".join(dict.fromkeys(reason(error) for one in attempts if (error := one.exception()))))
    finally:
        await _give_up(attempts)


async def _connect(url: str, name: str, durable: bool, session: str) -> AsyncConnection:
    return await AsyncConnection.connect(
        url,
        autocommit=True,
        application_name=f"callbase {name}",
        connect_timeout=CONNECT_TIMEOUT_S,
        target_session_attrs=session,
        **WHO_DIES,
        options=f"{IF_WE_DIE} -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off"
        + ("" if durable else " -c synchronous_commit=off"),
    )


def _connected(attempts: list[asyncio.Task[AsyncConnection]]) -> AsyncConnection | None:
    """The first that came through, taken out of them."""
    for attempt in attempts:
        if attempt.done() and attempt.exception() is None:
            attempts.remove(attempt)
            return attempt.result()
    return None


async def _give_up(attempts: list[asyncio.Task[AsyncConnection]]) -> None:
    for attempt in attempts:
        attempt.cancel()
    for left in await asyncio.gather(*attempts, return_exceptions=True):
        if isinstance(left, AsyncConnection):
            await left.close()


@contextmanager
def answers_within(connection: AsyncConnection, seconds: float) -> Iterator[None]:
    """Ends the connection where the server is silent for longer, so that what waits for it fails with psycopg.OperationalError.
    Time limits that cancel will not do: a cancelled statement waits until the server says that it is cancelled."""
    timer = asyncio.get_running_loop().call_later(seconds, cut, connection)
    try:
        yield
    finally:
        timer.cancel()


def cut(connection: AsyncConnection) -> None:
    """Whoever waits for it finds it ended."""
    with suppress(OSError, psycopg.Error), socket.socket(fileno=os.dup(connection.fileno())) as shared:
        shared.shutdown(socket.SHUT_RDWR)


async def scalar(connection: AsyncConnection, statement: LiteralString, *values: object) -> Any:
    """The first column of the first row; None where there is no row."""
    row = await (await connection.execute(statement, values)).fetchone()
    return row[0] if row else None


async def run_in_thread(connection: AsyncConnection, statement: bytes, values: Sequence[bytes]) -> None:
    """With values as text in UTF-8, which may be long: a thread sends them and waits, without Python, so the loop is not held up.
    Raises psycopg.Error.

    Where this is cancelled the connection ends: nobody else may use it, or free it, while the thread does. So that is waited for
    however often it is cancelled; and it is no task, which the loop's end would cancel as well. The statement is not prepared:
    psycopg, which does not know of it, forgets all that are with a transaction that fails.
    """
    asking = asyncio.get_running_loop().run_in_executor(None, connection.pgconn.exec_params, statement, values)
    try:
        result = await asyncio.shield(asking)
    except asyncio.CancelledError:
        cut(connection)
        while not asking.done():
            with suppress(asyncio.CancelledError):
                await asyncio.wait([asking])
        raise
    if result.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        if connection.pgconn.status != ConnStatus.OK:
            raise psycopg.OperationalError(result.error_message.decode(errors="replace"))
        raise error_from_result(result)


async def take_lock(connection: AsyncConnection) -> bool:
    """Whether this connection is now the active engine's."""
    return bool(await scalar(connection, "SELECT pg_try_advisory_lock(%s)", LOCK))


def reason(error: BaseException) -> str:
    """A short sentence for a log line and for /healthz."""
    if isinstance(error, psycopg.errors.UndefinedTable):
        return "the tables are not there yet (migrations have not been run)"
    return " ".join(str(error).split())[:200] or type(error).__name__


class Backoff:
    """Growing pauses between attempts; `log_now` is true for the first and then about every ten seconds."""

    def __init__(self, first_s: float = 0.1, longest_s: float = 1.0) -> None:
        self._first_s, self._longest_s = first_s, longest_s
        self.reset()

    def reset(self) -> None:
        self._next_s = self._first_s
        self._since_log_s = float("inf")

    @property
    def log_now(self) -> bool:
        return self._since_log_s >= 10

    async def wait(self) -> None:
        if self.log_now:
            self._since_log_s = 0.0
        await asyncio.sleep(self._next_s)
        self._since_log_s += self._next_s
        self._next_s = min(self._next_s * 2, self._longest_s)
