"""What an engine that does not lead says on its link: its health, and to clients that another one is to be asked."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from callbase.engine.health import StandbyHealth


async def serve_waiting_page(host: str, port: int, health: Callable[[], StandbyHealth]) -> Server:
    """Raises OSError where the port is taken."""

    def answer(socket: ServerConnection, request: Request) -> Response:
        if request.path.partition("?")[0] != "/healthz":
            return socket.respond(HTTPStatus.SERVICE_UNAVAILABLE, "this engine stands by\n")
        status, content_type, body = health().page()
        response = socket.respond(status, body.decode())
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = content_type
        return response

    async def nobody(socket: ServerConnection) -> None: ...

    return await serve(nobody, host, port, process_request=answer, compression=None, close_timeout=1)
