"""Names that Asterisk's configuration files and the driver must agree on."""

from __future__ import annotations

APPLICATION = "callbase"
"""The Stasis application the driver listens as; the one that connects last gets the events."""
CONTEXT = "callbase"
"""The dialplan context of every endpoint: offers the call to the application, and keeps it while no engine listens."""
ANSWERED_CONTEXT = "callbase-answered"
"""Where a leg that we called goes (extension `s`) once it is answered."""
REALM = "callbase"
"""SIP's digest realm; devices' secrets are kept hashed with it."""
RECORDING_VARIABLE = "CALLBASE_RECORDING"
"""Channel variable in which a leg's running recording is found again after the driver was restarted: `<id>|<path>`."""
MUSIC_FILE = "music.conf"
"""Of music on hold: the classes of what was uploaded, written by the driver."""
MESSAGE_SUFFIX = "-r"
"""Ends the name of a message's file: of a recording's two sides, the one the customer speaks on."""
