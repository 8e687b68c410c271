"""/api/trunk-groups"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.trunks import queries
from callbase.apps.trunks.access import manage, see_groups
from callbase.apps.trunks.actions import groups as actions
from callbase.apps.trunks.schemas import TrunkGroupIn, TrunkGroupOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["trunks"])


@router.get("", response=Page[TrunkGroupOut])
def list_trunk_groups(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.trunk_groups(see_groups(request)),
        paging,
        search=["key__icontains", "name__icontains"],
        default="id",
        sort={"id": "key", "priority": "priority"},
    )
    return {**page, "items": [queries.trunk_group_detail(group) for group in page["items"]]}


@router.post("", response={201: TrunkGroupOut})
def create_trunk_group(request: HttpRequest, data: TrunkGroupIn) -> Status[dict[str, Any]]:
    return Status(201, queries.trunk_group_detail(actions.do_create_trunk_group(manage(request), data.dict())))


@router.get("/{group_id}", response=TrunkGroupOut)
def get_trunk_group(request: HttpRequest, group_id: str) -> dict[str, Any]:
    return queries.trunk_group_detail(one(queries.trunk_groups(see_groups(request)), key=group_id))


@router.patch("/{group_id}", response=TrunkGroupOut)
def change_trunk_group(request: HttpRequest, group_id: str, data: Changes[TrunkGroupIn]) -> dict[str, Any]:
    return queries.trunk_group_detail(actions.do_change_trunk_group(manage(request), group_id, data))


@router.delete("/{group_id}", response={204: None})
def delete_trunk_group(request: HttpRequest, group_id: str) -> Status[None]:
    actions.do_delete_trunk_group(manage(request), group_id)
    return Status(204, None)
