"""Monthly partitions of the tables of facts, made ahead of time. Months are UTC months.

Rows that came before their month was made are in the default partition; making the month moves them.
"""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

PARTITIONED = {"engine_fact": "at", "interaction": "started_at", "segment": "started_at", "agent_activity": "started_at"}
"""Table → the column its partitions are cut by."""

MONTHS_AHEAD = 3


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
