"""Speaks, then goes on; at once when a key is pressed, which is kept for the menu to come."""

from __future__ import annotations

from callbase.core.call.audio import quiet, speak
from callbase.core.config import Greet
from callbase.core.flow.nodes.base import Go, NodeKind, Step, Walk
from callbase.core.flow.speech import resolve


class GreetKind(NodeKind[Greet]):
    def enter(self, walk: Walk, node: Greet) -> Step:
        if node.interruptible and walk.run.keys:
            return Go("next", node.next)
        if speak(walk.core, walk.interaction, resolve(walk.tenant, walk.interaction, node.say)):
            return None
        return Go("next", node.next)

    def played(self, walk: Walk, node: Greet) -> Step:
        return Go("next", node.next)

    def digit(self, walk: Walk, node: Greet, digit: str) -> Step:
        super().digit(walk, node, digit)
        if not node.interruptible:
            return None
        quiet(walk.core, walk.interaction)
        return Go("next", node.next)

    def resume(self, walk: Walk, node: Greet) -> Step:
        return self.enter(walk, node)
