"""A conference: customer, agent and others talk together. One of the agents leads it, and another once that one leaves; it ends
for all with the customer, and is a talk of two again once only one is left with the customer."""

from __future__ import annotations

from callbase.core.call.audio import quiet
from callbase.core.call.ending import leave
from callbase.core.call.phases import advance, touch_agents
from callbase.core.call.segments import next_segment
from callbase.core.commands import Connect
from callbase.core.core import Core
from callbase.core.state import Interaction, Peer

MOST_PARTIES = 8
"""The customer included."""


def join(core: Core, interaction: Interaction, leg: str, agent: str | None, number: str) -> None:
    peer = interaction.peer
    assert peer is not None
    quiet(core, interaction)
    peer.connection = "connected"
    interaction.others.append(Peer(leg=leg, agent=agent, number=number, connection="connected"))
    connect(core, interaction)
    if interaction.phase != "conference":
        next_segment(core, interaction, "conference", queue=interaction.queue, agent=peer.agent)
        advance(core, interaction, "joined")
    touch_agents(core, interaction)


def connect(core: Core, interaction: Interaction) -> None:
    interaction.bridged = True
    core.do(Connect(bridge=interaction.id, node=interaction.node, legs=legs(interaction)))


def legs(interaction: Interaction) -> tuple[str, ...]:
    peers = (interaction.peer, *interaction.others)
    return (interaction.leg, *(peer.leg for peer in peers if peer is not None))


def party_on(interaction: Interaction, leg: str) -> Peer | None:
    """Of a conference, the customer aside."""
    if interaction.phase != "conference":
        return None
    return next((peer for peer in (interaction.peer, *interaction.others) if peer is not None and peer.leg == leg), None)


def party_of(interaction: Interaction, agent: str) -> Peer | None:
    if interaction.phase != "conference":
        return None
    return next((peer for peer in (interaction.peer, *interaction.others) if peer is not None and peer.agent == agent), None)


def left(core: Core, interaction: Interaction, party: Peer) -> None:
    """Left by itself or was taken out; the others talk on."""
    lead = interaction.peer
    rest = [peer for peer in (lead, *interaction.others) if peer is not None and peer is not party]
    following = next((peer for peer in rest if peer.agent is not None), rest[0])
    interaction.peer = following
    interaction.others = [peer for peer in rest if peer is not following]
    interaction.agent = following.agent or interaction.agent
    if not interaction.others:
        next_segment(core, interaction, "talk", queue=interaction.queue, agent=following.agent)
        advance(core, interaction, "parted")
    elif following is not lead:
        next_segment(core, interaction, "conference", queue=interaction.queue, agent=following.agent)
    leave(core, interaction, party)
    touch_agents(core, interaction)
