"""Interactions: the list, one, its outcome, and the export."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from asgiref.sync import sync_to_async
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Query, Router

from callbase.apps.interactions import actions, export, queries
from callbase.apps.interactions.detail import detail
from callbase.apps.interactions.schemas import FilterIn, InteractionDetail, InteractionPage, InteractionPatch, PageIn
from callbase.apps.organization.access import Access, access_of_request
from callbase.web.tenant_wall import only

router = Router(tags=["interactions"])


@router.get("", response=InteractionPage)
def list_interactions(request: HttpRequest, narrowed: Query[FilterIn], paged: Query[PageIn]) -> dict[str, Any]:
    access, now = access_of_request(request), datetime.now(UTC)
    return queries.page(
        access,
        narrowed.filters(access.tenant.timezone, now),
        now,
        number=paged.page,
        size=paged.page_size,
        sort=cast(queries.Sort, paged.sort.lstrip("-")),
        descending=paged.sort.startswith("-"),
    )


@router.get("/export.csv", response={200: None})
def export_interactions(request: HttpRequest, narrowed: Query[FilterIn]) -> StreamingHttpResponse:
    access, now = access_of_request(request), datetime.now(UTC)
    pieces = queries.chunks(access, narrowed.filters(access.tenant.timezone, now), now)
    first = next(pieces, [])  # whoever may not see any learns it as an answer, not as half a file
    actions.do_export(access, narrowed.model_dump(mode="json", by_alias=True, exclude_unset=True))
    response = StreamingHttpResponse(_csv(access, first, pieces), content_type="text/csv; charset=utf-8")
    there = now.astimezone(ZoneInfo(access.tenant.timezone))
    response["Content-Disposition"] = f'attachment; filename="interactions-{there:%Y%m%d-%H%M%S}.csv"'
    return response


async def _csv(access: Access, first: list[dict[str, Any]], rest: Iterator[list[dict[str, Any]]]) -> AsyncIterator[str]:
    yield export.heading(access.language)
    piece = first
    while piece:
        yield export.lines(piece, access.tenant.timezone, access.language)
        piece = await sync_to_async(_next_piece)(access, rest)


def _next_piece(access: Access, rest: Iterator[list[dict[str, Any]]]) -> list[dict[str, Any]]:
    with only(access.tenant.id):
        return next(rest, [])


@router.get("/{uuid:interaction}", response=InteractionDetail)
def get_interaction(request: HttpRequest, interaction: UUID) -> dict[str, Any]:
    return detail(access_of_request(request), str(interaction))


@router.patch("/{uuid:interaction}", response=InteractionDetail)
def patch_interaction(request: HttpRequest, interaction: UUID, data: InteractionPatch) -> dict[str, Any]:
    access = access_of_request(request)
    actions.do_describe(access, str(interaction), outcome=data.outcome, note=data.note)
    return detail(access, str(interaction))
