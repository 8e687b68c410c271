"""Puts the caller in line; the flow is over then. Into a queue that overflow led out of there is no way back: on by `failed`,
or, without one, into the line it was led out of last."""

from __future__ import annotations

from callbase.core.call.ending import say_goodbye
from callbase.core.config import Enqueue
from callbase.core.flow.nodes.base import Go, NodeKind, Step, Walk
from callbase.core.flow.speech import APOLOGY, standing
from callbase.core.queue.aside import is_aside
from callbase.core.rules import entry, overflow
from callbase.core.rules.priority import add_priority


class EnqueueKind(NodeKind[Enqueue]):
    def enter(self, walk: Walk, node: Enqueue) -> Step:
        interaction = walk.interaction
        if is_aside(interaction) and node.queue in interaction.places:
            return Go("next", None)
        queue = overflow.stands_in(walk.core, interaction, node.queue)
        if queue != node.queue and node.failed is not None:
            return Go("failed", node.failed)
        if walk.core.queue(interaction.tenant, queue) is not None:
            flow_node = interaction.flow.node if interaction.flow is not None else ""
            add_priority(walk.core, interaction, "flow_node", flow_node, node.priority)
            interaction.requires = node.requires
            interaction.wish = node.prefer
            entry.enter(walk.core, interaction, queue)
            return None
        if node.failed is not None or is_aside(interaction):
            return Go("failed", node.failed)
        say_goodbye(walk.core, interaction, standing(walk.tenant, interaction, APOLOGY), "failed")
        return None
