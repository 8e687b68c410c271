"""Who may see and change which interactions: supervisors all of their tenant, agents those they took part in."""

from __future__ import annotations

from callbase.apps.interactions.sql import Conditions
from callbase.apps.organization.access import Access
from callbase.web.errors import Forbidden

TOOK_PART = """EXISTS (SELECT 1 FROM segment own WHERE own.interaction = i.id AND own.agent = %(own_agent)s
    AND (own.kind IN ('talk', 'hold', 'wrap_up') OR own.kind = 'offer' AND own.ended_at IS NULL))"""
"""An offer that was not taken is not one's interaction; one that rings now is."""


def visible(access: Access) -> Conditions:
    """The condition on `interaction i` that keeps what the person may see. Raises Forbidden where that is nothing at all."""
    access.require("interactions.view_all", "interactions.view_own")
    where = Conditions()
    where.add("i.tenant = %(tenant)s", tenant=access.tenant.id)
    if not access.may("interactions.view_all"):
        if access.agent is None:
            raise Forbidden("interactions.view_all")
        where.add(TOOK_PART, own_agent=access.agent)
    return where


def may_change(access: Access, took_part: bool) -> None:
    """Raises Forbidden for who neither took part nor supervises."""
    if not ((took_part and access.may("agent.work")) or access.may("agents.supervise")):
        raise Forbidden("agents.supervise")
