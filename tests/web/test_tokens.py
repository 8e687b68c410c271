"""API tokens: what programs sign in with."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from callbase.apps.integration.models import ApiToken
from callbase.apps.organization.access import access_of_token
from tests.web.centre import Call
from tests.web.conftest import Person, fields


def new_token(admin: Person, *scopes: str, **limits: Any) -> dict[str, Any]:
    created = admin.post("/api/tokens", {"name": "Nightly export", "scopes": list(scopes), **limits})
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
    for header in (f"Bearer {made['token']}", "Bearer ", "bearer rubbish"):
        refused = Client(headers={"Authorization": header}).get("/api/queues")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "token_invalid")
    for header in ("bearer\tx", ""):
        refused = Client(headers={"Authorization": header}).get("/api/queues")
        assert (refused.status_code, refused.json()["error"]["code"]) == (401, "not_signed_in")


def test_its_use_is_noted_and_its_writes_name_it(admin: Person) -> None:
    made = new_token(admin, "customers.edit")
    assert made["last_used_at"] is None
    program = Client(headers={"Authorization": f"Bearer {made['token']}"})
    program.post("/api/customers", {"name": "By program"}, content_type="application/json")
    assert admin.get(f"/api/tokens/{made['id']}").json()["last_used_at"] is not None
    entry = admin.get(f"/api/audit?actor=token:{made['id']}").json()["items"][0]
    assert (entry["action"], entry["actor_name"]) == ("customer.create", "Nightly export")


def test_a_revoked_one_is_listed_no_more_but_the_trail_knows_its_name(admin: Person) -> None:
    made = new_token(admin, "customers.edit")
    program = Client(headers={"Authorization": f"Bearer {made['token']}"})
    program.post("/api/customers", {"name": "By program"}, content_type="application/json")
    assert admin.delete(f"/api/tokens/{made['id']}").status_code == 204
    assert admin.get("/api/tokens").json()["items"] == []
    assert admin.get(f"/api/tokens/{made['id']}").status_code == 404
    assert admin.delete(f"/api/tokens/{made['id']}").status_code == 404
    created, revoked = (
        admin.get(f"/api/audit?action={action}").json()["items"][0] for action in ("customer.create", "token.delete")
    )
    assert (created["actor_name"], revoked["object_name"]) == ("Nightly export", "Nightly export")


@pytest.mark.parametrize(
    ("asked", "calls"),
    [
        ({}, "anywhere"),
        ({"agents": ["1001"]}, "own"),
        ({"agents": ["1001"], "calls": "inside"}, "inside"),
        ({"calls": "own"}, "own"),
    ],
)
def test_whom_a_token_may_call_is_its_limit_unless_said(admin: Person, asked: dict[str, Any], calls: str) -> None:
    made = new_token(admin, "agents.supervise", **asked)
    access = access_of_token(made["token"])
    assert access is not None
    assert (made["calls"], access.calls) == (calls, calls)


def test_tokens_that_acted_for_agents_still_pass_their_calls_on(admin: Person) -> None:
    ids = {scope: new_token(admin, scope)["id"] for scope in ("agents.supervise", "board.view")}
    import_module("callbase.apps.integration.migrations.0006_passing_calls_on").may_pass_on(apps, None)
    scopes = {scope: set(ApiToken.objects.get(id=ids[scope]).scopes) for scope in ids}
    assert scopes["agents.supervise"] == {"agents.supervise", "calls.release", "calls.take_over", "calls.barge"}
    assert scopes["board.view"] == {"board.view"}


def test_scopes_must_exist_and_be_held_by_their_giver(admin: Person) -> None:
    assert list(fields(admin.post("/api/tokens", {"name": "x", "scopes": ["board.view", "fly"]}))) == ["scopes.1"]
    weaker = new_token(admin, "tokens.manage")["token"]
    program = Client(headers={"Authorization": f"Bearer {weaker}"})
    refused = program.post("/api/tokens", {"name": "x", "scopes": ["people.manage"]}, content_type="application/json")
    assert refused.status_code == 403


def test_a_token_opens_nothing_once_its_time_is_up(admin: Person) -> None:
    made = new_token(admin, "board.view", expires_at=(timezone.now() + timedelta(hours=1)).isoformat())
    program = Client(headers={"Authorization": f"Bearer {made['token']}"})
    assert program.get("/api/queues").status_code == 200
    ApiToken.objects.filter(id=made["id"]).update(expires_at=timezone.now())
    assert program.get("/api/queues").status_code == 401
    assert access_of_token(made["token"]) is None


def test_a_limited_token_reads_the_calls_of_its_agents_and_queues_only(admin: Person) -> None:
    begun = datetime.now(UTC) - timedelta(minutes=5)
    with_1001 = Call("demo", begun).queued("sales", 0, 5, "answered").talked("1001", 5, 20, "sales").ended(20)
    in_support = Call("demo", begun).queued("support", 0, 30, "abandoned").ended(30)
    elsewhere = Call("demo", begun).queued("sales", 0, 5, "answered").talked("1002", 5, 20, "sales").ended(20)
    made = new_token(admin, "interactions.view_all", agents=["1001"], queues=["support"])
    program = Client(headers={"Authorization": f"Bearer {made['token']}"})
    assert {one["id"] for one in program.get("/api/interactions").json()["items"]} == {with_1001.id, in_support.id}
    assert program.get(f"/api/interactions/{elsewhere.id}").status_code == 404


def test_a_limited_token_is_told_of_its_queues_and_of_its_agents_in_them_only(admin: Person) -> None:
    members = [{"agent": "1001"}, {"agent": "1011"}]
    assert admin.patch("/api/queues/support", {"members": members}).status_code == 200
    made = new_token(admin, "board.view", agents=["1001"], queues=["support"])
    program = Client(headers={"Authorization": f"Bearer {made['token']}"})
    (support,) = program.get("/api/queues").json()["items"]
    assert (support["id"], [member["agent"] for member in support["members"]]) == ("support", ["1001"])
    assert program.get("/api/queues/sales").status_code == 404
    assert len(admin.get("/api/queues/support").json()["members"]) == 2


@pytest.mark.parametrize(
    ("limits", "field"),
    [
        ({"agents": ["1001", "9999"]}, "agents.1"),
        ({"queues": ["nowhere"]}, "queues.0"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "expires_at"),
        ({"expires_at": "2099-01-01T00:00:00"}, "expires_at"),
        ({"queues": ["sales"], "scopes": ["board.view", "customers.view"]}, "scopes.1"),
    ],
)
def test_a_limit_that_cannot_be_kept_is_refused(admin: Person, limits: dict[str, Any], field: str) -> None:
    assert list(fields(admin.post("/api/tokens", {"name": "x", "scopes": ["board.view"], **limits}))) == [field]
    assert not ApiToken.objects.exists()


def test_what_a_token_may_stands_in_the_trail(admin: Person) -> None:
    made = new_token(admin, "board.view", agents=["1001"])
    entry = admin.get("/api/audit?action=token.create").json()["items"][0]
    assert (entry["object_id"], entry["changes"]["agents"]) == (made["id"], [None, ["1001"]])
