"""Lists and single rows for the API: paging, search, sorting, and the 404 for what is not there or not yours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from ninja import Field, Schema

from callbase.numbers import sought
from callbase.web.errors import Invalid, NotFound
from callbase.web.reading_order import ReadingOrder

T = TypeVar("T")
M = TypeVar("M", bound=Model)


class Paging(Schema):
    """?page=1&page_size=50&search=&sort=-name"""

    page: int = Field(1, ge=1, le=1_000_000)
    page_size: int = Field(50, ge=1, le=500)
    search: str = Field("", max_length=200)
    sort: str = Field("", max_length=40)


class Page(Schema, Generic[T]):
    items: list[T]
    total: int
    page: int
    page_size: int


def one(rows: QuerySet[M], **by: Any) -> M:
    """The row; raises NotFound, for an id of the wrong form too."""
    try:
        found = rows.filter(**by).first()
    except (ValidationError, ValueError):
        found = None
    if found is None:
        raise NotFound
    return found


def listing(
    rows: QuerySet[M],
    paging: Paging,
    *,
    sort: Mapping[str, str | ReadingOrder],
    default: str,
    search: Sequence[str] = (),
    number: str = "",
) -> dict[str, Any]:
    """One page of rows. `search`: look-ups any of which may match, `number`: one more, of telephone numbers, which people write
    in many ways; `sort`: what may be asked for → column."""
    if paging.search and search:
        matching = Q()
        for lookup in search:
            matching |= Q(**{lookup: paging.search.strip()})
        for form in sought(paging.search) if number else ():
            matching |= Q(**{number: form})
        rows = rows.filter(matching).distinct()
    wanted = paging.sort or default
    column = sort.get(wanted.removeprefix("-"))
    if column is None:
        raise Invalid.of("sort", "not_one_of", choices=", ".join(sort))
    by = F(column) if isinstance(column, str) else column
    rows = rows.order_by(by.desc() if wanted.startswith("-") else by.asc(), "pk")
    start = (paging.page - 1) * paging.page_size
    return {
        "items": list(rows[start : start + paging.page_size]),
        "total": rows.count(),
        "page": paging.page,
        "page_size": paging.page_size,
    }
