"""What holds for the whole centre."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.apps.configuration.queries import build
from tests.web.conftest import Person, fields


def test_whether_agents_see_supervisors_at_their_calls_reaches_the_engine_and_the_audit_log(admin: Person) -> None:
    assert admin.get("/api/centre").json() == {"supervision_shown": False, "park_returns_after_s": 60.0, "place_kept_s": 300.0}
    assert not build(0).tenants["demo"].supervision_shown
    assert admin.patch("/api/centre", {"supervision_shown": True}).json()["supervision_shown"]
    assert build(0).tenants["demo"].supervision_shown
    (row,) = admin.get("/api/audit?object=tenant&action=update").json()["items"]
    assert (row["action"], row["changes"]) == ("tenant.update", {"supervision_shown": [False, True]})


def test_a_centre_is_changed_by_known_fields_only(admin: Person) -> None:
    assert list(fields(admin.patch("/api/centre", {"supervision_shown": "maybe"}))) == ["supervision_shown"]
    assert admin.patch("/api/centre", {"colour": "red"}).status_code == 422


def test_how_long_a_call_stays_parked_reaches_the_engine_and_the_audit_log(admin: Person) -> None:
    assert build(0).tenants["demo"].park_returns_after_s == 60.0
    changed = admin.patch("/api/centre", {"park_returns_after_s": 90})
    assert changed.json() == {"supervision_shown": False, "park_returns_after_s": 90.0, "place_kept_s": 300.0}
    assert build(0).tenants["demo"].park_returns_after_s == 90.0
    (row,) = admin.get("/api/audit?object=tenant&action=update").json()["items"]
    assert row["changes"] == {"park_returns_after_s": [60.0, 90.0]}


@pytest.mark.parametrize("seconds", [9, 3601, -1, "soon", None, float("inf"), float("nan")])
def test_and_has_limits(admin: Person, seconds: Any) -> None:
    assert list(fields(admin.patch("/api/centre", {"park_returns_after_s": seconds, "supervision_shown": True}))) == [
        "park_returns_after_s"
    ]
    assert admin.get("/api/centre").json() == {"supervision_shown": False, "park_returns_after_s": 60.0, "place_kept_s": 300.0}


def test_how_long_a_place_is_kept_for_who_calls_again_reaches_the_engine(admin: Person) -> None:
    assert admin.patch("/api/centre", {"place_kept_s": 0}).json()["place_kept_s"] == 0
    assert build(0).tenants["demo"].place_kept_s == 0
    for wrong in (-1, 3601, "long"):
        assert list(fields(admin.patch("/api/centre", {"place_kept_s": wrong}))) == ["place_kept_s"]
    assert build(0).tenants["demo"].place_kept_s == 0
