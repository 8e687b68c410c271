"""The SIP proxy before the nodes (`kamailio.py`): what nodes know it by, what it says of trunks, and that it is called by.

It has a PJSIP object of its own, so that a node answers when it asks whether the node lives. No call is taken by that object:
calls bear the mark of their trunk, and others lead nowhere.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from callbase.switch.asterisk.names import NOWHERE_CONTEXT
from callbase.switch.asterisk.objects import ENDPOINT, IDENTIFY, Fields, Unit, common_fields
from callbase.switch.asterisk.trunks import endpoint_of

NAME = "proxy"


@dataclass(frozen=True, slots=True)
class SipProxy:
    host: str
    port: int
    secret_key: str
    """Of the installation."""

    @property
    def route(self) -> str:
        return f"sip:{self.host}:{self.port};lr"

    def mark(self, tenant: str, trunk: str) -> str:
        """What it says in TRUNK_HEADER of a trunk's call, and nobody else can."""
        name = f"proxy {endpoint_of(tenant, trunk)}"
        return hmac.new(self.secret_key.encode(), name.encode(), hashlib.sha256).hexdigest()[:40]

    def unit(self) -> Unit:
        identify: Fields = (("endpoint", NAME), ("match", self.host))
        endpoint: Fields = (("identify_by", "ip"), ("allow", "!all,alaw"), *common_fields(NOWHERE_CONTEXT, ""))
        return ((IDENTIFY, identify), (ENDPOINT, endpoint))
