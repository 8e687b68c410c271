"""The worker finds the next recording in one step, however many wait, are stored, or have just left."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from callbase.apps.recordings.actions import LONG_AGO, do_encode_next, do_end_forgotten
from callbase.apps.recordings.queries import backlog
from callbase.apps.recordings.watch import LOOK_AT_ALL_EVERY_S, Looks
from callbase.platform.environment import Environment, read_environment
from tests.web.centre import Call, execute

pytestmark = pytest.mark.django_db

BEGUN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
MANY = 10_000
MOST_PAGES = 40
"""Of index and table, for one recording; all of MANY are on hundreds."""
WAITING = "'ended', now() - interval '1 hour', now() + interval '1 hour'"
DUE = "'ended', now() - interval '1 minute', NULL"
STORED = "'stored', now() - interval '1 hour', NULL"
FAILED = "'failed', now() - interval '1 year', NULL"
STALE = {
    "never taken": (0, -1.0),
    "of an empty table": (1, 0.0),
    "of a table of one row": (1, 1.0),
    "of a huge table": (1_000_000, 1e9),
    "of a table with next to nothing in it": (1_000_000, 1.0),
}
"""What the planner believes: pages and rows."""


@pytest.fixture
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Environment:
    monkeypatch.setenv("CALLBASE_HOME", str(tmp_path))
    return read_environment()


@pytest.fixture(autouse=True)
def _nothing_of_other_tests(db: None) -> None:
    """Nor what they rolled back, which stays in the indexes for a while."""
    execute("TRUNCATE recording")


def there_are(count: int, what: str) -> None:
    """`what`: state, ended_at, next_attempt_at."""
    execute(
        "INSERT INTO recording (id, tenant, interaction, started_at, path, state, ended_at, next_attempt_at) "
        "SELECT gen_random_uuid(), 'acme', gen_random_uuid(), now() - interval '2 hours', 'recordings/acme/2026-11-23/' || n, "
        f"{what} FROM generate_series(1, {count}) n"
    )


def believe(pages: int, rows: float) -> None:
    for relation in ("recording", "recording_due", "recording_open"):
        execute(
            "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', %(relation)s::text, "
            "'relpages', %(pages)s::int, 'reltuples', %(rows)s::real)",
            relation=relation,
            pages=pages,
            rows=rows,
        )


def next_one(environment: Environment, since: datetime = LONG_AGO) -> tuple[datetime | None, int]:
    """When it was due, and how many pages the statements read that looked for it. Nothing is changed."""
    with transaction.atomic(), CaptureQueriesContext(connection) as asked:
        due_at = do_encode_next(environment, since)
        transaction.set_rollback(True)
    looked = [one["sql"] for one in asked.captured_queries if "ORDER BY" in one["sql"] or "EXISTS" in one["sql"]]
    assert looked
    return due_at, sum(pages_read(statement) for statement in looked)


def pages_read(statement: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}")
        (found,) = cursor.fetchone()
        transaction.set_rollback(True)
    plan: dict[str, Any] = (json.loads(found) if isinstance(found, str) else found)[0]["Plan"]
    return int(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])


@pytest.mark.parametrize("due", [0, 1, MANY])
@pytest.mark.parametrize("statistics", ["of now", *STALE])
def test_the_next_one_is_found_without_reading_those_that_wait_or_are_stored(
    environment: Environment, statistics: str, due: int
) -> None:
    for what in (WAITING, STORED, FAILED):
        there_are(MANY, what)
    if statistics == "of now":
        execute("ANALYZE recording")
    else:
        believe(*STALE[statistics])
    there_are(due, DUE)

    due_at, pages = next_one(environment)

    assert bool(due_at) == bool(due)
    assert pages <= MOST_PAGES


def test_those_that_have_just_left_are_passed_over_from_where_the_last_was_due(environment: Environment) -> None:
    """In this transaction the database may not forget them, as in one beside a long backup."""
    there_are(MANY, "'ended', now() - interval '1 hour', NULL")
    execute("UPDATE recording SET state = 'stored'")
    there_are(1, DUE)

    due_at, pages_from_the_beginning = next_one(environment)
    assert due_at is not None
    again_at, pages = next_one(environment, due_at)

    assert again_at == due_at
    assert pages <= MOST_PAGES < pages_from_the_beginning


@pytest.mark.parametrize("analysed", [False, True])
def test_what_waits_and_what_failed_is_counted_without_reading_what_is_stored(analysed: bool) -> None:
    there_are(MANY, STORED)
    there_are(3, WAITING)
    there_are(2, FAILED)
    there_are(1, "'failed', now() - interval '1 hour', NULL")
    if analysed:
        execute("ANALYZE recording")

    with CaptureQueriesContext(connection) as asked:
        found = backlog()

    assert (found.to_encode, found.failed, found.failed_lately) == (3, 3, 1)
    assert found.oldest_s == pytest.approx(3600)
    assert pages_read(asked.captured_queries[0]["sql"]) <= MOST_PAGES


@pytest.mark.parametrize("analysed", [False, True])
def test_those_that_were_forgotten_are_found_without_reading_what_is_stored(analysed: bool) -> None:
    there_are(MANY, STORED)
    Call("acme", BEGUN).ended(60).recorded(state="recording")
    if analysed:
        execute("ANALYZE recording")

    with CaptureQueriesContext(connection) as asked:
        assert len(do_end_forgotten()) == 1

    assert pages_read(asked.captured_queries[0]["sql"]) <= MOST_PAGES


def test_what_has_been_due_for_longest_comes_first(environment: Environment) -> None:
    for ended, again in ((2, "1"), (5, "3"), (4, "NULL")):
        there_are(1, f"'ended', now() - make_interval(mins => {ended}), now() - make_interval(mins => {again})")

    since, minutes = LONG_AGO, []
    while due_at := do_encode_next(environment, since):
        since = due_at
        minutes.append(round((datetime.now(UTC) - due_at) / timedelta(minutes=1)))

    assert minutes == [4, 3, 1]


def test_each_look_begins_where_the_last_found_something_and_now_and_then_at_the_beginning() -> None:
    looks, due_at = Looks(), datetime(2026, 11, 23, tzinfo=UTC)
    assert looks.since(100.0) == LONG_AGO

    looks.found(due_at)

    assert looks.since(100.0) == looks.since(99.9 + LOOK_AT_ALL_EVERY_S) == due_at
    assert looks.since(100.0 + LOOK_AT_ALL_EVERY_S) == LONG_AGO
    assert looks.since(100.0 + LOOK_AT_ALL_EVERY_S) == due_at


def test_one_that_is_found_late_brings_those_that_are_as_late() -> None:
    """Many whose end nobody had stated are ended at once."""
    looks, earlier = Looks(), datetime(2026, 11, 23, tzinfo=UTC)
    looks.since(100.0)
    looks.found(earlier + timedelta(hours=1))

    looks.found(earlier)

    assert looks.since(100.0) == earlier
