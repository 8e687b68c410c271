"""A conference: customer, agent and others talk together. One of the agents leads it: takes others in and out, and consults. Each
agent may step aside and come back; who is left alone hears music meanwhile. Another leads once that one leaves. It ends for all
with the customer, and is a talk of two again once only one is left with the customer."""

from __future__ import annotations

from callbase.core.call.audio import hold_music, quiet
from callbase.core.call.consultation_states import leads_beside
from callbase.core.call.ending import drop_consultation, end, leave
from callbase.core.call.phases import PhaseEvent, advance, together, touch_agents
from callbase.core.call.segments import next_segment
from callbase.core.commands import Connect, Disconnect
from callbase.core.core import Core
from callbase.core.recording.policy import follow
from callbase.core.state import Interaction, Peer
from callbase.core.views import Connection

MOST_PARTIES = 8
"""The customer included."""


def join(core: Core, interaction: Interaction, party: Peer, *, with_lead: bool) -> None:
    """`with_lead`: who leads comes too, from wherever it was."""
    peer = interaction.peer
    assert peer is not None
    if peer.connection == "reconnecting" and interaction.phase != "conference":
        peer.timer, interaction.reconnect_timer = interaction.reconnect_timer, None
    elif with_lead or interaction.phase != "conference":
        peer.connection = "connected"
    interaction.others.append(party)
    if interaction.phase != "conference":
        next_segment(core, interaction, "conference", queue=interaction.queue, agent=peer.agent)
        advance(core, interaction, "joined")
    connect(core, interaction)
    touch_agents(core, interaction)


def connect(core: Core, interaction: Interaction) -> None:
    quiet(core, interaction)
    interaction.bridged = True
    there = [party.agent for party in parties(interaction) if party.connection == "connected"]
    together(core, interaction, *there, interaction.caller_agent if there else None)
    core.do(Connect(bridge=interaction.id, node=interaction.node, legs=legs(interaction)))


def parties(interaction: Interaction) -> list[Peer]:
    """All but the customer."""
    return [peer for peer in (interaction.peer, *interaction.others) if peer is not None]


def legs(interaction: Interaction) -> tuple[str, ...]:
    """Of those who hear one another; none where the customer is alone."""
    there = [peer.leg for peer in parties(interaction) if peer.connection == "connected"]
    return (interaction.leg, *there) if there else ()


def party_on(interaction: Interaction, leg: str) -> Peer | None:
    """Of a conference, the customer aside."""
    found = parties(interaction) if interaction.phase == "conference" else ()
    return next((peer for peer in found if peer.leg == leg), None)


def party_of(interaction: Interaction, agent: str) -> Peer | None:
    found = parties(interaction) if interaction.phase == "conference" else ()
    return next((peer for peer in found if peer.agent == agent), None)


def outside(interaction: Interaction) -> tuple[str, ...]:
    """Legs of those in it who are no agents, the customer first."""
    there = [(interaction.leg, interaction.caller_agent), *((peer.leg, peer.agent) for peer in parties(interaction))]
    return tuple(leg for leg, agent in there if agent is None)


def hears_all(interaction: Interaction, agent: str) -> bool:
    """Whether that agent is among those who talk in it."""
    party = party_of(interaction, agent)
    return party.connection == "connected" if party is not None else interaction.caller_agent == agent and bool(legs(interaction))


def step_aside(core: Core, interaction: Interaction, party: Peer, connection: Connection = "hold") -> None:
    """Hears the others no longer, who talk on."""
    party.connection = connection
    if core.live_leg(party.leg) is not None:
        core.do(Disconnect(bridge=interaction.id, leg=party.leg))
    _nobody_in_silence(core, interaction)
    touch_agents(core, interaction)


def come_back(core: Core, interaction: Interaction, party: Peer) -> None:
    party.connection = "connected"
    connect(core, interaction)
    touch_agents(core, interaction)


def left(core: Core, interaction: Interaction, party: Peer) -> None:
    """Left by itself or was taken out; the others talk on."""
    lead = interaction.peer
    core.cancel_timer(party.timer)
    party.timer = None
    if party is lead and leads_beside(interaction):
        drop_consultation(core, interaction, "ended", "ended")
    rest = [peer for peer in parties(interaction) if peer is not party]
    following = _leader(rest)
    interaction.peer = following
    interaction.others = [peer for peer in rest if peer is not following]
    interaction.agent = following.agent or interaction.agent
    if not interaction.others:
        interaction.reconnect_timer, following.timer = following.timer, None
        there = following.connection == "connected"
        next_segment(core, interaction, "talk" if there else "hold", queue=interaction.queue, agent=following.agent)
        advance(core, interaction, PARTED[following.connection])
    elif following is not lead:
        next_segment(core, interaction, "conference", queue=interaction.queue, agent=following.agent)
    leave(core, interaction, party)
    _nobody_in_silence(core, interaction)
    touch_agents(core, interaction)


PARTED: dict[Connection, PhaseEvent] = {"connected": "parted", "hold": "parted_aside", "reconnecting": "parted_lost"}


def caller_left(core: Core, interaction: Interaction) -> None:
    """The agent who called within the house: another is in its place, so that the others talk on. Who is lost cannot be, and is
    waited for no longer."""
    for party in list(interaction.others):
        if interaction.phase == "conference" and party.connection == "reconnecting":
            left(core, interaction, party)
    if interaction.phase == "conference":
        left(core, interaction, change_places(core, interaction))
    else:
        end(core, interaction, "agent_hung_up")


def change_places(core: Core, interaction: Interaction) -> Peer:
    """Who called is a party as the others are, and one of these in its place."""
    other = next((peer for peer in interaction.others if peer.connection == "connected"), interaction.others[0])
    party = Peer(leg=interaction.leg, agent=interaction.caller_agent, connection="connected")
    back = other.connection == "hold"
    quiet(core, interaction)
    interaction.leg, interaction.caller_agent = other.leg, other.agent
    interaction.others[interaction.others.index(other)] = party
    follow(core, interaction)
    if back or len(legs(interaction)) == 2:
        connect(core, interaction)
    return party


def _leader(rest: list[Peer]) -> Peer:
    """The first who is an agent; one who is there before one aside, but for who leads already."""
    agents = [peer for peer in rest if peer.agent is not None]
    there = [peer for peer in agents if peer.connection == "connected"]
    return (agents[:1] if rest[0].agent is not None else there or agents or rest)[0]


def _nobody_in_silence(core: Core, interaction: Interaction) -> None:
    if not legs(interaction) and interaction.music is None:
        if core.live_leg(interaction.leg) is not None:
            core.do(Disconnect(bridge=interaction.id, leg=interaction.leg))
        hold_music(core, interaction)
