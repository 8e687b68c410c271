"""What there is at a device or in a call now (ECMA-269 §16)."""

from __future__ import annotations

from callbase.csta import failures
from callbase.csta.desk import Desk
from callbase.csta.devices import call_named, calls_at, device_named
from callbase.csta.document import Document, Part
from callbase.csta.model import Call, Party
from callbase.csta.parts import attached, connection, correlator, device

MOST = 100
"""Calls told of at one device: of a queue the others are found call by call. More would not fit into a frame."""


async def snapshot_device(desk: Desk, asked: Document) -> Part:
    name = asked.value("snapshotObject")
    if not name:
        raise failures.operation("atLeastOneConditionalParameterNotProvided")
    party = device_named(desk.view, name)
    found = [_call_at(call, party) for call in list(calls_at(desk.view, party))[:MOST]]
    return ("SnapshotDeviceResponse", [("crossRefIDorSnapshotData", [("snapshotData", found)])])


async def snapshot_call(desk: Desk, asked: Document) -> Part:
    call = call_named(desk.view, asked.value("snapshotObject", "callID"))
    parties = [_party_in(call, party) for party in call.parties]
    return (
        "SnapshotCallResponse",
        [
            ("crossRefIDorSnapshotData", [("snapshotData", parties)]),
            device("callingDevice", call.calling.device),
            device("calledDevice", call.called),
            *correlator(call.data),
            *attached(call.data),
        ],
    )


def _call_at(call: Call, party: Party) -> Part:
    others: list[Part] = [("localConnectionState", state) for other, state in call.parties.items() if other != party]
    return (
        "snapshotDeviceResponseInfo",
        [
            connection("connectionIdentifier", call.id, party),
            device("endpointDevice", party.device),
            ("localCallState", [("compoundCallState", [("localConnectionState", call.parties[party]), *others])]),
        ],
    )


def _party_in(call: Call, party: Party) -> Part:
    return (
        "snapshotCallResponseInfo",
        [
            device("deviceOnCall", party.device),
            connection("callIdentifier", call.id, party),
            ("localConnectionInfo", call.parties[party]),
        ],
    )
