"""The holidays and adjusted working days of mainland China, as the State Council announces them each autumn for the next year."""

from __future__ import annotations

from datetime import date

from chinese_calendar.constants import Holiday, holidays, workdays

from callbase.core import config
from callbase.core.config.calendars import SpecialDay

FIRST_YEAR = min(holidays).year
LAST_YEAR = max(holidays).year
"""What the library knows; later years come with its next release."""


def special_days(year: int, as_weekday: int) -> list[SpecialDay]:
    """The year's days that differ: holidays closed, adjusted working days open as that day of the week is, whatever its hours are
    changed to.

    Empty for a year not announced yet.
    """
    closed = [SpecialDay(date=day.isoformat(), name=_name(title, "")) for day, title in _of(year, holidays)]
    working = [
        SpecialDay(date=day.isoformat(), name=_name(title, "work"), as_weekday=as_weekday) for day, title in _of(year, workdays)
    ]
    return sorted([*closed, *working], key=lambda one: one.date)


def _of(year: int, days: dict[date, str]) -> list[tuple[date, str]]:
    return [(day, title) for day, title in days.items() if day.year == year]


def _name(title: str, kind: str) -> config.LocalizedText:
    chinese = Holiday(title).chinese
    if kind == "work":
        return {"zh-CN": f"{chinese}调休上班", "en-US": f"Working day for {title}"}
    return {"zh-CN": chinese, "en-US": title}
