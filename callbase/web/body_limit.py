"""Turns away request bodies that are too large before Django spools them, or that stop coming, with the API's own error.

RFC 9110 §15.5.14: 413 Content Too Large. The declared length is checked first, then, for chunked bodies, what really comes.
§15.5.9: 408 Request Timeout.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import structlog

from callbase.web.language import from_accept_language
from callbase.web.messages import error_body

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

log = structlog.get_logger(__name__)


READ_AWAY_BYTES = 32 * 1024 * 1024
READ_AWAY_S = 10.0
"""So much of what is too large is still taken in and thrown away: who is cut off while sending sees a reset, not our answer."""


PIECE_WITHIN_S = 30.0
"""The next piece of a body, before it is whole."""


class _TooLarge(Exception):
    pass


class _TooSlow(Exception):
    pass


class BodyLimit:
    """`json_limit` holds for every body but multipart/form-data, for which `upload_limit` does (bytes)."""

    def __init__(self, app: Any, json_limit: int, upload_limit: int) -> None:
        self.app: App = app
        self.json_limit = json_limit
        self.upload_limit = upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        multipart = headers.get(b"content-type", "").lower().startswith("multipart/form-data")
        limit = self.upload_limit if multipart else self.json_limit
        declared = headers.get(b"content-length", "0")
        language = from_accept_language(headers.get(b"accept-language", ""))
        received, whole = 0, False

        async def counted() -> dict[str, Any]:
            nonlocal received, whole
            message = await receive() if whole else await _in_time(receive)
            whole = not message.get("more_body", False)
            received += len(message.get("body", b""))
            if received > limit:
                raise _TooLarge
            return message

        try:
            if declared.isdigit() and int(declared) > limit:
                raise _TooLarge
            await self.app(scope, counted, send)
        except _TooLarge:
            log.warning(
                "request too large, refused",
                address=(scope.get("client") or ("",))[0],
                method=scope.get("method", ""),
                path=scope.get("path", ""),
                declared_bytes=declared,
                limit_bytes=limit,
            )
            if declared.isdigit() and int(declared) <= READ_AWAY_BYTES and b"expect" not in headers:
                await _read_away(receive)
            await _refuse(send, 413, error_body("too_large", language, data={"limit_kib": str(limit // 2**20 * 1024)}))
        except _TooSlow:
            log.warning(
                "a request's body does not come, refused", address=(scope.get("client") or ("",))[0], path=scope.get("path", "")
            )
            await _refuse(send, 408, error_body("too_slow", language, data={"seconds": f"{PIECE_WITHIN_S:g}"}))


async def _in_time(receive: Receive) -> dict[str, Any]:
    try:
        async with asyncio.timeout(PIECE_WITHIN_S):
            return await receive()
    except TimeoutError:
        raise _TooSlow from None


async def _refuse(send: Send, status: int, body: bytes) -> None:
    headers = [
        (b"content-type", b"application/json; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _read_away(receive: Receive) -> None:
    read = 0
    try:
        async with asyncio.timeout(READ_AWAY_S):
            while read <= READ_AWAY_BYTES:
                message = await receive()
                read += len(message.get("body", b""))
                if message["type"] != "http.request" or not message.get("more_body"):
                    return
    except TimeoutError:
        return
