"""All reads of caller lists and their numbers."""

from __future__ import annotations

import csv
from typing import Any

from django.db.models import Count, QuerySet

from callbase.apps.callers.models import CallerList, ListedNumber
from callbase.apps.callers.numbers import MOST, Sifted, read_csv, sift
from callbase.apps.organization.access import Access
from callbase.web.errors import Invalid

FAULTS_TOLD = 1_000
"""So many faulty lines of a file are named; all are counted."""


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


def sifted_file(content: bytes) -> Sifted:
    """Raises Invalid where it is no CSV file, or has far more lines than there may be numbers."""
    try:
        lines = read_csv(content)
    except (UnicodeDecodeError, csv.Error):
        raise Invalid.of("file", "csv_unreadable") from None
    if len(lines) > 2 * MOST:
        raise Invalid.of("file", "too_many_numbers", limit=str(MOST))
    return sift(lines)


def fresh_numbers(access: Access, row: CallerList, sifted: Sifted) -> list[str]:
    """Those that are not in the list yet. Raises Invalid where the lists have no room for them."""
    present = set(numbers(row).filter(number__in=sifted.wanted).values_list("number", flat=True))
    fresh = [number for number in sifted.wanted if number not in present]
    if total_numbers(access) + len(fresh) > MOST:
        raise Invalid.of("numbers", "too_many_numbers", limit=str(MOST))
    return fresh


def import_report(sifted: Sifted, fresh: list[str]) -> dict[str, Any]:
    """What comes of taking in a file's good lines, and which lines are none."""
    return {
        "added": len(fresh),
        "already": len(sifted.wanted) - len(fresh),
        "repeated": sifted.repeated,
        "shortened": sifted.shortened,
        "faulty": len(sifted.faulty),
        "faults": [{"line": line, "value": value} for line, value in sifted.faulty[:FAULTS_TOLD]],
    }
