"""A supervisor talks with the customer in the agent's place; the agent is free. The recording goes on."""

from __future__ import annotations

from callbase.core.agent import intervention
from callbase.core.agent.states import free
from callbase.core.call.audio import quiet
from callbase.core.call.ending import drop_consultation
from callbase.core.call.legs import release
from callbase.core.call.phases import advance
from callbase.core.call.segments import next_segment
from callbase.core.call.talk import connect
from callbase.core.core import Core
from callbase.core.recording.policy import follow
from callbase.core.state import Interaction, Peer, Supervision


def possible(interaction: Interaction, agent: str) -> bool:
    """One who called may be replaced only while both talk: on hold it is that one who hears the music. A conference is not
    taken over: one joins it; nor is a consulted agent replaced, who has no customer."""
    if interaction.consultation is not None and interaction.consultation.agent == agent:
        return False
    return interaction.phase != "conference" and (interaction.caller_agent != agent or interaction.phase == "talk")


def take_over(core: Core, interaction: Interaction, supervision: Supervision) -> None:
    """The supervisor's telephone has answered, and is at nothing else any more."""
    supervisor = core.agent(supervision.tenant, supervision.supervisor)
    agent = core.agent(supervision.tenant, supervision.agent)
    peer = interaction.peer
    assert supervisor is not None
    assert agent is not None
    assert peer is not None
    core.cancel_timer(interaction.reconnect_timer)
    interaction.reconnect_timer = None
    drop_consultation(core, interaction, "ended", "ended")
    quiet(core, interaction)
    supervisor.interaction = interaction.id
    if interaction.caller_agent == agent.id:
        left, interaction.leg = interaction.leg, supervision.leg
        interaction.caller_agent = supervisor.id
        follow(core, interaction)
    else:
        left = peer.leg
        interaction.peer = Peer(leg=supervision.leg, agent=supervisor.id, connection="connected")
    interaction.agent = supervisor.id
    connect(core, interaction)
    release(core, left)
    next_segment(core, interaction, "talk", queue=interaction.queue, agent=supervisor.id)
    advance(core, interaction, "taken_over")
    intervention.tell(core, agent, "taken_over", interaction.id, supervisor.id)
    free(core, agent)
