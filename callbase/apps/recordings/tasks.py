"""Periodic work on recordings. Encoding itself is done as recordings end (`watch`)."""

from __future__ import annotations

import structlog
from procrastinate.contrib.django import app

from callbase.apps.recordings.actions import do_end_forgotten

log = structlog.get_logger(__name__)


@app.periodic(cron="*/5 * * * *")
@app.task(name="recordings.end_forgotten", queueing_lock="recordings.end_forgotten")
def end_forgotten(timestamp: int) -> None:
    ended = do_end_forgotten()
    if ended:
        log.warning("recordings whose end was never stated are encoded now", recordings=ended)
