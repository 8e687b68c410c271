"""/api/outcomes and /api/not-ready-reasons: two lists of the same shape."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.queues import actions, queries
from callbase.apps.queues.access import manage_queues, see
from callbase.apps.queues.models import Choice, NotReadyReason, Outcome
from callbase.apps.queues.schemas import ChoiceIn, ChoiceOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one


def _router(kind: type[Choice], noun: str) -> Router:
    router = Router(tags=[noun])

    @router.get("", response=Page[ChoiceOut], operation_id=f"list_{noun}s")
    def list_rows(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
        rows = queries.choices(see(request), kind)
        page = listing(
            rows,
            paging,
            search=["key__icontains", "name__icontains"],
            default="position",
            sort={"id": "key", "position": "position"},
        )
        return {**page, "items": [queries.choice_detail(row) for row in page["items"]]}

    @router.post("", response={201: ChoiceOut}, operation_id=f"create_{noun}")
    def create_row(request: HttpRequest, data: ChoiceIn) -> Status[dict[str, Any]]:
        return Status(201, queries.choice_detail(actions.do_create_choice(manage_queues(request), kind, data.dict())))

    @router.get("/{row_id}", response=ChoiceOut, operation_id=f"get_{noun}")
    def get_row(request: HttpRequest, row_id: str) -> dict[str, Any]:
        return queries.choice_detail(one(queries.choices(see(request), kind), key=row_id))

    @router.patch("/{row_id}", response=ChoiceOut, operation_id=f"change_{noun}")
    def change_row(request: HttpRequest, row_id: str, data: Changes[ChoiceIn]) -> dict[str, Any]:
        return queries.choice_detail(actions.do_change_choice(manage_queues(request), kind, row_id, data))

    @router.delete("/{row_id}", response={204: None}, operation_id=f"delete_{noun}")
    def delete_row(request: HttpRequest, row_id: str) -> Status[None]:
        actions.do_delete_choice(manage_queues(request), kind, row_id)
        return Status(204, None)

    return router


outcomes_router = _router(Outcome, "outcome")
reasons_router = _router(NotReadyReason, "not_ready_reason")
