"""Speaks if there is something to say, then releases the caller."""

from __future__ import annotations

from callbase.core.call.ending import say_goodbye
from callbase.core.config import HangUp
from callbase.core.flow.nodes.base import NodeKind, Step, Walk
from callbase.core.flow.speech import resolve


class HangUpKind(NodeKind[HangUp]):
    def enter(self, walk: Walk, node: HangUp) -> Step:
        say_goodbye(walk.core, walk.interaction, resolve(walk.tenant, walk.interaction, node.say), "flow_ended")
        return None
