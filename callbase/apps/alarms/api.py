"""/api/system/alarms: of the whole installation, for its administrators."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.alarms import actions
from callbase.apps.alarms.models import Alarm
from callbase.apps.alarms.schemas import AcknowledgeIn, AlarmFilter, AlarmOut
from callbase.apps.organization.access import Access, access_of_request
from callbase.web.rows import Page, Paging, listing
from callbase.web.tenant_wall import every_tenant

router = Router(tags=["system"])


@router.get("", response=Page[AlarmOut])
def list_alarms(request: HttpRequest, paging: Query[Paging], wanted: Query[AlarmFilter]) -> dict[str, Any]:
    _see(request)
    rows = Alarm.objects.all()
    if wanted.open is not None:
        rows = rows.filter(cleared_at__isnull=wanted.open)
    if wanted.acknowledged is not None:
        rows = rows.filter(acknowledged_at__isnull=not wanted.acknowledged)
    if wanted.source:
        rows = rows.filter(source=wanted.source)
    with every_tenant():
        return listing(
            rows,
            paging,
            default="-raised_at",
            sort={"raised_at": "raised_at", "cleared_at": "cleared_at", "source": "source", "severity": "severity"},
            search=["text__icontains", "source__icontains", "note__icontains"],
        )


@router.post("/{int:alarm}/acknowledge", response={204: None})
def acknowledge(request: HttpRequest, alarm: int, data: AcknowledgeIn) -> Status[None]:
    actions.do_acknowledge(_see(request), alarm, data.note)
    return Status(204, None)


def _see(request: HttpRequest) -> Access:
    access = access_of_request(request)
    access.require("people.manage")
    return access
