"""Priority that rules add to a call before it stands in a line, and the fact that says so."""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.facts import PriorityAdded, PrioritySource
from callbase.core.state import Interaction


def add_priority(core: Core, interaction: Interaction, source: PrioritySource, rule: str, added: int) -> None:
    """`rule`: the number, trunk group, caller list or queue."""
    if not added:
        return
    interaction.priority += added
    core.touch(interaction)
    core.note(
        PriorityAdded(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            source=source,
            rule=rule,
            added=added,
            priority=interaction.priority,
        )
    )
