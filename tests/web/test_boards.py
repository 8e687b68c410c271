"""Wallboards: each person's own, kept as they arranged them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.web.conftest import Person, fields

BOARD: dict[str, Any] = {
    "name": "Hall",
    "tiles": [
        {"kind": "number", "measure": "longest_wait", "of": ["sales"], "warn": 30, "alarm": 60},
        {"kind": "agents", "by": "skill", "of": ["english"], "width": 2},
    ],
}


def test_a_board_is_kept_as_it_was_arranged_and_is_its_owners_alone(signed_in: Callable[[str], Person]) -> None:
    owner, other = signed_in("2001"), signed_in("1001")
    made = owner.post("/api/boards", BOARD)
    assert made.status_code == 201, made.content
    one = f"/api/boards/{made.json()['id']}"
    assert owner.get(one).json()["tiles"][0]["alarm"] == 60
    assert owner.patch(one, {"tiles": BOARD["tiles"][::-1]}).json()["tiles"][0]["kind"] == "agents"
    assert owner.get(one).json()["name"] == "Hall"
    assert other.get("/api/boards").json()["items"] == []
    assert [other.get(one).status_code, other.patch(one, {"name": "x"}).status_code, other.delete(one).status_code] == [404] * 3
    assert owner.delete(one).status_code == 204
    assert owner.get("/api/boards").json()["items"] == []


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"name": " "}, "name"),
        ({"tiles": [{"kind": "clock"}]}, "tiles.0.kind"),
        ({"tiles": [{"kind": "number", "measure": "mood"}]}, "tiles.0.measure"),
        ({"tiles": [{"kind": "number", "width": 9}]}, "tiles.0.width"),
        ({"tiles": [{"kind": "number", "warn": "much"}]}, "tiles.0.warn"),
        ({"tiles": [{"kind": "number", "colour": "red"}]}, "tiles.0.colour"),
    ],
)
def test_what_is_wrong_with_a_board_is_named(admin: Person, change: dict[str, Any], expected: str) -> None:
    assert list(fields(admin.post("/api/boards", BOARD | change))) == [expected]


def test_a_name_is_there_once_for_each_person(admin: Person, signed_in: Callable[[str], Person]) -> None:
    admin.post("/api/boards", BOARD)
    assert list(fields(admin.post("/api/boards", BOARD))) == ["name"]
    assert signed_in("2001").post("/api/boards", BOARD).status_code == 201


def test_there_is_an_end_to_how_many(admin: Person) -> None:
    for number in range(20):
        assert admin.post("/api/boards", {"name": f"Board {number}"}).status_code == 201
    assert admin.post("/api/boards", {"name": "One more"}).json()["error"]["code"] == "too_many_boards"


def test_each_change_stands_in_the_audit_log(admin: Person) -> None:
    board = admin.post("/api/boards", BOARD).json()["id"]
    admin.delete(f"/api/boards/{board}")
    assert [row["action"] for row in admin.get("/api/audit?object=board").json()["items"]] == ["board.delete", "board.create"]
