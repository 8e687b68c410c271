"""/api/customers"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Status

from callbase.apps.customers import queries
from callbase.apps.customers.access import edit, see
from callbase.apps.customers.actions import customers as actions
from callbase.apps.customers.schemas import CustomerIn, CustomerOut
from callbase.web.changes import Changes
from callbase.web.reading_order import ReadingOrder
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["customers"])


@router.get("", response=Page[CustomerOut])
def list_customers(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.customers(see(request)),
        paging,
        default="name",
        search=["name__icontains", "company__icontains", "notes__icontains"],
        number="numbers__number__contains",
        sort={"name": ReadingOrder("name"), "company": ReadingOrder("company"), "level": "level", "updated_at": "updated_at"},
    )
    return {**page, "items": [queries.customer_detail(customer) for customer in page["items"]]}


@router.post("", response={201: CustomerOut})
def create_customer(request: HttpRequest, data: CustomerIn) -> Status[dict[str, Any]]:
    return Status(201, queries.customer_detail(actions.do_create_customer(edit(request), data.dict())))


@router.get("/{customer_id}", response=CustomerOut)
def get_customer(request: HttpRequest, customer_id: str) -> dict[str, Any]:
    return queries.customer_detail(one(queries.customers(see(request)), id=customer_id))


@router.patch("/{customer_id}", response=CustomerOut)
def change_customer(request: HttpRequest, customer_id: str, data: Changes[CustomerIn]) -> dict[str, Any]:
    return queries.customer_detail(actions.do_change_customer(edit(request), customer_id, data))


@router.delete("/{customer_id}", response={204: None})
def delete_customer(request: HttpRequest, customer_id: str) -> Status[None]:
    actions.do_delete_customer(edit(request), customer_id)
    return Status(204, None)
