"""Periodic work on the engine's tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from callbase.apps.interactions.journal import prune_journal
from callbase.apps.interactions.partitions import make_partitions

log = structlog.get_logger(__name__)


@app.periodic(cron="17 3 * * *")
@app.task(name="interactions.make_partitions", queueing_lock="interactions.make_partitions")
def make_partitions_ahead(timestamp: int) -> None:
    """Every night: the engine makes the next month itself, this covers an engine that was away."""
    made = make_partitions(connection, datetime.now(UTC))
    if made:
        log.info("partitions made", partitions=made)


@app.periodic(cron="41 3 * * *")
@app.task(name="interactions.prune_journal", queueing_lock="interactions.prune_journal")
def prune_old_journal(timestamp: int) -> None:
    """Every night, else the journal would fill the disk. Facts and interactions stay: reports rest on them alone."""
    deleted = prune_journal(datetime.now(UTC) - timedelta(days=settings.ENVIRONMENT.journal_days))
    if deleted:
        log.info("old journal entries deleted", entries=deleted)
