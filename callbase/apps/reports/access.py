"""Who may see reports: supervisors those of the agents their scope reaches, an agent its own figures."""

from __future__ import annotations

from callbase.apps.organization.access import Access
from callbase.web.errors import Forbidden


def reported_agents(access: Access, agent: str | None) -> list[str] | None:
    """The agents the report is narrowed to; None: it is not. Raises Forbidden for who may not see that much."""
    reach = access.reach
    if not access.may("reports.view"):
        access.require("interactions.view_own")
        if access.agent is None:
            raise Forbidden("reports.view")
        reach = frozenset({access.agent})
    if agent is None:
        return None if reach is None else sorted(reach)
    if reach is not None and agent not in reach:
        raise Forbidden("reports.view")
    return [agent]
