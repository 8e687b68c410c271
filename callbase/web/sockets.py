"""The two WebSockets beside the site: /link (the gateway) and /sip (the switch). Each module's `application` is an ASGI app."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from django.urls import re_path
from django.urls.resolvers import URLPattern


def _patterns() -> list[URLPattern]:
    modules = {r"^link$": "callbase.web.gateway", r"^sip$": "callbase.web.sip_proxy"}
    return [re_path(route, import_module(name).application) for route, name in modules.items() if find_spec(name)]


websocket_urlpatterns = _patterns()
