"""Makes an offered agent's telephone ring."""

from __future__ import annotations

from callbase.core.call.telephone import call
from callbase.core.commands import Originate
from callbase.core.core import Core
from callbase.core.state import Interaction, Offer

EXPIRY_MARGIN_MS = 2_000
"""The switch ends the ringing by itself; the core's own timer, this much later, makes sure."""


def ring_ms(core: Core, interaction: Interaction, queue_id: str) -> int:
    """How long an agent of that queue is rung."""
    queue = core.queue(interaction.tenant, queue_id)
    return max(1000, int((queue.offer_timeout_s if queue is not None else 20.0) * 1000))


def ring(core: Core, interaction: Interaction, offer: Offer) -> None:
    """Calls the agent on the offer's leg."""
    agent = core.agent(interaction.tenant, offer.agent)
    device = agent.device if agent is not None else None
    call(
        core,
        interaction,
        Originate(
            leg=offer.leg,
            node=interaction.node,
            tenant=interaction.tenant,
            interaction=interaction.id,
            device=device,
            caller_number=interaction.caller_number,
            caller_name=interaction.customer.name if interaction.customer is not None else interaction.caller_name,
            timeout_ms=ring_ms(core, interaction, offer.queue),
            auto_answer=offer.picked,
            partner=interaction.leg,
            headers={"X-Callbase-Interaction": interaction.id},
        ),
    )
