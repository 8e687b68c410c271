"""Attaching data to a call: by whoever asks, a flow, or the headers it came with."""

from __future__ import annotations

from collections.abc import Mapping

from callbase.core.call.attached import LONGEST_VALUE, MOST_KEYS, changed_data
from callbase.core.core import Core
from callbase.core.facts import DataChanged
from callbase.core.state import Interaction


def attach(core: Core, interaction: Interaction, changes: Mapping[str, str | None], actor: str) -> None:
    """A None removes a key. Raises RequestRefused where it would be more than a call may have."""
    interaction.data = changed_data(interaction.data, changes)
    core.touch(interaction)
    core.note(
        DataChanged(tenant=interaction.tenant, at_ms=core.now_ms, interaction=interaction.id, data=dict(changes), actor=actor)
    )


def attach_what_fits(core: Core, interaction: Interaction, found: Mapping[str, str], actor: str) -> None:
    """Where nobody can be told that something is too long or too much: the rest is left out."""
    new = [key for key in found if key not in interaction.data]
    left_out = set(new[MOST_KEYS - len(interaction.data) :])
    fits = {key: value[:LONGEST_VALUE] for key, value in found.items() if key not in left_out}
    if fits:
        attach(core, interaction, fits, actor)
