"""Sending the customer on without a consultation, and what follows when nobody takes it."""

from __future__ import annotations

from callbase.core.call import parking, remaining, talk
from callbase.core.call.ending import leave
from callbase.core.call.phases import advance
from callbase.core.call.segments import next_segment
from callbase.core.config import Prefer, ToAgent, ToNumber
from callbase.core.config.targets import Target
from callbase.core.core import Core
from callbase.core.queue import waiting
from callbase.core.routing import preference
from callbase.core.rules import targets
from callbase.core.rules.why import Why
from callbase.core.state import Interaction, Sent

ASKED_FIRST_S = 20.0
"""How long a customer whom nobody took waits for just the agent who sent it on."""


def way_to(core: Core, interaction: Interaction, to: Target, agent: str) -> targets.Way | None:
    """None where it cannot go there now."""
    return targets.SENDERS[type(to)](core, interaction, to, Why(by="transfer", rule=agent))


def send(core: Core, interaction: Interaction, to: Target, agent: str, way: targets.Way) -> None:
    """The agent leaves, and the customer goes."""
    peer, queue = interaction.peer, interaction.queue
    assert peer is not None
    talk.part(core, interaction, peer)
    interaction.peer = None
    next_segment(core, interaction, "flow", result="transferred")
    advance(core, interaction, "left")
    leave(core, interaction, peer)
    interaction.returned = False
    interaction.sent = Sent(by=agent, how="transferred")
    targets.note(core, interaction, to, way.to, Why(by="transfer", rule=agent, queue=queue))
    way.go()
    if interaction.dial is not None and isinstance(to, ToAgent | ToNumber):
        interaction.dial.by, interaction.dial.back = agent, queue


def nowhere(core: Core, interaction: Interaction) -> None:
    """The agent leaves, and where the customer was to go is no more."""
    peer = interaction.peer
    assert peer is not None
    talk.part(core, interaction, peer)
    interaction.peer = None
    leave(core, interaction, peer)
    talk.apologise(core, interaction)


def come_back(core: Core, interaction: Interaction, agent: str | None, queue: str | None) -> None:
    """Nobody took it: to the head of the queue it came from, to the agent who sent it on before all others. One of no queue rings
    at that agent."""
    if queue is not None and core.queue(interaction.tenant, queue) is not None:
        interaction.returned = True
        preference.prefer(core, interaction, queue, Prefer(by="agent", agent=agent, for_s=ASKED_FIRST_S))
        waiting.enter(core, interaction, queue, how="returned")
    else:
        parking.ring_back(core, interaction, agent)


def lost(core: Core, interaction: Interaction) -> None:
    """The outside party it had been sent to is gone without hanging up: as if that had not taken it."""
    remaining.leave_alone(core, interaction)
    come_back(core, interaction, interaction.agent, interaction.queue)
