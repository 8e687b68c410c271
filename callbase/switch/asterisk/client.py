"""ARI: events over one WebSocket, requests over a pool of HTTP connections.

Asterisk serves REST over the events WebSocket one request at a time, and a verb that waits for a channel holds up the rest.
Over HTTP only requests to the same channel wait for each other, which the driver wants anyway.
"""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import msgspec
from yarl import URL

CONNECTIONS = 64
TIMEOUT_S = 10.0
HEARTBEAT_S = 10.0


class AriError(Exception):
    """Asterisk refused or did not answer. `status` is HTTP's, 0 where no answer came."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(f"{status} {message}" if status else message)
        self.status = status
        self.message = message


class AriClient:
    """One node's ARI. `open` before use, `close` after; both may be repeated."""

    def __init__(self, host: str, port: int, user: str, password: str) -> None:
        self._base = f"http://{host}:{port}/ari"
        credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {credentials}"}
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                connector=aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=50),
                timeout=aiohttp.ClientTimeout(total=TIMEOUT_S),
            )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

    async def request(self, method: str, path: str, *, body: object = None, **query: str) -> Any:
        """The decoded answer, None where there is none. Raises AriError."""
        if self._session is None:
            raise AriError(0, "not open")
        data = None if body is None else msgspec.json.encode(body)
        headers = {"Content-Type": "application/json"} if data else {}
        url = URL(self._base + path, encoded=True)  # a name with slashes in it stays one part of the path
        try:
            async with self._session.request(method, url, params=query, data=data, headers=headers) as response:
                text = await response.read()
                if response.status >= 400:
                    raise AriError(response.status, _message(text))
                return msgspec.json.decode(text) if text else None
        except (aiohttp.ClientError, TimeoutError) as problem:
            raise AriError(0, str(problem) or type(problem).__name__) from problem

    @asynccontextmanager
    async def events(self, application: str) -> AsyncIterator[AsyncIterator[bytes]]:
        """Listens as the application, to all channels and endpoints; whoever listened under this name hears nothing more.

        Gives the raw events; they end when the connection does. Raises AriError where it cannot be made.
        """
        if self._session is None:
            raise AriError(0, "not open")
        query = {"app": application, "subscribeAll": "true"}
        try:
            async with self._session.ws_connect(
                self._base + "/events", params=query, heartbeat=HEARTBEAT_S, max_msg_size=0
            ) as socket:
                yield self._messages(socket)
        except aiohttp.ClientError as problem:
            raise AriError(0, str(problem)) from problem

    @staticmethod
    async def _messages(socket: aiohttp.ClientWebSocketResponse) -> AsyncIterator[bytes]:
        async for message in socket:
            if message.type == aiohttp.WSMsgType.TEXT:
                yield message.data.encode()


def _message(text: bytes) -> str:
    try:
        return str(msgspec.json.decode(text)["message"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return text.decode(errors="replace")[:200]
