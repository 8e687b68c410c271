"""Roles: made from a template, changed and deleted within one's own rights; and somebody always keeps them all."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps

from callbase.apps.audit.models import AuditEntry
from callbase.apps.organization.access import PERMISSIONS
from callbase.apps.organization.models import Role
from callbase.apps.organization.templates import TEMPLATES
from tests.web.conftest import PASSWORD, Person, fields

pytestmark = pytest.mark.django_db

NAME = {"zh-CN": "质检", "en-US": "Quality"}
QUALITY = {"id": "quality", "name": NAME, "permissions": ["recordings.listen", "interactions.view_all"], "scope": "all"}


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def somebody(admin: Person, login: str, *roles: str) -> Person:
    made = admin.post("/api/people", {"login": login, "name": login, "password": PASSWORD, "roles": [*roles]})
    assert made.status_code == 201
    person = Person()
    person.enter(login)
    return person


def test_a_role_is_made_given_changed_and_its_rights_count_at_once(admin: Person) -> None:
    made = admin.post("/api/roles", QUALITY)
    assert (made.status_code, made.json()["people"]) == (201, 0)
    clerk = somebody(admin, "clerk", "quality")
    assert clerk.get("/api/reports/today").status_code == 403
    changed = admin.patch("/api/roles/quality", {"permissions": ["reports.view", "board.view"]})
    assert changed.json()["permissions"] == ["board.view", "reports.view"]
    assert clerk.get("/api/reports/today").status_code == 200
    assert admin.get("/api/roles/quality").json()["people"] == 1
    assert [one["login"] for one in admin.get("/api/people?role=quality").json()["items"]] == ["clerk"]


def test_every_change_is_in_the_audit_trail(admin: Person) -> None:
    admin.post("/api/roles", QUALITY)
    admin.patch("/api/roles/quality", {"scope": "unit"})
    admin.delete("/api/roles/quality")
    rows = AuditEntry.objects.filter(object_type="role", object_id="quality").order_by("at", "id")
    assert [row.action for row in rows] == ["role.create", "role.update", "role.delete"]
    assert rows[1].changes == {"scope": ["all", "unit"]}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"id": "agent"}, "id"),
        ({"id": "A B"}, "id"),
        ({"permissions": ["board.view", "world.rule"]}, "permissions.1"),
        ({"permissions": []}, "permissions"),
        ({"scope": "everything"}, "scope"),
    ],
)
def test_a_wrong_field_is_named(admin: Person, wrong: dict[str, Any], field: str) -> None:
    assert list(fields(admin.post("/api/roles", {**QUALITY, **wrong}))) == [field]
    assert list(fields(admin.patch("/api/roles/agent", {"id": "other"}))) == ["id"]


def test_what_somebody_has_cannot_be_deleted(admin: Person) -> None:
    assert code(admin.delete("/api/roles/supervisor")) == (409, "in_use")
    assert admin.delete("/api/roles/team-leader").status_code == 204


def test_nobody_makes_or_changes_a_role_beyond_their_own_rights(admin: Person) -> None:
    admin.post("/api/roles", {"id": "clerk", "name": NAME, "permissions": ["people.manage", "board.view"], "scope": "all"})
    admin.post("/api/roles", {"id": "local", "name": NAME, "permissions": ["people.manage"], "scope": "unit"})
    clerk, local = somebody(admin, "clerk", "clerk"), somebody(admin, "local", "local")
    assert code(clerk.post("/api/roles", QUALITY)) == (403, "forbidden")
    assert code(clerk.patch("/api/roles/supervisor", {"permissions": ["board.view"]})) == (403, "forbidden")
    assert clerk.post("/api/roles", {"id": "viewer", "name": NAME, "permissions": ["board.view"]}).status_code == 201
    assert code(clerk.patch("/api/roles/viewer", {"permissions": ["board.view", "tokens.manage"]})) == (403, "forbidden")
    assert code(local.patch("/api/roles/viewer", {"scope": "own"})) == (403, "forbidden")


def test_somebody_always_keeps_every_right(admin: Person) -> None:
    fewer = [right for right in PERMISSIONS if right != "tokens.manage"]
    me = admin.get("/api/auth/session").json()["person"]["id"]
    last = (409, "last_administrator")
    assert code(admin.patch("/api/roles/administrator", {"permissions": fewer})) == last
    assert code(admin.patch("/api/roles/administrator", {"scope": "unit"})) == last
    assert code(admin.patch(f"/api/people/{me}", {"roles": ["supervisor"]})) == last
    assert admin.get("/api/roles/administrator").json()["permissions"] == [*PERMISSIONS]
    somebody(admin, "second", "administrator")
    assert admin.patch(f"/api/people/{me}", {"roles": ["supervisor"]}).status_code == 200


def test_built_in_roles_of_old_centres_get_what_new_ones_have(admin: Person) -> None:
    old = {"supervisor": ["agents.supervise", "board.view"], "administrator": ["people.manage"], "agent": ["agent.work"]}
    for key, rights in old.items():
        Role.objects.filter(tenant="demo", key=key).update(permissions=rights)
    Role.objects.create(tenant_id="demo", key="own", permissions=["agents.supervise"])

    import_module("callbase.apps.organization.migrations.0005_rights_of_built_in_roles").give_rights(apps, None)

    rights = {role.key: set(role.permissions) for role in Role.objects.filter(tenant="demo")}
    new = {one.key: set(one.permissions) for one in TEMPLATES}
    assert (rights["supervisor"], rights["administrator"]) == (new["supervisor"], new["administrator"])
    assert (rights["agent"], rights["own"]) == ({"agent.work"}, {"agents.supervise"})
