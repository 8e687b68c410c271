"""Every state of a consultation, and of asking somebody to join; what leads from one to the next.

While it is waiting, alerting or connected the customer is on hold; while it is held the agent is with the customer again. Who is
asked to join rings beside the talk. It waits where a queue was asked for: for the first of its agents, and the next where that
one does not take it. Whatever ends it, the customer is then with an agent, waits for the called party in the first one's
place, or waits with music for an agent who was lost.
"""

from __future__ import annotations

from typing import Literal

from callbase.core.state import Consultation, ConsultationState, Interaction

ConsultationEvent = Literal[
    "offered",  # an agent of the queue rings
    "asked",  # an agent of the queue rings, to join
    "not_taken",  # by that agent: the next is asked
    "answered",
    "alternated",
    "left",  # the agent is out of the conference: who rings comes to the others
    "failed",  # not answered, rejected, busy, unreachable
    "ended",  # the called party hung up, the agent was lost, or the call is over
    "reconnected",  # the agent cancelled it
    "transferred",
    "joined",  # all talk together
]

CONSULTATION: dict[ConsultationState, dict[ConsultationEvent, ConsultationState]] = {
    "waiting": {
        "offered": "alerting",
        "asked": "joining",
        "transferred": "over",
        "failed": "over",
        "ended": "over",
        "reconnected": "over",
    },
    "alerting": {
        "answered": "connected",
        "not_taken": "waiting",
        "left": "joining",
        "transferred": "over",
        "failed": "over",
        "ended": "over",
        "reconnected": "over",
    },
    "connected": {"alternated": "held", "transferred": "over", "joined": "over", "ended": "over", "reconnected": "over"},
    "held": {"alternated": "connected", "transferred": "over", "joined": "over", "ended": "over", "reconnected": "over"},
    "joining": {"joined": "over", "not_taken": "waiting", "failed": "over", "ended": "over", "reconnected": "over"},
    "over": {},
}


def on_consultation(interaction: Interaction) -> bool:
    """Whether the agent is, away from the customer."""
    found = interaction.consultation
    return found is not None and not found.joining and found.state in ("waiting", "alerting", "connected")


def apart(interaction: Interaction) -> bool:
    """Whether agent and consulted party cannot hear one another: one of their telephones is lost, and waited for."""
    found, peer = interaction.consultation, interaction.peer
    return found is not None and (found.lost or (peer is not None and peer.connection == "reconnecting"))


def leads_beside(interaction: Interaction) -> bool:
    """Whether it is the agent's alone and ends with it; who is asked to join may come to the others as well."""
    return interaction.consultation is not None and not interaction.consultation.joining


def step(consultation: Consultation, event: ConsultationEvent) -> None:
    consultation.state = CONSULTATION[consultation.state][event]
