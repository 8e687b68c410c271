"""A flow walked while standing in line: the place is kept until a node really takes the caller elsewhere."""

from __future__ import annotations

from callbase.core.call.audio import quiet
from callbase.core.call.offer import take_back
from callbase.core.call.phases import advance
from callbase.core.call.segments import next_segment
from callbase.core.config import Enqueue, HangUp, Node, SendTo, TransferTo
from callbase.core.core import Core
from callbase.core.queue import treatment, waiting
from callbase.core.state import Interaction


def is_aside(interaction: Interaction) -> bool:
    return interaction.phase in ("queue", "offer")


def over(core: Core, interaction: Interaction) -> None:
    """The flow led nowhere else: the caller goes on waiting."""
    if interaction.flow is not None:
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    quiet(core, interaction)
    treatment.resume(core, interaction)


def takes_elsewhere(core: Core, interaction: Interaction, node: Node) -> bool:
    """Whether the caller has to leave the line before this node. Entering the line it stands in is no leaving."""
    if isinstance(node, Enqueue):
        return node.queue not in interaction.places and core.queue(interaction.tenant, node.queue) is not None
    if isinstance(node, TransferTo):
        tenant = core.tenant(interaction.tenant)
        return tenant is None or node.number not in tenant.dids
    return isinstance(node, HangUp)


def arrive(core: Core, interaction: Interaction, node: Node) -> None:
    """Before a node: leaves the line if the node takes the caller elsewhere, and an agent's telephone stops ringing for one
    who may be sent on."""
    elsewhere = takes_elsewhere(core, interaction, node)
    if interaction.offers and (elsewhere or isinstance(node, SendTo)):
        take_back(core, interaction)
    if elsewhere:
        _leave(core, interaction)


def _leave(core: Core, interaction: Interaction) -> None:
    """Walks on in the flow, out of line."""
    run, interaction.flow = interaction.flow, None
    waiting.leave(core, interaction)
    interaction.flow = run
    next_segment(core, interaction, "flow", result="left", flow=run.flow if run is not None else None)
    advance(core, interaction, "left")
