"""Who leads a call between two of whom an agent called the other. What is done with a call is done by its `peer`, to whom the
other party is the customer; so an agent who called and now holds, consults or transfers changes places with whom it called."""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.recording.policy import follow
from callbase.core.state import Interaction, Peer


def may_lead(interaction: Interaction, agent: str) -> bool:
    """Leads it, or called and talks with whom it called."""
    peer = interaction.peer
    if peer is None:
        return False
    return peer.agent == agent or (interaction.caller_agent == agent and interaction.phase == "talk")


def lead(core: Core, interaction: Interaction, agent: str) -> None:
    """From now on that one does, who may."""
    called = interaction.peer
    if called is None or called.agent == agent:
        return
    interaction.peer = Peer(leg=interaction.leg, agent=agent, connection="connected")
    interaction.leg, interaction.caller_agent = called.leg, called.agent
    interaction.caller_leads = not interaction.caller_leads
    interaction.agent = agent
    follow(core, interaction)
    core.touch(interaction)
