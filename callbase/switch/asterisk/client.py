"""ARI: events over one WebSocket, requests over a pool of HTTP connections.

Asterisk serves REST over the events WebSocket one request at a time, and a verb that waits for a channel holds up the rest.
Over HTTP only requests to the same channel wait for each other, which the driver wants anyway.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Literal
from urllib.parse import quote

import aiohttp
import msgspec

from callbase.switch.asterisk.http import HttpClient, HttpFailed

HEARTBEAT_S = 10.0


class AriError(Exception):
    """Asterisk refused or did not answer. `status` is HTTP's, 0 where no answer came."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}" if status else message)
        self.status = status
        self.message = message


class AriClient:
    """One node's ARI. `open` before use, `close` after; both may be repeated."""

    def __init__(self, host: str, port: int, user: str, password: str, check: Callable[[], None] = lambda: None) -> None:
        """`check` stands before whatever is sent."""
        self._http, self._check = HttpClient(host, port, check), check
        self._host = f"{host}:{port}"
        self._authorization = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
        self._always = f" HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: {self._authorization}\r\n"
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(headers={"Authorization": self._authorization})

    async def close(self) -> None:
        self._http.close()
        if self._session is not None:
            await self._session.close()

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
    async def events(self, application: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Listens as the application, to what it is subscribed to; whoever listened under this name hears nothing more.

        Gives the raw events; they end when the connection does. Raises AriError where it cannot be made.
        """
        if self._session is None:
            raise AriError(0, "not open")
        self._check()
        try:
            async with self._session.ws_connect(
                f"http://{self._host}/ari/events",
                params={"app": application},
                heartbeat=HEARTBEAT_S,
                max_msg_size=0,
                decode_text=False,
            ) as socket:
                yield self._messages(socket)
        except aiohttp.ClientError as problem:
            raise AriError(0, str(problem)) from problem

    @staticmethod
    async def _messages(socket: aiohttp.ClientWebSocketResponse[Literal[False]]) -> AsyncIterator[bytes]:
        async for message in socket:
            if message.type == aiohttp.WSMsgType.TEXT:
                yield message.data


def _message(text: bytes) -> str:
    try:
        return str(msgspec.json.decode(text)["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return text.decode(errors="replace")[:200]
