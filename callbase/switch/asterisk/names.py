"""Names that Asterisk's configuration files and the driver must agree on."""

from __future__ import annotations

APPLICATION = "callbase"
"""The Stasis application the driver listens as; the one that connects last gets the events."""
CONTEXT = "callbase"
"""The dialplan context of every endpoint: offers the call to the application, and keeps it while no engine listens."""
DEVICE_CONTEXT = "callbase-device"
"""That of our own telephones: the same, and the echo."""
ECHO = "*43"
"""Says back to a telephone of ours what it says, past the core: to try out a headset (frontend/src/softphone/service.ts)."""
ANSWERED_CONTEXT = "callbase-answered"
"""Where a leg that we called goes once it is answered; the extension says for which interaction it was called."""
_FOR = "for"
"""Begins that extension."""
TAKES_ANY_VARIABLE = "CALLBASE_TAKES_ANY"
"""Asterisk's global variable: the dialplan it runs has those extensions. One that was started by an earlier version of callbase,
and goes on while engines are updated one after the other, has only `s`."""
ENDED_CONTEXT = "callbase-ended"
"""What is gone through (extension `s`) as a leg that we called ends, answered or not."""
MISSED_FAMILY = "missed"
"""Of Asterisk's own database: who called and gave up while the dialplan kept the call."""
UNHEARD_FAMILY = "unheard"
"""Of Asterisk's own database: which legs were answered or ended while nobody listened."""
HEARD_VARIABLE = "CALLBASE_HEARD"
"""Asterisk's global variable: when somebody last listened, in milliseconds since 1970 by Asterisk's own clock."""
HEARD_FOR_MS = 500
"""So long after that Asterisk takes it that somebody still does."""
OFFERED_FOR_MS = 3000
"""So long after that it still offers calls to whoever is connected, who may be late in saying so; then it keeps them itself."""
DRAINED_FAMILY, DRAINED_KEY = "node", "drained"
"""Of Asterisk's own database, so that it stays over restarts: this node takes no new calls."""
NODE_CONTEXT = "callbase-node"
"""That of the other nodes: an INVITE from one calls the telephone of that name, which is registered here."""
NOWHERE_CONTEXT = "callbase-nowhere"
"""Of who is known and may not call."""
TRUNK_HEADER = "Callbase-Trunk"
"""Of the SIP proxy before the nodes: by which trunk a call came to it. No X- header, which would be the call's data."""
LEG_HEADER = "X-Callbase-Leg"
"""In such an INVITE: the leg it is, and kept here as the channel variable below."""
LEG_VARIABLE = "CALLBASE_LEG"
REALM = "callbase"
"""SIP's digest realm; devices' secrets are kept hashed with it."""
RECORDING_VARIABLE = "CALLBASE_RECORDING"
"""Channel variable in which a leg's running recording is found again after the driver was restarted: `<id>|<path>`."""
MESSAGE_SUFFIX = "-r"
"""Ends the name of a message's file: of a recording's two sides, the one the customer speaks on."""


def extension_of(interaction: str) -> str:
    """In ANSWERED_CONTEXT; `_for!` there takes any."""
    return _FOR + interaction


def interaction_in(extension: str) -> str:
    """Empty where it is not one of those."""
    return extension.removeprefix(_FOR) if extension.startswith(_FOR) else ""
