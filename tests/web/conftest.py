"""A demo centre in the database of the test, and people signed in to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.db import connection
from django.test import Client, override_settings
from pytest_django import DjangoDbBlocker, Settings

from callbase.apps.demo.actions import do_install_demo
from callbase.apps.organization import models

if TYPE_CHECKING:
    from tests.web.writes import Stock

PASSWORD = "correct-horse-battery"


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 at its least, so that a test spends its time on what it proves."""

    algorithm = "argon2"
    time_cost, memory_cost, parallelism = 1, 64, 1


class Person:
    """Somebody at a browser: JSON in, JSON out, with the session's CSRF token as the console sends it."""

    def __init__(self, language: str = "en-US") -> None:
        self.http = Client(enforce_csrf_checks=True, headers={"Accept-Language": language})
        self.csrf = ""

    def sign_in(self, login: str, password: str = PASSWORD, **more: Any) -> Any:
        return self.post("/api/auth/sign-in", {"login": login, "password": password, **more})

    def enter(self, login: str, tenant: str = "demo") -> None:
        """Signs in without the password, which takes no time."""
        person = models.Person.objects.get(tenant_id=tenant, login=login)
        self.http.force_login(person, "callbase.apps.organization.sign_in.PersonBackend")
        self.csrf = self.get("/api/auth/session").json()["csrf_token"]

    def get(self, path: str, **headers: str) -> Any:
        return self.http.get(path, headers=headers)

    def post(self, path: str, body: Any = None) -> Any:
        return self._send(self.http.post, path, body)

    def patch(self, path: str, body: Any) -> Any:
        return self._send(self.http.patch, path, body)

    def put(self, path: str, body: Any) -> Any:
        return self._send(self.http.put, path, body)

    def delete(self, path: str) -> Any:
        return self._send(self.http.delete, path, None)

    def _send(self, method: Callable[..., Any], path: str, body: Any) -> Any:
        answer = method(path, body, content_type="application/json", headers={"X-CSRFToken": self.csrf} if self.csrf else {})
        if "csrf_token" in answer.content.decode(errors="replace"):
            self.csrf = answer.json()["csrf_token"]
        return answer


def fields(answer: Any) -> dict[str, list[str]]:
    """The fields a 422 complains of."""
    assert answer.status_code == 422, answer.content.decode()
    found: dict[str, list[str]] = answer.json()["error"]["fields"]
    return found


@pytest.fixture(autouse=True)
def _all_tables_emptied(request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """After a test that commits: Django empties the tables of its models, not those the engine writes."""
    yield
    marker = request.node.get_closest_marker("django_db")
    if "transactional_db" in request.fixturenames or (marker is not None and marker.kwargs.get("transaction")):
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            found = connection.introspection
            others = set(found.table_names(cursor)) - set(found.django_table_names()) - {"django_migrations"}
            cursor.execute(f"TRUNCATE {', '.join(sorted(others))} CASCADE")


@pytest.fixture
def quick_passwords(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["tests.web.conftest.QuickArgon2"]


@pytest.fixture(scope="session")
def installed_demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> None:
    """The demo centre, committed once: making it takes longer than most tests that use it."""
    with django_db_blocker.unblock(), override_settings(PASSWORD_HASHERS=["tests.web.conftest.QuickArgon2"]):
        do_install_demo(PASSWORD)


@pytest.fixture
def demo(installed_demo: None, db: None, quick_passwords: None) -> None:
    """The demo centre as it was made; made again where a test that commits has emptied the tables."""
    if not models.Tenant.objects.filter(id="demo").exists():
        do_install_demo(PASSWORD)


@pytest.fixture
def visitor(demo: None) -> Person:
    """Nobody in particular, not signed in."""
    return Person()


@pytest.fixture
def signed_in(demo: None) -> Callable[[str], Person]:
    def enter(login: str) -> Person:
        person = Person()
        person.enter(login)
        return person

    return enter


@pytest.fixture
def admin(signed_in: Callable[[str], Person]) -> Person:
    return signed_in("admin")


@pytest.fixture
def agent(signed_in: Callable[[str], Person]) -> Person:
    return signed_in("1001")


@pytest.fixture
def stock(admin: Person, settings: Settings, tmp_path: Path) -> Stock:
    """Uploaded sounds go to a home of the test's own."""
    from tests.web.writes import Stock  # it builds on this module

    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, home=tmp_path)
    return Stock(admin)
