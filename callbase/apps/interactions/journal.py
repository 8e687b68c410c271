"""How far back the engine's journal reaches."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

ROWS_AT_ONCE = 20_000
FOR_A_START = 3
"""So many of the newest snapshots, and what follows on them (`SNAPSHOTS_KEPT` of the engine)."""


def prune_journal(before: datetime) -> int:
    """Deletes entries from before `before`, but for those from the last snapshot before it on, where a replay of what is younger
    begins, and those that a start may need; how many. Older snapshots go with them. What stays has no gaps and is never empty: a
    start goes on from the newest snapshot that can be read, and numbers entries on from the journal's last."""
    before_ms = int(before.timestamp() * 1000)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT min(seq) FROM (SELECT seq FROM engine_snapshot ORDER BY seq DESC LIMIT %s) newest),"
            " (SELECT max(seq) FROM engine_snapshot WHERE at_ms <= %s), (SELECT min(seq) FROM engine_journal WHERE at_ms >= %s)",
            [FOR_A_START, before_ms, before_ms],
        )
        needed, *others = cursor.fetchone()
        if needed is None:
            return 0
        first_kept = min(seq for seq in (needed, *others) if seq is not None)
        cursor.execute("DELETE FROM engine_snapshot WHERE seq < %s", [first_kept])
        deleted: int = 0
        while True:
            cursor.execute(
                "DELETE FROM engine_journal WHERE seq IN (SELECT seq FROM engine_journal WHERE seq < %s ORDER BY seq LIMIT %s)",
                [first_kept, ROWS_AT_ONCE],
            )
            deleted += cursor.rowcount
            if cursor.rowcount < ROWS_AT_ONCE:
                return deleted
