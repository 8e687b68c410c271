"""Open or closed by the clock on the wall, special days before the week's, whatever the zone does with its clock."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbase.core.commands import Answer, Originate, Play
from callbase.core.config import AnyTarget, Calendar, Did, Say, ToAgent, ToGoodbye, ToNumber
from callbase.core.config.calendars import Span, SpecialDay, WeeklyHours
from callbase.core.facts import InteractionEnded, Redirected
from callbase.core.rules.calendars import next_change_ms, state_at
from tests.core.centre import STRAIGHT, Centre, text
from tests.core.test_callback import publish, tenant_of

SHANGHAI, BERLIN, NEW_YORK = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
OFFICE = (Span(start="09:00", end="12:00"), Span(start="13:30", end="18:00"))
WEEK = tuple(WeeklyHours(weekday=day, spans=OFFICE) for day in range(1, 6))


def calendar(*days: SpecialDay, hours: tuple[WeeklyHours, ...] = WEEK) -> Calendar:
    return Calendar(id="office", name=text("办公时间", "Office hours"), hours=hours, days=days)


def at(text_: str, zone: ZoneInfo = SHANGHAI) -> int:
    return int(datetime.fromisoformat(text_).replace(tzinfo=zone).timestamp() * 1000)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-01-05T08:59:59", False),
        ("2026-01-05T09:00:00", True),
        ("2026-01-05T11:59:59", True),
        ("2026-01-05T12:00:00", False),
        ("2026-01-05T13:30:00", True),
        ("2026-01-05T18:00:00", False),
        ("2026-01-10T10:00:00", False),  # Saturday
    ],
)
def test_weekly_hours(moment: str, is_open: bool) -> None:
    assert state_at(calendar(), SHANGHAI, at(moment)).open is is_open


def test_a_holiday_is_closed_all_day_an_adjusted_saturday_is_worked() -> None:
    found = calendar(
        SpecialDay(date="2026-02-17", name=text("春节", "Spring Festival")),
        SpecialDay(date="2026-02-14", name=text("调休", "Adjusted working day"), spans=OFFICE),
        SpecialDay(date="2026-02-13", spans=(Span(start="09:00", end="12:00"),)),
    )
    assert not state_at(found, SHANGHAI, at("2026-02-17T10:00")).open
    assert state_at(found, SHANGHAI, at("2026-02-14T10:00")).open
    assert state_at(found, SHANGHAI, at("2026-02-13T10:00")).open
    assert not state_at(found, SHANGHAI, at("2026-02-13T14:00")).open, "half a day"
    named = state_at(found, SHANGHAI, at("2026-02-17T10:00")).day
    assert named is not None
    assert named.date == "2026-02-17"


def test_until_midnight_and_round_the_clock() -> None:
    hours = (
        WeeklyHours(weekday=1, spans=(Span(start="20:00", end="24:00"),)),
        WeeklyHours(weekday=2, spans=(Span(start="00:00", end="24:00"),)),
    )
    found = calendar(hours=hours)
    assert state_at(found, SHANGHAI, at("2026-01-05T23:59:59")).open
    assert state_at(found, SHANGHAI, at("2026-01-06T00:00:00")).open
    assert next_change_ms(found, SHANGHAI, at("2026-01-05T21:00")) == at("2026-01-07T00:00")


def test_hours_that_cannot_be_read_are_never_open() -> None:
    spans = (
        Span(start="nine", end="18:00"),
        Span(start="18:00", end="09:00"),
        Span(start="09:75", end="18:00"),
        Span(start="", end="25:00"),
    )
    assert not state_at(calendar(hours=(WeeklyHours(weekday=1, spans=spans),)), SHANGHAI, at("2026-01-05T10:00")).open


def test_the_next_change_skips_the_weekend() -> None:
    assert next_change_ms(calendar(), SHANGHAI, at("2026-01-09T17:00")) == at("2026-01-09T18:00")
    assert next_change_ms(calendar(), SHANGHAI, at("2026-01-09T18:00")) == at("2026-01-12T09:00")
    assert next_change_ms(calendar(hours=()), SHANGHAI, at("2026-01-09T18:00")) is None


def test_where_the_clock_is_put_forward_the_hours_skipped_never_come() -> None:
    sunday = (WeeklyHours(weekday=7, spans=(Span(start="02:15", end="02:45"), Span(start="02:30", end="04:00"))),)
    found = calendar(hours=sunday)
    assert not state_at(found, BERLIN, at("2026-03-29T01:59:59", BERLIN)).open
    changes = next_change_ms(found, BERLIN, at("2026-03-29T01:00", BERLIN))
    assert changes == at("2026-03-29T03:00", BERLIN), "02:30 does not exist; it is open from 03:00 on"


def test_where_the_clock_is_put_back_the_hour_comes_twice() -> None:
    found = calendar(hours=(WeeklyHours(weekday=7, spans=(Span(start="02:30", end="04:00"),)),))
    first = next_change_ms(found, BERLIN, at("2026-10-25T01:00", BERLIN))
    assert first is not None
    closes = next_change_ms(found, BERLIN, first)
    assert closes == first + 30 * 60_000, "at 03:00 the clock says 02:00 again"
    assert next_change_ms(found, BERLIN, closes) == closes + 30 * 60_000


spans = st.tuples(st.integers(0, 1440), st.integers(0, 1440)).map(
    lambda pair: Span(start=f"{min(pair) // 60:02}:{min(pair) % 60:02}", end=f"{max(pair) // 60:02}:{max(pair) % 60:02}")
)
weeks = st.lists(st.builds(WeeklyHours, weekday=st.integers(1, 7), spans=st.lists(spans, max_size=2).map(tuple)), max_size=5)


@settings(max_examples=60)
@given(weeks, st.sampled_from([SHANGHAI, BERLIN, NEW_YORK]), st.integers(0, 365 * 24 * 60))
def test_nothing_changes_before_the_next_change(week: list[WeeklyHours], zone: ZoneInfo, minute: int) -> None:
    found = calendar(hours=tuple(week))
    now_ms = 1_767_225_600_000 + minute * 60_000
    change = next_change_ms(found, zone, now_ms)
    end = min(change if change is not None else now_ms + 8 * 86_400_000, now_ms + 8 * 86_400_000)
    state = state_at(found, zone, now_ms).open
    assert all(state_at(found, zone, moment).open is state for moment in range(now_ms, end, 7 * 60_000))
    if change is not None:
        assert state_at(found, zone, change).open is not state
        assert state_at(found, zone, change - 1).open is state


# --- calls outside the hours --------------------------------------------------------------------------------------------

BYE = ToGoodbye(say=Say(text=text("夜间服务", "Night service")))


def at_night(closed: AnyTarget | None, *days: SpecialDay, hours: tuple[WeeklyHours, ...] = ()) -> tuple[Centre, str]:
    """It is Monday, 16:00; the calendar has these hours."""
    did = Did(number=STRAIGHT, flow="straight", calendar="office", closed=closed)
    centre = Centre(dids={STRAIGHT: did}, calendars={"office": calendar(*days, hours=hours)})
    return centre, centre.call(STRAIGHT)


def test_in_working_hours_the_flow_begins() -> None:
    centre, leg = at_night(BYE, hours=WEEK)
    assert centre.interaction(leg).queue == "sales"


def test_outside_them_the_call_goes_where_night_service_says() -> None:
    centre, leg = at_night(BYE)
    assert centre.said(leg) == "夜间服务"
    (fact,) = centre.facts(Redirected)
    assert (fact.by, fact.rule, fact.target) == ("calendar", "office", "goodbye")
    centre.run_for(1500)
    assert [(ended.reason, ended.queue) for ended in centre.facts(InteractionEnded)] == [("closed", None)]


def test_a_night_number_is_dialled() -> None:
    centre, _ = at_night(ToNumber(number="02166667777"))
    assert [originate.number for originate in centre.did(Originate)] == ["02166667777"]


def test_an_adjusted_working_day_is_open_as_its_weekday_is_whatever_that_is_changed_to() -> None:
    saturday = SpecialDay(date="2026-10-10", as_weekday=1)
    assert state_at(calendar(saturday), SHANGHAI, at("2026-10-10T10:00")).open
    assert not state_at(calendar(saturday), SHANGHAI, at("2026-10-10T12:30")).open
    later = (WeeklyHours(weekday=1, spans=(Span(start="12:00", end="13:00"),)),)
    assert not state_at(calendar(saturday, hours=later), SHANGHAI, at("2026-10-10T10:00")).open
    assert state_at(calendar(saturday, hours=later), SHANGHAI, at("2026-10-10T12:30")).open
    assert next_change_ms(calendar(saturday), SHANGHAI, at("2026-10-09T18:00")) == at("2026-10-10T09:00")


@pytest.mark.parametrize("closed", [ToNumber(number="02166667777", timeout_s=5.0), ToAgent(agent="1001")])
@pytest.mark.parametrize("of", ["number", "queue"])
def test_where_nobody_answers_at_night_callers_hear_that_it_is_closed(closed: AnyTarget, of: str) -> None:
    did = Did(number=STRAIGHT, flow="straight")
    centre = Centre(calendars={"office": calendar(hours=())}, dids={STRAIGHT: did})
    hours = {"calendar": "office", "closed": closed}
    if of == "number":
        publish(centre, dids={STRAIGHT: msgspec.structs.replace(did, **hours)})
    else:
        queues = tenant_of(centre).queues
        publish(centre, queues={**queues, "sales": msgspec.structs.replace(queues["sales"], **hours)})
    centre.staff("1001")
    leg = centre.call(STRAIGHT)
    assert len(centre.did(Originate)) == 1
    centre.run_for(30_000)
    (said,) = centre.did(Play, leg=leg)
    assert said.speech[0].text.startswith("您好，现在是非工作时间")
    assert [ended.reason for ended in centre.facts(InteractionEnded)] == ["closed"]
    assert centre.agent("1001").state != "busy"


def test_a_special_day_has_its_own_target() -> None:
    holiday = SpecialDay(date="2026-01-05", closed=ToGoodbye(say=Say(text=text("节日快乐", "Happy holidays"))))
    centre, leg = at_night(BYE, holiday, hours=WEEK)
    assert centre.said(leg) == "节日快乐"
    assert centre.facts(Redirected)[0].measured == {"day": "2026-01-05"}


def test_busy_at_night_is_busy_without_an_answer() -> None:
    centre, leg = at_night(ToGoodbye(busy=True))
    assert not centre.did(Answer)
    assert leg not in centre.switch.legs


def test_without_a_target_callers_hear_that_it_is_closed() -> None:
    centre, leg = at_night(None)
    assert centre.said(leg).startswith("您好，现在是非工作时间")


def test_a_target_that_cannot_be_reached_leaves_that_announcement() -> None:
    centre, leg = at_night(ToNumber(number="02166667777", trunk="gone"))
    assert centre.said(leg).startswith("您好，现在是非工作时间")
