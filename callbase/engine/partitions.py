"""Monthly partitions of the tables of facts, made before their month begins."""

from __future__ import annotations

import datetime as dt

import structlog
from psycopg import AsyncConnection, errors, sql

from callbase.engine.database import scalar

log = structlog.get_logger(__name__)

PARTITIONED = ("engine_fact", "interaction", "segment", "agent_activity")


async def ensure_partitions(connection: AsyncConnection, now: dt.datetime) -> None:
    """Makes this month's and the next's where they are missing. Any number of processes may do so at once.

    Where the default partition already holds rows of a month, that month stays there: a log line, nothing lost.
    """
    for first in (_month(now, 0), _month(now, 1)):
        until = _month(first, 1)
        for table in PARTITIONED:
            name = f"{table}_{first:%Y_%m}"
            if await scalar(connection, "SELECT to_regclass(%s) IS NOT NULL", name):
                continue
            statement = sql.SQL("CREATE TABLE IF NOT EXISTS {} PARTITION OF {} FOR VALUES FROM ({}) TO ({})").format(
                sql.Identifier(name), sql.Identifier(table), sql.Literal(first.isoformat()), sql.Literal(until.isoformat())
            )
            try:
                async with connection.transaction():
                    await connection.execute(statement)
            except (errors.DuplicateTable, errors.UniqueViolation):
                continue  # another process was quicker
            except errors.CheckViolation:
                log.warning("rows of this month are already in the default partition; they stay there", table=name)


def _month(moment: dt.datetime, ahead: int) -> dt.datetime:
    months = moment.year * 12 + moment.month - 1 + ahead
    return dt.datetime(months // 12, months % 12 + 1, 1, tzinfo=dt.UTC)
