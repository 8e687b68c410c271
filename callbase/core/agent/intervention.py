"""What somebody else did to an agent's call, for that agent's screen: the call is gone by then without its doing."""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.state import Agent, Intervention, InterventionKind


def tell(core: Core, agent: Agent | None, what: InterventionKind, interaction: str, by: str | None) -> None:
    """`by`: the agent who did it; None where it was nobody who is one."""
    if agent is not None:
        agent.intervention = Intervention(what=what, interaction=interaction, by=by, at_ms=core.now_ms)
        core.touch_agent(agent)


def is_another(core: Core, agent: Agent, actor: str) -> bool:
    """Whether another person asks this of the agent. A program may well be the agent's own."""
    tenant = core.tenant(agent.tenant)
    config = tenant.agents.get(agent.id) if tenant is not None else None
    own = config is None or not config.person or actor == config.person or actor.startswith("token:")
    return not own


def agent_of(core: Core, tenant_id: str, actor: str) -> str | None:
    """The agent who that person is."""
    tenant = core.tenant(tenant_id)
    agents = tenant.agents.values() if tenant is not None else ()
    return next((one.id for one in agents if one.person and one.person == actor), None)
