"""The web process's one door: HTTP to Django, /link to the gateway, /sip to the switch.

Served by `uvicorn callbase.web.asgi:application`.
"""

from __future__ import annotations

import os

import django
from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "callbase.web.settings")
django.setup()

from channels.auth import AuthMiddlewareStack  # noqa: E402  (Django must be set up first)
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from django.conf import settings  # noqa: E402

from callbase.web.body_limit import BodyLimit  # noqa: E402
from callbase.web.sockets import websocket_urlpatterns  # noqa: E402

application = ProtocolTypeRouter({
    "http": BodyLimit(get_asgi_application(), json_limit=settings.JSON_BODY_LIMIT, upload_limit=settings.UPLOAD_BODY_LIMIT),
    "websocket": AuthMiddlewareStack(URLRouter(websocket_urlpatterns)),
})
