"""Who may see reports: supervisors those of the tenant, an agent its own figures."""

from __future__ import annotations

from callbase.apps.organization.access import Access
from callbase.web.errors import Forbidden


def reported_agent(access: Access, agent: str | None) -> str | None:
    """The agent the report is narrowed to. Raises Forbidden for who may not see that much."""
    if access.may("reports.view"):
        return agent
    access.require("interactions.view_own")
    if access.agent is None or agent not in (None, access.agent):
        raise Forbidden("reports.view")
    return access.agent
