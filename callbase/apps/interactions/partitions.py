"""Monthly partitions of the tables of facts, made ahead of time. Months are UTC months.

Rows that came before their month was made are in the default partition; making the month moves them. Where an installation keeps
only so many months, older ones are dropped whole.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import structlog
from django.db import OperationalError, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

log = structlog.get_logger(__name__)

PARTITIONED = {"engine_fact": "at", "interaction": "started_at", "segment": "started_at", "agent_activity": "started_at"}
"""Table → the column its partitions are cut by."""

MONTHS_AHEAD = 3
LOCK_WAIT = "2s"
"""For a table that somebody reads: the engine's writing waits as long, calls do not."""
REPLAYED_BEFORE = timedelta(days=2)
"""A replay of the oldest day in the journal begins with up to a day more."""


def month_start(at: datetime, months: int = 0) -> datetime:
    """The first moment of the month `months` after the one `at` lies in."""
    index = at.year * 12 + at.month - 1 + months
    return datetime(index // 12, index % 12 + 1, 1, tzinfo=UTC)


def make_partitions(connection: BaseDatabaseWrapper, now: datetime, months_ahead: int = MONTHS_AHEAD) -> list[str]:
    """Makes what is missing from this month to `months_ahead` later; returns the names made. Repeating it does no harm."""
    made = []
    for table, column in PARTITIONED.items():
        for months in range(months_ahead + 1):
            first, after = month_start(now, months), month_start(now, months + 1)
            name = f"{table}_{first:%Y_%m}"
            if _make(connection, table, column, name, first, after):
                made.append(name)
    return made


def _make(connection: BaseDatabaseWrapper, table: str, column: str, name: str, first: datetime, after: datetime) -> bool:
    parts = {
        "table": sql.Identifier(table),
        "column": sql.Identifier(column),
        "name": sql.Identifier(name),
        "default": sql.Identifier(f"{table}_default"),
        "first": sql.Literal(first.isoformat()),
        "after": sql.Literal(after.isoformat()),
    }
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('partitions'))")
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
        if cursor.fetchone()[0]:
            return False
        for statement in (
            "CREATE TABLE {name} (LIKE {table} INCLUDING DEFAULTS INCLUDING CONSTRAINTS)",
            "WITH moved AS (DELETE FROM {default} WHERE {column} >= {first} AND {column} < {after} RETURNING *) "
            "INSERT INTO {name} SELECT * FROM moved",
            "ALTER TABLE {table} ATTACH PARTITION {name} FOR VALUES FROM ({first}) TO ({after})",
        ):
            cursor.execute(sql.SQL(statement).format(**parts).as_string(None))
    return True


def history_since(now: datetime, months: int, journal_days: int) -> datetime | None:
    """The first moment that is kept: this month and the `months` before it, and all that the journal can be replayed for. None
    where `months` is 0: all is kept."""
    if not months:
        return None
    return min(month_start(now, -months), month_start(now - timedelta(days=journal_days) - REPLAYED_BEFORE))


def drop_partitions(connection: BaseDatabaseWrapper, before: datetime) -> list[str]:
    """Drops the months before `before`, itself the beginning of one; their names. What of that time is in a default partition is
    deleted. A table that is in use for longer than LOCK_WAIT stays until the next time, and the log says so."""
    dropped = []
    for table, column in PARTITIONED.items():
        for name in _months_before(connection, table, before):
            try:
                with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                    cursor.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(sql.Literal(LOCK_WAIT)).as_string(None))
                    cursor.execute(sql.SQL("DROP TABLE {}").format(sql.Identifier(name)).as_string(None))
            except OperationalError as problem:
                log.warning("an old month stays until the next time", partition=name, reason=str(problem).strip())
                continue
            dropped.append(name)
        with connection.cursor() as cursor:
            statement = sql.SQL("DELETE FROM {} WHERE {} < %s").format(sql.Identifier(f"{table}_default"), sql.Identifier(column))
            cursor.execute(statement.as_string(None), [before])
    return dropped


def _months_before(connection: BaseDatabaseWrapper, table: str, before: datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = %s::regclass ORDER BY 1", [table])
        names = [name for (name,) in cursor.fetchall()]
    month = re.compile(rf"{table}_\d{{4}}_\d{{2}}")
    return [name for name in names if month.fullmatch(name) and name < f"{table}_{before:%Y_%m}"]
