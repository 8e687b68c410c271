"""/api/units"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.organization import queries
from callbase.apps.organization.access import needs
from callbase.apps.organization.actions import units as actions
from callbase.apps.organization.models import Unit
from callbase.apps.organization.schemas import UnitIn, UnitOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

units_router = Router(tags=["units"])
manage = needs("people.manage")


def _unit(unit: Unit) -> dict[str, Any]:
    return {
        "id": str(unit.id),
        "name": unit.name,
        "parent": str(unit.parent_id) if unit.parent_id else None,
        "position": unit.position,
        "people": getattr(unit, "people_count", 0),
    }


@units_router.get("", response=Page[UnitOut])
def list_units(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.units(manage(request)),
        paging,
        search=["name__icontains"],
        default="position",
        sort={"name": "name", "position": "position"},
    )
    return {**page, "items": [_unit(unit) for unit in page["items"]]}


@units_router.post("", response={201: UnitOut})
def create_unit(request: HttpRequest, data: UnitIn) -> Status[dict[str, Any]]:
    return Status(201, _unit(actions.do_create_unit(manage(request), data.dict())))


@units_router.get("/{unit_id}", response=UnitOut)
def get_unit(request: HttpRequest, unit_id: str) -> dict[str, Any]:
    return _unit(one(queries.units(manage(request)), id=unit_id))


@units_router.patch("/{unit_id}", response=UnitOut)
def change_unit(request: HttpRequest, unit_id: str, data: Changes[UnitIn]) -> dict[str, Any]:
    return _unit(actions.do_change_unit(manage(request), unit_id, data))


@units_router.delete("/{unit_id}", response={204: None})
def delete_unit(request: HttpRequest, unit_id: str) -> Status[None]:
    actions.do_delete_unit(manage(request), unit_id)
    return Status(204, None)
