"""/api/calendars"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.calendars import actions, holidays, queries
from callbase.apps.calendars.access import manage, see
from callbase.apps.calendars.schemas import CalendarIn, CalendarOut, HolidaysOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["calendars"])
holidays_router = Router(tags=["calendars"])


@router.get("", response=Page[CalendarOut])
def list_calendars(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.calendars(see(request)), paging, search=["key__icontains", "name__icontains"], default="id", sort={"id": "key"}
    )
    return {**page, "items": [queries.calendar_detail(calendar) for calendar in page["items"]]}


@router.post("", response={201: CalendarOut})
def create_calendar(request: HttpRequest, data: CalendarIn) -> Status[dict[str, Any]]:
    return Status(201, queries.calendar_detail(actions.do_create_calendar(manage(request), data.dict())))


@router.get("/{calendar_id}", response=CalendarOut)
def get_calendar(request: HttpRequest, calendar_id: str) -> dict[str, Any]:
    return queries.calendar_detail(one(queries.calendars(see(request)), key=calendar_id))


@router.patch("/{calendar_id}", response=CalendarOut)
def change_calendar(request: HttpRequest, calendar_id: str, data: Changes[CalendarIn]) -> dict[str, Any]:
    return queries.calendar_detail(actions.do_change_calendar(manage(request), calendar_id, data))


@router.delete("/{calendar_id}", response={204: None})
def delete_calendar(request: HttpRequest, calendar_id: str) -> Status[None]:
    actions.do_delete_calendar(manage(request), calendar_id)
    return Status(204, None)


@holidays_router.get("", response=HolidaysOut)
def get_holidays(
    request: HttpRequest, year: Annotated[int, Query(ge=1900, le=2200)], as_weekday: Annotated[int, Query(ge=1, le=7)] = 1
) -> dict[str, Any]:
    """The year's Chinese holidays and adjusted working days as special days of a calendar, there already or about to be made:
    working days are open as that weekday is."""
    see(request)
    days = holidays.special_days(year, as_weekday)
    return {
        "year": year,
        "announced": bool(days),
        "first_year": holidays.FIRST_YEAR,
        "last_year": holidays.LAST_YEAR,
        "days": msgspec.to_builtins(days),
    }
