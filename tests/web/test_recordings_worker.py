"""The worker as a process of its own: at work within seconds, and killed at the worst moment."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import soundfile
from asgiref.sync import async_to_sync
from django.db import connection

from callbase.platform.dependent import dependent
from callbase.web.health import check_database_and_worker
from tests.web.centre import Call, Centre, execute
from tests.web.test_recordings import BEGUN, recorded, row

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    execute("DELETE FROM procrastinate_workers")
    return Centre("acme")


@contextmanager
def working(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}:{database['PASSWORD']}@{database['HOST']}:{database['PORT']}/{database['NAME']}"
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("CALLBASE_", "DJANGO_"))}
    with (home / "worker.log").open("ab") as log:
        worker = subprocess.Popen(
            dependent([sys.executable, "-m", "callbase.cli", "worker"]),
            stdout=log,
            stderr=log,
            env=inherited | {"CALLBASE_HOME": str(home), "CALLBASE_DATABASE_URL": url},
        )
    try:
        yield worker
    finally:
        worker.kill()
        worker.wait()


def within(seconds: float, true: Callable[[], bool], home: Path) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, (home / "worker.log").read_text()[-3000:]
        time.sleep(0.02)


def at_work_in_the_database() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend' AND state IN ('active', 'idle in transaction')"
        )
        return int(cursor.fetchone()[0])


def test_a_recording_can_be_heard_within_seconds_of_its_end(centre: Centre, tmp_path: Path) -> None:
    with working(tmp_path) as worker:
        first = recorded(tmp_path)
        within(40, lambda: row(first)["state"] == "stored", tmp_path)
        second = recorded(tmp_path)
        execute("UPDATE recording SET ended_at = now() WHERE id = %(id)s", id=second)
        ended = time.monotonic()
        within(20, lambda: row(second)["state"] == "stored", tmp_path)
        took_s = time.monotonic() - ended

        worker.send_signal(signal.SIGTERM)
        assert worker.wait(15) == 0

    assert took_s < 15, "it is told, rather than looking round every so often"


def test_a_worker_killed_while_encoding_loses_nothing(centre: Centre, tmp_path: Path) -> None:
    recordings = [recorded(tmp_path, seconds=300) for _ in range(2)]
    folder = tmp_path / "recordings/acme/2026-11-23"

    with working(tmp_path) as worker:
        within(40, lambda: any(path.name.endswith(".new") for path in folder.iterdir()), tmp_path)
        worker.kill()
        worker.wait()
    assert len(list(folder.glob("*.wav"))) == 4
    within(10, lambda: at_work_in_the_database() == 0, tmp_path)  # what it asked last may be done after its death
    execute("UPDATE recording SET next_attempt_at = now()")

    with working(tmp_path):
        within(60, lambda: all(row(one)["state"] == "stored" for one in recordings), tmp_path)
        within(5, lambda: len(list(folder.iterdir())) == 4, tmp_path)

    assert [soundfile.info(folder / f"{one}.mp3").frames // 8_000 for one in recordings] == [300, 300]
    assert {path.suffix for path in folder.iterdir()} == {".mp3", ".json"}


def test_a_worker_shows_that_it_lives_and_does_periodic_work(centre: Centre, tmp_path: Path) -> None:
    forgotten = Call("acme", BEGUN).ended(60).recorded(state="recording")
    execute(
        "SELECT procrastinate_defer_jobs_v1(ARRAY[ROW('default', 'recordings.end_forgotten', 0, NULL, NULL, "
        "'{\"timestamp\": 0}'::jsonb, NULL)::procrastinate_job_to_defer_v1])"
    )

    with working(tmp_path):
        within(40, lambda: row(forgotten)["state"] == "ended", tmp_path)
        assert async_to_sync(check_database_and_worker)()["worker"] == "ok"
