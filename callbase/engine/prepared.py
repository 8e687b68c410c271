"""A statement prepared on a connection of its own, whose answers the loop reads from libpq: a quarter of what a cursor takes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

import psycopg
from psycopg import AsyncConnection
from psycopg.pq import ConnStatus, ExecStatus
from psycopg.pq.abc import PGresult

_NAME = b"asked"
_BINARY = 1
"""The format of parameters: texts as they are, also with a NUL in them, which the server refuses."""


class Prepared:
    """Answers one at a time: it may be asked again once `free` was told. That its connection has ended is known at once."""

    def __init__(self, connection: AsyncConnection, statement: bytes, free: Callable[[Prepared], None], silent_s: float) -> None:
        """`connection` is its own from now on. The statement is prepared when it is first asked, until that succeeds."""
        self.ended = asyncio.Event()
        """Set once the connection has ended, also because the server was silent for `silent_s` when asked."""
        self._statement = statement
        self._free = free
        self._silent_s = silent_s
        self._connection = connection  # which would say that it was lost open
        self._pgconn = connection.pgconn
        self._socket = self._pgconn.socket
        self._loop = asyncio.get_running_loop()
        self._prepared = False
        self._values: Sequence[bytes] = ()
        self._answer: asyncio.Future[PGresult] | None = None
        self._result: PGresult | None = None
        self._limit: asyncio.TimerHandle | None = None
        self._loop.add_reader(self._socket, self._read)

    async def ask(self, values: Sequence[bytes]) -> PGresult:
        """With texts in UTF-8. The answer may be an error. Raises psycopg.OperationalError where the connection ends.

        Where this is cancelled the answer is waited for all the same, by nobody: the server is busy with it.
        """
        answer: asyncio.Future[PGresult] = self._loop.create_future()
        self._answer, self._values, self._result = answer, values, None
        self._limit = self._loop.call_later(self._silent_s, self._end, psycopg.OperationalError("the server does not answer"))
        try:
            self._send()
        except psycopg.OperationalError as problem:
            self._end(problem)
        return await answer

    def _send(self) -> None:
        """Raises psycopg.OperationalError."""
        if self._prepared:
            self._pgconn.send_query_prepared(_NAME, self._values, [_BINARY] * len(self._values))
        else:
            self._pgconn.send_prepare(_NAME, self._statement)
        if self._pgconn.flush():
            raise psycopg.OperationalError("the server does not read")

    def close(self) -> None:
        self._end(psycopg.OperationalError("closed"))

    def _read(self) -> None:
        """Twice where the answer is not whole: uvloop reads a socket that has an error once more only, what came before that."""
        try:
            for _ in range(2):
                self._pgconn.consume_input()
                while not self._pgconn.is_busy():
                    result = self._pgconn.get_result()
                    if result is None:
                        if self._pgconn.status != ConnStatus.OK:
                            raise psycopg.OperationalError("the connection is lost")
                        self._answered()
                        return
                    self._result = result
        except psycopg.OperationalError as problem:
            self._end(problem)

    def _answered(self) -> None:
        """Or it was a notice, which comes unasked."""
        if self._result is None or self._answer is None or self._limit is None:
            return
        if not self._prepared and self._result.status == ExecStatus.COMMAND_OK:
            self._prepared, self._result = True, None
            self._send()
            return
        self._limit.cancel()
        if not self._answer.done():
            self._answer.set_result(self._result)
        self._answer = self._result = self._limit = None
        self._free(self)

    def _end(self, problem: psycopg.OperationalError) -> None:
        if not self.ended.is_set():
            self.ended.set()
            self._loop.remove_reader(self._socket)
            self._pgconn.finish()
        if self._limit is not None:
            self._limit.cancel()
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(problem)
