"""Attached data and SIP: data whose key begins with `x-` is the header of that name, as it came with the call, and again when the
call leaves by a trunk. No other data leaves the house, and what comes from outside cannot pass for any other."""

from __future__ import annotations

import re

from callbase.core.call.attached import LONGEST_VALUE, MOST_KEYS
from callbase.core.core import Core
from callbase.core.events import CallOffered
from callbase.core.facts import DataChanged
from callbase.core.state import Interaction

HEADER = re.compile(r"x-(?!callbase-)[a-z0-9-]{1,60}")


def take_headers(core: Core, interaction: Interaction, event: CallOffered) -> None:
    found = {name.lower(): value[:LONGEST_VALUE] for name, value in event.headers.items() if HEADER.fullmatch(name.lower())}
    interaction.data = dict(list(found.items())[:MOST_KEYS])
    if found:
        core.note(
            DataChanged(
                tenant=interaction.tenant, at_ms=core.now_ms, interaction=interaction.id, data={**interaction.data}, actor="sip"
            )
        )


def headers_of(interaction: Interaction) -> dict[str, str]:
    """For the INVITE of a trunk."""
    return {key: value for key, value in interaction.data.items() if HEADER.fullmatch(key)}
