"""Addresses: the API, and the console for everything else."""

from __future__ import annotations

from django.urls import path, re_path

from callbase.web.api import api
from callbase.web.console import embed_example, page, softphone
from callbase.web.health import healthz
from callbase.web.metrics import metrics

urlpatterns = [
    path("api/", api.urls),
    path("healthz", healthz),
    path("metrics", metrics),
    path("embed/<slug:tenant>", softphone),
    path("demo/embed", embed_example),
    re_path(r"^(?!api/|link$|sip$).*$", page),
]

handler404 = "callbase.web.api.unknown_address"
