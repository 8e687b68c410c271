"""A job that failed for good is told of for a month, and then gone: what looks at jobs reads all that are kept."""

from __future__ import annotations

import pytest
from asgiref.sync import async_to_sync
from django.db import connection

from callbase.web.housekeeping import FAILED_JOBS_KEPT_H, forget_failed_jobs
from tests.web.centre import execute


@pytest.mark.django_db(transaction=True)
def test_jobs_that_failed_long_ago_are_forgotten_and_no_others() -> None:
    execute("DELETE FROM procrastinate_jobs")
    for task, status, hours in (
        ("failed long ago", "failed", FAILED_JOBS_KEPT_H + 1),
        ("failed", "failed", FAILED_JOBS_KEPT_H - 1),
        ("due for long", "todo", FAILED_JOBS_KEPT_H + 1),
    ):
        execute("INSERT INTO procrastinate_jobs (queue_name, task_name) VALUES ('default', %(task)s)", task=task)
        execute(
            "UPDATE procrastinate_jobs SET status = %(status)s::procrastinate_job_status WHERE task_name = %(task)s",
            status=status,
            task=task,
        )
        execute(
            "UPDATE procrastinate_events SET at = now() - make_interval(hours => %(hours)s) "
            "WHERE job_id = (SELECT id FROM procrastinate_jobs WHERE task_name = %(task)s)",
            hours=hours,
            task=task,
        )

    async_to_sync(forget_failed_jobs.func)(0)

    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name FROM procrastinate_jobs ORDER BY id")
        assert [task for (task,) in cursor.fetchall()] == ["failed", "due for long"]
    execute("DELETE FROM procrastinate_jobs")
