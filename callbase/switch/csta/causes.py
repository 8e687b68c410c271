"""The switch's causes and errors in the core's words."""

from __future__ import annotations

from collections.abc import Mapping

from callbase.core.events import Cause

_OF_EVENT: Mapping[str, Cause] = {
    "busy": "busy",
    "callNotAnswered": "no_answer",
    "noAnswer": "no_answer",
    "callRejected": "rejected",
    "destNotObtainable": "unreachable",
    "invalidNumberFormat": "invalid_number",
    "incompatibleDestination": "unreachable",
    "destOutOfOrder": "unreachable",
    "destNotRegistered": "unreachable",
    "networkCongestion": "congestion",
    "networkOutOfOrder": "congestion",
    "resourcesNotAvailable": "congestion",
    "numberUnallocated": "unallocated",
    "callCancelled": "cancelled",
    "networkSignal": "error",
}

_OF_ERROR: Mapping[str, Cause] = {
    "deviceOutOfService": "unreachable",
    "invalidDeviceState": "unreachable",
    "invalidDestinationDeviceID": "unallocated",
    "invalidDestination": "unallocated",
    "invalidDeviceID": "unallocated",
    "invalidCalledDeviceID": "unallocated",
    "destinationBusy": "busy",
    "networkBusy": "congestion",
    "resourceBusy": "congestion",
}


def cause_of_event(cause: str) -> Cause:
    """Of an event that ends a connection."""
    return _OF_EVENT.get(cause, "normal")


def cause_of_error(value: str) -> Cause:
    """Of a service that was refused."""
    return _OF_ERROR.get(value, "error")
