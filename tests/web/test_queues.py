"""Queues, DIDs, trunks, outcomes and reasons over the API, and in the engine's configuration."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from callbase.apps.configuration.queries import build
from callbase.apps.organization.secrets import unseal
from callbase.core.config import ToVoicemail, WaitingStep
from tests.web.conftest import Person, fields

QUEUE: dict[str, Any] = {
    "id": "vip",
    "name": {"zh-CN": "贵宾", "en-US": "VIP"},
    "priority": 10,
    "wrap_up_s": 60,
    "waiting": {"steps": [{"at_s": 10, "what": "expected_wait", "every_s": 60}]},
    "members": [{"agent": "1001", "level": 90}],
}


def test_a_queue_is_made_changed_and_deleted_and_the_engine_sees_each(admin: Person) -> None:
    created = admin.post("/api/queues", QUEUE)
    assert created.status_code == 201, created.content
    assert created.json()["members"] == [{"agent": "1001", "priority": 1, "level": 90, "weight": 1}]
    queue = build(0).tenants["demo"].queues["vip"]
    assert (queue.priority, queue.wrap_up_s, queue.waiting.steps) == (
        10,
        60.0,
        (WaitingStep(at_s=10.0, what="expected_wait", every_s=60.0),),
    )
    assert admin.patch("/api/queues/vip", {"record": False}).json()["record"] is False
    assert len(build(0).tenants["demo"].queues["vip"].members) == 1
    assert admin.delete("/api/queues/vip").status_code == 204
    assert "vip" not in build(0).tenants["demo"].queues
    assert admin.get("/api/queues/vip").status_code == 404


def test_faulty_fields_of_a_queue_are_named(admin: Person) -> None:
    assert set(fields(admin.post("/api/queues", {"id": "No Spaces", "name": {}, "wrap_up_s": -1, "algorithm": "luck"}))) == {
        "id",
        "name",
        "wrap_up_s",
        "algorithm",
    }
    assert list(fields(admin.post("/api/queues", QUEUE | {"members": [{"agent": "9999"}]}))) == ["members.0.agent"]
    twice = [{"agent": "1001"}, {"agent": "1001"}]
    assert list(fields(admin.post("/api/queues", QUEUE | {"members": twice}))) == ["members.1.agent"]
    assert list(fields(admin.post("/api/queues", QUEUE | {"id": "sales"}))) == ["id"]
    assert list(fields(admin.post("/api/queues", QUEUE | {"when_deleted": "nowhere"}))) == ["when_deleted"]
    assert list(fields(admin.post("/api/queues", QUEUE | {"waiting": {"music": "../../etc"}}))) == ["waiting.music"]
    assert list(fields(admin.patch("/api/queues/sales", {"id": "other"}))) == ["id"]


@pytest.mark.parametrize(
    ("step", "field"),
    [
        ({"at_s": 5, "what": "say"}, "say"),
        ({"at_s": 5, "what": "say", "say": {"prompt": "nowhere"}}, "say.prompt"),
        ({"at_s": 5, "what": "say", "say": {"text": {"zh-CN": "新品上市"}}}, "say.text.en-US"),
        ({"at_s": 5, "what": "music"}, "music"),
        ({"at_s": 5, "what": "place", "every_s": 2}, "every_s"),
        ({"at_s": -1, "what": "place"}, "at_s"),
        ({"at_s": 5, "what": "dance"}, "what"),
    ],
)
def test_a_faulty_step_of_the_waiting_timeline_is_named(admin: Person, step: dict[str, Any], field: str) -> None:
    good = {"at_s": 0, "what": "place"}
    refused = admin.patch("/api/queues/sales", {"waiting": {"steps": [good, step]}})
    assert list(fields(refused)) == [f"waiting.steps.1.{field}"]


def test_keys_while_waiting_lead_to_targets_and_a_faulty_one_is_named(admin: Person) -> None:
    keys = {
        "1": {"type": "callback"},
        "2": {"type": "voicemail", "queue": "support"},
        "3": {"type": "queues", "queues": ["support"]},
    }
    assert admin.patch("/api/queues/sales", {"waiting": {"keys": keys}}).status_code == 200
    treatment = build(0).tenants["demo"].queues["sales"].waiting
    assert treatment.keys["2"] == ToVoicemail(queue="support")
    for wrong, field in (
        ({"x": {"type": "callback"}}, "waiting.keys.x"),
        ({"1": {"type": "voicemail", "queue": "gone"}}, "waiting.keys.1.queue"),
        ({"1": {"type": "voicemail", "silence_s": 0}}, "waiting.keys.1.silence_s"),
    ):
        assert list(fields(admin.patch("/api/queues/sales", {"waiting": {"keys": wrong}}))) == [field]


def test_announcements_of_before_become_steps() -> None:
    turned = import_module("callbase.apps.queues.migrations.0002_waiting_steps").as_steps
    assert turned({"music": "default", "announce_position": True, "first_announcement_s": 7, "announce_every_s": 60}) == {
        "music": "default",
        "steps": [{"at_s": 7.0, "what": "place", "every_s": 60.0}],
    }
    assert turned({"announce_position": False}) == {"steps": []}
    assert turned({}) == {"steps": [{"at_s": 5.0, "what": "place", "every_s": 30.0}]}
    done = {"music": "jazz", "steps": [{"at_s": 1.0, "what": "expected_wait"}]}
    assert turned(done) == done


def test_deleting_a_queue_with_move_to_tells_the_engine_where_those_waiting_go(admin: Person) -> None:
    from django.db import connection

    from callbase.apps.interactions.names import names_of  # reads what was published

    assert admin.delete("/api/queues/sales?move_to=support").status_code == 204
    with connection.cursor() as cursor:
        cursor.execute("SELECT document -> 'tenants' -> 'demo' -> 'queues' FROM engine_config ORDER BY version DESC LIMIT 2")
        last, before = (row[0] for row in cursor.fetchall())
    assert '"when_deleted": "support"' in before
    assert '"sales"' not in last
    assert names_of("demo").queue("support") is not None
    assert list(fields(admin.delete("/api/queues/support?move_to=nowhere"))) == ["when_deleted"]


def test_a_queue_that_something_leads_to_is_deleted_only_by_who_says_so(admin: Person) -> None:
    refused = admin.delete("/api/queues/sales")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "in_use")
    assert "main-menu" in refused.json()["error"]["data"]["users"]
    assert "sales" in build(0).tenants["demo"].queues

    assert admin.delete("/api/queues/sales?force=true").status_code == 204
    assert "sales" not in build(0).tenants["demo"].queues


def test_a_did_leads_to_a_flow_that_exists(admin: Person) -> None:
    assert list(fields(admin.post("/api/dids", {"number": "95001", "flow": "nowhere"}))) == ["flow"]
    assert list(fields(admin.post("/api/dids", {"number": "4008001234", "flow": "main-menu"}))) == ["number"]
    assert list(fields(admin.post("/api/dids", {"number": "call me", "flow": "main-menu"}))) == ["number"]
    assert admin.post("/api/dids", {"number": "95001", "flow": "main-menu", "language": "en-US"}).status_code == 201
    assert build(0).tenants["demo"].dids["95001"].language == "en-US"
    assert admin.patch("/api/dids/95001", {"priority": 5, "language": None}).json()["language"] is None
    assert admin.delete("/api/dids/95001").status_code == 204


def test_a_trunks_password_goes_in_and_never_comes_out(admin: Person) -> None:
    trunk = {"id": "carrier", "host": "sip.carrier.example", "username": "cb", "password": "hush-hush", "register": True}
    created = admin.post("/api/trunks", trunk)
    assert created.status_code == 201, created.content
    assert created.json()["has_password"] is True
    assert created.json()["register"] is True
    assert unseal(build(0).tenants["demo"].trunks["carrier"].password) == "hush-hush"
    for path in ("/api/trunks", "/api/trunks/carrier", "/api/audit"):
        assert "hush-hush" not in admin.get(path).content.decode()
    assert admin.patch("/api/trunks/carrier", {"port": 5080}).json()["port"] == 5080
    assert unseal(build(0).tenants["demo"].trunks["carrier"].password) == "hush-hush"


def test_a_trunk_must_be_recognisable_or_lead_somewhere(admin: Person) -> None:
    assert list(fields(admin.post("/api/trunks", {"id": "t"}))) == ["host"]
    assert set(fields(admin.post("/api/trunks", {"id": "t", "register": True, "match": ["10.0.0.0/8", "here"]}))) == {
        "host",
        "username",
        "match.1",
    }


@pytest.mark.parametrize("path", ["outcomes", "not-ready-reasons"])
def test_lists_agents_choose_from(admin: Person, path: str) -> None:
    assert admin.post(f"/api/{path}", {"id": "new", "name": {"zh-CN": "新", "en-US": "New"}, "position": 3}).status_code == 201
    assert list(fields(admin.post(f"/api/{path}", {"id": "new", "name": {"en-US": "New"}}))) == ["id"]
    assert admin.patch(f"/api/{path}/new", {"name": {"zh-CN": "更新"}}).json()["name"] == {"zh-CN": "更新"}
    tenant = build(0).tenants["demo"]
    assert "new" in (tenant.outcomes if path == "outcomes" else tenant.not_ready_reasons)
    assert admin.delete(f"/api/{path}/new").status_code == 204
    assert admin.get(f"/api/{path}/new").status_code == 404


def test_a_reason_may_count_as_work_and_has_no_name_of_the_platforms(admin: Person) -> None:
    made = admin.post("/api/not-ready-reasons", {"id": "audit", "name": {"zh-CN": "盘点"}, "productive": True})
    assert made.json()["productive"] is True
    assert admin.patch("/api/not-ready-reasons/audit", {"productive": False}).json()["productive"] is False
    taken = admin.post("/api/not-ready-reasons", {"id": "forced", "name": {"zh-CN": "F"}})
    assert "forced" in fields(taken)["id"][0]
    assert list(fields(admin.post("/api/outcomes", {"id": "m", "name": {"zh-CN": "M"}, "productive": True}))) == ["productive"]


def test_an_id_of_the_wrong_form_is_refused_with_the_form_it_should_have(admin: Person) -> None:
    admin.patch("/api/me", {"language": "en-US"})
    queue = admin.post("/api/queues", {"id": "Sales+", "name": {"zh-CN": "甲", "en-US": "A"}})
    assert fields(queue)["id"] == ["Small letters, digits, - and _ only; at most 40, the first a letter or digit."]
    did = admin.post("/api/dids", {"number": "400-800", "flow": "main"})
    assert fields(did)["number"] == ["Digits, * and # only, with a + in front if need be; at most 31."]
    admin.patch("/api/me", {"language": "zh-CN"})
    person = admin.post("/api/people", {"login": "a b", "name": "A"})
    assert fields(person)["login"] == ["仅限字母、数字及 . _ @ -，最长 64，首位为字母或数字。"]
