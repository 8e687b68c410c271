"""Puts the caller in line; the flow is over then."""

from __future__ import annotations

from callbase.core.call.ending import say_goodbye
from callbase.core.config import Enqueue
from callbase.core.flow.nodes.base import Go, NodeKind, Step, Walk
from callbase.core.flow.speech import APOLOGY, standing
from callbase.core.queue import waiting
from callbase.core.routing import preference


class EnqueueKind(NodeKind[Enqueue]):
    def enter(self, walk: Walk, node: Enqueue) -> Step:
        interaction = walk.interaction
        if walk.core.queue(interaction.tenant, node.queue) is not None:
            interaction.flow = None
            interaction.priority += node.priority
            interaction.requires = node.requires
            preference.prefer(walk.core, interaction, node.queue, node.prefer)
            waiting.enter(walk.core, interaction, node.queue)
            return None
        if node.failed is not None:
            return Go("failed", node.failed)
        say_goodbye(walk.core, interaction, standing(walk.tenant, interaction, APOLOGY), "failed")
        return None
