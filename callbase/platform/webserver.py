"""The web process: uvicorn around the ASGI application."""

from __future__ import annotations

from typing import Any

import uvicorn

from callbase.platform.environment import Environment
from callbase.platform.http_door import HttpDoor


def serve(environment: Environment) -> None:
    """Until SIGTERM or SIGINT."""
    uvicorn.run(
        "callbase.web.asgi:application",
        host=environment.bind,
        port=environment.http_port,
        loop="uvloop",
        http=HttpDoor,
        ws="websockets-sansio",
        ws_max_size=1024 * 1024,
        ws_per_message_deflate=False,  # with a thousand agents it took over a third of this process's loop
        ws_ping_interval=3.0,  # a laptop that went dead is noticed within 7 s (callbase.engine.presence)
        ws_ping_timeout=4.0,
        **proxy_options(environment),
        server_header=False,
        access_log=False,
        log_config=None,
        lifespan="auto",
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
        backlog=1024,
    )


def proxy_options(environment: Environment) -> dict[str, Any]:
    """Scheme and address of a request are what a trusted proxy says, and the connection's own otherwise: cookies, the CSRF
    check, the audit trail and the lock-out go by them."""
    return {"proxy_headers": True, "forwarded_allow_ips": list(environment.trusted_proxies)}
