"""What agents did with calls besides talking: whom they consulted, conferences, and calls they sent on or were sent.

- consultations: parties an agent called beside a call, whether they answered or not.
- conferences: interactions in which three or more talked; of an agent, those it led.
- transfers_out: the agent sent the customer on, with a consultation or without.
- transfers_in: talks of another agent that followed one; not where it came back because nobody took it, nor to the outside.

Calls of every kind count, also those that came out of no queue; a queue counts what its calls went through.
"""

from __future__ import annotations

from typing import Literal

from callbase.apps.interactions.sql import rows
from callbase.apps.reports.calls import Period

NONE_HANDED_ON: dict[str, int] = {"consultations": 0, "conferences": 0, "transfers_out": 0, "transfers_in": 0}
By = Literal["queue", "agent"]


def handed_on(period: Period, by: By | None) -> dict[str | None, dict[str, int]]:
    """By queue or agent; or all under None."""
    found = rows(
        f"""
        WITH s AS MATERIALIZED (
            SELECT s.id, s.interaction, s.kind, s.started_at, s.ended_at, s.result, s.queue, s.agent
            FROM interaction i JOIN segment s ON s.interaction = i.id
            WHERE s.tenant = %(tenant)s AND i.tenant = %(tenant)s AND s.kind IN ('talk', 'hold', 'conference', 'consult')
              AND i.started_at >= %(first)s AND s.started_at >= %(first)s AND i.started_at < %(after)s),
        sent_on AS (SELECT * FROM s WHERE kind <> 'consult' AND result = 'transferred'),
        received AS (
            SELECT next.interaction, 'received' AS kind, next.queue, next.agent
            FROM sent_on o CROSS JOIN LATERAL (
                SELECT * FROM s WHERE s.interaction = o.interaction AND s.kind = 'talk' AND s.started_at >= o.ended_at
                  AND s.id <> o.id ORDER BY s.started_at LIMIT 1) next
            WHERE next.agent <> o.agent),
        done AS (
            SELECT interaction, kind, queue, agent FROM s WHERE kind IN ('consult', 'conference')
            UNION ALL SELECT interaction, 'sent_on', queue, agent FROM sent_on
            UNION ALL SELECT interaction, kind, queue, agent FROM received)
        SELECT {by or "NULL::text"} AS whose,
               count(*) FILTER (WHERE kind = 'consult') AS consultations,
               count(DISTINCT interaction) FILTER (WHERE kind = 'conference') AS conferences,
               count(*) FILTER (WHERE kind = 'sent_on') AS transfers_out,
               count(*) FILTER (WHERE kind = 'received') AS transfers_in
        FROM done
        WHERE (%(queue)s::text IS NULL OR queue = %(queue)s) AND (%(agents)s::text[] IS NULL OR agent = ANY(%(agents)s))
        GROUP BY 1
        """,  # noqa: S608  only fixed text is put in
        {
            "tenant": period.tenant,
            "first": period.begun_from,
            "after": period.begun_before,
            "queue": period.queue,
            "agents": list(period.agents) if period.agents is not None else None,
        },
    )
    return {one.pop("whose"): one for one in found}
