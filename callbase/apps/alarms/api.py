"""/api/system/alarms: of the whole installation, for its administrators."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.alarms import actions, queries
from callbase.apps.alarms.access import see
from callbase.apps.alarms.schemas import AcknowledgeIn, AlarmFilter, AlarmOut, RecipientIn, RecipientOut, TestOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["system"])
recipients_router = Router(tags=["system"])
"""/api/alarm-recipients: whom a tenant has them sent to."""


@router.get("", response=Page[AlarmOut])
def list_alarms(request: HttpRequest, paging: Query[Paging], wanted: Query[AlarmFilter]) -> dict[str, Any]:
    return queries.alarms(see(request).tenant.id, wanted, paging)


@router.post("/{int:alarm}/acknowledge", response={204: None})
def acknowledge(request: HttpRequest, alarm: int, data: AcknowledgeIn) -> Status[None]:
    actions.do_acknowledge(see(request), alarm, data.note)
    return Status(204, None)


@recipients_router.get("", response=Page[RecipientOut])
def list_recipients(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    """Whom alarms are sent to."""
    return listing(
        queries.recipients(see(request).tenant.id),
        paging,
        default="created_at",
        sort={"created_at": "created_at", "address": "address"},
        search=["address__icontains"],
    )


@recipients_router.post("", response={201: RecipientOut})
def create_recipient(request: HttpRequest, data: RecipientIn) -> Status[Any]:
    access = see(request)
    made = actions.do_create_recipient(access, data.dict())
    return Status(201, one(queries.recipients(access.tenant.id), id=made.id))


@recipients_router.patch("/{uuid:recipient}", response=RecipientOut)
def change_recipient(request: HttpRequest, recipient: UUID, data: Changes[RecipientIn]) -> Any:
    """A secret that is not given, or empty, stays as it is."""
    access = see(request)
    actions.do_change_recipient(access, str(recipient), data)
    return one(queries.recipients(access.tenant.id), id=recipient)


@recipients_router.delete("/{uuid:recipient}", response={204: None})
def delete_recipient(request: HttpRequest, recipient: UUID) -> Status[None]:
    actions.do_delete_recipient(see(request), str(recipient))
    return Status(204, None)


@recipients_router.post("/{uuid:recipient}/test", response=TestOut)
def test_recipient(request: HttpRequest, recipient: UUID) -> dict[str, str]:
    """Sends it a message at once, and says why where it could not be."""
    return {"failure": actions.do_test_recipient(see(request), str(recipient))}
