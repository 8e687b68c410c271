"""Attached data and SIP: data whose key begins with `x-` is the header of that name, as it came with the call, and again when the
call leaves by a trunk. No other data leaves the house, and what comes from outside cannot pass for any other."""

from __future__ import annotations

import re
from collections.abc import Mapping

from callbase.core.call.data import attach_what_fits
from callbase.core.core import Core
from callbase.core.state import Interaction

HEADER = re.compile(r"x-(?!callbase-)[a-z0-9-]{1,60}")


def take_headers(core: Core, interaction: Interaction, headers: Mapping[str, str]) -> None:
    found = {name.lower(): value for name, value in headers.items() if HEADER.fullmatch(name.lower())}
    attach_what_fits(core, interaction, found, "sip")


def headers_of(interaction: Interaction) -> dict[str, str]:
    """For the INVITE of a trunk."""
    return {key: value for key, value in interaction.data.items() if HEADER.fullmatch(key)}
