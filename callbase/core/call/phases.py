"""Every phase an interaction goes through, and what leads from one to the next."""

from __future__ import annotations

from typing import Literal

from callbase.core.core import Core
from callbase.core.state import Interaction
from callbase.core.views import Phase

PhaseEvent = Literal[
    "enqueued",
    "reached",  # whom the system called for a queue
    "left",  # the queue is no more: last words
    "offered",
    "not_taken",  # the offer failed; the caller keeps the place
    "answered",
    "held",
    "retrieved",
    "agent_lost",
    "agent_back",
    "agent_back_aside",  # to whom it consults
    "returned",  # no agent has it any more: to the head of the queue
    "taken_over",  # a supervisor talks in the agent's place
    "parked",
    "voicemail",  # leaves a message
    "called",  # is to be called back: by the agent who answered, or after a while again
    "turn_again",  # stands in line for the next attempt
    "joined",  # a third talks with them
    "parted",  # only two are left
    "parted_aside",  # only two are left, one of whom has stepped aside
    "parted_lost",  # only two are left, one of whom is being called again
    "wrapped_up",  # the customer is gone, the agent works on
]

PHASES: dict[Phase, dict[PhaseEvent, Phase]] = {
    "flow": {
        "enqueued": "queue",
        "returned": "queue",
        "answered": "talk",
        "parked": "parked",
        "voicemail": "voicemail",
        "wrapped_up": "wrap_up",
    },
    "queue": {
        "enqueued": "queue",
        "left": "flow",
        "offered": "offer",
        "voicemail": "voicemail",
        "called": "callback",
        "wrapped_up": "wrap_up",
    },
    "offer": {"not_taken": "queue", "answered": "talk", "called": "callback", "wrapped_up": "wrap_up"},
    "callback": {"answered": "talk", "turn_again": "queue", "wrapped_up": "wrap_up"},
    "dialing": {"answered": "talk", "reached": "flow"},
    "parked": {"answered": "talk", "returned": "queue", "left": "flow", "wrapped_up": "wrap_up"},
    "voicemail": {"wrapped_up": "wrap_up"},
    "talk": {
        "answered": "talk",  # somebody else has the customer now
        "held": "hold",
        "parked": "parked",
        "returned": "queue",
        "left": "flow",  # sent on
        "joined": "conference",
        "agent_lost": "reconnecting",
        "taken_over": "talk",
        "wrapped_up": "wrap_up",
    },
    "hold": {
        "answered": "talk",
        "retrieved": "talk",
        "parked": "parked",
        "returned": "queue",
        "left": "flow",
        "joined": "conference",
        "agent_lost": "reconnecting",
        "taken_over": "talk",
        "wrapped_up": "wrap_up",
    },
    "conference": {"parted": "talk", "parted_aside": "hold", "parted_lost": "reconnecting", "wrapped_up": "wrap_up"},
    "reconnecting": {
        "agent_back": "talk",
        "agent_back_aside": "hold",
        "joined": "conference",
        "taken_over": "talk",
        "returned": "queue",
        "left": "flow",
        "wrapped_up": "wrap_up",
    },
    "wrap_up": {},
}
"""Every phase can also end at once, the caller or the system hanging up."""


def advance(core: Core, interaction: Interaction, event: PhaseEvent) -> None:
    interaction.phase = PHASES[interaction.phase][event]
    interaction.phase_since_ms = core.now_ms
    touch_agents(core, interaction)


def touch_agents(core: Core, interaction: Interaction) -> None:
    """It is shown anew, and so are the agents in it."""
    core.touch(interaction)
    for agent_id in present_agents(interaction):
        agent = core.agent(interaction.tenant, agent_id)
        if agent is not None:
            core.touch_agent(agent)


def together(core: Core, interaction: Interaction, *agents: str | None) -> None:
    """These hear somebody in the call, from now on where they did not before."""
    for agent_id in agents:
        agent = core.agent(interaction.tenant, agent_id)
        if agent is not None and agent.state == "busy" and agent.connected_ms is None:
            agent.connected_ms = core.now_ms
            core.touch_agent(agent)


def present_agents(interaction: Interaction) -> list[str]:
    """Agents whose view shows this interaction."""
    found = [
        *(offer.agent for offer in interaction.offers),
        interaction.dial.agent if interaction.dial is not None else None,
        interaction.peer.agent if interaction.peer is not None else None,
        *(other.agent for other in interaction.others),
        interaction.consultation.agent if interaction.consultation is not None else None,
        *(wrap_up.agent for wrap_up in interaction.wrap_ups),
        interaction.caller_agent,
    ]
    return [agent for agent in found if agent is not None]
