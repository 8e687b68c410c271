"""All reads of calendars."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db.models import QuerySet

from callbase.apps.calendars.models import Calendar
from callbase.apps.organization.access import Access
from callbase.core import config


def calendars(access: Access) -> QuerySet[Calendar]:
    return Calendar.objects.filter(tenant=access.tenant)


def calendar_detail(calendar: Calendar) -> dict[str, Any]:
    return {"id": calendar.key, "name": calendar.name, "hours": calendar.hours, "days": calendar.days}


def document(calendar: Calendar) -> config.Calendar:
    return msgspec.convert(calendar_detail(calendar), config.Calendar)
