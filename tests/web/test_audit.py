"""The audit trail: every write is in it, with what changed; nothing secret is; a write that fails leaves no row."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, transaction
from django.test import Client

from callbase.apps.audit.models import AuditEntry
from callbase.apps.organization.actions import people
from tests.web.conftest import Person
from tests.web.writes import WRITES, Stock, operations

WORDS = Path(__file__).parents[2] / "frontend" / "src" / "i18n"


def newest(admin: Person) -> dict[str, Any]:
    entry: dict[str, Any] = admin.get("/api/audit?page_size=1").json()["items"][0]
    return entry


def test_every_write_leaves_exactly_one_row_with_words_for_the_page(stock: Stock, signed_in: Callable[[str], Person]) -> None:
    words = [json.loads((WORDS / f"{language}.json").read_text(encoding="utf-8")) for language in ("zh-CN", "en-US")]
    for operation in operations(stock.admin):
        if WRITES[operation].engine or not WRITES[operation].by:
            continue  # nothing is written while it is away: test_live_api.py
        login = "admin" if "administrator" in WRITES[operation].by else "1001"
        person, before = signed_in(login), AuditEntry.objects.count()
        with transaction.atomic():
            answer = stock.send(person, operation)
            rows = list(AuditEntry.objects.order_by("id")[before:])
            transaction.set_rollback(True)  # each is done to the same centre
        assert answer.status_code in (200, 201, 202, 204), (operation, answer.content.decode())
        assert len(rows) == 1, (operation, [row.action for row in rows])
        for catalogue in words:
            assert rows[0].object_type in catalogue["audit_object"], rows[0].object_type
            assert rows[0].action.rpartition(".")[2] in catalogue["audit_action"], rows[0].action


def test_a_row_tells_who_what_from_where_and_the_difference(admin: Person) -> None:
    admin.patch("/api/queues/sales", {"wrap_up_s": 45})
    entry = newest(admin)
    assert entry["actor_name"] == "系统管理员 Administrator"
    assert (entry["action"], entry["object_type"], entry["object_id"]) == ("queue.update", "queue", "sales")
    assert entry["changes"] == {"wrap_up_s": [30.0, 45.0]}
    assert entry["ip"] == "127.0.0.1"


def test_who_and_what_was_changed_is_told_by_name(admin: Person) -> None:
    person = admin.get("/api/people?search=1001").json()["items"][0]
    admin.patch(f"/api/people/{person['id']}", {"phone": "1390000"})
    assert newest(admin)["object_name"] == person["name"]


def test_passwords_are_never_in_it(admin: Person) -> None:
    person = admin.get("/api/people?search=1001").json()["items"][0]["id"]
    admin.patch(f"/api/people/{person}", {"password": "brand-new-secret"})
    assert newest(admin)["changes"] == {"password": ["•", "•"]}
    assert "brand-new-secret" not in str(list(AuditEntry.objects.values()))


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        (RuntimeError("the disk is full"), (500, "internal")),
        (OperationalError("the disk is full"), (503, "database_unavailable")),
    ],
)
def test_a_write_that_fails_at_its_end_leaves_neither_row_nor_change(
    admin: Person, monkeypatch: pytest.MonkeyPatch, problem: Exception, told: tuple[int, str]
) -> None:
    def break_down() -> int:
        raise problem

    monkeypatch.setattr(people, "publish", break_down)
    before = AuditEntry.objects.count()
    failed = admin.post("/api/people", {"login": "x", "name": "x"})
    assert (failed.status_code, failed.json()["error"]["code"]) == told
    assert "disk" not in failed.content.decode()
    assert AuditEntry.objects.count() == before
    assert admin.get("/api/people?search=x").json()["total"] == 0


def test_it_is_narrowed_by_action_object_and_time(admin: Person) -> None:
    admin.patch("/api/queues/sales", {"wrap_up_s": 45})
    admin.patch("/api/queues/support", {"wrap_up_s": 45})
    assert admin.get("/api/audit?action=queue").json()["total"] == 2
    assert admin.get("/api/audit?action=update").json()["total"] == 2
    assert admin.get("/api/audit?action=queue.update&object=support").json()["total"] == 1
    assert admin.get("/api/audit?to=2000-01-01T00:00:00Z").json()["total"] == 0
    assert admin.get("/api/audit?from=2000-01-01T00:00:00Z&action=queue").json()["total"] == 2
    assert admin.get("/api/audit?from=2020-01-01T00:00:00Z&to=2000-01-01T00:00:00Z").status_code == 422


def test_it_is_narrowed_by_who_did_it_by_sign_in_name_name_or_id(admin: Person, agent: Person) -> None:
    agent.patch("/api/me", {"theme": "dark"})
    admin.patch("/api/queues/sales", {"wrap_up_s": 45})
    me = agent.get("/api/auth/session").json()["person"]
    for who in ("1001", me["name"], me["name"][:2], me["id"]):
        found = admin.http.get("/api/audit", {"actor": who}).json()
        assert {entry["actor"] for entry in found["items"]} == {me["id"]}, who
    assert admin.http.get("/api/audit", {"actor": "nobody at all"}).json()["total"] == 0


def test_it_is_narrowed_by_what_it_was_done_to_by_kind_id_or_name(admin: Person, agent: Person) -> None:
    agent.patch("/api/me", {"theme": "dark"})
    admin.patch("/api/queues/sales", {"wrap_up_s": 45})
    me = agent.get("/api/auth/session").json()["person"]
    for what in (me["login"], me["name"], me["id"]):
        found = admin.http.get("/api/audit", {"object": what, "action": "update"}).json()["items"]
        assert [entry["object_id"] for entry in found] == [me["id"]], what
    assert {it["object_type"] for it in admin.http.get("/api/audit", {"object": "queue"}).json()["items"]} == {"queue"}
    assert admin.http.get("/api/audit", {"object": "nobody at all"}).json()["total"] == 0


def test_what_a_program_did_is_found_by_its_tokens_name(admin: Person) -> None:
    made = admin.post("/api/tokens", {"name": "Night import", "scopes": ["queues.manage"]}).json()
    Client().patch(
        "/api/queues/sales",
        {"wrap_up_s": 45},
        content_type="application/json",
        headers={"Authorization": f"Bearer {made['token']}"},
    )
    (entry,) = admin.http.get("/api/audit", {"actor": "night"}).json()["items"]
    assert (entry["action"], entry["actor_name"]) == ("queue.update", "Night import")


def test_not_even_the_database_lets_it_be_rewritten(admin: Person) -> None:
    admin.patch("/api/queues/sales", {"wrap_up_s": 45})
    for rewrite in (lambda: AuditEntry.objects.update(actor="somebody else"), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            rewrite()


def test_nobody_can_change_it_over_the_api(admin: Person) -> None:
    for method in (admin.post, admin.put, admin.patch):
        assert method("/api/audit", {}).status_code == 405
    assert admin.delete("/api/audit").status_code == 405
