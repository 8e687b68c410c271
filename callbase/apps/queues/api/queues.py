"""/api/queues"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.queues import actions, queries
from callbase.apps.queues.access import manage_queues, see
from callbase.apps.queues.schemas import QueueIn, QueueOut
from callbase.web.changes import Changes
from callbase.web.fields import Key
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["queues"])


@router.get("", response=Page[QueueOut])
def list_queues(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.queues(see(request)),
        paging,
        search=["key__icontains", "name__icontains"],
        default="id",
        sort={"id": "key", "priority": "priority"},
    )
    return {**page, "items": [queries.queue_detail(queue) for queue in page["items"]]}


@router.post("", response={201: QueueOut})
def create_queue(request: HttpRequest, data: QueueIn) -> Status[dict[str, Any]]:
    return Status(201, queries.queue_detail(actions.do_create_queue(manage_queues(request), data.dict())))


@router.get("/{queue_id}", response=QueueOut)
def get_queue(request: HttpRequest, queue_id: str) -> dict[str, Any]:
    return queries.queue_detail(one(queries.queues(see(request)), key=queue_id))


@router.patch("/{queue_id}", response=QueueOut)
def change_queue(request: HttpRequest, queue_id: str, data: Changes[QueueIn]) -> dict[str, Any]:
    return queries.queue_detail(actions.do_change_queue(manage_queues(request), queue_id, data))


@router.delete("/{queue_id}", response={204: None})
def delete_queue(request: HttpRequest, queue_id: str, move_to: Key | None = None, force: bool = False) -> Status[None]:
    """409 `in_use` while flows, rules or other queues name it, unless `move_to` or `force` is given."""
    actions.do_delete_queue(manage_queues(request), queue_id, move_to, force=force)
    return Status(204, None)
