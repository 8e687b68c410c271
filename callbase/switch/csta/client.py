"""One connection to the switch: an application session (ECMA-354), requests with their answers, and events in order."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import ssl
from collections.abc import Callable

import structlog

from callbase.csta.document import CSTA, EDITIONS, NEWEST, SESSION, Document, NotUnderstood, Part, parse, render
from callbase.csta.framing import EVENT, Deframer, FramingBroken, encode
from callbase.platform.pbx import Pbx
from callbase.switch.csta.look import reason_of

log = structlog.get_logger(__name__)

CONNECT_TIMEOUT_S = 5.0
ANSWER_TIMEOUT_S = 5.0
SESSION_S = 60
"""Prolonged thrice within that, which also shows whether the switch is still there."""
CHUNK = 65_536


class Lost(ConnectionError):
    """The connection is gone or was not to be had; why, in words."""


Answered = Callable[[Document], None]
"""Takes an answer in its place among the events."""


class CstaClient:
    """`told` takes each event the moment it comes, `lost` is called once when the connection is gone; `check` stands right before
    each request is sent."""

    def __init__(
        self,
        pbx: Pbx,
        told: Callable[[Document], None],
        lost: Callable[[str], None],
        check: Callable[[], None] = lambda: None,
    ) -> None:
        self._pbx, self._told, self._lost, self._check = pbx, told, lost, check
        self._namespace = NEWEST
        self._writer: asyncio.StreamWriter | None = None
        self._waiting: dict[int, tuple[asyncio.Future[Document], Answered | None]] = {}
        self._invokes = itertools.count(1)
        self._session = ""
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self) -> None:
        """Raises Lost where that cannot be, or where the switch does not want us."""
        try:
            async with asyncio.timeout(CONNECT_TIMEOUT_S):
                reader, self._writer = await asyncio.open_connection(self._pbx.host, self._pbx.port, ssl=_tls(self._pbx))
        except (OSError, TimeoutError) as error:
            raise Lost(str(error) or "no answer") from error
        self._tasks.append(asyncio.create_task(self._read(reader), name="csta client reader"))
        answer = await self._request(_start_session(self._pbx.token), SESSION)
        if answer.name != "StartApplicationSessionPosResponse":
            raise Lost(f"it refuses a session: {reason_of(answer)}")
        self._session = answer.value("sessionID")
        version = answer.value("actualProtocolVersion")
        self._namespace = version if version in [CSTA + edition for edition in EDITIONS] else NEWEST
        granted = answer.value("actualSessionDuration")
        self._tasks.append(
            asyncio.create_task(self._prolong(int(granted) if granted.isdigit() else SESSION_S), name="csta timer")
        )

    async def close(self) -> None:
        """Says goodbye where that can still be said."""
        if self._session and self._writer is not None and not self._writer.is_closing():
            stop: Part = (
                "StopApplicationSession",
                [("sessionID", self._session), ("sessionEndReason", [("definedEndReason", "normal")])],
            )
            with contextlib.suppress(Lost, TimeoutError):
                async with asyncio.timeout(1.0):
                    await self._request(stop, SESSION)
        self._session = ""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._writer is not None:
            self._writer.transport.abort()
        self._fail_all("closed")

    async def ask(self, request: Part, answered: Answered | None = None) -> Document:
        """The answer, be it an error; `answered` takes it before any event that comes after it. Raises Lost."""
        return await self._request(request, self._namespace, answered)

    async def _request(self, request: Part, namespace: str, answered: Answered | None = None) -> Document:
        if self._writer is None or self._writer.is_closing():
            raise Lost("not connected")
        invoke = next(self._invokes) % EVENT
        future: asyncio.Future[Document] = asyncio.get_running_loop().create_future()
        self._waiting[invoke] = future, answered
        self._check()
        self._writer.write(encode(invoke, render(namespace, request)))
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT_S):
                return await future
        except TimeoutError as error:
            self._end(f"{request[0]} is not answered")
            raise Lost("no answer") from error
        finally:
            self._waiting.pop(invoke, None)

    async def _prolong(self, granted_s: int) -> None:
        while True:
            await asyncio.sleep(granted_s / 3)
            reset: Part = (
                "ResetApplicationSessionTimer",
                [("sessionID", self._session), ("requestedSessionDuration", str(SESSION_S))],
            )
            try:
                await self._request(reset, SESSION)
            except Lost:
                return

    async def _read(self, reader: asyncio.StreamReader) -> None:
        deframer = Deframer()
        why = "it closed the connection"
        try:
            while received := await reader.read(CHUNK):
                for frame in deframer.feed(received):
                    self._take(frame.invoke, frame.body)
        except (FramingBroken, OSError) as error:
            why = str(error)
        self._end(why)

    def _take(self, invoke: int, body: bytes) -> None:
        try:
            message = parse(body)
        except NotUnderstood as error:
            log.warning("a message of the switch is not understood", error=str(error))
            return
        if invoke in self._waiting and (message.name.endswith("Response") or message.name == "CSTAErrorCode"):
            future, answered = self._waiting.pop(invoke)
            if answered is not None:
                answered(message)
            if not future.done():
                future.set_result(message)
        elif message.name == "SystemStatus":
            self._answer(invoke, ("SystemStatusResponse", []))
        elif message.name == "ApplicationSessionTerminated":
            self._end("it ended the session")
        else:
            self._told(message)

    def _answer(self, invoke: int, answer: Part) -> None:
        if self._writer is not None and not self._writer.is_closing():
            self._writer.write(encode(invoke, render(self._namespace, answer)))

    def _end(self, why: str) -> None:
        if self._writer is None or self._writer.is_closing():
            return
        self._writer.transport.abort()
        self._fail_all(why)
        self._lost(why)

    def _fail_all(self, why: str) -> None:
        for future, _ in self._waiting.values():
            if not future.done():
                future.set_exception(Lost(why))
        self._waiting.clear()


def _start_session(token: str) -> Part:
    return (
        "StartApplicationSession",
        [
            ("applicationInfo", [("applicationID", "callbase"), ("applicationSpecificInfo", [("token", token)])]),
            ("requestedProtocolVersions", [("protocolVersion", CSTA + edition) for edition in EDITIONS]),
            ("requestedSessionDuration", str(SESSION_S)),
        ],
    )


def _tls(pbx: Pbx) -> ssl.SSLContext | None:
    return ssl.create_default_context(cafile=pbx.authority) if pbx.tls else None
