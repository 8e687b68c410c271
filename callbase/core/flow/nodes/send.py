"""Sends the caller to a target; where that cannot be, on by `failed`."""

from __future__ import annotations

from callbase.core.call.ending import say_goodbye
from callbase.core.config import SendTo
from callbase.core.flow.nodes.base import Go, Jump, NodeKind, Step, Walk
from callbase.core.flow.speech import APOLOGY, standing
from callbase.core.queue.aside import is_aside
from callbase.core.rules import targets
from callbase.core.rules.why import Why


class SendKind(NodeKind[SendTo]):
    def enter(self, walk: Walk, node: SendTo) -> Step:
        interaction, flow = walk.interaction, walk.tenant.flow_of(node.target)
        if flow is not None:
            return Jump(flow.id)
        if targets.send(walk.core, interaction, node.target, Why(by="flow", rule=walk.run.node)):
            if interaction.dial is not None:
                interaction.dial.failed = node.failed
            return None
        if node.failed is not None or is_aside(interaction):
            return Go("failed", node.failed)
        say_goodbye(walk.core, interaction, standing(walk.tenant, interaction, APOLOGY), "failed")
        return None
