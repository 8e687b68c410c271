"""Checks of a calendar, apart from any database: times that are times, days that are days, nothing twice, nothing overlapping."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from callbase.apps.configuration.checks import Found, target, within
from callbase.apps.configuration.known import Known
from callbase.core import config
from callbase.core.config.calendars import Span
from callbase.web.errors import FieldProblem

CLOCK = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOST_DAYS = 2_000


def problems(calendar: config.Calendar, known: Known) -> dict[str, list[FieldProblem]]:
    """Path → what is wrong; empty where the calendar can be published."""
    found: dict[str, list[FieldProblem]] = {}
    for path, problem in _checked(calendar, known):
        found.setdefault(path, []).append(problem)
    return found


def _checked(calendar: config.Calendar, known: Known) -> Found:
    weekdays: set[int] = set()
    for place, hours in enumerate(calendar.hours):
        yield from within(f"hours.{place}.weekday", hours.weekday, 1, 7)
        if hours.weekday in weekdays:
            yield f"hours.{place}.weekday", FieldProblem("twice", value=str(hours.weekday))
        weekdays.add(hours.weekday)
        yield from _spans(f"hours.{place}.spans", hours.spans)
    if len(calendar.days) > MOST_DAYS:
        yield "days", FieldProblem("too_long", limit=str(MOST_DAYS))
    dates: set[str] = set()
    for place, day in enumerate(calendar.days):
        if not _is_day(day.date):
            yield f"days.{place}.date", FieldProblem("date")
        if day.date in dates:
            yield f"days.{place}.date", FieldProblem("twice", value=day.date)
        dates.add(day.date)
        yield from _spans(f"days.{place}.spans", day.spans)
        if day.as_weekday is not None:
            yield from within(f"days.{place}.as_weekday", day.as_weekday, 1, 7)
        yield from target(f"days.{place}.closed", day.closed, known)


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return DAY.fullmatch(text) is not None


def _spans(field: str, spans: Iterable[Span]) -> Found:
    last = ""
    for place, span in enumerate(spans):
        bad = [name for name in ("start", "end") if not CLOCK.fullmatch(getattr(span, name))]
        for name in bad:
            yield f"{field}.{place}.{name}", FieldProblem("clock")
        if bad:
            continue
        if span.end <= span.start:
            yield f"{field}.{place}.end", FieldProblem("end_before_start")
        elif span.start < last:
            yield f"{field}.{place}.start", FieldProblem("overlaps")
        last = max(last, span.end)
