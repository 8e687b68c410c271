"""A queue's rules over the API: skills, rings, entry, overflow, hours, callback; and what is said of those that do not fit."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.apps.configuration.queries import build
from callbase.core import config
from tests.web.conftest import Person, fields

LONG_WAIT = {"type": "is", "field": "queue.longest_wait_s", "operator": "gt", "value": 60}
RULES: dict[str, Any] = {
    "algorithm": "least_average_talk_time",
    "measure_window": "rolling",
    "measure_over_s": 900,
    "aging_s": 30,
    "requires": [{"skill": "french", "level": 80, "relax": [{"after_s": 60, "level": 50}, {"after_s": 120, "level": 0}]}],
    "rings": [{"after_s": 0, "priority": 1}, {"after_s": 20, "level": 30}],
    "calendar": "office",
    "closed": {"type": "voicemail"},
    "entry": [{"when": {"type": "is", "field": "customer.level", "operator": "eq", "value": "gold"}, "priority": 5}],
    "overflow": [
        {
            "id": "long-wait",
            "when": {"type": "all", "of": [LONG_WAIT, {"type": "not", "of": {**LONG_WAIT, "field": "queue.ready"}}]},
            "target": {"type": "queues", "queues": ["support"], "also": True},
            "hold_s": 120,
        }
    ],
    "callback": {"first": "customer", "attempts": 2},
}


@pytest.fixture
def rules(admin: Person) -> dict[str, Any]:
    """What the rules name is there."""
    assert admin.post("/api/skills", {"id": "french", "name": {"zh-CN": "法语", "en-US": "French"}}).status_code == 201
    assert admin.post("/api/calendars", {"id": "office", "name": {"zh-CN": "办公", "en-US": "Office"}}).status_code == 201
    return RULES


def test_every_rule_of_a_queue_reaches_the_core_as_it_was_written(admin: Person, rules: dict[str, Any]) -> None:
    changed = admin.patch("/api/queues/sales", rules)
    assert changed.status_code == 200, changed.content
    queue = build(0).tenants["demo"].queues["sales"]
    assert queue.algorithm == "least_average_talk_time"
    assert queue.requires[0].relax == (config.Relaxation(after_s=60, level=50), config.Relaxation(after_s=120, level=0))
    assert queue.rings[1] == config.Ring(after_s=20, level=30)
    assert (queue.calendar, queue.closed) == ("office", config.ToVoicemail())
    assert queue.entry[0].priority == 5
    assert queue.overflow[0].target == config.ToQueues(queues=("support",), also=True)
    assert isinstance(queue.overflow[0].when, config.All)
    assert (queue.callback.first, queue.callback.attempts) == ("customer", 2)
    again = admin.get("/api/queues/sales").json()
    assert admin.patch("/api/queues/sales", {name: again[name] for name in rules}).status_code == 200
    assert build(0).tenants["demo"].queues["sales"] == queue


def test_a_members_weight_is_kept(admin: Person) -> None:
    members = [{"agent": "1001", "weight": 3}, {"agent": "1002"}]
    assert admin.patch("/api/queues/sales", {"algorithm": "weighted_random", "members": members}).status_code == 200
    assert [one.weight for one in build(0).tenants["demo"].queues["sales"].members] == [3, 1]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"requires": [{"skill": "klingon", "level": 50}]}, "requires.0.skill"),
        ({"requires": [{"skill": "french", "level": 500}]}, "requires.0.level"),
        ({"requires": [{"skill": "french"}]}, "requires.0.level"),
        ({"requires": [{"skill": "french", "level": 50, "relax": [{"after_s": 9, "level": 60}]}]}, "requires.0.relax.0.level"),
        ({"requires": [{"skill": "french", "level": 50, "mood": 1}]}, "requires.0.mood"),
        ({"rings": [{"after_s": 20}, {"after_s": 10}]}, "rings.1.after_s"),
        ({"rings": [{"after_s": "soon"}]}, "rings.0.after_s"),
        ({"calendar": "nowhere"}, "calendar"),
        ({"closed": {"type": "moon"}}, "closed.type"),
        ({"closed": {"type": "queues", "queues": ["nowhere"]}}, "closed.queues.0"),
        ({"closed": {"type": "number", "number": "call me!"}}, "closed.number"),
        ({"closed": {"type": "goodbye", "say": {"prompt": "absent"}}}, "closed.say.prompt"),
        ({"closed": {"type": "goodbye", "say": {"text": {"zh-CN": "再见"}}}}, "closed.say.text.en-US"),
        ({"entry": [{}]}, "entry.0"),
        ({"entry": [{"when": {**LONG_WAIT, "field": "mood"}, "priority": 1}]}, "entry.0.when.field"),
        (
            {"overflow": [{"id": "a", "when": LONG_WAIT, "target": {"type": "queues", "queues": ["sales"]}}]},
            "overflow.0.target.queues",
        ),
        (
            {"overflow": [{"id": "a", "when": {**LONG_WAIT, "value": "long"}, "target": {"type": "voicemail"}}]},
            "overflow.0.when.value",
        ),
        (
            {"overflow": [{"id": "a", "when": {"type": "any", "of": []}, "target": {"type": "voicemail"}}]},
            "overflow.0.when.of",
        ),
        (
            {
                "overflow": [
                    {
                        "id": "a",
                        "when": {"type": "all", "of": [LONG_WAIT, {**LONG_WAIT, "field": "queue.nowhere.ready"}]},
                        "target": {"type": "voicemail"},
                    }
                ]
            },
            "overflow.0.when.of.1.field",
        ),
        ({"overflow": [{"id": "a", "target": {"type": "voicemail"}}]}, "overflow.0.when"),
        (
            {
                "overflow": [
                    {
                        "id": "a",
                        "when": LONG_WAIT,
                        "until": {"type": "all", "of": [LONG_WAIT, {"type": "not", "of": {**LONG_WAIT, "field": "wait_s"}}]},
                        "target": {"type": "voicemail"},
                    }
                ]
            },
            "overflow.0.until.of.1.of.field",
        ),
        ({"overflow": [{"id": " ", "when": LONG_WAIT, "target": {"type": "voicemail"}}]}, "overflow.0.id"),
        ({"name": {"zh-CN": " ", "en-US": ""}}, "name"),
        ({"callback": {"attempts": 0}}, "callback.attempts"),
        ({"callback": {"trunk": "nowhere"}}, "callback.trunk"),
        ({"measure_window": "forever"}, "measure_window"),
        ({"members": [{"agent": "1001", "weight": 0}]}, "members.0.weight"),
        ({"closed": {"type": "number", "number": "1\u0000"}}, "closed.number"),
    ],
)
def test_what_does_not_fit_is_named_with_its_whole_path_and_changes_nothing(
    admin: Person, rules: dict[str, Any], change: dict[str, Any], expected: str
) -> None:
    before = admin.get("/api/queues/sales").json()
    assert list(fields(admin.patch("/api/queues/sales", change))) == [expected]
    assert admin.get("/api/queues/sales").json() == before


@pytest.mark.parametrize(
    ("field", "operator", "value", "fault"),
    [
        ("caller_number", "starts_with", "138", None),
        ("caller_number", "gt", "138", "operator"),
        ("caller_number", "in", "138", "value"),
        ("customer.level", "in", ["gold", "platinum"], None),
        ("language", "eq", "fr-FR", "value"),
        ("time", "ge", "18:00", None),
        ("time", "ge", "25:00", "value"),
        ("weekday", "le", 5, None),
        ("weekday", "starts_with", 5, "operator"),
        ("caller_list", "eq", "", None),
        ("caller_list", "eq", "nowhere", "value"),
        ("data.order", "eq", "1", None),
        ("data.", "eq", "1", "field"),
        ("calendar.office", "eq", "open", None),
        ("calendar.office", "eq", "ajar", "value"),
        ("calendar.nowhere", "eq", "open", "field"),
        ("queue.support.waiting", "ge", 5, None),
        ("queue.support.mood", "ge", 5, "field"),
        ("trunk", "eq", "nowhere", "value"),
        ("trunk_group", "eq", "nowhere", "value"),
    ],
)
def test_a_condition_compares_what_can_be_compared(
    admin: Person, rules: dict[str, Any], field: str, operator: str, value: Any, fault: str | None
) -> None:
    when = {"type": "is", "field": field, "operator": operator, "value": value}
    answer = admin.patch("/api/queues/sales", {"entry": [{"when": when, "priority": 1}]})
    if fault is None:
        assert answer.status_code == 200, answer.content
    else:
        assert list(fields(answer)) == [f"entry.0.when.{fault}"]


def test_conditions_do_not_stand_inside_one_another_without_end(admin: Person) -> None:
    when: dict[str, Any] = LONG_WAIT
    for _ in range(10):
        when = {"type": "not", "of": when}
    (path,) = fields(admin.patch("/api/queues/sales", {"entry": [{"when": when, "priority": 1}]}))
    assert path.startswith("entry.0.when.of")


def test_a_number_has_hours_and_a_night_service(admin: Person, rules: dict[str, Any]) -> None:
    night = {"calendar": "office", "closed": {"type": "flow", "flow": "main-menu"}}
    assert admin.patch("/api/dids/4008001234", night).status_code == 200
    did = build(0).tenants["demo"].dids["4008001234"]
    assert (did.calendar, did.closed) == ("office", config.ToFlow(flow="main-menu"))
    assert list(fields(admin.patch("/api/dids/4008001234", {"closed": {"type": "flow", "flow": "nowhere"}}))) == ["closed.flow"]
    assert list(fields(admin.patch("/api/dids/4008001234", {"calendar": "nowhere"}))) == ["calendar"]
    assert list(fields(admin.patch("/api/dids/4008001234", {"closed": {"type": "callback"}}))) == ["closed.queue"]
    assert admin.patch("/api/dids/4008001234", {"closed": {"type": "callback", "queue": "sales"}}).status_code == 200


def test_a_flow_may_decide_send_prefer_and_require(admin: Person, rules: dict[str, Any]) -> None:
    nodes: dict[str, Any] = {
        "who": {
            "type": "decide",
            "cases": [{"when": {"type": "is", "field": "customer.level", "operator": "eq", "value": "gold"}, "next": "gold"}],
            "otherwise": "mail",
        },
        "gold": {
            "type": "queue",
            "queue": "sales",
            "prefer": {"by": "last_agent", "for_s": 10},
            "requires": [{"skill": "french", "level": 10}],
            "failed": "mail",
        },
        "mail": {"type": "send", "target": {"type": "voicemail"}},
    }
    flow: dict[str, Any] = {"name": {"zh-CN": "分流", "en-US": "Sort"}, "start": "who", "nodes": nodes}
    assert admin.put("/api/flows/sort", flow).status_code == 200
    assert isinstance(build(0).tenants["demo"].flows["sort"].nodes["who"], config.Decide)
    nodes["who"]["cases"][0]["when"]["field"] = "mood"
    nodes["gold"]["requires"][0]["skill"] = "klingon"
    nodes["gold"]["prefer"] = {"by": "agent"}
    nodes["mail"]["target"] = {"type": "agent", "agent": "9999"}
    assert set(fields(admin.put("/api/flows/sort", flow))) == {
        "nodes.who.cases.0.when.field",
        "nodes.gold.requires.0.skill",
        "nodes.gold.prefer.agent",
        "nodes.mail.target.agent",
    }


def test_what_a_rule_names_is_not_deleted(admin: Person, rules: dict[str, Any]) -> None:
    admin.patch("/api/queues/sales", rules)
    for path in ("/api/skills/french", "/api/calendars/office"):
        refused = admin.delete(path)
        assert (refused.status_code, refused.json()["error"]["data"]["users"]) == (409, "sales")
    admin.patch("/api/queues/sales", {"requires": [], "calendar": None})
    assert admin.delete("/api/skills/french").status_code == 204
    assert admin.delete("/api/calendars/office").status_code == 204


def test_the_rules_are_described_in_the_api_as_the_core_reads_them(admin: Person) -> None:
    description = admin.get("/api/openapi.json").json()["components"]["schemas"]
    assert set(description["Comparison"]["required"]) == {"type", "field", "operator", "value"}
    assert description["OverflowRule"]["properties"]["target"]["anyOf"]
