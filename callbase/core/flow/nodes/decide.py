"""Goes on by the first case whose condition holds, and says what it looked at."""

from __future__ import annotations

from callbase.core.config import Decide
from callbase.core.facts import Check, Decided
from callbase.core.flow.nodes.base import Go, NodeKind, Step, Walk
from callbase.core.rules.conditions import evaluate
from callbase.core.rules.fields import reader


class DecideKind(NodeKind[Decide]):
    def enter(self, walk: Walk, node: Decide) -> Step:
        read, checks = reader(walk.core, walk.tenant, walk.interaction), list[Check]()
        step = Go("otherwise", node.otherwise)
        for place, case in enumerate(node.cases):
            verdict = evaluate(case.when, read)
            checks += verdict.checks
            if verdict.holds:
                step = Go(f"cases.{place}", case.next)
                break
        walk.core.note(
            Decided(
                tenant=walk.interaction.tenant,
                at_ms=walk.core.now_ms,
                interaction=walk.interaction.id,
                flow=walk.run.flow,
                node=walk.run.node,
                port=step.port,
                next=step.node,
                checks=tuple(checks),
            )
        )
        return step
