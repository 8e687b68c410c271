"""What an engine that does not lead says on its link: its health, and to clients that another one is to be asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.http11 import Request, Response

from callbase.engine.health import StandbyHealth
from callbase.engine.metrics import Metrics
from callbase.platform.scraping import CONTENT_TYPE, may_scrape


async def serve_waiting_page(host: str, port: int, health: Callable[[], StandbyHealth], tokens: Sequence[str] = ()) -> Server:
    """`tokens`: those that open the metrics to other machines. Raises OSError where the port is taken."""
    metrics = Metrics()

    def refresh() -> None:
        metrics.leading.set(0)
        metrics.standby_armed.set(health().armed)
        metrics.followed.set(health().followed_to)

    metrics.refresh = refresh

    def answer(socket: ServerConnection, request: Request) -> Response:
        match request.path.partition("?")[0]:
            case "/healthz":
                status, content_type, body = health().page()
            case "/metrics" if may_scrape(str(socket.remote_address[0]), request.headers.get("Authorization", ""), tokens):
                status, content_type, body = HTTPStatus.OK, CONTENT_TYPE, metrics.text()
            case _:
                return socket.respond(HTTPStatus.SERVICE_UNAVAILABLE, "this engine stands by\n")
        response = socket.respond(status, body.decode())
        del response.headers["Content-Type"]
        response.headers["Content-Type"] = content_type
        return response

    async def nobody(socket: ServerConnection) -> None: ...

    return await serve(nobody, host, port, process_request=answer, compression=None, close_timeout=1)
