"""HTTP/1.1 requests to one server over connections that are kept: only what ARI needs of it, at a tenth of a full client's cost.

Most of what a call costs the engine is its requests to Asterisk, and most of a request's cost was the client's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

import httptools

CONNECTIONS = 64
TIMEOUT_S = 20.0
"""Longer than until the connection of Asterisk's events is found dead (`client.py`): one that stands still for less answers late,
and a telephone it could not call meanwhile is not taken to be out of reach."""
LOOK_EVERY_S = 1.0
"""So long after TIMEOUT_S at most it is found that no answer came: a timer for each request would cost a tenth of the request."""
NOT_ACCEPTED = 8
"""Most connections opened at a time that have had no answer yet. Asterisk's queue of those it has still to accept holds ten; one
more is dropped by the kernel and tried again a whole second later, as a new leader's requests were where Asterisk was busy."""
KEPT_S = 50.0
"""An unused connection is not used again after this long; the server may be about to close it."""


class HttpFailed(Exception):
    """No answer came."""


@dataclass(slots=True)
class Response:
    status: int
    body: bytes


class HttpClient:
    """At most CONNECTIONS requests are under way; more wait."""

    def __init__(self, host: str, port: int, check: Callable[[], None] = lambda: None) -> None:
        """`check` stands right before each request is sent."""
        self._host, self._port, self._check = host, port, check
        self._idle: deque[_Connection] = deque()
        self._gate, self._opening = asyncio.Semaphore(CONNECTIONS), asyncio.Semaphore(NOT_ACCEPTED)
        self._asked: set[_Connection] = set()
        """Those an answer is awaited on."""
        self._looking: asyncio.TimerHandle | None = None

    async def request(self, message: bytes) -> Response:
        """Sends a whole request; its response. Raises HttpFailed."""
        async with self._gate:
            try:
                kept = self._kept()
                return await (self._first_ask(message) if kept is None else self._ask(kept, message))
            except TimeoutError as problem:
                raise HttpFailed("no answer in time") from problem
            except (OSError, httptools.HttpParserError) as problem:
                raise HttpFailed(str(problem) or type(problem).__name__) from problem

    async def _first_ask(self, message: bytes) -> Response:
        async with asyncio.timeout(TIMEOUT_S), self._opening:
            return await self._ask(self._kept() or await self._connect(), message)

    async def _ask(self, connection: _Connection, message: bytes) -> Response:
        self._check()
        self._asked.add(connection)
        if self._looking is None:
            self._looking = asyncio.get_running_loop().call_later(LOOK_EVERY_S, self._look)
        try:
            response = await connection.ask(message)
        except BaseException:
            connection.close()  # an answer may still come, and is not the next request's
            raise
        finally:
            self._asked.discard(connection)
        if connection.usable:
            self._idle.append(connection)
        return response

    def close(self) -> None:
        while self._idle:
            self._idle.pop().close()

    def _look(self) -> None:
        loop = asyncio.get_running_loop()
        for connection in self._asked:
            if connection.asked_s < loop.time() - TIMEOUT_S:
                connection.fail(TimeoutError())
        self._looking = loop.call_later(LOOK_EVERY_S, self._look) if self._asked else None

    def _kept(self) -> _Connection | None:
        """The one used last."""
        oldest_s = asyncio.get_running_loop().time() - KEPT_S
        while self._idle and self._idle[0].used_s < oldest_s:
            self._idle.popleft().close()
        while self._idle:
            connection = self._idle.pop()
            if connection.usable:
                return connection
        return None

    async def _connect(self) -> _Connection:
        _, connection = await asyncio.get_running_loop().create_connection(_Connection, self._host, self._port)
        return connection


class _Connection(asyncio.Protocol):
    """One request at a time."""

    def __init__(self) -> None:
        self.usable = True
        self.asked_s = 0.0
        """When it was last given a request, by the event loop's clock."""
        self.used_s = 0.0
        """When it last gave a response, likewise."""
        self._loop = asyncio.get_running_loop()
        self._parser = httptools.HttpResponseParser(self)
        self._body: list[bytes] = []
        self._answer: asyncio.Future[Response] | None = None
        self._transport: asyncio.Transport | None = None

    def ask(self, message: bytes) -> asyncio.Future[Response]:
        self._answer, self.asked_s = self._loop.create_future(), self._loop.time()
        if self._transport is None or self._transport.is_closing() or not self.usable:
            self._answer.set_exception(ConnectionResetError("the connection was lost"))
        else:
            self._transport.write(message)
        return self._answer

    def close(self) -> None:
        self.usable = False
        if self._transport is not None:
            self._transport.abort()

    # --- asyncio -------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as problem:
            self.fail(problem)
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self.usable = False
        self.fail(exc or ConnectionResetError("the connection was lost"))

    def fail(self, problem: Exception) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(problem)

    # --- httptools -----------------------------------------------------------------------------------------------

    def on_body(self, body: bytes) -> None:
        self._body.append(body)

    def on_message_complete(self) -> None:
        body, self._body = b"".join(self._body), []
        self.used_s = self._loop.time()
        if not self._parser.should_keep_alive():
            self.close()
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(Response(self._parser.get_status_code(), body))
