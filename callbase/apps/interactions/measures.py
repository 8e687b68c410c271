"""What counts as offered, answered, abandoned, within the service level: said here once, in COPC's sense.

Reports count these flags and the list of interactions filters by them, so a number always has exactly the calls behind it that
made it. An interaction belongs to the moment it began, whenever it was answered or given up.

- offered: it entered a queue. Giving up in the flow before any queue is not counted (COPC: the caller never asked for an agent).
- answered: an agent answered it out of the queue.
- abandoned: the customer hung up waiting in the queue, or while an agent's telephone rang, and no agent answered it from there.
- within the service level: the stay in the queue that was answered (the first such one) lasted no longer than the queue promises.
  Service level = within / (answered + abandoned).

With agents given: offered, it rang at one of them or one talked; answered, one talked; abandoned, it had rung at one.
An interaction that passed through two queues is counted by each, and once in the total.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal, get_args

from callbase.apps.interactions.names import DEFAULT_SERVICE_LEVEL_S
from callbase.apps.interactions.sql import Conditions

Metric = Literal["offered", "answered", "abandoned", "within_service_level"]
METRICS: tuple[Metric, ...] = get_args(Metric)


def measured(
    tenant: str,
    service_levels_s: dict[str, float],
    now: datetime,
    *,
    begun_from: datetime | None = None,
    begun_before: datetime | None = None,
    queue: str | None = None,
    agents: Sequence[str] | None = None,
    by_queue: bool = False,
) -> tuple[str, dict[str, Any]]:
    """A query and its parameters: one row an interaction (`by_queue`: and queue) with `id`, `queue`, `begun_at`, the flags of
    METRICS, `answer_ms` (the wait before the answer), `longest_ms` (the longest wait, so far where it goes on).

    Parameter names begin with m_, so that it can stand inside another query.
    """
    where = Conditions()
    where.add("s.kind = 'queue' AND s.tenant = %(m_tenant)s AND i.tenant = %(m_tenant)s", m_tenant=tenant)
    if begun_from is not None:
        where.add("i.started_at >= %(m_from)s AND s.started_at >= %(m_from)s", m_from=begun_from)
    if begun_before is not None:
        where.add("i.started_at < %(m_before)s", m_before=begun_before)
    if queue is not None:
        where.add("s.queue = %(m_queue)s", m_queue=queue)
    rang = talked = "true"
    if agents is not None:
        where.parameters["m_agents"] = list(agents)
        talked = _agents_have("'talk'")
        rang = _agents_have("'offer', 'talk'")
    column, group = ("s.queue", ", s.queue") if by_queue else ("NULL::text", "")
    where.parameters |= {"m_now": now, "m_levels": json.dumps(service_levels_s), "m_level": DEFAULT_SERVICE_LEVEL_S}
    query = f"""
    SELECT id, queue, begun_at, {rang} AS offered, was_answered AND {talked} AS answered,
           NOT was_answered AND was_abandoned AND {rang} AS abandoned,
           was_answered AND coalesce(answer_s <= level_s, false) AND {talked} AS within_service_level,
           answer_s * 1000 AS answer_ms, longest_s * 1000 AS longest_ms
    FROM (
        SELECT i.id, {column} AS queue, i.started_at AS begun_at,
               coalesce(bool_or(s.result = 'answered'), false) AS was_answered,
               coalesce(bool_or(s.result = 'abandoned'), false) AS was_abandoned,
               (array_agg(extract(epoch FROM s.ended_at - s.started_at) ORDER BY s.started_at)
                   FILTER (WHERE s.result = 'answered'))[1] AS answer_s,
               (array_agg(coalesce((%(m_levels)s::jsonb ->> s.queue)::numeric, %(m_level)s) ORDER BY s.started_at)
                   FILTER (WHERE s.result = 'answered'))[1] AS level_s,
               max(extract(epoch FROM coalesce(s.ended_at, %(m_now)s) - s.started_at)) AS longest_s
        FROM interaction i JOIN segment s ON s.interaction = i.id
        WHERE {where.text}
        GROUP BY i.id, i.started_at{group}
    ) stay
    """  # noqa: S608  only fixed text is put in
    return query, where.parameters


def _agents_have(kinds: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM segment a WHERE a.interaction = stay.id AND a.agent = ANY(%(m_agents)s) "  # noqa: S608
        f"AND a.started_at >= stay.begun_at AND a.kind IN ({kinds}))"
    )
