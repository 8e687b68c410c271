"""Calendars: hours, special days, and the holidays of China filled in."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.apps.calendars.holidays import LAST_YEAR
from callbase.apps.configuration.queries import build
from callbase.core.config.calendars import Span
from tests.web.conftest import Person, fields

WEEK = [
    {"weekday": day, "spans": [{"start": "09:00", "end": "12:00"}, {"start": "13:30", "end": "18:00"}]} for day in range(1, 6)
]
OFFICE: dict[str, Any] = {"id": "office", "name": {"zh-CN": "办公时间", "en-US": "Office hours"}, "hours": WEEK, "days": []}


def test_a_calendars_hours_and_days_reach_the_core_in_order(admin: Person) -> None:
    days = [
        {"date": "2026-12-31", "name": {"zh-CN": "年末", "en-US": "Year's end"}, "spans": [{"start": "09:00", "end": "24:00"}]},
        {"date": "2026-10-01", "name": {"zh-CN": "国庆节", "en-US": "National Day"}, "closed": {"type": "voicemail"}},
    ]
    created = admin.post("/api/calendars", OFFICE | {"days": days, "hours": WEEK[::-1]})
    assert created.status_code == 201, created.content
    calendar = build(0).tenants["demo"].calendars["office"]
    assert [one.weekday for one in calendar.hours] == [1, 2, 3, 4, 5]
    assert calendar.hours[0].spans[1] == Span(start="13:30", end="18:00")
    assert [one.date for one in calendar.days] == ["2026-10-01", "2026-12-31"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"hours": [{"weekday": 8, "spans": []}]}, "hours.0.weekday"),
        ({"hours": [{"weekday": 1, "spans": []}, {"weekday": 1, "spans": []}]}, "hours.1.weekday"),
        ({"hours": [{"weekday": 1, "spans": [{"start": "9", "end": "12:00"}]}]}, "hours.0.spans.0.start"),
        ({"hours": [{"weekday": 1, "spans": [{"start": "12:00", "end": "09:00"}]}]}, "hours.0.spans.0.end"),
        (
            {"hours": [{"weekday": 1, "spans": [{"start": "09:00", "end": "12:00"}, {"start": "11:00", "end": "13:00"}]}]},
            "hours.0.spans.1.start",
        ),
        ({"days": [{"date": "2026-02-30"}]}, "days.0.date"),
        ({"days": [{"date": "20260201"}]}, "days.0.date"),
        ({"days": [{"date": "2026-02-01", "as_weekday": 8}]}, "days.0.as_weekday"),
        ({"days": [{"date": "2026-02-01"}, {"date": "2026-02-01"}]}, "days.1.date"),
        ({"days": [{"date": "2026-02-01", "closed": {"type": "flow", "flow": "nowhere"}}]}, "days.0.closed.flow"),
        ({"days": [{"name": {}}]}, "days.0.date"),
        ({"name": {}}, "name"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_named(admin: Person, change: dict[str, Any], expected: str) -> None:
    assert list(fields(admin.post("/api/calendars", OFFICE | change))) == [expected]
    assert admin.get("/api/calendars/office").status_code == 404


def test_holidays_close_and_adjusted_working_days_open_as_the_week_does(admin: Person) -> None:
    filled = admin.get("/api/holidays?year=2026&as_weekday=2").json()
    assert filled["announced"] is True
    days = {day["date"]: day for day in filled["days"]}
    assert days["2026-10-01"]["name"] == {"zh-CN": "国庆节", "en-US": "National Day"}
    assert not days["2026-10-01"].get("spans")
    assert days["2026-10-10"]["name"] == {"zh-CN": "国庆节调休上班", "en-US": "Working day for National Day"}
    assert (days["2026-10-10"]["as_weekday"], days["2026-10-10"].get("spans", [])) == (2, [])
    assert [date for date in days if date.startswith("2026-02")] == [
        "2026-02-14",
        *(f"2026-02-{day}" for day in range(15, 24)),
        "2026-02-28",
    ]
    made = admin.post("/api/calendars", OFFICE | {"days": filled["days"]})
    assert made.status_code == 201, "the holidays of a calendar that is being made"
    assert len(build(0).tenants["demo"].calendars["office"].days) == len(filled["days"])


def test_a_year_not_announced_yet_says_so(admin: Person) -> None:
    later = admin.get(f"/api/holidays?year={LAST_YEAR + 1}").json()
    assert (later["announced"], later["days"], later["last_year"]) == (False, [], LAST_YEAR)
    assert list(fields(admin.get("/api/holidays?year=12"))) == ["year"]


def test_each_change_stands_in_the_audit_log(admin: Person) -> None:
    admin.post("/api/calendars", OFFICE)
    admin.patch("/api/calendars/office", {"hours": WEEK[:1]})
    admin.delete("/api/calendars/office")
    actions = [row["action"] for row in admin.get("/api/audit?object=calendar").json()["items"]]
    assert actions == ["calendar.delete", "calendar.update", "calendar.create"]
