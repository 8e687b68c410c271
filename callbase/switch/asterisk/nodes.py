"""The other nodes as PJSIP objects: a telephone registered at one of them is called by way of that node.

A node's endpoint is named `node.<name>`, and is known by that name, which it gives as the caller's; who really calls stands in
P-Asserted-Identity (RFC 3325). Each proves itself by a password that is worked out from the installation's secret.
"""

from __future__ import annotations

import hashlib
import hmac

from callbase.platform.runtime import SwitchNode
from callbase.switch.asterisk.names import NODE_CONTEXT
from callbase.switch.asterisk.objects import AOR, AUTH, ENDPOINT, Fields, Unit, common_fields

_PREFIX = "node."
_USER = "callbase-node"
SILENT_FOR_S = 10
"""A node that sends no audio for so long is gone, and with it the calls by way of it."""
_SAYS_SOMETHING_EVERY_S = 2


def endpoint_of(node: str) -> str:
    return f"{_PREFIX}{node}"


def is_node(endpoint: str) -> bool:
    return endpoint.startswith(_PREFIX)


def dial_string(node: str, device: str) -> str:
    """What ARI is asked to call so that the device registered at that node rings."""
    return f"PJSIP/{device}@{endpoint_of(node)}"


def unit(here: str, other: SwitchNode, media_address: str, secret_key: str) -> Unit:
    """What the node `here` has of the other one."""
    name = endpoint_of(other.name)
    password = hmac.new(secret_key.encode(), b"nodes of the switch", hashlib.sha256).hexdigest()
    auth: Fields = (("auth_type", "userpass"), ("username", _USER), ("password", password))
    aor: Fields = (("contact", f"sip:{other.sip_host}:{other.sip_port}"),)
    endpoint: Fields = (
        ("aors", name),
        ("auth", name),
        ("outbound_auth", name),
        ("identify_by", "username"),
        ("from_user", endpoint_of(here)),
        ("send_pai", "yes"),
        ("trust_id_inbound", "yes"),
        ("trust_id_outbound", "yes"),
        ("transport", "udp"),
        ("allow", "!all,alaw,ulaw,g722"),
        ("dtmf_mode", "rfc4733"),
        ("rtp_symmetric", "yes"),
        ("rtp_keepalive", str(_SAYS_SOMETHING_EVERY_S)),
        ("rtp_timeout", str(SILENT_FOR_S)),
        *common_fields(NODE_CONTEXT, media_address),
    )
    return ((AUTH, auth), (AOR, aor), (ENDPOINT, endpoint))
