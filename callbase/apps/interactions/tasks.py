"""Periodic work on the tables of facts."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog
from django.db import connection
from procrastinate.contrib.django import app

from callbase.apps.interactions.partitions import make_partitions

log = structlog.get_logger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(name="interactions.make_partitions", queueing_lock="interactions.make_partitions")
def make_partitions_ahead(timestamp: int) -> None:
    """Every night: the engine makes the next month itself, this covers an engine that was away."""
    made = make_partitions(connection, datetime.now(UTC))
    if made:
        log.info("partitions made", partitions=made)
