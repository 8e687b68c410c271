"""Talking: customer and peer in one bridge; hold; last words."""

from __future__ import annotations

from callbase.core.call.audio import hold_music, quiet
from callbase.core.call.ending import say_goodbye
from callbase.core.call.phases import advance, together
from callbase.core.call.segments import next_segment
from callbase.core.commands import Connect, Disconnect
from callbase.core.config import Prompt
from callbase.core.core import Core
from callbase.core.facts import EndReason
from callbase.core.flow.speech import APOLOGY, CLOSED, standing
from callbase.core.recording.policy import start_recording
from callbase.core.routing import preference
from callbase.core.state import Interaction, Peer


def begin(core: Core, interaction: Interaction, leg: str, agent: str | None, *, number: str = "", result: str = "ended") -> None:
    """The peer, an agent or who is at that number, has answered: both hear one another. `result`: how the customer's segment
    until now ended."""
    talks = agent if agent is not None else interaction.caller_agent
    quiet(core, interaction)
    interaction.peer = Peer(leg=leg, agent=agent, number=number, connection="connected")
    connect(core, interaction)
    start_recording(core, interaction)
    if agent is not None and interaction.direction != "internal":
        preference.remember(core, interaction, agent)
    if talks is not None:
        interaction.agent = talks
        if interaction.answered_ms is None:
            interaction.answered_ms = core.now_ms
    next_segment(core, interaction, "talk", result=result, queue=interaction.queue, agent=talks)
    advance(core, interaction, "answered")


def connect(core: Core, interaction: Interaction) -> None:
    assert interaction.peer is not None
    interaction.bridged = True
    together(core, interaction, interaction.peer.agent, interaction.caller_agent)
    core.do(Connect(bridge=interaction.id, node=interaction.node, legs=(interaction.leg, interaction.peer.leg)))


def hold(core: Core, interaction: Interaction) -> None:
    """The customer hears music; so that it can be played, the customer leaves the bridge too."""
    peer = interaction.peer
    assert peer is not None
    peer.connection = "hold"
    part(core, interaction, peer)
    next_segment(core, interaction, "hold", queue=interaction.queue, agent=peer.agent)
    advance(core, interaction, "held")


def retrieve(core: Core, interaction: Interaction) -> None:
    peer = interaction.peer
    assert peer is not None
    peer.connection = "connected"
    quiet(core, interaction)
    connect(core, interaction)
    next_segment(core, interaction, "talk", queue=interaction.queue, agent=peer.agent)
    advance(core, interaction, "retrieved")


def apologise(core: Core, interaction: Interaction) -> None:
    """There is nowhere to go (any more) for who waits, would again, or was to be sent on: last words, then the end."""
    _last_words(core, interaction, APOLOGY, "failed")


def say_closed(core: Core, interaction: Interaction) -> None:
    """Nobody answered where calls go outside the opening hours."""
    _last_words(core, interaction, CLOSED, "closed")


def _last_words(core: Core, interaction: Interaction, words: Prompt, reason: EndReason) -> None:
    tenant = core.tenant(interaction.tenant)
    if interaction.phase != "flow":
        next_segment(core, interaction, "flow", result="left" if interaction.phase == "queue" else "ended")
        advance(core, interaction, "left")
    say_goodbye(core, interaction, standing(tenant, interaction, words) if tenant is not None else (), reason)


def part(core: Core, interaction: Interaction, peer: Peer) -> None:
    """Both leave the bridge; the customer hears music."""
    for leg in (peer.leg, interaction.leg):
        if core.live_leg(leg) is not None:
            core.do(Disconnect(bridge=interaction.id, leg=leg))
    hold_music(core, interaction)
