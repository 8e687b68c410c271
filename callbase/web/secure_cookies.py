"""Cookies given over TLS never travel without it; those of a softphone in another site's frame reach that frame, and only it."""

from __future__ import annotations

from collections.abc import Callable
from http.cookies import Morsel

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

FRAMED = "X-Callbase-Framed"
"""Said by our own page in a frame; no other site can send it, for that takes our permission (CORS)."""

# Cookies in partitions (CHIPS) are older than Python's knowledge of them (3.14).
Morsel._reserved.setdefault("partitioned", "Partitioned")  # type: ignore[attr-defined]
Morsel._flags.add("partitioned")  # type: ignore[attr-defined]


class SecureCookies:
    """Marks the session's and the CSRF token's cookie Secure (RFC 6265 §4.1.2.5) where the request came by https. A setting could
    not: the same installation is used by http on the machine itself. Stands before the middleware that sets them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if request.is_secure():
            for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
                if name in response.cookies:
                    response.cookies[name]["secure"] = True
                    if FRAMED in request.headers:
                        response.cookies[name]["samesite"] = "None"
                        response.cookies[name]["partitioned"] = True
        return response
