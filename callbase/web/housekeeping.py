"""Periodic work that belongs to no app."""

from __future__ import annotations

import structlog
from django.contrib.sessions.backends.db import SessionStore
from procrastinate.contrib.django import app

log = structlog.get_logger(__name__)


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
