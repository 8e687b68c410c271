"""/api/flows"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Status

from callbase.apps.flows import actions, queries
from callbase.apps.flows.access import manage_flows, see_flows
from callbase.apps.flows.schemas import FlowIn, FlowOut, FlowSummary
from callbase.web.fields import Key
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["flows"])


@router.get("", response=Page[FlowSummary])
def list_flows(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.flows(see_flows(request)),
        paging,
        search=["key__icontains", "name__icontains"],
        default="id",
        sort={"id": "key", "version": "version"},
    )
    return {**page, "items": [queries.flow_summary(flow) for flow in page["items"]]}


@router.get("/{flow_id}", response=FlowOut)
def get_flow(request: HttpRequest, flow_id: str) -> dict[str, Any]:
    return queries.flow_detail(one(queries.flows(see_flows(request)), key=flow_id))


@router.put("/{flow_id}", response=FlowOut)
def publish_flow(request: HttpRequest, flow_id: Path[Key], data: FlowIn) -> dict[str, Any]:
    """A new version of the flow, in force at once."""
    return queries.flow_detail(actions.do_publish_flow(manage_flows(request), flow_id, data.dict()))


@router.delete("/{flow_id}", response={204: None})
def delete_flow(request: HttpRequest, flow_id: str) -> Status[None]:
    actions.do_delete_flow(manage_flows(request), flow_id)
    return Status(204, None)
