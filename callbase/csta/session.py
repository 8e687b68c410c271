"""One program on one connection: its application session, its requests one after the other, and what it is told."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Awaitable, Callable

import structlog

from callbase.csta import application, failures, metrics
from callbase.csta.desk import Desk
from callbase.csta.document import CSTA, EDITIONS, NEWEST, SESSION, Document, NotUnderstood, Part, parse, render
from callbase.csta.failures import Failure
from callbase.csta.follower import Follower
from callbase.csta.framing import EVENT, LONGEST, Frame, encode
from callbase.csta.services import SERVICES
from callbase.cti.client import LinkClient, LinkDown, LinkRefused
from callbase.cti.messages import Change, EngineStatus, Snapshot

log = structlog.get_logger(__name__)

LINK_TIMEOUT_S = 5.0

_numbers = itertools.count(1)


class Session:
    """`link_of` makes a link for a token; `send` takes the bytes of a frame; `end` is called when the connection is to end."""

    def __init__(
        self,
        link_of: Callable[[str], LinkClient],
        usual_token: str,
        send: Callable[[bytes], None],
        end: Callable[[], None],
    ) -> None:
        self._link_of, self._usual_token, self._send, self._end = link_of, usual_token, send, end
        self._namespace = NEWEST
        self._desk: Desk | None = None
        self._link: LinkClient | None = None
        self._following: asyncio.Task[None] | None = None
        self._id = ""
        self._over: asyncio.TimerHandle | None = None
        self.unopened_since: float | None = asyncio.get_running_loop().time()
        """Since when it is not known whose it is, by the loop's clock; None: it is."""

    async def close(self) -> None:
        if self._over is not None:
            self._over.cancel()
            self._over = None
        if self._following is not None:
            self._following.cancel()
            await asyncio.gather(self._following, return_exceptions=True)
            self._following = None
        if self._link is not None:
            await self._link.close()
        if self._desk is not None:
            self.unopened_since = asyncio.get_running_loop().time()
            metrics.SESSIONS.dec()
            metrics.MONITORS.dec(len(self._desk.monitors))
        self._desk = self._link = None
        self._id = ""

    async def take(self, frame: Frame) -> None:
        """Answers one message."""
        try:
            asked = parse(frame.body)
        except NotUnderstood as error:
            log.info("a CSTA message is not understood", error=str(error))
            self._tell(frame.invoke, failures.operation("generic").message)
            return
        handler = _SESSION_REQUESTS.get(asked.name)
        if handler is not None:
            await handler(self, frame.invoke, asked)
        elif not asked.name.endswith("Response") and asked.name != "CSTAErrorCode":
            await self._serve(frame.invoke, asked)

    # --- services --------------------------------------------------------------------------------------------------

    async def _serve(self, invoke: int, asked: Document) -> None:
        if asked.namespace in [CSTA + edition for edition in EDITIONS]:
            self._namespace = asked.namespace
        try:
            answer = await self._answer(asked)
            if answer is not None:
                self._tell(invoke, answer)
        except Failure as failure:
            self._tell(invoke, failure.message)
        if self._desk is not None:
            self._desk.answered()

    async def _answer(self, asked: Document) -> Part | None:
        """Raises Failure."""
        service = SERVICES.get(asked.name)
        metrics.REQUESTS.labels(asked.name if service else "unknown").inc()
        if service is None:
            raise failures.operation("serviceNotSupported")
        return await service(await self._opened(), asked)

    async def _opened(self) -> Desk:
        """A program that knows no application sessions is served by the usual token. Raises Failure."""
        if self._desk is None:
            if not self._usual_token:
                raise Failure("security", "securityInfoViolated")
            try:
                await self._open(self._usual_token)
            except LinkRefused as refused:
                raise Failure("security", "securityInfoViolated") from refused
            except TimeoutError as error:
                raise failures.unavailable() from error
        assert self._desk is not None  # noqa: S101  (opened just now)
        return self._desk

    async def _open(self, token: str) -> None:
        """Takes the place of the session before, which goes on where this is refused. Raises LinkRefused, TimeoutError."""
        link = self._link_of(token)
        link.start()
        try:
            await link.wait_connected(LINK_TIMEOUT_S)
        except (LinkRefused, TimeoutError):
            await link.close()
            raise
        await self.close()
        self._link, self._desk, self.unopened_since = link, Desk(link, self._tell), None
        metrics.SESSIONS.inc()
        self._following = asyncio.create_task(self._follow(link, self._desk), name="csta follower")
        self._following.add_done_callback(self._followed)

    def _followed(self, following: asyncio.Task[None]) -> None:
        """A session that would be told nothing any more is ended, so that its program begins another."""
        if not following.cancelled() and (fault := following.exception()) is not None:
            log.error("a CSTA session can no longer follow the link, ended", session=self._id, exc_info=fault)
            self._terminate("serverResourcesNotAvailable")

    async def _follow(self, link: LinkClient, desk: Desk) -> None:
        follower = Follower()
        try:
            async for message in link.events():
                if isinstance(message, Snapshot | Change):
                    for happening in follower.take(message):
                        desk.happened(happening)
                    calls = message.interactions if isinstance(message, Change) else message.state.interactions.values()
                    desk.ask_for_routes(calls)
                    desk.end_routes()
                if isinstance(message, EngineStatus):
                    desk.engine_online = message.online
                if isinstance(message, Snapshot | Change | LinkDown | EngineStatus):
                    desk.check_status()
        except LinkRefused as refused:
            log.warning("a CSTA session's token is no longer good", session=self._id, code=refused.code)
            self._terminate("invalidApplicationInfo")

    # --- application sessions --------------------------------------------------------------------------------------

    async def _start(self, invoke: int, request: Document) -> None:
        asked = application.read_start(request)
        reason: application.Refusal | None = None
        if asked.namespace is None:
            reason = "requestedProtocolVersionNotSupported"
        elif not (asked.token or self._usual_token):
            reason = "invalidApplicationInfo"
        if reason is None:
            try:
                await self._open(asked.token or self._usual_token)
            except LinkRefused:
                reason = "invalidApplicationInfo"
            except TimeoutError:
                reason = "serverResourcesNotAvailable"
        if reason is not None or asked.namespace is None:
            log.warning("a CSTA session is refused", application=asked.application, reason=reason)
            self._tell(invoke, application.refused(reason or "serverResourcesNotAvailable"), SESSION)
            return
        self._id, self._namespace = f"{next(_numbers)}", asked.namespace
        self._grant(asked.duration_s)
        log.info("a CSTA session begins", session=self._id, application=asked.application)
        self._tell(invoke, application.started(self._id, asked.namespace, asked.duration_s), SESSION)

    async def _stop(self, invoke: int, asked: Document) -> None:
        if not self._is_ours(asked):
            self._tell(invoke, application.negative("StopApplicationSession", "invalidSessionID"), SESSION)
            return
        log.info("a CSTA session is ended by its program", session=self._id)
        self._tell(invoke, ("StopApplicationSessionPosResponse", []), SESSION)
        await self.close()

    async def _reset(self, invoke: int, asked: Document) -> None:
        if not self._is_ours(asked):
            self._tell(invoke, application.negative("ResetApplicationSessionTimer", "invalidSessionID"), SESSION)
            return
        granted_s = application.read_duration(asked)
        self._grant(granted_s)
        answer: Part = ("ResetApplicationSessionTimerPosResponse", [("actualSessionDuration", str(granted_s))])
        self._tell(invoke, answer, SESSION)

    def _is_ours(self, asked: Document) -> bool:
        return bool(self._id) and asked.value("sessionID") == self._id

    def _grant(self, duration_s: int) -> None:
        if self._over is not None:
            self._over.cancel()
        self._over = asyncio.get_running_loop().call_later(duration_s, self._terminate, "timeoutExpired")

    def _terminate(self, reason: application.EndReason) -> None:
        if self._id:
            log.info("a CSTA session is over", session=self._id, reason=reason)
            self._tell(EVENT, application.terminated(self._id, reason), SESSION)
        self._end()

    # --- sending ---------------------------------------------------------------------------------------------------

    def _tell(self, invoke: int, message: Part, namespace: str = "") -> None:
        body = render(namespace or self._namespace, message)
        if len(body) > LONGEST:
            body = render(namespace or self._namespace, _shortened(message))
        if len(body) > LONGEST:
            body = render(self._namespace, failures.unavailable("resourceLimitExceeded").message)
        frame = encode(invoke, body)
        metrics.EVENTS.inc(invoke == EVENT)
        metrics.BYTES.inc(len(frame))
        self._send(frame)


def _shortened(message: Part) -> Part:
    """Without its private data, which is what may be long."""
    name, content = message
    return name, content if isinstance(content, str) else [part for part in content if part[0] != "extensions"]


_SESSION_REQUESTS: dict[str, Callable[[Session, int, Document], Awaitable[None]]] = {
    "StartApplicationSession": Session._start,
    "StopApplicationSession": Session._stop,
    "ResetApplicationSessionTimer": Session._reset,
}
