"""An ASGI application served by uvicorn on a free port, in the test's own loop; and peers for its WebSockets."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from callbase.platform import ports


@asynccontextmanager
async def served(application: Any, **options: Any) -> AsyncIterator[str]:
    """Gives host:port."""
    port = ports.pick()
    server = uvicorn.Server(
        uvicorn.Config(
            application,
            host="127.0.0.1",
            port=port,
            log_config=None,
            lifespan="off",
            ws="websockets-sansio",
            access_log=False,
            timeout_graceful_shutdown=1,
            **options,
        )
    )
    task = asyncio.create_task(server.serve())
    await eventually(lambda: server.started)
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


async def eventually(true: Callable[[], Any], within_s: float = 5.0) -> None:
    """Returns once it is true. Raises TimeoutError."""
    async with asyncio.timeout(within_s):
        while not true():
            await asyncio.sleep(0.005)
