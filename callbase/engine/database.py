"""The engine's connections to PostgreSQL, and which of its failures are mended by waiting."""

from __future__ import annotations

import asyncio
from typing import Any, LiteralString

import psycopg
from psycopg import AsyncConnection

LOCK = 0x63616C6C62617365  # "callbase"
"""Advisory lock held by the one active engine of a database."""

CONNECT_TIMEOUT_S = 5


async def connect(url: str, name: str, *, durable: bool = True) -> AsyncConnection:
    """An autocommit connection that notices a dead server within seconds. Raises psycopg.OperationalError.

    Not `durable`: its commits wait for no disk, and the last fraction of a second may be gone after the server's crash.
    Its plans go by index only: what the engine reads and writes is a few rows of very large tables, whatever statistics say.
    """
    return await AsyncConnection.connect(
        url,
        autocommit=True,
        application_name=f"callbase {name}",
        connect_timeout=CONNECT_TIMEOUT_S,
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
        tcp_user_timeout=10_000,
        options="-c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off"
        + ("" if durable else " -c synchronous_commit=off"),
    )


async def scalar(connection: AsyncConnection, statement: LiteralString, *values: object) -> Any:
    """The first column of the first row; None where there is no row."""
    row = await (await connection.execute(statement, values)).fetchone()
    return row[0] if row else None


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
