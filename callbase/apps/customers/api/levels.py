"""/api/customer-levels"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.customers import queries
from callbase.apps.customers.access import manage_levels, see_levels
from callbase.apps.customers.actions import levels as actions
from callbase.apps.customers.schemas import CustomerLevelIn, CustomerLevelOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["customers"])


@router.get("", response=Page[CustomerLevelOut])
def list_levels(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.customer_levels(see_levels(request)),
        paging,
        search=["level__icontains"],
        default="level",
        sort={"level": "level", "priority": "priority"},
    )
    return {**page, "items": [queries.level_detail(row) for row in page["items"]]}


@router.post("", response={201: CustomerLevelOut})
def create_level(request: HttpRequest, data: CustomerLevelIn) -> Status[dict[str, Any]]:
    return Status(201, queries.level_detail(actions.do_create_level(manage_levels(request), data.dict())))


@router.get("/{level}", response=CustomerLevelOut)
def get_level(request: HttpRequest, level: str) -> dict[str, Any]:
    return queries.level_detail(one(queries.customer_levels(see_levels(request)), level=level))


@router.patch("/{level}", response=CustomerLevelOut)
def change_level(request: HttpRequest, level: str, data: Changes[CustomerLevelIn]) -> dict[str, Any]:
    return queries.level_detail(actions.do_change_level(manage_levels(request), level, data))


@router.delete("/{level}", response={204: None})
def delete_level(request: HttpRequest, level: str) -> Status[None]:
    actions.do_delete_level(manage_levels(request), level)
    return Status(204, None)
