"""/api/people"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.organization import queries
from callbase.apps.organization.access import needs
from callbase.apps.organization.actions import people as actions
from callbase.apps.organization.actions.telephones import do_draw_desk_password
from callbase.apps.organization.schemas import PersonDetail, PersonIn, SipPasswordOut
from callbase.web.changes import Changes
from callbase.web.reading_order import ReadingOrder
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["people"])
manage = needs("people.manage")
SORT: dict[str, str | ReadingOrder] = {
    "name": ReadingOrder("name"),
    "login": "login",
    "agent": "agent__number",
    "active": "is_active",
}


@router.get("", response=Page[PersonDetail])
def list_people(
    request: HttpRequest, paging: Query[Paging], active: bool | None = None, role: str | None = None
) -> dict[str, Any]:
    rows = queries.people(manage(request))
    if active is not None:
        rows = rows.filter(is_active=active)
    if role is not None:
        rows = rows.filter(roles__key=role)
    page = listing(
        rows,
        paging,
        sort=SORT,
        default="login",
        search=["name__icontains", "login__icontains", "agent__number__startswith", "staff_number__startswith"],
    )
    return {**page, "items": [queries.person_detail(person) for person in page["items"]]}


@router.post("", response={201: PersonDetail})
def create_person(request: HttpRequest, data: PersonIn) -> Status[dict[str, Any]]:
    return Status(201, queries.person_detail(actions.do_create_person(manage(request), data.dict())))


@router.get("/{person_id}", response=PersonDetail)
def get_person(request: HttpRequest, person_id: str) -> dict[str, Any]:
    return queries.person_detail(one(queries.people(manage(request)), id=person_id))


@router.patch("/{person_id}", response=PersonDetail)
def change_person(request: HttpRequest, person_id: str, data: Changes[PersonIn]) -> dict[str, Any]:
    return queries.person_detail(actions.do_change_person(manage(request), person_id, data))


@router.delete("/{person_id}", response={204: None})
def deactivate_person(request: HttpRequest, person_id: str) -> Status[None]:
    actions.do_deactivate_person(manage(request), person_id)
    return Status(204, None)


@router.post("/{person_id}/sip-password", response=SipPasswordOut)
def draw_sip_password(request: HttpRequest, person_id: str) -> dict[str, str]:
    """The desk phone's new password, shown this once."""
    access = manage(request)
    device, password = do_draw_desk_password(access, one(queries.people(access), id=person_id))
    return {"device": device.id, "password": password}
