"""What the API of calendars takes and gives."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Schema

from callbase.core.config.calendars import SpecialDay, WeeklyHours
from callbase.web.documents import Document
from callbase.web.fields import Key, Names, Strict

Hours = Annotated[list[Any], Document(list[WeeklyHours])]
Days = Annotated[list[Any], Document(list[SpecialDay])]


class CalendarIn(Strict):
    id: Key
    name: Names
    hours: Hours = Field(default_factory=list)
    days: Days = Field(default_factory=list)


class CalendarOut(Schema):
    id: str
    name: dict[str, str]
    hours: Hours
    days: Days


class HolidaysOut(Schema):
    year: int
    announced: bool
    """Whether that year's holidays are known yet; they are announced in the autumn before."""
    first_year: int
    last_year: int
    days: Days
