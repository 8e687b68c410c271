"""/api/outcomes and /api/not-ready-reasons: two lists that differ in their rows only."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.queues import queries
from callbase.apps.queues.access import manage_queues, see
from callbase.apps.queues.actions import do_change_choice, do_create_choice, do_delete_choice
from callbase.apps.queues.models import Choice, NotReadyReason, Outcome
from callbase.apps.queues.schemas import ChoiceIn, ChoiceOut, ReasonIn, ReasonOut
from callbase.web.changes import Changes
from callbase.web.rows import Page, Paging, listing, one

outcomes_router = Router(tags=["outcome"])
reasons_router = Router(tags=["not_ready_reason"])


def _page(request: HttpRequest, kind: type[Choice], paging: Paging) -> dict[str, Any]:
    page = listing(
        queries.choices(see(request), kind),
        paging,
        search=["key__icontains", "name__icontains"],
        default="position",
        sort={"id": "key", "position": "position"},
    )
    return {**page, "items": [queries.choice_detail(row) for row in page["items"]]}


@outcomes_router.get("", response=Page[ChoiceOut])
def list_outcomes(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    return _page(request, Outcome, paging)


@outcomes_router.post("", response={201: ChoiceOut})
def create_outcome(request: HttpRequest, data: ChoiceIn) -> Status[dict[str, Any]]:
    return Status(201, queries.choice_detail(do_create_choice(manage_queues(request), Outcome, data.dict())))


@outcomes_router.get("/{row_id}", response=ChoiceOut)
def get_outcome(request: HttpRequest, row_id: str) -> dict[str, Any]:
    return queries.choice_detail(one(queries.choices(see(request), Outcome), key=row_id))


@outcomes_router.patch("/{row_id}", response=ChoiceOut)
def change_outcome(request: HttpRequest, row_id: str, data: Changes[ChoiceIn]) -> dict[str, Any]:
    return queries.choice_detail(do_change_choice(manage_queues(request), Outcome, row_id, data))


@outcomes_router.delete("/{row_id}", response={204: None})
def delete_outcome(request: HttpRequest, row_id: str) -> Status[None]:
    do_delete_choice(manage_queues(request), Outcome, row_id)
    return Status(204, None)


@reasons_router.get("", response=Page[ReasonOut])
def list_not_ready_reasons(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    return _page(request, NotReadyReason, paging)


@reasons_router.post("", response={201: ReasonOut})
def create_not_ready_reason(request: HttpRequest, data: ReasonIn) -> Status[dict[str, Any]]:
    return Status(201, queries.choice_detail(do_create_choice(manage_queues(request), NotReadyReason, data.dict())))


@reasons_router.get("/{row_id}", response=ReasonOut)
def get_not_ready_reason(request: HttpRequest, row_id: str) -> dict[str, Any]:
    return queries.choice_detail(one(queries.choices(see(request), NotReadyReason), key=row_id))


@reasons_router.patch("/{row_id}", response=ReasonOut)
def change_not_ready_reason(request: HttpRequest, row_id: str, data: Changes[ReasonIn]) -> dict[str, Any]:
    return queries.choice_detail(do_change_choice(manage_queues(request), NotReadyReason, row_id, data))


@reasons_router.delete("/{row_id}", response={204: None})
def delete_not_ready_reason(request: HttpRequest, row_id: str) -> Status[None]:
    do_delete_choice(manage_queues(request), NotReadyReason, row_id)
    return Status(204, None)
