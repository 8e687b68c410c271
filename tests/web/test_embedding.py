"""The softphone in other systems' pages: whose may show it, and which cookies it has there."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.test import Client
from pytest_django import Settings

from callbase.apps.audit.models import AuditEntry
from tests.web.conftest import PASSWORD, Person, fields

CRM = "https://crm.example.com"
NO_ORIGINS = (
    *("*", "https://*", "https://*.example.com", "https://crm.example.com/", "https://crm.example.com:port"),
    *("https://crm.example.com:99999", "https://crm.example.com:0"),
    *("crm.example.com", "HTTPS://CRM.EXAMPLE.COM", "data:", "'none'", ""),
    *("https://a b", "https://a\nb", "https://a;script-src *"),
)


@pytest.fixture
def built(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "demo").mkdir()
    for name in ("index.html", "demo/embed.html"):
        (tmp_path / name).write_text("<!doctype html>")
    settings.CONSOLE_DIR = tmp_path


def ancestors(path: str) -> str:
    policy = Client().get(path)["Content-Security-Policy"]
    return policy.partition("frame-ancestors ")[2].partition(";")[0]


def test_only_the_softphone_may_be_framed_and_only_by_pages_of_the_tenants_choice(admin: Person, built: None) -> None:
    assert ancestors("/embed/demo") == "'self'"
    assert admin.put("/api/embedding", {"origins": [CRM, "http://10.0.0.7:8000", CRM]}).status_code == 200
    assert admin.get("/api/embedding").json() == {"origins": ["http://10.0.0.7:8000", CRM]}
    assert ancestors("/embed/demo") == f"'self' http://10.0.0.7:8000 {CRM}"
    assert "X-Frame-Options" not in Client().get("/embed/demo")
    assert ancestors("/embed/another") == "'self'"
    for path in ("/", "/workbench", "/sign-in", "/demo/embed"):
        assert ancestors(path) == "'none'"
        assert Client().get(path)["X-Frame-Options"] == "DENY"


def test_who_let_which_pages_in_stands_in_the_trail(admin: Person) -> None:
    admin.put("/api/embedding", {"origins": [CRM]})
    entry = AuditEntry.objects.get(action="embedding.update")
    assert entry.changes == {"origins": [[], [CRM]]}


@pytest.mark.parametrize("origin", NO_ORIGINS)
def test_what_is_no_origin_is_refused(admin: Person, origin: str) -> None:
    assert list(fields(admin.put("/api/embedding", {"origins": [CRM, origin]}))) == ["origins.1"]


@pytest.mark.parametrize("secure", [True, False])
@pytest.mark.parametrize("framed", [True, False])
def test_cookies_of_a_frame_over_tls_are_for_that_frame(demo: None, secure: bool, framed: bool) -> None:
    client = Client(headers={"X-Callbase-Framed": "1"} if framed else {})
    body = {"login": "1001", "password": PASSWORD}
    answer = client.post("/api/auth/sign-in", body, content_type="application/json", secure=secure)
    assert answer.status_code == 200, answer.content
    cookie = answer.cookies[django_settings.SESSION_COOKIE_NAME]
    assert cookie["samesite"] == ("None" if secure and framed else "Lax")
    assert (bool(cookie["secure"]), "Partitioned" in cookie.OutputString()) == (secure, secure and framed)
    assert cookie["httponly"]
