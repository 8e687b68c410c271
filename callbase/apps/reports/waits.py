"""What those who waited were told and asked for: how far the expected wait was off, and what became of callbacks.

- foretold: answered out of the queue, and on entering a wait was expected.
- foretold_error_ms: mean distance between the expected wait and the real one; foretold_bias_ms: mean of real less expected.
- callbacks: interactions whose caller asked to be called back; called_back: those then answered; callbacks_waiting: not yet.
"""

from __future__ import annotations

from typing import Any

from callbase.apps.interactions.sql import Conditions, rows
from callbase.apps.reports.calls import Period, whole

NOTHING: dict[str, Any] = {
    "foretold": 0,
    "foretold_error_ms": None,
    "foretold_bias_ms": None,
    "callbacks": 0,
    "called_back": 0,
    "callbacks_waiting": 0,
}
_OFF_MS = "extract(epoch FROM s.ended_at - s.started_at) * 1000 - s.expected_ms"
_FORETOLD = "s.kind = 'queue' AND s.result = 'answered' AND s.expected_ms IS NOT NULL"


def waits(period: Period, *, by_queue: bool) -> dict[str | None, dict[str, Any]]:
    """By queue; or all under None."""
    where = Conditions()
    where.add("s.tenant = %(tenant)s AND i.tenant = %(tenant)s AND s.kind IN ('queue', 'callback')", tenant=period.tenant)
    where.add("i.started_at >= %(first)s AND s.started_at >= %(first)s AND i.started_at < %(after)s")
    where.parameters |= {"first": period.begun_from, "after": period.begun_before}
    if period.queue is not None:
        where.add("s.queue = %(queue)s", queue=period.queue)
    if period.agents is not None:
        where.add(
            "EXISTS (SELECT 1 FROM segment a WHERE a.interaction = i.id AND a.agent = ANY(%(agents)s)"
            " AND a.started_at >= i.started_at AND a.kind = 'talk')",
            agents=list(period.agents),
        )
    found = rows(
        f"""
        SELECT {"s.queue" if by_queue else "NULL::text AS queue"}, count(*) FILTER (WHERE {_FORETOLD}) AS foretold,
               avg(abs({_OFF_MS})) FILTER (WHERE {_FORETOLD}) AS foretold_error_ms,
               avg({_OFF_MS}) FILTER (WHERE {_FORETOLD}) AS foretold_bias_ms,
               count(DISTINCT i.id) FILTER (WHERE s.kind = 'callback') AS callbacks,
               count(DISTINCT i.id) FILTER (WHERE s.kind = 'callback' AND s.result = 'answered') AS called_back,
               count(DISTINCT i.id) FILTER (WHERE s.kind = 'callback' AND s.ended_at IS NULL) AS callbacks_waiting
        FROM interaction i JOIN segment s ON s.interaction = i.id
        WHERE {where.text}
        GROUP BY 1
        """,  # noqa: S608  only fixed text is put in
        where.parameters,
    )
    return {one.pop("queue"): {name: whole(value) for name, value in one.items()} for one in found}
