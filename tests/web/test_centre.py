"""What holds for the whole centre."""

from __future__ import annotations

from callbase.apps.configuration.queries import build
from tests.web.conftest import Person, fields


def test_whether_agents_see_supervisors_at_their_calls_reaches_the_engine_and_the_audit_log(admin: Person) -> None:
    assert admin.get("/api/centre").json() == {"supervision_shown": False}
    assert not build(0).tenants["demo"].supervision_shown
    assert admin.patch("/api/centre", {"supervision_shown": True}).json() == {"supervision_shown": True}
    assert build(0).tenants["demo"].supervision_shown
    (row,) = admin.get("/api/audit?object=tenant&action=update").json()["items"]
    assert (row["action"], row["changes"]) == ("tenant.update", {"supervision_shown": [False, True]})


def test_a_centre_is_changed_by_known_fields_only(admin: Person) -> None:
    assert list(fields(admin.patch("/api/centre", {"supervision_shown": "maybe"}))) == ["supervision_shown"]
    assert admin.patch("/api/centre", {"colour": "red"}).status_code == 422
