"""Asks a program outside where the caller goes, and waits for its word no longer than that is worth."""

from __future__ import annotations

from callbase.core.config import AskProgram
from callbase.core.flow.nodes.base import Go, NodeKind, Step, Walk
from callbase.core.state import Asked


class AskProgramKind(NodeKind[AskProgram]):
    def enter(self, walk: Walk, node: AskProgram) -> Step:
        core, interaction = walk.core, walk.interaction
        wait_ms = max(1, int(node.timeout_s * 1000))
        walk.run.asked = Asked(id=core.new_id(), device=node.device, until_ms=core.now_ms + wait_ms)
        walk.run.timer = core.set_timer("menu", interaction.tenant, interaction.id, wait_ms)
        core.touch(interaction)
        return None

    def timed_out(self, walk: Walk, node: AskProgram) -> Step:
        return Go("otherwise", node.otherwise)
