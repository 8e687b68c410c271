"""Speaks, then goes on."""

from __future__ import annotations

from callbase.core.call.audio import speak
from callbase.core.config import Greet
from callbase.core.flow.nodes.base import Go, NodeKind, Step, Walk
from callbase.core.flow.speech import resolve


class GreetKind(NodeKind[Greet]):
    def enter(self, walk: Walk, node: Greet) -> Step:
        if speak(walk.core, walk.interaction, resolve(walk.tenant, walk.interaction, node.say)):
            return None
        return Go("next", node.next)

    def played(self, walk: Walk, node: Greet) -> Step:
        return Go("next", node.next)

    def resume(self, walk: Walk, node: Greet) -> Step:
        return self.enter(walk, node)
