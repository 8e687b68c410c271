"""Periodic work on recordings. Encoding itself is done as recordings end (`watch`)."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from django.conf import settings
from procrastinate.contrib.django import app

from callbase.apps.interactions.partitions import history_since
from callbase.apps.recordings.actions import do_delete_before, do_end_forgotten

log = structlog.get_logger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="recordings.end_forgotten", queueing_lock="recordings.end_forgotten")
def end_forgotten(timestamp: int) -> None:
    ended = do_end_forgotten()
    if ended:
        log.warning("recordings whose end was never stated are encoded now", recordings=ended)


@app.periodic(cron="47 3 * * *")
@app.task(name="recordings.delete_old", queueing_lock="recordings.delete_old")
def delete_old(timestamp: int) -> None:
    """Every night, shortly before the months they are of are dropped, where the installation does not keep all."""
    environment = settings.ENVIRONMENT
    since = history_since(datetime.now(UTC), environment.history_months, environment.journal_days)
    deleted = do_delete_before(environment.home, since) if since else 0
    if deleted:
        log.info("old recordings deleted", recordings=deleted)
