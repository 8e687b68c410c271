"""Who may see and change which interactions: supervisors all of their tenant; agents see those that came to them, even if only
their telephone rang, and change those they talked in."""

from __future__ import annotations

from callbase.apps.interactions.sql import Conditions
from callbase.apps.organization.access import Access
from callbase.web.errors import Forbidden

CAME = "EXISTS (SELECT 1 FROM segment own WHERE own.interaction = i.id AND own.agent = %(own_agent)s)"
HANDLED = """EXISTS (SELECT 1 FROM segment own WHERE own.interaction = i.id AND own.agent = %(own_agent)s
    AND own.kind IN ('talk', 'hold', 'wrap_up'))"""


def visible(access: Access, own: str = CAME) -> Conditions:
    """The condition on `interaction i` that keeps what the person may see; `own`: what makes one an agent's.

    Raises Forbidden where that is nothing at all.
    """
    access.require("interactions.view_all", "interactions.view_own")
    where = Conditions()
    where.add("i.tenant = %(tenant)s", tenant=access.tenant.id)
    if not access.may("interactions.view_all"):
        if access.agent is None:
            raise Forbidden("interactions.view_all")
        where.add(own, own_agent=access.agent)
    return where


def may_change(access: Access, handled: bool) -> None:
    """Raises Forbidden for who neither handled it nor supervises."""
    if not ((handled and access.may("agent.work")) or access.may("agents.supervise")):
        raise Forbidden("agents.supervise")
