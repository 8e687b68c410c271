"""Who supervises whom, and by which leg an agent is in its call."""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.state import Agent, Interaction, Supervision

TALKING = ("talk", "hold", "conference", "reconnecting")


def supervision_by(core: Core, supervisor: Agent) -> Supervision | None:
    """What the agent is at as a supervisor."""
    for found in core.state.supervisions.values():
        if found.supervisor == supervisor.id and found.tenant == supervisor.tenant:
            return found
    return None


def supervisions_of(core: Core, agent: Agent) -> list[Supervision]:
    """Those who are at the agent's call."""
    return [one for one in core.state.supervisions.values() if one.agent == agent.id and one.tenant == agent.tenant]


def call_of(core: Core, agent: Agent | None) -> tuple[Interaction, str] | None:
    """The call that the agent talks in, or is consulted in, and its own leg there."""
    if agent is None or agent.state != "busy" or agent.interaction is None:
        return None
    interaction = core.state.interactions.get(agent.interaction)
    if interaction is None or interaction.phase not in TALKING:
        return None
    for party in (interaction.peer, *interaction.others):
        if party is not None and party.agent == agent.id:
            return interaction, party.leg
    if interaction.caller_agent == agent.id:
        return interaction, interaction.leg
    asked = interaction.consultation
    if asked is not None and asked.agent == agent.id and asked.state in ("connected", "held"):
        return interaction, asked.leg
    return None
