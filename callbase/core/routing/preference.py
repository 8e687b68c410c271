"""The agent a caller is to have before all others: a named one, who served this caller last, or the one attached data names."""

from __future__ import annotations

from callbase.core.config import Prefer
from callbase.core.core import Core
from callbase.core.queue import places
from callbase.core.routing.needs import need_of
from callbase.core.state import Agent, Interaction, Place, Preferred, Served
from callbase.numbers import caller_key

MOST_SERVED = 20_000
"""Callers of a tenant remembered with who served them; beyond, those served longest ago are forgotten."""


def prefer(core: Core, interaction: Interaction, queue_id: str, wish: Prefer | None) -> None:
    """To be called before it enters that line. Dropped, which is noted, where that agent is not known, or is signed out or lacks
    a skill required and others may serve too."""
    wished = _wished(core, interaction, queue_id, wish) if wish is not None else None
    if wish is None or wished is None:
        return
    against = _against(core, interaction, queue_id, wished, wish)
    if against is not None:
        places.note_change(core, interaction, queue_id, "preference_dropped", {"agent": wished, "why": against})
        return
    interaction.preferred = Preferred(agent=wished, only=wish.only)
    if not wish.only:
        after_ms = max(0, int(wish.for_s * 1000))
        interaction.preferred.timer = core.set_timer("prefer", interaction.tenant, interaction.id, after_ms)


def _against(core: Core, interaction: Interaction, queue_id: str, wished: str, wish: Prefer) -> str | None:
    """Why it is not to wait for that agent: removed, signed_out, skill_missing; None: it is to."""
    agent = core.agent(interaction.tenant, wished)
    if agent is None or agent.removed:
        return "removed"
    if agent.state == "logged_off" and not wish.only:
        return "signed_out"
    if not wish.only and not _has_skills(core, interaction, queue_id, agent):
        return "skill_missing"
    return None


def _has_skills(core: Core, interaction: Interaction, queue_id: str, agent: Agent) -> bool:
    tenant, queue = core.tenant(interaction.tenant), core.queue(interaction.tenant, queue_id)
    known = tenant.agents.get(agent.id) if tenant is not None else None
    if queue is None or known is None:
        return True
    required = need_of(queue, interaction, Place(entered_ms=core.now_ms, priority=0)).skills
    return all(known.skills.get(skill, 0) >= level for skill, level in required)


def wait_for(core: Core, interaction: Interaction, agent: Agent) -> None:
    """From now on it waits for this agent, for as long as that is signed in. It must not be being offered."""
    if interaction.preferred is not None:
        core.cancel_timer(interaction.preferred.timer)
    places.step_out(core, interaction)
    interaction.preferred = Preferred(agent=agent.id)
    places.step_in(core, interaction)


def let_go(core: Core, interaction: Interaction, why: str) -> None:
    """From now on all are asked. `why`: timed_out, signed_out, not_taken, removed, moved."""
    preferred = interaction.preferred
    if preferred is None:
        return
    core.cancel_timer(preferred.timer)
    if interaction.phase == "queue":
        places.step_out(core, interaction)
    interaction.preferred = None
    if interaction.phase == "queue":
        places.step_in(core, interaction)
    if interaction.places:
        data = {"agent": preferred.agent, "why": why}
        places.note_change(core, interaction, interaction.queue or "", "preferred_over", data)


def check(core: Core, interaction: Interaction) -> None:
    """The configuration changed: nobody waits for an agent who is no more."""
    preferred = interaction.preferred
    if preferred is not None and core.agent(interaction.tenant, preferred.agent) is None:
        let_go(core, interaction, "removed")


def signed_out(core: Core, agent: Agent) -> None:
    """Who waits for this agent waits for it no longer, but for those nobody else may serve."""
    asking = core.index.asked_for.get((agent.tenant, agent.id))
    for _, _, _, interaction_id in list(asking) if asking is not None else []:
        interaction = core.state.interactions[interaction_id]
        if interaction.preferred is not None and (agent.removed or not interaction.preferred.only):
            let_go(core, interaction, "removed" if agent.removed else "signed_out")


# --- who served a caller last ------------------------------------------------------------------------------------------


def remember(core: Core, interaction: Interaction, agent: str) -> None:
    """This agent has answered this caller."""
    caller, tenant = caller_key(interaction.caller_number), core.state.tenants[interaction.tenant]
    if not caller:
        return
    tenant.served_count += 1
    tenant.served[caller] = Served(agent=agent, at_ms=core.now_ms, number=tenant.served_count)
    order = core.index.served[interaction.tenant]
    order[caller] = None
    order.move_to_end(caller)
    if len(order) > MOST_SERVED:
        oldest, _ = order.popitem(last=False)
        del tenant.served[oldest]


def last_served(core: Core, interaction: Interaction, within_s: float) -> str | None:
    """Who served this caller last, if not longer ago."""
    served = core.state.tenants[interaction.tenant].served.get(caller_key(interaction.caller_number))
    if served is None or core.now_ms - served.at_ms > within_s * 1000:
        return None
    return served.agent


def _wished(core: Core, interaction: Interaction, queue_id: str, wish: Prefer) -> str | None:
    if wish.by == "agent":
        return wish.agent
    if wish.by == "data":
        return interaction.data.get(wish.key or "")
    queue = core.queue(interaction.tenant, queue_id)
    return last_served(core, interaction, queue.last_served_s) if queue is not None else None
