"""The built console: its files, and its one page for every address the application itself makes sense of."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.views.decorators.http import require_safe
from whitenoise.middleware import WhiteNoiseMiddleware

from callbase.apps.integration.queries import embedding_origins
from callbase.web.headers import framed_by

HASHED = re.compile(r"^/assets/.+-[\w-]{8,}\.\w+$")
"""Vite puts the content's hash into the names of what it builds, so these never change."""
FILE = re.compile(r"^/assets/|\.\w+$")
"""No address of the application looks like these: where there is no such file, there is nothing."""
NOT_BUILT = "The console has not been built. Run `make run`, or `npm ci && npm run build` in frontend/.\n"


class ConsoleFiles(WhiteNoiseMiddleware):
    """WhiteNoise, answering with the whole file at once: a file handle cannot be streamed under ASGI."""

    def immutable_file_test(self, path: str, url: str) -> bool:
        return HASHED.match(url) is not None

    @staticmethod
    def serve(static_file: Any, request: HttpRequest) -> HttpResponse:
        found = static_file.get_response(request.method, request.META)
        content = b""
        if found.file is not None:
            with found.file:
                content = found.file.read()
        response = HttpResponse(content, status=int(found.status))
        for name, value in found.headers:
            response[name] = value
        return response


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    if FILE.search(request.path):
        return HttpResponseNotFound("There is no such file.\n", content_type="text/plain; charset=utf-8")
    return _html("index.html")


@require_safe
def softphone(request: HttpRequest, tenant: str) -> HttpResponse:
    """The softphone for frames of other systems' pages: the console's page, which these origins may show."""
    response = _html("index.html")
    response["Content-Security-Policy"] = framed_by(embedding_origins(tenant))
    return response


@require_safe
def embed_example(request: HttpRequest) -> HttpResponse:
    """Another system's page with the softphone in it, worked out."""
    return _html("demo/embed.html")


def _html(name: str) -> HttpResponse:
    try:
        content = (Path(settings.CONSOLE_DIR) / name).read_bytes()
        response = HttpResponse(content, content_type="text/html; charset=utf-8")
    except FileNotFoundError:
        response = HttpResponse(NOT_BUILT, content_type="text/plain; charset=utf-8", status=503)
    response["Cache-Control"] = "no-cache"
    return response
