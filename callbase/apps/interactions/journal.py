"""How far back the engine's journal reaches."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

ROWS_AT_ONCE = 20_000


def prune_journal(before: datetime) -> int:
    """Deletes entries from before `before` that no kept snapshot needs; how many. What stays has no gaps and is never empty: a
    start goes on from the newest snapshot that can be read, and numbers entries on from the journal's last."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT min(seq) FROM engine_snapshot), (SELECT min(seq) FROM engine_journal WHERE at_ms >= %s)",
            [int(before.timestamp() * 1000)],
        )
        snapshot, young = cursor.fetchone()
        if snapshot is None:
            return 0
        first_kept = snapshot if young is None else min(snapshot, young)
        deleted: int = 0
        while True:
            cursor.execute(
                "DELETE FROM engine_journal WHERE seq IN (SELECT seq FROM engine_journal WHERE seq < %s ORDER BY seq LIMIT %s)",
                [first_kept, ROWS_AT_ONCE],
            )
            deleted += cursor.rowcount
            if cursor.rowcount < ROWS_AT_ONCE:
                return deleted
