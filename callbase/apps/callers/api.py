"""/api/caller-lists"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Status, UploadedFile

from callbase.apps.callers import actions, queries
from callbase.apps.callers.access import manage, see
from callbase.apps.callers.numbers import write_csv
from callbase.apps.callers.schemas import AddedOut, CallerListIn, CallerListOut, ImportedOut, ListedNumberOut, NumbersIn
from callbase.apps.organization.access import request_language
from callbase.web.changes import Changes
from callbase.web.messages import text
from callbase.web.rows import Page, Paging, listing, one

router = Router(tags=["caller lists"])


@router.get("", response=Page[CallerListOut])
def list_caller_lists(request: HttpRequest, paging: Query[Paging]) -> dict[str, Any]:
    page = listing(
        queries.caller_lists(see(request)),
        paging,
        search=["key__icontains", "name__icontains"],
        default="id",
        sort={"id": "key", "kind": "kind"},
    )
    return {**page, "items": [queries.caller_list_detail(row) for row in page["items"]]}


@router.post("", response={201: CallerListOut})
def create_caller_list(request: HttpRequest, data: CallerListIn) -> Status[dict[str, Any]]:
    return Status(201, queries.caller_list_detail(actions.do_create_caller_list(manage(request), data.dict())))


@router.get("/{list_id}", response=CallerListOut)
def get_caller_list(request: HttpRequest, list_id: str) -> dict[str, Any]:
    return queries.caller_list_detail(one(queries.caller_lists(see(request)), key=list_id))


@router.patch("/{list_id}", response=CallerListOut)
def change_caller_list(request: HttpRequest, list_id: str, data: Changes[CallerListIn]) -> dict[str, Any]:
    return queries.caller_list_detail(actions.do_change_caller_list(manage(request), list_id, data))


@router.delete("/{list_id}", response={204: None})
def delete_caller_list(request: HttpRequest, list_id: str) -> Status[None]:
    actions.do_delete_caller_list(manage(request), list_id)
    return Status(204, None)


@router.get("/{list_id}/numbers", response=Page[ListedNumberOut])
def list_numbers(request: HttpRequest, list_id: str, paging: Query[Paging]) -> dict[str, Any]:
    row = one(queries.caller_lists(see(request)), key=list_id)
    page = listing(
        queries.numbers(row),
        paging,
        search=["note__icontains"],
        number="number__contains",
        default="number",
        sort={"number": "number", "added_at": "added_at"},
    )
    return {**page, "items": [queries.number_detail(each) for each in page["items"]]}


@router.post("/{list_id}/numbers", response=AddedOut)
def add_numbers(request: HttpRequest, list_id: str, data: NumbersIn) -> dict[str, int]:
    """Telephone numbers however typed, extensions, or prefixes that end in *."""
    return actions.do_add_numbers(manage(request), list_id, data.numbers, data.note)


@router.delete("/{list_id}/numbers/{number}", response={204: None})
def remove_number(request: HttpRequest, list_id: str, number: str) -> Status[None]:
    actions.do_remove_number(manage(request), list_id, number)
    return Status(204, None)


@router.post("/{list_id}/import", response=ImportedOut)
def import_numbers(
    request: HttpRequest, list_id: str, file: File[UploadedFile], dry_run: bool = False, skip_faulty: bool = False
) -> dict[str, Any]:
    """A CSV file: number, then perhaps a note. `dry_run` writes nothing and tells what would come of it, every faulty line
    named; `skip_faulty` takes the other lines, where one faulty line else refuses the file."""
    access = manage(request)
    if dry_run:
        row = one(queries.caller_lists(access), key=list_id)
        sifted = queries.sifted_file(file.read())
        report = queries.import_report(sifted, queries.fresh_numbers(access, row, sifted))
    else:
        report = actions.do_import_numbers(access, list_id, file.read(), skip_faulty=skip_faulty)
    language = request_language(request)
    return report | {
        "faults": [fault | {"problem": text("listed_number_invalid", language, fault)} for fault in report["faults"]]
    }


@router.get("/{list_id}/export.csv", response={200: None})
def export_numbers(request: HttpRequest, list_id: str) -> HttpResponse:
    rows = actions.do_export_numbers(manage(request), list_id)
    answer = HttpResponse(write_csv(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{list_id}.csv"'
    return answer
