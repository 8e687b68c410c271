"""API tokens: what programs sign in with."""

from __future__ import annotations

from typing import Any

from django.test import Client

from callbase.apps.integration.models import ApiToken
from callbase.apps.organization.access import access_of_token
from tests.web.conftest import Person, fields


def new_token(admin: Person, *scopes: str) -> dict[str, Any]:
    created = admin.post("/api/tokens", {"name": "Nightly export", "scopes": list(scopes)})
    assert created.status_code == 201, created.content
    body: dict[str, Any] = created.json()
    return body


def test_a_token_opens_what_its_scopes_say_without_cookie_or_csrf(admin: Person) -> None:
    token = new_token(admin, "customers.view", "customers.edit")["token"]
    program = Client(enforce_csrf_checks=True, headers={"Authorization": f"Bearer {token}"})
    assert program.get("/api/customers").status_code == 200
    assert program.post("/api/customers", {"name": "By program"}, content_type="application/json").status_code == 201
    assert program.get("/api/people").status_code == 403


def test_a_token_is_shown_once_and_only_its_digest_is_kept(admin: Person) -> None:
    made = new_token(admin, "board.view")
    assert made["token"] not in admin.get("/api/tokens").content.decode()
    assert made["token"] not in admin.get("/api/audit").content.decode()
    assert made["token"] not in str(ApiToken.objects.values().get())


def test_a_withdrawn_or_unknown_token_opens_nothing(admin: Person) -> None:
    made = new_token(admin, "board.view")
    access = access_of_token(made["token"])
    assert access is not None
    assert (access.tenant.id, access.actor) == ("demo", f"token:{made['id']}")
    assert admin.delete(f"/api/tokens/{made['id']}").status_code == 204
    assert access_of_token(made["token"]) is None
    for header in (f"Bearer {made['token']}", "Bearer ", "Bearer rubbish", "bearer\tx"):
        assert Client(headers={"Authorization": header}).get("/api/queues").status_code == 401


def test_its_use_is_noted_and_its_writes_name_it(admin: Person) -> None:
    made = new_token(admin, "customers.edit")
    assert made["last_used_at"] is None
    program = Client(headers={"Authorization": f"Bearer {made['token']}"})
    program.post("/api/customers", {"name": "By program"}, content_type="application/json")
    assert admin.get(f"/api/tokens/{made['id']}").json()["last_used_at"] is not None
    entry = admin.get(f"/api/audit?actor=token:{made['id']}").json()["items"][0]
    assert (entry["action"], entry["actor_name"]) == ("customer.create", "Nightly export")


def test_scopes_must_exist_and_be_held_by_their_giver(admin: Person) -> None:
    assert list(fields(admin.post("/api/tokens", {"name": "x", "scopes": ["board.view", "fly"]}))) == ["scopes.1"]
    weaker = new_token(admin, "tokens.manage")["token"]
    program = Client(headers={"Authorization": f"Bearer {weaker}"})
    refused = program.post("/api/tokens", {"name": "x", "scopes": ["people.manage"]}, content_type="application/json")
    assert refused.status_code == 403
