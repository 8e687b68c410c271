"""Periodic work that belongs to no app."""

from __future__ import annotations

import structlog
from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

log = structlog.get_logger(__name__)

FAILED_JOBS_KEPT_H = 30 * 24


@app.periodic(cron="5 4 * * *")
@app.task(name="web.clear_expired_sessions", queueing_lock="web.clear_expired_sessions")
def clear_expired_sessions(timestamp: int) -> None:
    SessionStore.clear_expired()


@app.periodic(cron="*/2 * * * *")
@app.task(name="web.retry_stalled_jobs", queueing_lock="web.retry_stalled_jobs")
async def retry_stalled_jobs(timestamp: int) -> None:
    """Jobs of a worker that was killed are done by another: every task of ours may be done twice."""
    for job in await app.job_manager.get_stalled_jobs():
        await app.job_manager.retry_job(job)
        log.warning("job of a dead worker is tried again", job=job.id, task=job.task_name)


@app.periodic(cron="29 4 * * *")
@app.task(name="web.forget_failed_jobs", queueing_lock="web.forget_failed_jobs")
async def forget_failed_jobs(timestamp: int) -> None:
    """Every night: alarms and metrics read all that are kept. Those that succeed are deleted at once."""
    await app.job_manager.delete_old_jobs(FAILED_JOBS_KEPT_H, include_failed=True, include_cancelled=True, include_aborted=True)
