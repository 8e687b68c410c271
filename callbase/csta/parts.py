"""The elements that many messages have in common, in the schema's order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from callbase.core.views import AgentView
from callbase.csta.document import Part, own
from callbase.csta.happenings import Link
from callbase.csta.model import Call, Party, State

UNKNOWN = "unknown"
"""Stands in a connection for a party whose number is not known; a device identifier says `notKnown`."""
MANUFACTURER = "callbase"
"""What a switch says of itself that is one of us."""
CORRELATOR = "correlatorData"
"""The key of attached data that CSTA's correlator data is kept under."""
USER_DATA = "userData"
"""That of what a program has sent along with a call as user data."""


def device(name: str, device: str) -> Part:
    """An ExtendedDeviceID."""
    return (name, [("deviceIdentifier", device)] if device else [("notKnown", "")])


def redirection(party: Party | None) -> Part:
    if party is None:
        return ("lastRedirectionDevice", [("notRequired", "")])
    return ("lastRedirectionDevice", [("numberDialed", party.device)] if party.device else [("notKnown", "")])


def connection(name: str, call: str, party: Party) -> Part:
    return (name, [("callID", call), ("deviceID", party.device or UNKNOWN)])


def connection_list(call: str, links: Iterable[Link]) -> list[Part]:
    """Each connection of the call, and which one it was before; a party who was in no call has none."""
    return [("connectionListItem", _link(call, link)) for link in links]


def _link(call: str, link: Link) -> list[Part]:
    old = [connection("oldConnection", link.old_call, link.party)] if link.old_call is not None else []
    return [connection("newConnection", call, link.party), *old, _endpoint(link.party)]


def _endpoint(party: Party) -> Part:
    return ("endpoint", [("deviceID", party.device)] if party.device else [("notKnown", "")])


def correlator(data: Mapping[str, str]) -> list[Part]:
    return [("correlatorData", [("string", data[CORRELATOR].encode().hex())])] if data.get(CORRELATOR) else []


def user_data(data: Mapping[str, str]) -> list[Part]:
    return [("userData", [("string", data[USER_DATA].encode().hex())])] if data.get(USER_DATA) else []


def attached(data: Mapping[str, str]) -> list[Part]:
    """All attached data, as private data of ours."""
    return private(own("data", dict(data))) if data else []


def reason(agent: AgentView) -> list[Part]:
    """Why it is not ready, as private data of ours."""
    return private(own("reason", {"id": agent.reason})) if agent.reason else []


def private(part: Part) -> list[Part]:
    return [("extensions", [("privateData", [("private", [part])])])]


def local_state(call: Call, party: Party) -> State | str:
    return call.parties.get(party, "null")
