"""Headers that tell the browser what our pages may do (W3C CSP 3, Permissions Policy)."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.http import HttpRequest, HttpResponseBase

POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "worker-src 'self' blob:",
        "style-src 'self' 'unsafe-inline'",  # Ant Design writes its styles into the page
        "img-src 'self' data: blob:",
        "media-src 'self' blob: data:",
        "font-src 'self' data:",
        "connect-src 'self'",  # includes ws: and wss: of the same origin (CSP 3 §6.7.2.8)
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
    ]
)


def framed_by(origins: Iterable[str]) -> str:
    """The policy of a page that pages of these origins, and our own, may show in a frame."""
    ancestors = " ".join(("'self'", *origins))
    return f"{POLICY}; frame-ancestors {ancestors}"


class SecurityHeaders:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if "Content-Security-Policy" not in response.headers:
            response.headers["Content-Security-Policy"] = f"{POLICY}; frame-ancestors 'none'"
            response.headers["X-Frame-Options"] = "DENY"
        response.headers.setdefault("Permissions-Policy", "microphone=(self), camera=(), geolocation=()")
        if request.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response
