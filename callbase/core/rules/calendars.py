"""Open or closed at a moment, by a calendar, in the tenant's zone; and when that changes next.

What the clock on the wall says decides, also on days it is put forward or back: hours that are skipped never come, hours that
come twice count twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo

import msgspec

from callbase.core.config import Calendar
from callbase.core.config.calendars import Span, SpecialDay

LOOKS_AHEAD_DAYS = 400
"""A calendar that does not change within these does not change."""
_DAY_MINUTES = 24 * 60


class OpenState(msgspec.Struct, frozen=True):
    """`day`: the special day whose hours hold."""

    open: bool
    day: SpecialDay | None = None


def state_at(calendar: Calendar, zone: tzinfo, now_ms: int) -> OpenState:
    local = datetime.fromtimestamp(now_ms / 1000, zone)
    day = _special(calendar, local.date())
    minute = local.hour * 60 + local.minute
    return OpenState(any(start <= minute < end for start, end in _spans(calendar, day, local.date())), day)


def next_change_ms(calendar: Calendar, zone: tzinfo, now_ms: int) -> int | None:
    """When it opens if it is closed, closes if it is open; None where it stays so."""
    now = state_at(calendar, zone, now_ms).open
    first = datetime.fromtimestamp(now_ms / 1000, zone).date()
    for ahead in range(LOOKS_AHEAD_DAYS):
        for moment_ms in sorted(set(_moments(calendar, zone, first + timedelta(days=ahead)))):
            if moment_ms > now_ms and state_at(calendar, zone, moment_ms).open != now:
                return moment_ms
    return None


def _special(calendar: Calendar, day: date) -> SpecialDay | None:
    """The last one named for the date."""
    text = day.isoformat()
    return next((special for special in reversed(calendar.days) if special.date == text), None)


def _spans(calendar: Calendar, special: SpecialDay | None, day: date) -> list[tuple[int, int]]:
    """From…until, in minutes of the day. Hours that cannot be read are never open."""
    weekday = day.isoweekday() if special is None else special.as_weekday
    if special is not None and weekday is None:
        spans = special.spans
    else:
        spans = tuple(span for hours in calendar.hours if hours.weekday == weekday for span in hours.spans)
    return [found for span in spans if (found := _minutes(span)) is not None]


def _minutes(span: Span) -> tuple[int, int] | None:
    start, end = _minute(span.start), _minute(span.end)
    return (start, end) if start is not None and end is not None and start < end else None


def _minute(text: str) -> int | None:
    hours, colon, minutes = text.partition(":")
    if not colon or not (hours.isdecimal() and minutes.isdecimal()) or int(minutes) > 59:
        return None
    minute = int(hours) * 60 + int(minutes)
    return minute if minute <= _DAY_MINUTES else None


def _moments(calendar: Calendar, zone: tzinfo, day: date) -> Iterator[int]:
    """When it might change on that day: the edges of its spans, midnight, and the moment the clock is put forward or back."""
    midnight = _at(zone, day, 0)
    yield midnight
    for span in _spans(calendar, _special(calendar, day), day):
        for minute in span:
            yield _at(zone, day, minute)
            yield _at(zone, day, minute, fold=1)
    end = _at(zone, day + timedelta(days=1), 0)
    if _offset(zone, midnight) != _offset(zone, end):
        low, high = midnight, end
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if _offset(zone, middle) == _offset(zone, midnight) else (low, middle)
        yield high


def _at(zone: tzinfo, day: date, minute: int, fold: int = 0) -> int:
    on = day + timedelta(days=minute // _DAY_MINUTES)
    wall = time(minute % _DAY_MINUTES // 60, minute % 60, fold=fold)
    return int(datetime.combine(on, wall, zone).timestamp() * 1000)


def _offset(zone: tzinfo, at_ms: int) -> timedelta | None:
    return datetime.fromtimestamp(at_ms / 1000, zone).utcoffset()
