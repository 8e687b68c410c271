"""When a centre is open: weekly hours, and days that differ (holidays, adjusted working days, half days)."""

from __future__ import annotations

from callbase.core.config.document import Document, LocalizedText
from callbase.core.config.targets import AnyTarget


class Span(Document, frozen=True):
    """From…until, "HH:MM" in the tenant's zone; "24:00" is the end of the day."""

    start: str
    end: str


class WeeklyHours(Document, frozen=True):
    """`weekday` 1 (Monday) … 7."""

    weekday: int
    spans: tuple[Span, ...]


class SpecialDay(Document, frozen=True):
    """A date ("YYYY-MM-DD") with hours of its own in place of its weekday's; no spans: closed all day."""

    date: str
    name: LocalizedText = {}
    spans: tuple[Span, ...] = ()
    as_weekday: int | None = None
    """1 (Monday) … 7: open as the week is on that day, and no spans are looked at."""
    closed: AnyTarget | None = None
    """Where calls go in this day's closed hours, in place of the number's or queue's own."""


class Calendar(Document, frozen=True):
    id: str
    name: LocalizedText
    hours: tuple[WeeklyHours, ...] = ()
    days: tuple[SpecialDay, ...] = ()
