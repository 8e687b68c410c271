"""An offer: an agent's telephone rings for a waiting caller, for a time that always ends."""

from __future__ import annotations

from callbase.core.agent.states import SYSTEM, fail_offer, move
from callbase.core.call import talk
from callbase.core.call.legs import ReleaseCause, add_leg, release
from callbase.core.call.phases import advance
from callbase.core.call.segments import close_segment, open_segment
from callbase.core.commands import Originate
from callbase.core.core import Core
from callbase.core.events import Cause
from callbase.core.queue import places, waiting
from callbase.core.state import Agent, Interaction, Offer
from callbase.core.stats.today import count_answered

EXPIRY_MARGIN_MS = 2000
"""The switch ends the ringing by itself; the core's own timer, this much later, makes sure."""

RESULTS: dict[Cause, str] = {
    "normal": "rejected",
    "rejected": "rejected",
    "busy": "busy",
    "no_answer": "no_answer",
    "no_user_responding": "no_answer",
    "cancelled": "no_answer",
}
"""How an offer ended, after why its leg did. Others: unreachable."""


def make_offer(core: Core, interaction: Interaction, queue_id: str, agent: Agent) -> None:
    """Reserves the agent and makes its telephone ring. Facts and changes come first: the screen knows before the bell."""
    queue = core.queue(interaction.tenant, queue_id)
    assert queue is not None
    leg = core.new_id()
    timeout_ms = max(1000, int(queue.offer_timeout_s * 1000))
    places.step_out(core, interaction)
    agent.interaction = interaction.id
    move(core, agent, "offer")
    segment = open_segment(core, interaction, "offer", queue=queue_id, agent=agent.id)
    timer = core.set_timer("offer", interaction.tenant, interaction.id, timeout_ms + EXPIRY_MARGIN_MS)
    interaction.offer = Offer(agent=agent.id, queue=queue_id, leg=leg, segment=segment, timer=timer)
    advance(core, interaction, "offered")
    add_leg(core, interaction, leg, device=agent.device)
    core.do(
        Originate(
            leg=leg,
            node=interaction.node,
            tenant=interaction.tenant,
            interaction=interaction.id,
            device=agent.device,
            caller_number=interaction.caller_number,
            caller_name=interaction.customer.name if interaction.customer is not None else interaction.caller_name,
            timeout_ms=timeout_ms,
            headers={"X-Callbase-Interaction": interaction.id},
        )
    )


def offer_answered(core: Core, interaction: Interaction) -> None:
    offer = interaction.offer
    assert offer is not None
    interaction.offer = None
    core.cancel_timer(offer.timer)
    agent = core.agent(interaction.tenant, offer.agent)
    if agent is not None:
        move(core, agent, "answer")
    waiting.leave(core, interaction, answered_by=offer.queue)
    close_segment(core, interaction, offer.segment, "answered")
    count_answered(core, interaction)
    interaction.queue = offer.queue
    talk.begin(core, interaction, offer.leg, offer.agent, result="answered")


def offer_failed(
    core: Core, interaction: Interaction, result: str, *, cause: ReleaseCause = "normal", actor: str = SYSTEM
) -> None:
    """The agent did not take it: not ready, for that reason; the caller keeps the place and goes to the next."""
    offer = interaction.offer
    assert offer is not None
    interaction.offer = None
    core.cancel_timer(offer.timer)
    release(core, offer.leg, cause)
    close_segment(core, interaction, offer.segment, result)
    agent = core.agent(interaction.tenant, offer.agent)
    if agent is not None:
        fail_offer(core, agent, result, actor=actor)
    advance(core, interaction, "not_taken")
    waiting.go_on(core, interaction)
