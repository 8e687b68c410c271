"""All reads of customers and their levels."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from callbase.apps.customers.models import Customer, CustomerLevel
from callbase.apps.organization.access import Access


def customers(access: Access) -> QuerySet[Customer]:
    return Customer.objects.filter(tenant=access.tenant).prefetch_related("numbers")


def customer_detail(customer: Customer) -> dict[str, Any]:
    numbers = sorted(customer.numbers.all(), key=lambda one: one.position)
    return {
        "id": str(customer.id),
        "name": customer.name,
        "company": customer.company,
        "level": customer.level,
        "notes": customer.notes,
        "numbers": [one.number for one in numbers],
        "created_at": customer.created_at,
        "updated_at": customer.updated_at,
    }


def customer_levels(access: Access) -> QuerySet[CustomerLevel]:
    return CustomerLevel.objects.filter(tenant=access.tenant)


def level_detail(row: CustomerLevel) -> dict[str, Any]:
    return {"level": row.level, "priority": row.priority}
