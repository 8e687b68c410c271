"""All writes of calendars."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.calendars import hours, queries
from callbase.apps.calendars.models import Calendar
from callbase.apps.configuration.actions import publish
from callbase.apps.configuration.queries import check_unused, known
from callbase.apps.organization.access import Access
from callbase.web.errors import Invalid
from callbase.web.rows import one


@transaction.atomic
def do_create_calendar(access: Access, data: dict[str, Any]) -> Calendar:
    if queries.calendars(access).filter(key=data["id"]).exists():
        raise Invalid.of("id", "taken")
    return _write(access, Calendar(tenant=access.tenant, key=data["id"]), data, "calendar.create", {})


@transaction.atomic
def do_change_calendar(access: Access, key: str, changes: dict[str, Any]) -> Calendar:
    calendar = one(queries.calendars(access), key=key)
    if changes.get("id", key) != key:
        raise Invalid.of("id", "immutable")
    return _write(access, calendar, changes, "calendar.update", queries.calendar_detail(calendar))


@transaction.atomic
def do_delete_calendar(access: Access, key: str) -> None:
    """Raises Conflict in_use while a queue, a number or a condition goes by it."""
    calendar = one(queries.calendars(access), key=key)
    check_unused(access, "calendar", key)
    before = queries.calendar_detail(calendar)
    calendar.delete()
    record_change(access, "calendar.delete", key, before)
    publish()


def _write(access: Access, calendar: Calendar, data: dict[str, Any], action: str, before: dict[str, Any]) -> Calendar:
    for field in ("name", "hours", "days"):
        if field in data:
            setattr(calendar, field, data[field])
    problems = hours.problems(queries.document(calendar), known(access))
    if problems:
        raise Invalid(problems)
    calendar.hours = sorted(calendar.hours, key=lambda one: int(one["weekday"]))
    calendar.days = sorted(calendar.days, key=lambda one: str(one["date"]))
    calendar.save()
    record_change(access, action, calendar.key, before, queries.calendar_detail(calendar))
    publish()
    return calendar
