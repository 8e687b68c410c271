"""The web process's one door: HTTP to Django, /link to the gateway, /sip to the switch.

Served by `uvicorn callbase.web.asgi:application`.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable

import django
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callbase.web.settings")
django.setup()

from channels.routing import ProtocolTypeRouter  # noqa: E402  (Django must be set up first)
from django.conf import settings  # noqa: E402

from callbase.web.body_limit import BodyLimit  # noqa: E402
from callbase.web.gateway import application as gateway  # noqa: E402
from callbase.web.gateway import lifespan  # noqa: E402
from callbase.web.sip_proxy import application as sip_proxy  # noqa: E402
from callbase.web.socket import Receive, Scope, Send, Socket  # noqa: E402

SOCKETS: dict[str, Callable[[Scope, Receive, Send], Awaitable[None]]] = {"/link": gateway, "/sip": sip_proxy}


async def websocket(scope: Scope, receive: Receive, send: Send) -> None:
    """To whom the path belongs; an unknown one is refused with 403, the only answer ASGI has before a handshake."""
    application = SOCKETS.get(scope["path"])
    if application is None:
        await Socket(scope, receive, send).refuse()
    else:
        await application(scope, receive, send)


application = ProtocolTypeRouter(
    {
        "http": BodyLimit(get_asgi_application(), json_limit=settings.JSON_BODY_LIMIT, upload_limit=settings.UPLOAD_BODY_LIMIT),
        "websocket": websocket,
        "lifespan": lifespan,
    }
)
