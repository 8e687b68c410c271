"""/api/system/alarms: of the whole installation, for its administrators."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.alarms import actions, queries
from callbase.apps.alarms.access import see
from callbase.apps.alarms.schemas import AcknowledgeIn, AlarmFilter, AlarmOut
from callbase.web.rows import Page, Paging

router = Router(tags=["system"])


@router.get("", response=Page[AlarmOut])
def list_alarms(request: HttpRequest, paging: Query[Paging], wanted: Query[AlarmFilter]) -> dict[str, Any]:
    return queries.alarms(see(request).tenant.id, wanted, paging)


@router.post("/{int:alarm}/acknowledge", response={204: None})
def acknowledge(request: HttpRequest, alarm: int, data: AcknowledgeIn) -> Status[None]:
    actions.do_acknowledge(see(request), alarm, data.note)
    return Status(204, None)
