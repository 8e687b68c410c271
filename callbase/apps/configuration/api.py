"""/api/configuration"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router

from callbase.apps.configuration import queries
from callbase.apps.configuration.access import see_findings
from callbase.apps.configuration.schemas import FindingsOut

router = Router(tags=["configuration"])


@router.get("/findings", response=FindingsOut)
def get_findings(request: HttpRequest) -> dict[str, Any]:
    """What is likely wrong with the configuration in force: errors callers will meet, and warnings."""
    return queries.findings_of(see_findings(request))
