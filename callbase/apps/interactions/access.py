"""Who may see and change which interactions: who sees all, those the scope reaches (all of the tenant, those that came to the
people of one's unit and below, or to the agents and queues a program's token names); agents see those that came to them, even if
only their telephone rang or they were consulted, and change those they talked in."""

from __future__ import annotations

from callbase.apps.interactions.sql import Conditions
from callbase.apps.organization.access import Access
from callbase.web.errors import Forbidden

CAME = """EXISTS (SELECT 1 FROM segment own WHERE own.interaction = i.id
    AND (own.agent = ANY(%(own_agents)s) OR own.party = ANY(%(own_agents)s)))"""
HANDLED = """EXISTS (SELECT 1 FROM segment own WHERE own.interaction = i.id AND own.agent = ANY(%(own_agents)s)
    AND own.kind IN ('talk', 'hold', 'wrap_up'))"""


IN_QUEUES = "EXISTS (SELECT 1 FROM segment place WHERE place.interaction = i.id AND place.queue = ANY(%(own_queues)s))"


def visible(access: Access, own: str = CAME) -> Conditions:
    """The condition on `interaction i` that keeps what the person may see; `own`: what makes one an agent's.

    Raises Forbidden where that is nothing at all.
    """
    where = Conditions()
    where.add("i.tenant = %(tenant)s", tenant=access.tenant.id)
    agents = whose(access)
    if agents is not None and access.queues is not None:
        where.add(f"({own} OR {IN_QUEUES})", own_agents=agents, own_queues=sorted(access.queues))
    elif agents is not None:
        where.add(own, own_agents=agents)
    return where


def whose(access: Access) -> list[str] | None:
    """The agents whose interactions the person may see; None: all there are. Raises Forbidden where that is nobody's."""
    access.require("interactions.view_all", "interactions.view_own")
    if access.may("interactions.view_all"):
        return None if access.reach is None else sorted(access.reach)
    if access.agent is None:
        raise Forbidden("interactions.view_all")
    return [access.agent]


def may_change(access: Access, handled: bool) -> None:
    """Raises Forbidden for who neither handled it nor supervises."""
    if not ((handled and access.may("agent.work")) or access.may("agents.supervise")):
        raise Forbidden("agents.supervise")
