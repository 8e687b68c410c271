"""The journal does not grow for ever, and never loses what a start or a replay needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from pytest_django import Settings

from callbase.apps.interactions import journal, tasks
from tests.web.centre import insert

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)
DAYS_AGO = (90, 60, 45, 31, 29, 1)
"""How old entries 1 to 6 are."""


@pytest.fixture(autouse=True)
def entries(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE engine_journal, engine_snapshot")
    for seq, days in enumerate(DAYS_AGO, 1):
        insert("engine_journal", seq=seq, at_ms=int((NOW - timedelta(days=days)).timestamp() * 1000), event="{}")


def snapshots(*seqs: int) -> None:
    """As old as the entries."""
    for seq in seqs:
        at_ms = int((NOW - timedelta(days=DAYS_AGO[seq - 1])).timestamp() * 1000)
        insert("engine_snapshot", seq=seq, at_ms=at_ms, state=b"")


def kept() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT seq FROM engine_journal ORDER BY seq")
        return [seq for (seq,) in cursor.fetchall()]


def test_every_night_entries_older_than_thirty_days_go() -> None:
    snapshots(6)
    tasks.prune_old_journal(0)
    assert kept() == [5, 6]


def test_how_many_days_is_the_installations_choice(settings: Settings) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, journal_days=50)
    snapshots(6)
    tasks.prune_old_journal(0)
    assert kept() == [3, 4, 5, 6]


def test_whatever_its_age_nothing_goes_that_the_oldest_kept_snapshot_is_followed_by() -> None:
    snapshots(2, 6)
    tasks.prune_old_journal(0)
    assert kept() == [2, 3, 4, 5, 6]


def test_what_is_young_enough_can_be_replayed_from_the_last_snapshot_before_it_and_older_ones_go() -> None:
    snapshots(1, 2, 3, 4, 5, 6)
    tasks.prune_old_journal(0)
    assert kept() == [4, 5, 6]
    with connection.cursor() as cursor:
        cursor.execute("SELECT array_agg(seq ORDER BY seq) FROM engine_snapshot")
        assert cursor.fetchone() == ([4, 5, 6],)


def test_without_a_snapshot_nothing_goes() -> None:
    tasks.prune_old_journal(0)
    assert kept() == [1, 2, 3, 4, 5, 6]


def test_the_last_entry_stays_however_old_for_the_next_is_numbered_by_it() -> None:
    snapshots(6)
    assert journal.prune_journal(NOW + timedelta(days=1)) == 5
    assert kept() == [6]


def test_many_go_in_several_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "ROWS_AT_ONCE", 2)
    snapshots(6)
    assert journal.prune_journal(NOW - timedelta(days=30)) == 4
    assert kept() == [5, 6]
