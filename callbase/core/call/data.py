"""Attaching data to a call: by whoever asks, a flow, the headers it came with, or the switch.

A switch that attaches data to calls itself (CSTA) is one with us in that: what is attached there is here, too, and the other way
round."""

from __future__ import annotations

from collections.abc import Mapping

from callbase.core.call.attached import LONGEST_KEY, LONGEST_VALUE, MOST_KEYS, changed_data
from callbase.core.commands import AttachData
from callbase.core.core import Core
from callbase.core.events import DataAttached
from callbase.core.facts import DataChanged
from callbase.core.state import Interaction

KNOWN_THERE = ("sip", "switch")
"""Actors from whom the switch has had it before us."""


def attach(core: Core, interaction: Interaction, changes: Mapping[str, str | None], actor: str) -> None:
    """A None removes a key. Raises RequestRefused where it would be more than a call may have."""
    interaction.data = changed_data(interaction.data, changes)
    core.touch(interaction)
    core.note(
        DataChanged(tenant=interaction.tenant, at_ms=core.now_ms, interaction=interaction.id, data=dict(changes), actor=actor)
    )
    leg = interaction.leg or (interaction.peer.leg if interaction.peer is not None else "")
    if actor not in KNOWN_THERE and core.live_leg(leg) is not None:
        core.do(AttachData(leg=leg, data=dict(changes)))


def attach_what_fits(core: Core, interaction: Interaction, found: Mapping[str, str | None], actor: str) -> None:
    """Where nobody can be told that something is too long or too much: the rest is left out."""
    cut = {key: value and value[:LONGEST_VALUE] for key, value in found.items() if 0 < len(key) <= LONGEST_KEY}
    news = {key: value for key, value in cut.items() if interaction.data.get(key) != value}
    new = [key for key in news if key not in interaction.data]
    left_out = set(new[MOST_KEYS - len(interaction.data) :])
    fits = {key: value for key, value in news.items() if key not in left_out}
    if fits:
        attach(core, interaction, fits, actor)


def data_attached(core: Core, event: DataAttached) -> None:
    leg = core.live_leg(event.leg)
    interaction = core.state.interactions.get(leg.interaction) if leg is not None else None
    if interaction is not None:
        attach_what_fits(core, interaction, event.data, "switch")
