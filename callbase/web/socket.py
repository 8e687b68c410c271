"""A WebSocket as ASGI gives it, with words for what is done to it. /link and /sip are served through this."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any, cast

Scope = Mapping[str, Any]
Receive = Callable[[], Awaitable[Mapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class SocketClosed(Exception):
    """The other side is gone; `code` is the close code it gave (RFC 6455 §7.4), 1006 where it gave none."""

    def __init__(self, code: int) -> None:
        super().__init__(f"closed with {code}")
        self.code = code


class Socket:
    """One WebSocket. `receive` raises SocketClosed once the other side is gone; sending to it then does nothing."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self._receive = receive
        self._send = send
        self.closed = False

    @property
    def subprotocols(self) -> list[str]:
        return list(self.scope.get("subprotocols", []))

    @property
    def address(self) -> str:
        client = self.scope.get("client")
        return str(client[0]) if client else ""

    def header(self, name: str) -> str:
        """A header's value; "" where there is none."""
        wanted = name.lower().encode()
        return next((value.decode("latin-1") for key, value in self.scope["headers"] if key == wanted), "")

    def cookie(self, name: str) -> str | None:
        try:
            morsel = SimpleCookie(self.header("cookie")).get(name)
        except CookieError:
            return None
        return morsel.value if morsel else None

    def same_origin(self) -> bool:
        """Whether a browser opened it from our own pages. Other sites' pages would come with the user's cookie otherwise
        (RFC 6455 §10.2). Programs send no Origin and have no cookie to misuse."""
        origin = self.header("origin")
        scheme = "https" if self.scope.get("scheme") == "wss" else "http"
        return not origin or origin.lower() == f"{scheme}://{self.header('host')}".lower()

    async def accept(self, subprotocol: str | None = None) -> None:
        message = await self._receive()
        if message["type"] != "websocket.connect":
            raise SocketClosed(1006)
        await self._send({"type": "websocket.accept", "subprotocol": subprotocol})

    async def refuse(self) -> None:
        """Instead of accepting: answers the handshake with 403."""
        await self._send({"type": "websocket.close"})
        self.closed = True

    async def receive(self) -> str | bytes:
        message = await self._receive()
        if message["type"] != "websocket.receive":
            self.closed = True
            raise SocketClosed(int(message.get("code") or 1006))
        text = message.get("text")
        return cast(str | bytes, message["bytes"] if text is None else text)

    async def send(self, data: str | bytes) -> None:
        """Waits while the other side is slow."""
        if self.closed:
            return
        key = "text" if isinstance(data, str) else "bytes"
        try:
            await self._send({"type": "websocket.send", key: data})
        except (OSError, RuntimeError):  # what servers raise once it is closed
            self.closed = True

    async def close(self, code: int = 1000, reason: str = "") -> None:
        if self.closed:
            return
        self.closed = True
        try:
            await self._send({"type": "websocket.close", "code": code, "reason": reason})
        except (OSError, RuntimeError):
            pass
