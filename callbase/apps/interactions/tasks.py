"""Periodic work on the engine's tables."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import structlog
from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app

from callbase.apps.interactions.journal import prune_journal
from callbase.apps.interactions.partitions import drop_partitions, history_since, make_partitions

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
    """Every night, else the journal would fill the disk. What reports rest on is kept apart from it."""
    deleted = prune_journal(datetime.now(UTC) - timedelta(days=settings.ENVIRONMENT.journal_days))
    if deleted:
        log.info("old journal entries deleted", entries=deleted)


@app.periodic(cron="53 3 * * *")
@app.task(name="interactions.drop_old_months", queueing_lock="interactions.drop_old_months")
def drop_old_months(timestamp: int) -> None:
    """Every night, where the installation does not keep all: what happened in months that are over for long enough."""
    environment = settings.ENVIRONMENT
    since = history_since(datetime.now(UTC), environment.history_months, environment.journal_days)
    dropped = drop_partitions(connection, since) if since else []
    if dropped:
        log.info("old months dropped", partitions=dropped)
