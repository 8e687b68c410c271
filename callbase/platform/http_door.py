"""uvicorn's HTTP, with an end to how long, and how large, what comes before a request's body may be.

uvicorn itself waits for ever for who connects and says nothing, or half a request, and keeps headers for as long as some come:
one machine that nobody knows would have all connections there are, or all memory.
"""

from __future__ import annotations

import asyncio
import logging

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

log = logging.getLogger(__name__)

HEADERS_WITHIN_S = 20.0
"""From connecting, or from the first byte after another request, to the last header."""
MOST_HEADER_BYTES = 64 * 1024
TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
"""RFC 6585 §5."""


class HttpDoor(HttpToolsProtocol):
    """Who takes longer is disconnected without a word; who says more is answered 431."""

    _patience: asyncio.TimerHandle | None = None
    """There while the headers of a request are waited for."""
    _in_headers = False
    """They have begun; those of the next request too, while one is answered."""
    _received = 0
    """Since a request began, or a piece of its body came: headers, or what may follow a body in pieces (RFC 9112 §7.1.2)."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait_for_headers()

    def connection_lost(self, exc: Exception | None) -> None:
        self._have_headers()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._patience is None and not self._busy():
            self._wait_for_headers()
        self._received += len(data)
        super().data_received(data)
        if self._received > MOST_HEADER_BYTES and not self.transport.is_closing():
            self._refuse()

    def on_message_begin(self) -> None:
        self._in_headers, self._received = True, 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._have_headers()
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        self._received = 0
        super().on_body(body)

    def _refuse(self) -> None:
        log.warning("a request's headers are too large, refused: %s", self.client)
        self._have_headers()
        if self._busy():  # the answer would stand in the middle of another
            self.transport.abort()
        else:
            self.transport.write(TOO_LARGE)
            self.transport.close()

    def _busy(self) -> bool:
        """A request is being answered; what comes meanwhile is its body, or waits."""
        return self.cycle is not None and not self.cycle.response_complete

    def _wait_for_headers(self) -> None:
        self._patience = self.loop.call_later(HEADERS_WITHIN_S, self._lose_patience)

    def _have_headers(self) -> None:
        self._in_headers = False
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _lose_patience(self) -> None:
        if self._in_headers:  # browsers connect in advance and say nothing
            log.warning("no whole request within %s s, disconnected: %s", HEADERS_WITHIN_S, self.client)
        self._patience = None
        self.transport.abort()
