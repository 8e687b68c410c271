"""What is counted of agents. Times are clipped to the period; a state that goes on counts up to now.

- answered, talk, hold, wrap-up, AHT: of calls out of queues that began in the period and in which the agent talked.
- signed in: every state but logged off.
- productive: of the time not ready, that under a reason which the centre has as work, as it is configured now. The reasons by
  which an agent becomes not ready by itself are not.
- utilisation: (signed in - not ready + productive) / signed in: of the time an agent was there, the share at work.
- occupancy: (busy + working after call) / (busy + working after call + ready + reserved). COPC: of the time an agent was handling
  calls or free to, the share spent handling them. Not-ready time is neither.
"""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.apps.interactions.names import Names
from callbase.apps.interactions.sql import rows
from callbase.apps.reports.calls import HANDLE_MS, SPENT, Period, whole

ACTIVITY = """
    SELECT agent,
        sum(ms) FILTER (WHERE state = 'ready') AS ready_ms, sum(ms) FILTER (WHERE state = 'not_ready') AS not_ready_ms,
        sum(ms) FILTER (WHERE state <> 'logged_off') AS signed_in_ms,
        coalesce(sum(ms) FILTER (WHERE state IN ('busy', 'working_after_call')), 0) AS handling_ms,
        coalesce(sum(ms) FILTER (WHERE state IN ('busy', 'working_after_call', 'ready', 'reserved')), 0) AS staffed_ms,
        coalesce(sum(ms) FILTER (WHERE state = 'not_ready' AND productive), 0) AS productive_ms,
        coalesce(jsonb_object_agg(reason, round(ms)) FILTER (WHERE state = 'not_ready'), '{}')::text AS not_ready_by_reason
    FROM (
        SELECT agent, state, coalesce(reason, '') AS reason, bool_or(productive) AS productive,
               1000 * sum(extract(epoch FROM
                   least(coalesce(ended_at, %(now)s), %(before)s) - greatest(started_at, %(from)s))) AS ms
        FROM agent_activity a LEFT JOIN not_ready_reason r ON r.tenant = a.tenant AND r.key = a.reason
        WHERE a.tenant = %(tenant)s AND started_at < least(%(before)s, %(now)s) AND (ended_at IS NULL OR ended_at > %(from)s)
          AND (%(agents)s::text[] IS NULL OR agent = ANY(%(agents)s))
        GROUP BY 1, 2, 3
    ) stay GROUP BY agent
"""


def agents(period: Period, names: Names) -> list[dict[str, Any]]:
    """Each agent who was signed in or answered anything."""
    handled, activity = _handled(period, names), _activity(period)
    there = {agent for agent, one in activity.items() if one["signed_in_ms"]}
    there |= {agent for agent, one in handled.items() if one["answered"]}
    return [_row(agent, names, handled.get(agent, {}), activity.get(agent, {})) for agent in sorted(there)]


def _handled(period: Period, names: Names) -> dict[str, dict[str, Any]]:
    query, parameters = period.measured(names)
    found = rows(
        f"""
        WITH m AS MATERIALIZED ({query}), handled AS (
            SELECT s.agent, m.id, {SPENT},
                   bool_or(s.kind = 'talk') AS talked, bool_and(s.ended_at IS NOT NULL) AS over
            FROM m JOIN segment s ON s.interaction = m.id AND s.started_at >= m.begun_at
            WHERE s.kind IN ('talk', 'conference', 'hold', 'wrap_up') AND m.answered AND s.agent IS NOT NULL
              AND (%(agents)s::text[] IS NULL OR s.agent = ANY(%(agents)s))
            GROUP BY s.agent, m.id)
        SELECT agent, count(*) FILTER (WHERE talked) AS answered, avg({HANDLE_MS}) FILTER (WHERE over AND talked) AS aht_ms,
               sum(talk_ms) AS talk_ms, sum(hold_ms) AS hold_ms, sum(wrap_up_ms) AS wrap_up_ms
        FROM handled GROUP BY agent
        """,  # noqa: S608
        parameters,
    )
    return {one["agent"]: one for one in found}


def _activity(period: Period) -> dict[str, dict[str, Any]]:
    found = rows(
        ACTIVITY,
        {
            "tenant": period.tenant,
            "from": period.begun_from,
            "before": period.begun_before,
            "now": period.now,
            "agents": period.agents,
        },
    )
    return {one["agent"]: one for one in found}


def _row(agent: str, names: Names, handled: dict[str, Any], activity: dict[str, Any]) -> dict[str, Any]:
    staffed, signed_in = activity.get("staffed_ms") or 0, activity.get("signed_in_ms") or 0
    idle = (activity.get("not_ready_ms") or 0) - (activity.get("productive_ms") or 0)
    return {
        "agent": agent,
        "name": names.agent(agent),
        "answered": handled.get("answered") or 0,
        "aht_ms": whole(handled.get("aht_ms")),
        **{name: whole(handled.get(name)) or 0 for name in ("talk_ms", "hold_ms", "wrap_up_ms")},
        **{name: whole(activity.get(name)) or 0 for name in ("ready_ms", "not_ready_ms", "productive_ms", "signed_in_ms")},
        "not_ready_by_reason": msgspec.json.decode(activity.get("not_ready_by_reason") or "{}"),
        "occupancy": float(activity["handling_ms"] / staffed) if staffed else None,
        "utilisation": float(1 - idle / signed_in) if signed_in else None,
    }
