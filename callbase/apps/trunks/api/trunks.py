"""/api/trunks"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.trunks import queries
from callbase.apps.trunks.access import manage
from callbase.apps.trunks.actions import trunks as actions
from callbase.apps.trunks.schemas import TrunkIn, TrunkOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["trunks"], by_alias=True)


@router.get("", response=Page[TrunkOut])
def list_trunks(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.trunks(manage(request)),
        paging,
        search=["key__icontains", "host__icontains"],
        default="id",
        sort={"id": "key", "host": "host"},
    )
    return {**page, "items": [queries.trunk_detail(trunk) for trunk in page["items"]]}


@router.post("", response={201: TrunkOut})
def create_trunk(request: HttpRequest, data: TrunkIn) -> Status[dict[str, Any]]:
    return Status(201, queries.trunk_detail(actions.do_create_trunk(manage(request), data.dict(by_alias=True))))


@router.get("/{trunk_id}", response=TrunkOut)
def get_trunk(request: HttpRequest, trunk_id: str) -> dict[str, Any]:
    return queries.trunk_detail(one(queries.trunks(manage(request)), key=trunk_id))


@router.patch("/{trunk_id}", response=TrunkOut)
def change_trunk(request: HttpRequest, trunk_id: str, data: Changes[TrunkIn]) -> dict[str, Any]:
    return queries.trunk_detail(actions.do_change_trunk(manage(request), trunk_id, data))


@router.delete("/{trunk_id}", response={204: None})
def delete_trunk(request: HttpRequest, trunk_id: str) -> Status[None]:
    actions.do_delete_trunk(manage(request), trunk_id)
    return Status(204, None)
