"""Two tenants in one installation: to each the other does not exist."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.apps.audit.models import AuditEntry
from callbase.apps.configuration.queries import build
from callbase.apps.organization.models import Person as PersonRow
from callbase.apps.organization.models import Role, Tenant
from tests.web.conftest import Person, fields
from tests.web.writes import FLOW, WRITES, Stock, operations


@pytest.fixture
def stranger(demo: None) -> Person:
    """An administrator of another tenant, with everything of the same name."""
    tenant = Tenant.objects.create(id="other", name="Other")
    role = Role.objects.create(
        tenant=tenant,
        key="all",
        scope="all",
        permissions=list(Role.objects.get(tenant_id="demo", key="administrator").permissions),
    )
    person = PersonRow.objects.create(tenant=tenant, login="admin", name="Stranger", language="en-US")
    person.roles.add(role)
    browser = Person()
    browser.enter("admin", "other")
    return browser


def first_id(owner: Person, path: str) -> Any:
    row = owner.get(path).json()["items"][0]
    return row.get("id") or row.get("number") or row["level"]


NAMED = {"zh-CN": "甲", "en-US": "A"}
MADE: dict[str, dict[str, Any]] = {
    "tokens": {"name": "x", "scopes": ["board.view"]},
    "skills": {"id": "a", "name": NAMED},
    "music": {"id": "a", "name": NAMED},
    "calendars": {"id": "a", "name": NAMED},
    "caller-lists": {"id": "a", "name": NAMED, "kind": "red"},
    "trunk-groups": {"id": "a", "name": NAMED},
    "customer-levels": {"level": "gold", "priority": 1},
    "boards": {"name": "Wall"},
}
"""Of what the demo centre has none."""
FOUND = ["people", "units", "queues", "dids", "flows", "prompts", "trunks", "outcomes", "not-ready-reasons", "customers"]


@pytest.mark.parametrize("path", [*FOUND, *MADE])
def test_what_is_anothers_is_not_there(path: str, admin: Person, stranger: Person) -> None:
    if path in MADE:
        assert admin.post(f"/api/{path}", MADE[path]).status_code == 201
    one = f"/api/{path}/{first_id(admin, f'/api/{path}')}"
    assert admin.get(one).status_code == 200
    listed = [row.get("login", "") for row in stranger.get(f"/api/{path}").json()["items"]]
    assert listed == (["admin"] if path == "people" else [])
    assert stranger.get(one).status_code == 404
    assert stranger.delete(one).status_code == 404
    if path not in ("tokens", "flows"):
        assert stranger.patch(one, {}).status_code == 404
    assert admin.get(one).status_code == 200


def test_nothing_can_be_written_to_what_is_anothers(stock: Stock, stranger: Person) -> None:
    def rows_of_demo() -> int:
        return AuditEntry.objects.filter(tenant="demo").count()

    before = rows_of_demo()
    for operation in operations(stranger):
        if "{" not in operation[1]:
            continue
        answer = stock.send(stranger, operation)
        if operation == ("put", "/api/flows/{flow_id}"):  # which makes one: its own, of the same name
            assert answer.status_code == 200
            assert stock.admin.get("/api/flows/spare").json()["name"] == FLOW["name"]
            assert stranger.delete("/api/flows/spare").status_code == 204
        elif WRITES[operation].everybodys:
            assert answer.status_code == 204, operation
        elif WRITES[operation].engine:
            assert answer.status_code == 503, operation  # and once it is there, it knows of no such call in this tenant
        else:
            assert answer.status_code == 404, operation
        assert rows_of_demo() == before, operation


def test_nothing_of_anothers_can_be_named(admin: Person, stranger: Person) -> None:
    assert list(fields(stranger.post("/api/queues", {"id": "q", "name": {"en-US": "Q"}, "members": [{"agent": "1001"}]}))) == [
        "members.0.agent"
    ]
    assert list(fields(stranger.post("/api/dids", {"number": "4008001234", "flow": "main-menu"}))) == ["flow"]
    assert list(fields(stranger.post("/api/people", {"login": "p", "name": "P", "roles": ["agent"]}))) == ["roles.0"]
    unit = first_id(admin, "/api/units")
    assert list(fields(stranger.post("/api/people", {"login": "p", "name": "P", "unit": unit}))) == ["unit"]
    assert stranger.get("/api/audit?object=demo").json()["total"] == 0


def test_nothing_of_anothers_can_stand_in_a_rule(admin: Person, stranger: Person) -> None:
    for path, made in MADE.items():
        admin.post(f"/api/{path}", made)
    queue = {"id": "q", "name": NAMED}
    for rule, path in (
        ({"requires": [{"skill": "a", "level": 5}]}, "requires.0.skill"),
        ({"calendar": "a"}, "calendar"),
        ({"closed": {"type": "queues", "queues": ["sales"]}}, "closed.queues.0"),
        ({"closed": {"type": "agent", "agent": "1001"}}, "closed.agent"),
    ):
        assert list(fields(stranger.post("/api/queues", queue | rule))) == [path]
    assert list(fields(stranger.post("/api/skills", {"id": "b", "name": NAMED, "agents": {"1001": 5}}))) == ["agents.1001"]
    assert list(fields(stranger.post("/api/trunks", {"id": "t", "match": ["10.0.0.1"], "group": "a"}))) == ["group"]
    assert stranger.post("/api/caller-lists/a/numbers", {"numbers": ["1001"]}).status_code == 404
    assert stranger.get("/api/caller-lists/a/numbers").status_code == 404
    assert stranger.get("/api/caller-lists/a/export.csv").status_code == 404


def test_the_same_agent_number_gets_telephones_of_its_own(admin: Person, stranger: Person) -> None:
    made = stranger.post("/api/people", {"login": "1001", "name": "Namesake", "agent": "1001"})
    assert made.status_code == 201, made.content
    assert [device["id"] for device in made.json()["agent"]["devices"]] == ["other-1001-web", "other-1001"]
    tenants = build(0).tenants
    assert not tenants["demo"].devices.keys() & tenants["other"].devices.keys()


def test_the_same_customers_number_may_be_on_file_with_both(admin: Person, stranger: Person) -> None:
    assert stranger.post("/api/customers", {"name": "x", "numbers": ["13800138001"]}).status_code == 201


def test_signing_in_says_which_tenant(stranger: Person) -> None:
    assert Person().sign_in("1001", tenant="demo").status_code == 200
    assert Person().sign_in("1001").status_code == 200  # the demo's, where there are several
    assert Person().sign_in("1001", tenant="other").status_code == 401
    assert Person().sign_in("1001", tenant="absent").status_code == 401
