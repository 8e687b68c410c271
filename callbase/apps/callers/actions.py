"""All writes of caller lists and their numbers."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import transaction

from callbase.apps.audit.actions import record_change
from callbase.apps.callers import queries
from callbase.apps.callers.models import CallerList, ListedNumber
from callbase.apps.callers.numbers import Sifted, listed_form, sift
from callbase.apps.configuration import checks
from callbase.apps.configuration.actions import publish
from callbase.apps.configuration.queries import check_unused, known
from callbase.apps.organization.access import Access
from callbase.core import config
from callbase.web.errors import FieldProblem, Invalid, NotFound
from callbase.web.rows import one

PLAIN = ("kind", "name", "priority", "target")
TOLD = 20
"""So many faulty lines of a file are told at once."""


@transaction.atomic
def do_create_caller_list(access: Access, data: dict[str, Any]) -> CallerList:
    if queries.caller_lists(access).filter(key=data["id"]).exists():
        raise Invalid.of("id", "taken")
    return _write(access, CallerList(tenant=access.tenant, key=data["id"]), data, "caller_list.create", {})


@transaction.atomic
def do_change_caller_list(access: Access, key: str, changes: dict[str, Any]) -> CallerList:
    row = one(queries.caller_lists(access), key=key)
    if changes.get("id", key) != key:
        raise Invalid.of("id", "immutable")
    return _write(access, row, changes, "caller_list.update", queries.caller_list_detail(row))


@transaction.atomic
def do_delete_caller_list(access: Access, key: str) -> None:
    """With its numbers. Raises Conflict in_use while a condition asks for it."""
    row = one(queries.caller_lists(access), key=key)
    check_unused(access, "caller_list", key)
    before = queries.caller_list_detail(row)
    row.delete()
    record_change(access, "caller_list.delete", key, before)
    publish()


def _write(access: Access, row: CallerList, data: dict[str, Any], action: str, before: dict[str, Any]) -> CallerList:
    for field in PLAIN:
        if field in data:
            setattr(row, field, data[field])
    where = msgspec.convert(row.target, config.AnyTarget | None) if row.target else None
    problems = dict(checks.target("target", where, known(access), of_queue=False))
    if problems:
        raise Invalid(problems)
    row.save()
    row = one(queries.caller_lists(access), key=row.key)
    record_change(access, action, row.key, before, queries.caller_list_detail(row))
    publish()
    return row


# --- numbers -------------------------------------------------------------------------------------------------------


@transaction.atomic
def do_add_numbers(access: Access, key: str, numbers: list[str], note: str) -> dict[str, int]:
    """Raises Invalid naming each number that is none."""
    row = one(queries.caller_lists(access), key=key)
    sifted = sift((place, number, note) for place, number in enumerate(numbers))
    _refuse_faulty("numbers", sifted)
    fresh = _add(access, row, sifted)
    return {"added": len(fresh), "already": len(sifted.wanted) - len(fresh)}


@transaction.atomic
def do_import_numbers(access: Access, key: str, content: bytes, *, skip_faulty: bool) -> dict[str, Any]:
    """Adds what a CSV file lists: number, then perhaps a note. All of it or, where a line is faulty and those are not to be
    skipped, nothing."""
    sifted = queries.sifted_file(content)  # before the first query, as it takes a while
    row = one(queries.caller_lists(access), key=key)
    if not skip_faulty:
        _refuse_faulty("file", sifted)
    return queries.import_report(sifted, _add(access, row, sifted))


def _refuse_faulty(field: str, sifted: Sifted) -> None:
    if sifted.faulty:
        told = sifted.faulty[:TOLD]
        raise Invalid({f"{field}.{place}": FieldProblem("listed_number_invalid", value=value) for place, value in told})


def _add(access: Access, row: CallerList, sifted: Sifted) -> list[str]:
    """Those that were not in the list yet."""
    fresh = queries.fresh_numbers(access, row, sifted)
    ListedNumber.objects.bulk_create(
        (ListedNumber(list=row, number=number, note=sifted.wanted[number]) for number in fresh), batch_size=5_000
    )
    if fresh:
        shown = fresh if len(fresh) <= TOLD else [*fresh[:TOLD], "…"]
        record_change(access, "caller_list.add", row.key, {}, {"numbers": shown, "count": len(fresh)})
        publish()
    return fresh


@transaction.atomic
def do_remove_number(access: Access, key: str, number: str) -> None:
    """Raises NotFound where it is not in the list."""
    row = one(queries.caller_lists(access), key=key)
    removed, _ = queries.numbers(row).filter(number__in=(number, listed_form(number))).delete()
    if not removed:
        raise NotFound
    record_change(access, "caller_list.remove", key, {"number": number}, {})
    publish()


@transaction.atomic
def do_export_numbers(access: Access, key: str) -> list[tuple[str, str]]:
    """(number, note) in order. Who takes a list out of the house stands in the audit trail."""
    row = one(queries.caller_lists(access), key=key)
    rows = list(queries.numbers(row).order_by("number").values_list("number", "note"))
    record_change(access, "caller_list.export", key, {}, {"count": len(rows)})
    return rows
