"""ARI: events over one WebSocket, requests over a pool of HTTP connections.

Asterisk serves REST over the events WebSocket one request at a time, and a verb that waits for a channel holds up the rest.
Over HTTP only requests to the same channel wait for each other, which the driver wants anyway.
"""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import msgspec
from picows import WSError, WSFrame, WSListener, WSMsgType, WSTransport, ws_connect

from callbase.switch.asterisk.http import HttpClient, HttpFailed

HEARTBEAT_S, ANSWERED_WITHIN_S = 10.0, 5.0
"""So long after anything was heard Asterisk is asked whether it is there, and the connection is given up without an answer."""
REACHED_WITHIN_S = 10.0
"""A machine that is down answers nothing at all, for which the kernel waits two minutes."""
EVENT_BYTES = 64 * 1024 * 1024


class AriError(Exception):
    """Asterisk refused or did not answer. `status` is HTTP's, 0 where no answer came."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}" if status else message)
        self.status = status
        self.message = message


class AriClient:
    """One node's ARI. `close` after use; may be repeated."""

    def __init__(self, host: str, port: int, user: str, password: str, check: Callable[[], None] = lambda: None) -> None:
        """`check` stands before whatever is sent."""
        self._http, self._check = HttpClient(host, port, check), check
        self._host = f"{host}:{port}"
        self._authorization = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
        self._always = f" HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: {self._authorization}\r\n"

    def close(self) -> None:
        self._http.close()

    async def request(self, method: str, path: str, *, body: object = None, **query: str) -> Any:
        """The decoded answer, None where there is none. Raises AriError."""
        try:
            response = await self._http.request(self._message(method, path, body, query))
        except HttpFailed as problem:
            raise AriError(0, str(problem)) from problem
        if response.status >= 400:
            raise AriError(response.status, _message(response.body))
        return msgspec.json.decode(response.body) if response.body else None

    def _message(self, method: str, path: str, body: object, query: dict[str, str]) -> bytes:
        target = quote(f"/ari{path}", safe="/%~")
        if query:
            target += "?" + "&".join([f"{name}={quote(value, safe='')}" for name, value in query.items()])
        data = b"" if body is None else msgspec.json.encode(body)
        kind = "Content-Type: application/json\r\n" if data else ""
        return f"{method} {target}{self._always}{kind}Content-Length: {len(data)}\r\n\r\n".encode() + data

    @asynccontextmanager
    async def events(self, application: str, hear: Callable[[bytes], None]) -> AsyncIterator[asyncio.Future[None]]:
        """Listens as the application, to what it is subscribed to; whoever listened under this name hears nothing more.

        `hear` is given each raw event as it comes. Gives what is done once the connection has ended, and raises what `hear`
        raised, which ends it too. Raises AriError where it cannot be made.
        """
        self._check()
        listener = _Listener(hear)
        try:
            async with asyncio.timeout(REACHED_WITHIN_S):
                connection, hears = await ws_connect(
                    lambda: listener,
                    f"ws://{self._host}/ari/events?app={quote(application, safe='')}",
                    extra_headers={"Authorization": self._authorization},
                    enable_auto_ping=True,
                    auto_ping_idle_timeout=HEARTBEAT_S,
                    auto_ping_reply_timeout=ANSWERED_WITHIN_S,
                    max_frame_size=EVENT_BYTES,
                    use_aiofastnet=False,  # the event loop's own connections, as all others
                )
        except (WSError, OSError) as problem:  # TimeoutError is an OSError
            listener.lost.cancel()
            raise AriError(0, str(problem) or type(problem).__name__) from problem
        if hears is not listener:  # picows takes an end before any answer for no failure, and tells the listener nothing of it
            raise AriError(0, "the connection was closed")
        try:
            yield listener.lost
        finally:
            connection.disconnect()
            await connection.wait_disconnected()


class _Listener(WSListener):
    """Called within the reading of the socket: a task that waited for each event would cost several times the event."""

    def __init__(self, hear: Callable[[bytes], None]) -> None:
        super().__init__()
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._hear = hear
        self._begun = b""
        """A message whose end has not come."""

    def on_ws_connected(self, transport: WSTransport) -> None:
        if self.lost.done():  # nobody waits for it any more
            transport.disconnect()

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if self.lost.done():
            return
        if frame.msg_type in (WSMsgType.TEXT, WSMsgType.CONTINUATION):
            data = self._begun + frame.get_payload_as_bytes()
            self._begun = b"" if frame.fin else data
            if frame.fin:
                try:
                    self._hear(data)
                except Exception as problem:
                    self.lost.set_exception(problem)
                    transport.disconnect()
        elif frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        if not self.lost.done():
            self.lost.set_result(None)


def _message(text: bytes) -> str:
    try:
        return str(msgspec.json.decode(text)["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return text.decode(errors="replace")[:200]
