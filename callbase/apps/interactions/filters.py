"""What the list of interactions can be narrowed by, and how that reads in SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from callbase.apps.interactions.access import visible, whose
from callbase.apps.interactions.measures import Metric, measured
from callbase.apps.interactions.names import names_of
from callbase.apps.interactions.results import CONDITIONS, Result
from callbase.apps.interactions.sql import Conditions, like
from callbase.apps.organization.access import Access
from callbase.numbers import sought


@dataclass(frozen=True, slots=True)
class Filters:
    begun_from: datetime | None = None
    begun_before: datetime | None = None
    queue: str | None = None
    """It waited in this queue."""
    agent: str | None = None
    """The agent talked in it."""
    came_to: str | None = None
    """It rang at the agent, answered or not."""
    caller: str | None = None
    """The caller's number, however it is written, or part of it."""
    called: str | None = None
    direction: str | None = None
    result: Result | None = None
    end_reason: str | None = None
    outcome: str | None = None
    customer: str | None = None
    search: str | None = None
    """Anywhere in numbers, the customer's name or the note."""
    metric: Metric | None = None
    """Those a report's number counts (`measures`), with the queue and agent given."""


def today(timezone: str, now: datetime) -> tuple[datetime, datetime]:
    """The day `now` lies in, in that zone: its first moment and that of the next (so 23 or 25 hours where clocks change)."""
    zone = ZoneInfo(timezone)
    date = now.astimezone(zone).date()
    first, after = (datetime.combine(day, time.min, zone).astimezone(UTC) for day in (date, date + timedelta(days=1)))
    return first, after


def conditions(access: Access, filters: Filters, now: datetime) -> Conditions:
    """On `interaction i`. Raises Forbidden where the person may see none."""
    where = visible(access)
    if filters.begun_from is not None:
        where.add("i.started_at >= %(begun_from)s", begun_from=filters.begun_from)
    if filters.begun_before is not None:
        where.add("i.started_at < %(begun_before)s", begun_before=filters.begun_before)
    for column, value in {"direction": filters.direction, "end_reason": filters.end_reason, "outcome": filters.outcome}.items():
        if value is not None:
            where.add(f"i.{column} = %({column})s", **{column: value})
    if filters.result is not None:
        where.add(CONDITIONS[filters.result])
    if filters.customer is not None:
        where.add("i.customer::text = %(customer)s", customer=filters.customer)
    if filters.caller is not None:
        where.add("i.caller_number LIKE ANY(%(caller)s)", caller=_numbers_like(filters.caller))
    if filters.called is not None:
        where.add("i.called_number LIKE ANY(%(called)s)", called=_numbers_like(filters.called))
    if filters.search:
        where.add(
            "(i.caller_number LIKE ANY(%(numbers)s) OR i.called_number LIKE ANY(%(numbers)s) "
            "OR i.customer_name ILIKE %(search)s OR i.note ILIKE %(search)s)",
            numbers=_numbers_like(filters.search),
            search=like(filters.search),
        )
    if filters.metric is not None:
        query, parameters = measured(
            access.tenant.id,
            names_of(access.tenant.id).service_levels_s,
            now,
            begun_from=filters.begun_from,
            begun_before=filters.begun_before,
            queue=filters.queue,
            agents=[filters.agent] if filters.agent is not None else whose(access),
        )
        where.add(f"i.id IN (SELECT id FROM ({query}) measured WHERE {filters.metric})", **parameters)  # noqa: S608
        return where
    if filters.queue is not None:
        where.add(
            "EXISTS (SELECT 1 FROM segment q WHERE q.interaction = i.id AND q.kind = 'queue' AND q.queue = %(queue)s)",
            queue=filters.queue,
        )
    if filters.agent is not None:
        where.add(
            "EXISTS (SELECT 1 FROM segment t WHERE t.interaction = i.id AND t.kind = 'talk' AND t.agent = %(agent)s)",
            agent=filters.agent,
        )
    if filters.came_to is not None:
        where.add(
            "EXISTS (SELECT 1 FROM segment c WHERE c.interaction = i.id AND %(came_to)s IN (c.agent, c.party))",
            came_to=filters.came_to,
        )
    return where


def _numbers_like(part: str) -> list[str]:
    return [like(form) for form in sought(part)]
