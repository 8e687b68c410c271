"""The built console's files, its one page, and the headers everything leaves with."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from callbase.web.console import ConsoleFiles


@pytest.fixture
def built(tmp_path: Path, settings: Settings) -> Path:
    (tmp_path / "assets").mkdir()
    (tmp_path / "index.html").write_text("<!doctype html><title>callbase</title>")
    (tmp_path / "assets" / "index-B3xY_9aZ.js").write_text("console.log(1)")
    (tmp_path / "favicon.svg").write_text("<svg/>")
    settings.CONSOLE_DIR = tmp_path
    settings.WHITENOISE_ROOT = tmp_path
    return tmp_path


def file(path: str, **headers: str) -> HttpResponse:
    answer = ConsoleFiles(lambda request: HttpResponse(status=404))(RequestFactory().get(path, headers=headers))
    assert isinstance(answer, HttpResponse)
    return answer


def test_every_address_of_the_application_is_its_one_page_never_cached(built: Path) -> None:
    for path in ("/", "/queues", "/demo/phone", "/interactions/0190-x"):
        page = Client().get(path)
        assert (page.status_code, page["Cache-Control"]) == (200, "no-cache")
        assert b"<title>callbase" in page.content


def test_files_named_after_their_content_are_cached_for_ever_and_others_are_not(built: Path) -> None:
    asset = file("/assets/index-B3xY_9aZ.js")
    assert (asset.status_code, asset.content) == (200, b"console.log(1)")
    assert "immutable" in asset["Cache-Control"]
    assert asset["Content-Type"].startswith("text/javascript")
    assert "immutable" not in file("/favicon.svg")["Cache-Control"]


def test_a_file_the_browser_has_is_not_sent_again(built: Path) -> None:
    first = file("/favicon.svg")
    again = file("/favicon.svg", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/assets/", "/assets/index-A1b2_3c4.js", "/assets/no/extension", "/favicon.ico", "/robots.txt", "/admin/logo.png"]
)
def test_a_file_that_is_not_there_is_not_answered_with_the_page(built: Path, path: str) -> None:
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (404, "text/plain; charset=utf-8")


def test_nothing_outside_the_console_is_served(built: Path) -> None:
    (built.parent / "secret.txt").write_text("secret")
    for path in ("/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt"):
        assert b"secret" not in file(path).content


def test_an_unknown_address_of_the_api_is_a_json_error(db: None) -> None:
    answer = Client(headers={"Accept-Language": "en"}).get("/api/nothing")
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")


@pytest.mark.parametrize(
    ("method", "path"), [("put", "/api/queues"), ("delete", "/api/auth/session"), ("post", "/api/system/health")]
)
def test_a_method_that_an_address_does_not_have_is_a_json_error_too(db: None, method: str, path: str) -> None:
    answer = getattr(Client(headers={"Accept-Language": "en"}), method)(path)
    assert (answer.status_code, answer.json()["error"]["code"]) == (405, "method_not_allowed")
    assert answer.json()["error"]["message"] == "This address does not support that method."
    assert "GET" in answer["Allow"]


def test_without_a_build_the_page_says_what_to_do(tmp_path: Path, settings: Settings) -> None:
    settings.CONSOLE_DIR = tmp_path / "absent"
    page = Client().get("/")
    assert page.status_code == 503
    assert b"make run" in page.content


def test_pages_may_use_the_microphone_workers_and_nothing_from_elsewhere(built: Path) -> None:
    headers = Client().get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "worker-src 'self' blob:" in policy
    assert "frame-ancestors 'none'" in policy
    assert "microphone=(self)" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
