"""Giving the levels of customers a priority."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.configuration.actions import publish
from callbase.apps.customers import queries
from callbase.apps.customers.models import CustomerLevel
from callbase.apps.organization.access import Access
from callbase.web.errors import Invalid
from callbase.web.rows import one


@transaction.atomic
def do_create_level(access: Access, data: dict[str, Any]) -> CustomerLevel:
    if queries.customer_levels(access).filter(level=data["level"]).exists():
        raise Invalid.of("level", "taken")
    row = CustomerLevel(tenant=access.tenant, level=data["level"], priority=data["priority"])
    row.save()
    record_change(access, "customer_level.create", row.level, after=queries.level_detail(row))
    publish()
    return row


@transaction.atomic
def do_change_level(access: Access, level: str, changes: dict[str, Any]) -> CustomerLevel:
    row = one(queries.customer_levels(access), level=level)
    if changes.get("level", level) != level:
        raise Invalid.of("level", "immutable")
    before = queries.level_detail(row)
    row.priority = changes.get("priority", row.priority)
    row.save()
    record_change(access, "customer_level.update", level, before, queries.level_detail(row))
    publish()
    return row


@transaction.atomic
def do_delete_level(access: Access, level: str) -> None:
    row = one(queries.customer_levels(access), level=level)
    before = queries.level_detail(row)
    row.delete()
    record_change(access, "customer_level.delete", level, before)
    publish()
