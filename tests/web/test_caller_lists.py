"""Caller lists: numbers in one form however typed, prefixes, CSV in and out, and the limit."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from callbase.apps.callers import queries
from callbase.apps.callers.models import CallerList, ListedNumber
from callbase.apps.callers.numbers import MOST, listed_form, read_csv
from callbase.apps.configuration.queries import build
from tests.web.conftest import Person, fields

BLACK: dict[str, Any] = {"id": "nuisance", "kind": "black", "name": {"zh-CN": "骚扰", "en-US": "Nuisance"}}


def upload(person: Person, content: bytes, path: str = "/api/caller-lists/nuisance/import") -> Any:
    file = SimpleUploadedFile("numbers.csv", content, "text/csv")
    return person.http.post(path, {"file": file}, headers={"X-CSRFToken": person.csrf})


def added(answer: Any) -> tuple[int, int]:
    assert answer.status_code == 200
    return answer.json()["added"], answer.json()["already"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("+86 138 0013 8000", "13800138000"),
        ("(020) 6278-3333", "02062783333"),
        ("+1 415 555 0100", "+14155550100"),
        ("138*", "138*"),
        ("+86 138 *", "138*"),
        ("0086 137*", "137*"),
        ("+86 20 62*", "02062*"),
        ("+86 10*", "010*"),
        ("+86 400*", "400*"),
        ("+86 1*", None),  # mobiles and Beijing
        ("00852*", "+852*"),
        ("+1 415*", "+1415*"),
        ("1001", "1001"),
        ("*", None),
        ("call me", None),
        ("", None),
    ],
)
def test_numbers_are_kept_in_one_form(typed: str, kept: str | None) -> None:
    assert listed_form(typed) == kept


def test_numbers_added_reach_the_core_once_and_in_order(admin: Person) -> None:
    assert admin.post("/api/caller-lists", BLACK).status_code == 201
    added = admin.post(
        "/api/caller-lists/nuisance/numbers", {"numbers": ["139*", "+86 138 0013 8000", "13800138000"], "note": "x"}
    )
    assert added.json() == {"added": 2, "already": 0}
    assert admin.post("/api/caller-lists/nuisance/numbers", {"numbers": ["139*"]}).json() == {"added": 0, "already": 1}
    listed = build(0).tenants["demo"].caller_lists["nuisance"]
    assert (listed.kind, listed.numbers) == ("black", ("13800138000", "139*"))
    found = admin.get("/api/caller-lists/nuisance/numbers?search=0013").json()
    assert [(row["number"], row["note"]) for row in found["items"]] == [("13800138000", "x")]
    assert admin.get("/api/caller-lists/nuisance").json()["count"] == 2
    assert admin.delete("/api/caller-lists/nuisance/numbers/13800138000").status_code == 204
    assert admin.delete("/api/caller-lists/nuisance/numbers/13800138000").status_code == 404
    assert build(0).tenants["demo"].caller_lists["nuisance"].numbers == ("139*",)


def test_a_faulty_number_is_named_and_none_is_added(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    found = fields(admin.post("/api/caller-lists/nuisance/numbers", {"numbers": ["13800138000", "nobody"]}))
    assert list(found) == ["numbers.1"]
    assert "nobody" in found["numbers.1"][0]
    assert admin.get("/api/caller-lists/nuisance").json()["count"] == 0


@pytest.mark.parametrize(
    "content",
    [
        "号码,备注\r\n13800138000,吵闹\r\n13900000012,\r\n".encode("gb18030"),
        "\ufeffnumber,note\n+86 138 0013 8000,吵闹\n\n'13900000012\n".encode(),
        "13800138000;吵闹\n13900000012;\n".encode(),
    ],
)
def test_what_spreadsheets_write_is_read(admin: Person, content: bytes) -> None:
    admin.post("/api/caller-lists", BLACK)
    assert added(upload(admin, content)) == (2, 0)
    rows = admin.get("/api/caller-lists/nuisance/numbers").json()["items"]
    assert [(row["number"], row["note"]) for row in rows] == [("13800138000", "吵闹"), ("13900000012", "")]


def test_a_file_with_a_faulty_line_changes_nothing_and_says_which(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    assert list(fields(upload(admin, b"number\n13800138000\nrubbish\n"))) == ["file.3"]
    assert list(fields(upload(admin, b"\xff\xfe\x00\x81"))) == ["file"]
    assert admin.get("/api/caller-lists/nuisance").json()["count"] == 0


MIXED = b"number\n13800138000,first\nrubbish\n+86 138 0013 8000,again\n138*," + b"n" * 130 + b"\n1001\n;=;\n"
IMPORT = "/api/caller-lists/nuisance/import"


def test_what_an_import_would_do_is_told_before_and_nothing_is_written(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    admin.post("/api/caller-lists/nuisance/numbers", {"numbers": ["1001"]})
    report = upload(admin, MIXED, f"{IMPORT}?dry_run=true").json()
    faults = report.pop("faults")
    assert report == {"added": 2, "already": 1, "repeated": 1, "shortened": 1, "faulty": 2}
    assert [(fault["line"], fault["value"]) for fault in faults] == [(3, "rubbish"), (7, ";=;")]
    assert "rubbish" in faults[0]["problem"]
    assert admin.get("/api/caller-lists/nuisance").json()["count"] == 1
    assert len(admin.get("/api/audit?object=nuisance").json()["items"]) == 2, "a look is no change"


def test_faulty_lines_are_skipped_where_that_is_asked_for(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    assert list(fields(upload(admin, MIXED))) == ["file.3", "file.7"]
    told = upload(admin, MIXED, f"{IMPORT}?skip_faulty=true").json()
    assert (told["added"], told["faulty"], [fault["line"] for fault in told["faults"]]) == (3, 2, [3, 7])
    rows = admin.get("/api/caller-lists/nuisance/numbers").json()["items"]
    assert {row["number"]: row["note"] for row in rows} == {"13800138000": "first", "138*": "n" * 120, "1001": ""}


def test_a_file_of_nothing_but_faulty_lines_is_counted_whole_and_named_to_an_end(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    report = upload(admin, b"number\n" + b"nobody\n" * 1_200, f"{IMPORT}?dry_run=true").json()
    assert (report["added"], report["faulty"], len(report["faults"])) == (0, 1_200, 1_000)


def test_what_goes_out_as_csv_comes_in_again(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    admin.post("/api/caller-lists/nuisance/numbers", {"numbers": ["+14155550100", "138*"], "note": "=1+1"})
    exported = admin.get("/api/caller-lists/nuisance/export.csv")
    assert "attachment" in exported["Content-Disposition"]
    assert "'=1+1" in exported.content.decode()
    assert [number for _, number, _ in read_csv(exported.content)] == ["+14155550100", "138*"]
    actions_ = [row["action"] for row in admin.get("/api/audit?object=nuisance").json()["items"]]
    assert actions_ == ["caller_list.export", "caller_list.add", "caller_list.create"]


def test_there_is_an_end_to_how_many(admin: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST", 3)
    admin.post("/api/caller-lists", BLACK)
    admin.post("/api/caller-lists", BLACK | {"id": "red", "kind": "red", "priority": 10})
    assert admin.post("/api/caller-lists/red/numbers", {"numbers": ["1001", "1002"]}).status_code == 200
    refused = admin.post("/api/caller-lists/nuisance/numbers", {"numbers": ["1001", "1002"]})
    assert list(fields(refused)) == ["numbers"]
    assert admin.get("/api/caller-lists/nuisance").json()["count"] == 0


def test_a_file_with_far_more_lines_than_there_may_be_numbers_is_refused_unread(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    content = b"1001\n" * (2 * MOST + 1)
    assert fields(upload(admin, content, f"{IMPORT}?dry_run=true")) == fields(upload(admin, content))
    assert list(fields(upload(admin, content))) == ["file"]


def test_fifty_thousand_numbers_are_published(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    content = "".join(f"139{number:08d}\n" for number in range(MOST)).encode()
    assert added(upload(admin, content)) == (50_000, 0)
    assert len(build(0).tenants["demo"].caller_lists["nuisance"].numbers) == 50_000
    assert list(fields(admin.post("/api/caller-lists/nuisance/numbers", {"numbers": ["1001"]}))) == ["numbers"]


def test_faulty_fields_of_a_list_are_named(admin: Person) -> None:
    assert list(fields(admin.post("/api/caller-lists", BLACK | {"kind": "grey"}))) == ["kind"]
    bad = BLACK | {"target": {"type": "queues", "queues": ["nowhere"]}}
    assert list(fields(admin.post("/api/caller-lists", bad))) == ["target.queues.0"]
    bad = BLACK | {"target": {"type": "callback"}}
    assert list(fields(admin.post("/api/caller-lists", bad))) == ["target.queue"], "of which queue, nobody could tell"


def test_a_list_a_condition_asks_for_is_not_deleted(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    when = {"type": "is", "field": "caller_list", "operator": "eq", "value": "nuisance"}
    assert admin.patch("/api/queues/sales", {"entry": [{"when": when, "priority": -5}]}).status_code == 200
    assert admin.delete("/api/caller-lists/nuisance").status_code == 409
    admin.patch("/api/queues/sales", {"entry": []})
    assert admin.delete("/api/caller-lists/nuisance").status_code == 204


def test_a_form_that_is_none_is_said_to_be_broken(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    answer = admin.http.post(
        "/api/caller-lists/nuisance/import", b"x", content_type="multipart/form-data", headers={"X-CSRFToken": admin.csrf}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "form_malformed")


def test_a_prefix_kept_as_it_was_once_typed_can_be_removed(admin: Person) -> None:
    admin.post("/api/caller-lists", BLACK)
    row = CallerList.objects.get(key="nuisance")
    ListedNumber.objects.create(list=row, number="+86138*")
    assert admin.delete("/api/caller-lists/nuisance/numbers/+86138*").status_code == 204
    assert admin.get("/api/caller-lists/nuisance").json()["count"] == 0
