"""Attached data and SIP: data whose key begins with `x-` is the header of that name, as it came with the call, and again when the
call leaves by a trunk; so is `user-to-user` (RFC 7433), in which switches hand data on with a transfer. Who transferred the
caller here (`referred-by`, RFC 3892) is told to us only. No other data leaves the house, and what comes from outside cannot pass
for any other."""

from __future__ import annotations

import re
from collections.abc import Mapping

from callbase.core.call.data import attach_what_fits
from callbase.core.core import Core
from callbase.core.state import Interaction

HEADER = re.compile(r"x-(?!callbase-)[a-z0-9-]{1,60}|user-to-user")
REFERRED_BY = "referred-by"


def take_headers(core: Core, interaction: Interaction, headers: Mapping[str, str]) -> None:
    found = {key: value for name, value in headers.items() if HEADER.fullmatch(key := name.lower()) or key == REFERRED_BY}
    attach_what_fits(core, interaction, found, "sip")


def headers_of(interaction: Interaction) -> dict[str, str]:
    """For the INVITE of a trunk."""
    return {key: value for key, value in interaction.data.items() if HEADER.fullmatch(key)}
