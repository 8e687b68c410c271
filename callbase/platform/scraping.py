"""A process's metrics over HTTP, and who may read them: programs on the same machine, and those with a token."""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Iterable
from contextlib import suppress

from prometheus_client import disable_created_metrics, generate_latest

disable_created_metrics()  # type: ignore[no-untyped-call]  # a second line for each, which nobody asks for

REQUEST_TIMEOUT_S = 5.0
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


def may_scrape(address: str, authorization: str, tokens: Iterable[str]) -> bool:
    """`authorization`: that header; `tokens`: those that are good, empty ones aside."""
    try:
        if ipaddress.ip_address(address).is_loopback:
            return True
    except ValueError:
        pass
    scheme, _, given = authorization.partition(" ")
    return scheme.lower() == "bearer" and any(hmac.compare_digest(given.encode(), token.encode()) for token in tokens if token)


async def serve_metrics(port: int) -> asyncio.Server:
    """What this process counts, to this machine only, whatever is asked for. Raises OSError where the port is taken."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                await reader.readuntil(b"\r\n\r\n")
                body = generate_latest()
                head = (
                    f"HTTP/1.1 200 OK\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
                )
                writer.write(head.encode() + body)
                await writer.drain()
        writer.close()

    return await asyncio.start_server(answer, "127.0.0.1", port)
