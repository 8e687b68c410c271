"""All reads of simulations, and of the past days they play again."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from callbase.apps.interactions.sql import rows
from callbase.apps.organization.access import Access
from callbase.apps.simulations.models import Simulation
from callbase.simulation.past import SeenCall
from callbase.simulation.staffing import Shift
from callbase.web.language import Language
from callbase.web.messages import text

STALE = timedelta(minutes=5)


def simulations(access: Access) -> QuerySet[Simulation]:
    return Simulation.objects.filter(tenant=access.tenant)


def under_way(access: Access) -> bool:
    """Whether one is waiting or played. One whose worker died long ago does not stand in the way."""
    fresh = datetime.now(UTC) - STALE
    waiting = Q(state="queued", created_at__gt=fresh) | Q(state="running", seen_at__gt=fresh)
    return simulations(access).filter(waiting).exists()


def simulation_detail(row: Simulation, language: Language) -> dict[str, Any]:
    return {
        "id": row.id,
        "created_at": row.created_at,
        "state": row.state,
        "progress": row.progress,
        "question": row.question,
        "result": row.result,
        "error": row.error,
        "message": text(row.error, language) if row.error else "",
    }


def midnight(timezone: str, day: date) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(timezone))


def seen_calls(tenant: str, timezone: str, day: date) -> list[SeenCall]:
    """Each call that entered a queue that day, by its first queue."""
    begin = midnight(timezone, day)
    found = rows(
        """
        SELECT first.queue, i.caller_number, i.answered_at IS NOT NULL AS answered, i.talk_ms + i.hold_ms AS talk_ms,
               extract(epoch FROM first.started_at - %(begin)s) * 1000 AS at_ms,
               coalesce(extract(epoch FROM i.answered_at - first.started_at) * 1000, i.queue_ms) AS wait_ms,
               i.end_reason = 'abandoned' AS gave_up
        FROM (
            SELECT DISTINCT ON (interaction) interaction, queue, started_at FROM segment
            WHERE tenant = %(tenant)s AND kind = 'queue' AND started_at >= %(begin)s AND started_at < %(end)s
            ORDER BY interaction, started_at
        ) first
        JOIN interaction i ON i.id = first.interaction AND i.tenant = %(tenant)s
        WHERE i.ended_at IS NOT NULL AND i.direction = 'inbound'
        ORDER BY first.started_at
        """,
        {"tenant": tenant, "begin": begin, "end": midnight(timezone, day + timedelta(days=1))},
    )
    return [
        SeenCall(
            at_ms=int(row["at_ms"]),
            queue=row["queue"],
            caller_number=row["caller_number"],
            wait_ms=max(0, int(row["wait_ms"])),
            talk_ms=max(1, int(row["talk_ms"])) if row["answered"] else None,
            gave_up=bool(row["gave_up"]) and not row["answered"],
        )
        for row in found
    ]


def seen_shifts(tenant: str, timezone: str, day: date) -> list[Shift]:
    """Stretches in which agents were signed in that day and not away for a reason of their own."""
    begin, end = midnight(timezone, day), midnight(timezone, day + timedelta(days=1))
    found = rows(
        """
        SELECT agent, extract(epoch FROM greatest(started_at, %(begin)s) - %(begin)s) * 1000 AS start_ms,
               extract(epoch FROM least(coalesce(ended_at, now()), %(end)s) - %(begin)s) * 1000 AS end_ms
        FROM agent_activity
        WHERE tenant = %(tenant)s AND state IN ('ready', 'reserved', 'busy', 'working_after_call')
          AND started_at < %(end)s AND coalesce(ended_at, now()) > %(begin)s
        ORDER BY agent, started_at, seq, index
        """,
        {"tenant": tenant, "begin": begin, "end": end},
    )
    shifts: list[Shift] = []
    for row in found:
        start_ms, end_ms = int(row["start_ms"]), int(row["end_ms"])
        last = shifts[-1] if shifts else None
        if last is not None and last.agent == row["agent"] and start_ms <= last.end_ms:
            shifts[-1] = Shift(agent=last.agent, start_ms=last.start_ms, end_ms=max(last.end_ms, end_ms))
        elif end_ms > start_ms:
            shifts.append(Shift(agent=row["agent"], start_ms=start_ms, end_ms=end_ms))
    return shifts
