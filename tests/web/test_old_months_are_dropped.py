"""What happened long ago goes, month by month, where an installation does not keep all."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection
from pytest_django import Settings

from callbase.apps.interactions import partitions, tasks
from callbase.apps.interactions.partitions import PARTITIONED, drop_partitions, history_since, make_partitions, month_start
from callbase.apps.recordings import tasks as recording_tasks
from tests.web.centre import insert

pytestmark = pytest.mark.django_db

NOW = datetime.now(UTC)
MONTHS_AGO = (30, 14, 13, 12, 1, 0)
IN_NO_MONTH = month_start(NOW, -40) + timedelta(days=3)
"""Its rows are in the default partitions."""


def kept(table: str) -> list[datetime]:
    column = PARTITIONED.get(table, "started_at")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} ORDER BY 1")
        return [at for (at,) in cursor.fetchall()]


@pytest.fixture
def moments(db: None) -> list[datetime]:
    """Of one interaction each, with all that belongs to it, the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {', '.join((*PARTITIONED, 'recording'))}")
    moments = [IN_NO_MONTH]
    for months in MONTHS_AGO:
        make_partitions(connection, month_start(NOW, -months), months_ahead=0)
        moments.append(month_start(NOW, -months))
    for number, at in enumerate(moments):
        call = uuid4()
        insert("engine_fact", tenant="t", at=at, seq=number, index=0, type="CallEnded", interaction=call, fact="{}")
        insert(
            "interaction",
            **{"id": call, "tenant": "t", "started_at": at, "channel": "voice", "direction": "in", "language": "en-US"},
            **{"caller_number": "1", "called_number": "2"},
        )
        insert("segment", id=uuid4(), tenant="t", interaction=call, kind="talk", started_at=at)
        insert("agent_activity", tenant="t", agent="1001", started_at=at, state="ready", actor="1001", seq=number, index=0)
        insert("recording", id=uuid4(), tenant="t", interaction=call, started_at=at, path=f"recordings/t/{number}")
    return moments


def keep_months(settings: Settings, home: Path, months: int, journal_days: int = 30) -> None:
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, home=home, history_months=months, journal_days=journal_days)
    recording_tasks.delete_old(0)
    tasks.drop_old_months(0)


def test_nothing_goes_unless_somebody_says_so(moments: list[datetime], settings: Settings, tmp_path: Path) -> None:
    keep_months(settings, tmp_path, 0)
    for table in (*PARTITIONED, "recording"):
        assert kept(table) == moments


def test_older_months_go_whole_and_what_is_in_no_months_partition_too(
    moments: list[datetime], settings: Settings, tmp_path: Path
) -> None:
    keep_months(settings, tmp_path, 12)
    for table in (*PARTITIONED, "recording"):
        assert kept(table) == [at for at in moments if at >= month_start(NOW, -12)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s), to_regclass(%s)", [f"interaction_{at:%Y_%m}" for at in moments[3:5]])
        assert cursor.fetchone() == (None, f"interaction_{moments[4]:%Y_%m}")


def test_recordings_files_go_with_them(moments: list[datetime], settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "recordings" / "t"
    folder.mkdir(parents=True)
    for number in range(len(moments)):
        for ending in (".mp3", ".peaks.json", "-r.wav", "-t.wav"):
            (folder / f"{number}{ending}").touch()
    keep_months(settings, tmp_path, 1)
    assert {int(file.name[0]) for file in folder.iterdir()} == {5, 6}


@pytest.mark.django_db(transaction=True)
def test_a_month_that_somebody_reads_stays_until_the_next_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partitions, "LOCK_WAIT", "50ms")
    long_ago = month_start(NOW, -30)
    names = make_partitions(connection, long_ago, months_ahead=0)
    assert len(names) == len(PARTITIONED)
    read, before = f"interaction_{long_ago:%Y_%m}", month_start(NOW, -12)
    with psycopg.connect(**connection.get_connection_params()) as reader:
        reader.execute(f"SELECT FROM {read}")
        assert set(drop_partitions(connection, before)) == {*names} - {read}
    assert drop_partitions(connection, before) == [read]


@pytest.mark.parametrize(("months", "journal_days", "first"), [(3, 30, (2026, 8)), (1, 100, (2026, 8)), (1, 7, (2026, 10))])
def test_months_the_journal_reaches_into_stay(months: int, journal_days: int, first: tuple[int, int]) -> None:
    now = datetime(2026, 11, 29, tzinfo=UTC)
    assert history_since(now, months, journal_days) == datetime(*first, 1, tzinfo=UTC)
