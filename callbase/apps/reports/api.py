"""Reports: today's."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import StringConstraints

from callbase.apps.organization.access import access_of_request
from callbase.apps.reports.queries import report_of_today
from callbase.apps.reports.schemas import TodayReport

router = Router(tags=["reports"])

Id = Annotated[str, StringConstraints(max_length=80)]


@router.get("/today", response=TodayReport)
def get_today(request: HttpRequest, queue: Id | None = None, agent: Id | None = None) -> dict[str, Any]:
    """Each number has its list: /api/interactions?report=today&metric=…, with the same queue and agent."""
    return report_of_today(access_of_request(request), datetime.now(UTC), queue=queue or None, agent=agent or None)
