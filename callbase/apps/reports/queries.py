"""All reads of reports: today's, in the tenant's time zone."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from callbase.apps.interactions.filters import today
from callbase.apps.interactions.names import names_of
from callbase.apps.organization.access import Access
from callbase.apps.reports.access import reported_agents
from callbase.apps.reports.agents import agents
from callbase.apps.reports.calls import Period, hours, missed, queues, totals
from callbase.apps.reports.handed_on import NONE_HANDED_ON, handed_on
from callbase.apps.reports.waits import NOTHING, waits


def report_of_today(access: Access, now: datetime, *, queue: str | None, agent: str | None) -> dict[str, Any]:
    """Calls that began today, agents' time from midnight until now. Raises Forbidden."""
    timezone = access.tenant.timezone
    first, after = today(timezone, now)
    period = Period(
        tenant=access.tenant.id,
        begun_from=first,
        begun_before=after,
        now=now,
        queue=queue,
        agents=reported_agents(access, agent),
    )
    names = names_of(access.tenant.id)
    waits_of = waits(period, by_queue=True)
    queues_handed, agents_handed = handed_on(period, "queue"), handed_on(period, "agent")
    total_handed = handed_on(period, None).get(None, NONE_HANDED_ON)
    return {
        "date": now.astimezone(ZoneInfo(timezone)).date().isoformat(),
        "timezone": timezone,
        "totals": totals(period, names) | waits(period, by_queue=False).get(None, NOTHING) | total_handed,
        "missed": missed(period) if queue is None and period.agents is None else None,
        "queues": [
            one | waits_of.get(one["queue"], NOTHING) | queues_handed.get(one["queue"], NONE_HANDED_ON)
            for one in queues(period, names)
        ],
        "agents": [one | agents_handed.get(one["agent"], NONE_HANDED_ON) for one in agents(period, names)],
        "hours": hours(period, names, timezone),
    }
