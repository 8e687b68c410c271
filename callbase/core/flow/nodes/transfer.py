"""Passes the caller on: to another number of ours, whose flow goes on from here, or to a telephone that is called."""

from __future__ import annotations

from callbase.core.call.audio import while_called
from callbase.core.call.dial import dial, resolve_number
from callbase.core.call.ending import say_goodbye
from callbase.core.config import TransferTo
from callbase.core.flow.nodes.base import Go, Jump, NodeKind, Step, Walk
from callbase.core.flow.speech import APOLOGY, standing


class TransferKind(NodeKind[TransferTo]):
    def enter(self, walk: Walk, node: TransferTo) -> Step:
        did = walk.tenant.dids.get(node.number)
        if did is not None:
            return Jump(did.flow)
        target = resolve_number(walk.core, walk.interaction.tenant, node.number)
        if target is not None and dial(walk.core, walk.interaction, target, node.number, node.timeout_s, failed=node.failed):
            while_called(walk.core, walk.interaction)
            return None
        if node.failed is not None:
            return Go("failed", node.failed)
        say_goodbye(walk.core, walk.interaction, standing(walk.tenant, walk.interaction, APOLOGY), "failed")
        return None
