"""All reads of caller lists and their numbers."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, QuerySet

from callbase.apps.callers.models import CallerList, ListedNumber
from callbase.apps.organization.access import Access


def caller_lists(access: Access) -> QuerySet[CallerList]:
    return CallerList.objects.filter(tenant=access.tenant).annotate(count=Count("numbers"))


def numbers(caller_list: CallerList) -> QuerySet[ListedNumber]:
    return ListedNumber.objects.filter(list=caller_list)


def total_numbers(access: Access) -> int:
    return ListedNumber.objects.filter(list__tenant=access.tenant).count()


def caller_list_detail(row: CallerList) -> dict[str, Any]:
    return {
        "id": row.key,
        "kind": row.kind,
        "name": row.name,
        "priority": row.priority,
        "target": row.target,
        "count": getattr(row, "count", 0),
    }


def number_detail(row: ListedNumber) -> dict[str, Any]:
    return {"number": row.number, "note": row.note, "added_at": row.added_at}
