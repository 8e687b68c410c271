"""Mistakes in a configuration that callers would find: found first, each with its object and field, in both languages."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from callbase.apps.configuration import words
from callbase.apps.configuration.circles import circles
from callbase.apps.configuration.contradictions import never
from callbase.apps.configuration.findings import Finding, findings
from callbase.core import config
from tests.web.conftest import Person

NAME = {"zh-CN": "甲", "en-US": "A"}
SOUND: dict[str, Any] = {
    "id": "t",
    "name": "T",
    "agents": {"1001": {"id": "1001", "name": "A", "skills": {"french": 60}}},
    "skills": {"french": {"id": "french", "name": NAME}},
    "queues": {
        "sales": {"id": "sales", "name": NAME, "members": [{"agent": "1001", "level": 40}]},
        "support": {"id": "support", "name": NAME, "members": [{"agent": "1001"}]},
    },
    "calendars": {
        "office": {"id": "office", "name": NAME, "hours": [{"weekday": 1, "spans": [{"start": "09:00", "end": "18:00"}]}]}
    },
    "flows": {
        "main": {"id": "main", "version": 1, "start": "q", "nodes": {"q": {"type": "queue", "queue": "sales"}}},
        "other": {"id": "other", "version": 1, "start": "q", "nodes": {"q": {"type": "queue", "queue": "sales"}}},
        "help": {"id": "help", "version": 1, "start": "q", "nodes": {"q": {"type": "queue", "queue": "support"}}},
    },
    "dids": {"4001": {"number": "4001", "flow": "main"}, "4002": {"number": "4002", "flow": "other"}},
}


def merged(base: Any, change: Any) -> Any:
    if isinstance(base, dict) and isinstance(change, dict):
        return base | {key: merged(base.get(key), value) for key, value in change.items()}
    return change


def found(change: dict[str, Any]) -> list[Finding]:
    return findings(msgspec.convert(merged(SOUND, change), config.Tenant), date(2026, 7, 1))


def is_(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"type": "is", "field": field, "operator": operator, "value": value}


def overflow(to: str, **more: Any) -> list[dict[str, Any]]:
    target = {"type": "queues", "queues": [to], **more}
    return [{"id": "o", "when": is_("queue.waiting", "gt", 5), "target": target}]


def test_a_sound_configuration_has_nothing_wrong_with_it() -> None:
    assert found({}) == []


@pytest.mark.parametrize(
    ("change", "severity", "code", "where"),
    [
        ({"queues": {"sales": {"members": []}}}, "error", "nobody_serves", ("queue", "sales", "members")),
        (
            {"queues": {"sales": {"requires": [{"skill": "french", "level": 80, "relax": [{"after_s": 60, "level": 70}]}]}}},
            "error",
            "nobody_qualifies",
            ("queue", "sales", "requires"),
        ),
        (
            {"queues": {"sales": {"requires": [{"skill": "french", "level": 80, "language": "en-US"}]}}},
            "error",
            "nobody_qualifies",
            ("queue", "sales", "requires"),
        ),
        (
            {"queues": {"sales": {"rings": [{"after_s": 0, "level": 50}, {"after_s": 10}]}}},
            "warning",
            "ring_asks_nobody",
            ("queue", "sales", "rings.0"),
        ),
        ({"queues": {"sales": {"rings": [{"after_s": 20}]}}}, "warning", "rings_begin_late", ("queue", "sales", "rings.0")),
        (
            {"queues": {"sales": {"overflow": overflow("support")}, "support": {"overflow": overflow("sales")}}},
            "error",
            "overflow_circle",
            ("queue", "sales", "overflow"),
        ),
        (
            {"queues": {"sales": {"overflow": overflow("absent")}}},
            "error",
            "gone",
            ("queue", "sales", "overflow.0.target.queues.0"),
        ),
        (
            {"queues": {"sales": {"entry": [{"when": is_("queue.service_level", "gt", 1), "priority": 1}]}}},
            "warning",
            "condition_never",
            ("queue", "sales", "entry.0.when"),
        ),
        ({"queues": {"sales": {"calendar": "office"}}}, "warning", "hours_without_closed", ("queue", "sales", "calendar")),
        (
            {"queues": {"sales": {"closed": {"type": "voicemail"}}}},
            "warning",
            "closed_without_hours",
            ("queue", "sales", "closed"),
        ),
        ({"calendars": {"office": {"hours": []}}}, "error", "calendar_without_hours", ("calendar", "office", "hours")),
        (
            {"calendars": {"office": {"hours": [{"weekday": 1, "spans": []}]}}},
            "error",
            "calendar_never_opens",
            ("calendar", "office", "hours"),
        ),
        (
            {"flows": {"other": {"start": "x", "nodes": {"x": {"type": "hang_up"}}}}},
            "warning",
            "leads_nowhere",
            ("did", "4002", "flow"),
        ),
        (
            {"flows": {"other": {"nodes": {"q": {"type": "queue", "queue": "absent"}}}}},
            "error",
            "gone",
            ("flow", "other", "nodes.q.queue"),
        ),
        (
            {"flows": {"help": {"nodes": {"q": {"type": "queue", "queue": "sales"}}}}},
            "warning",
            "not_reached",
            ("queue", "support", ""),
        ),
        ({"skills": {"german": {"id": "german", "name": NAME}}}, "warning", "skill_nobody_has", ("skill", "german", "")),
        (
            {"flows": {"main": {"nodes": {"q": {"requires": [{"skill": "french", "level": 90}]}}}}},
            "error",
            "nobody_qualifies_there",
            ("flow", "main", "nodes.q.requires"),
        ),
        (
            {
                "agents": {"1002": {"id": "1002", "name": "B"}},
                "queues": {
                    "sales": {
                        "members": [{"agent": "1001", "priority": 2}, {"agent": "1002"}],
                        "requires": [{"skill": "french", "level": 50}],
                        "rings": [{"after_s": 0, "priority": 1}, {"after_s": 30}],
                    }
                },
            },
            "warning",
            "ring_asks_nobody",
            ("queue", "sales", "rings.0"),
        ),
        (
            {
                "queues": {
                    "sales": {"overflow": overflow("support", queues=["night", "support"])},
                    "support": {"overflow": overflow("sales")},
                    "night": {
                        "id": "night",
                        "name": NAME,
                        "members": [{"agent": "1001"}],
                        "calendar": "office",
                        "closed": {"type": "voicemail"},
                    },
                }
            },
            "error",
            "overflow_circle",
            ("queue", "sales", "overflow"),
        ),
        (
            {"queues": {"sales": {"calendar": "office", "closed": {"type": "flow", "flow": "main"}}}},
            "error",
            "overflow_circle",
            ("queue", "sales", "overflow"),
        ),
        (
            {"queues": {"sales": {"calendar": "office", "closed": {"type": "number", "number": "4001"}}}},
            "error",
            "overflow_circle",
            ("queue", "sales", "overflow"),
        ),
        (
            {"queues": {"sales": {"overflow": [{**overflow("support")[0], "until": is_("queue.waiting", "ge", 3)}]}}},
            "warning",
            "until_at_once",
            ("queue", "sales", "overflow.0.until"),
        ),
        (
            {"queues": {"sales": {"entry": [{"when": is_("wait_s", "ge", 60), "priority": 1}]}}},
            "warning",
            "condition_never",
            ("queue", "sales", "entry.0.when"),
        ),
        (
            {
                "calendars": {
                    "fair": {
                        "id": "fair",
                        "name": NAME,
                        "days": [{"date": "2026-06-30", "spans": [{"start": "09:00", "end": "18:00"}]}],
                    }
                }
            },
            "error",
            "calendar_was_open",
            ("calendar", "fair", "days"),
        ),
        (
            {"trunk_groups": {"g": {"id": "g", "floor": 9, "ceiling": 4}}},
            "warning",
            "floor_above_ceiling",
            ("trunk_group", "g", "floor"),
        ),
        (
            {"queues": {"sales": {"waiting": {"keys": {"1": {"type": "callback"}}}}}},
            "error",
            "callback_without_trunk",
            ("queue", "sales", "waiting.keys.1"),
        ),
        (
            {
                "devices": {"1001-outside": {"id": "1001-outside", "kind": "outside", "agent": "1001", "dials": "13700137000"}},
                "trunks": {"inbound": {"id": "inbound", "match": ["192.0.2.1"]}},
            },
            "warning",
            "outside_without_trunk",
            ("agent", "1001", "outside_number"),
        ),
        (
            {
                "caller_lists": {
                    "b": {"id": "b", "kind": "black", "numbers": ["138*"]},
                    "r": {"id": "r", "kind": "red", "numbers": ["13800138000"]},
                }
            },
            "error",
            "black_and_red",
            ("caller_list", "b", "numbers"),
        ),
    ],
)
def test_each_mistake_is_found_and_said_in_both_languages(
    change: dict[str, Any], severity: str, code: str, where: tuple[str, str, str]
) -> None:
    (one,) = found(change)
    assert (one.severity, one.code, (one.kind, one.id, one.field)) == (severity, code, where)
    chinese, english = (words.text(one.code, one.data, language) for language in ("zh-CN", "en-US"))
    assert re.search("[一-鿿]", chinese)
    assert not re.search("[一-鿿]", english)
    assert "{" not in chinese + english


def test_what_is_right_is_left_alone() -> None:
    outside = {"1001-outside": {"id": "1001-outside", "kind": "outside", "agent": "1001", "dials": "13700137000"}}
    assert found({"devices": outside, "trunks": {"carrier": {"id": "carrier", "host": "sip.carrier.example"}}}) == []
    relaxed = [{"skill": "french", "level": 80, "relax": [{"after_s": 60, "level": 0}]}]
    assert found({"queues": {"sales": {"requires": relaxed}}}) == []
    both = {"sales": {"overflow": overflow("support", also=True)}, "support": {"overflow": overflow("sales", also=True)}}
    assert found({"queues": both}) == []
    lists = {
        "b": {"id": "b", "kind": "black", "numbers": ["139*", "1001"]},
        "r": {"id": "r", "kind": "red", "numbers": ["13800138000", "100*"]},
    }
    sent = {
        "flows": {"help": {"nodes": {"q": {"type": "queue", "queue": "sales"}}}},
        "queues": {"sales": {"overflow": overflow("support")}},
    }
    assert found(sent) == []
    (clash,) = found({"caller_lists": lists})
    assert (clash.data["numbers"], clash.data["count"]) == ("1001", "1")


@pytest.mark.parametrize(
    ("when", "culprit"),
    [
        (is_("queue.service_level", "ge", 1), None),
        (is_("queue.service_level", "gt", 1), "queue.service_level"),
        (is_("queue.waiting", "lt", 0), "queue.waiting"),
        (is_("priority", "lt", 0), None),
        (is_("weekday", "eq", 8), "weekday"),
        ({"type": "all", "of": [is_("wait_s", "gt", 60), is_("wait_s", "lt", 30)]}, "wait_s"),
        ({"type": "all", "of": [is_("wait_s", "gt", 60), is_("wait_s", "le", 60)]}, "wait_s"),
        ({"type": "all", "of": [is_("wait_s", "ge", 60), is_("wait_s", "le", 60)]}, None),
        ({"type": "all", "of": [is_("trunk", "eq", "a"), {"type": "all", "of": [is_("trunk", "eq", "b")]}]}, "trunk"),
        ({"type": "any", "of": [is_("weekday", "eq", 8), is_("weekday", "eq", 7)]}, None),
        ({"type": "any", "of": [is_("weekday", "eq", 8), is_("weekday", "eq", 9)]}, "weekday"),
        ({"type": "not", "of": is_("weekday", "eq", 8)}, None),
        ({"type": "not", "of": is_("queue.waiting", "ge", 0)}, "queue.waiting"),
        ({"type": "not", "of": is_("queue.average_wait_s", "ge", 0)}, None),  # there may be none
        ({"type": "all", "of": [is_("time", "ge", "18:00"), is_("time", "lt", "08:00")]}, "time"),
        ({"type": "any", "of": [is_("time", "ge", "18:00"), is_("time", "lt", "08:00")]}, None),
        ({"type": "all", "of": [is_("time", "ge", "08:00"), is_("time", "lt", "18:00")]}, None),
        (is_("time", "gt", "23:59"), "time"),
    ],
)
def test_a_condition_that_can_never_hold_is_told_from_one_that_can(when: dict[str, Any], culprit: str | None) -> None:
    assert never(msgspec.convert(when, config.AnyCondition)) == culprit


def test_skills_are_told_by_their_names() -> None:
    (one,) = found({"queues": {"sales": {"requires": [{"skill": "french", "level": 80}]}}})
    assert [words.text(one.code, one.data, language).count(name) for language, name in NAME.items()] == [1, 1]
    assert "french" not in words.text(one.code, one.data, "en-US")


NAMES = "abcde"


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(some.lists(some.integers(0, 2 ** len(NAMES) - 1), min_size=len(NAMES), max_size=len(NAMES)))
def test_circles_are_those_a_walk_finds(rows: list[int]) -> None:
    edges = {name: {to for bit, to in enumerate(NAMES) if row >> bit & 1} for name, row in zip(NAMES, rows, strict=True)}

    def reach(start: str) -> set[str]:
        seen: set[str] = set()
        pending = [*edges.get(start, set())]
        while pending:
            at = pending.pop()
            if at not in seen:
                seen.add(at)
                pending.extend(edges.get(at, set()))
        return seen

    together = {tuple(sorted(each for each in reach(name) if name in reach(each))) for name in edges if name in reach(name)}
    assert set(circles(edges)) == together


def test_the_demo_centre_has_nothing_wrong_with_it(admin: Person) -> None:
    assert admin.get("/api/configuration/findings").json()["findings"] == []


def test_findings_over_the_api_are_of_the_own_centre_and_for_those_who_can_mend_them(admin: Person, agent: Person) -> None:
    admin.post("/api/queues", {"id": "empty", "name": NAME})
    answer = admin.get("/api/configuration/findings").json()
    assert (answer["errors"], answer["warnings"]) == (1, 0)
    (one,) = answer["findings"]
    assert (one["kind"], one["id"], one["field"], one["name"]) == ("queue", "empty", "members", NAME)
    assert one["text"]["en-US"].startswith("It has no members")
    assert agent.get("/api/configuration/findings").status_code == 403
