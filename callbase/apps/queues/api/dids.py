"""/api/dids"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.queues import actions, queries
from callbase.apps.queues.access import manage_dids
from callbase.apps.queues.schemas import DidIn, DidOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["dids"])


@router.get("", response=Page[DidOut])
def list_dids(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.dids(manage_dids(request)),
        paging,
        default="number",
        search=["number__contains", "description__icontains"],
        sort={"number": "number", "flow": "flow"},
    )
    return {**page, "items": [queries.did_detail(did) for did in page["items"]]}


@router.post("", response={201: DidOut})
def create_did(request: HttpRequest, data: DidIn) -> Status[dict[str, Any]]:
    return Status(201, queries.did_detail(actions.do_create_did(manage_dids(request), data.dict())))


@router.get("/{number}", response=DidOut)
def get_did(request: HttpRequest, number: str) -> dict[str, Any]:
    return queries.did_detail(one(queries.dids(manage_dids(request)), number=number))


@router.patch("/{number}", response=DidOut)
def change_did(request: HttpRequest, number: str, data: Changes[DidIn]) -> dict[str, Any]:
    return queries.did_detail(actions.do_change_did(manage_dids(request), number, data))


@router.delete("/{number}", response={204: None})
def delete_did(request: HttpRequest, number: str) -> Status[None]:
    actions.do_delete_did(manage_dids(request), number)
    return Status(204, None)
