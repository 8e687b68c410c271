"""The switch's calls as far as they are known: which devices take part and how each is connected (ECMA-269 §6.1.5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from callbase.csta.document import Document

UNKNOWN = "unknown"
"""Stands for a party without a number."""

_BECOMES: Mapping[str, tuple[str, str | None]] = {
    "ServiceInitiatedEvent": ("initiatedConnection", "initiated"),
    "OriginatedEvent": ("originatedConnection", "connected"),
    "NetworkReachedEvent": ("outboundConnection", "initiated"),
    "DeliveredEvent": ("connection", "alerting"),
    "QueuedEvent": ("queuedConnection", "queued"),
    "EstablishedEvent": ("establishedConnection", "connected"),
    "HeldEvent": ("heldConnection", "hold"),
    "RetrievedEvent": ("retrievedConnection", "connected"),
    "DivertedEvent": ("connection", None),
    "FailedEvent": ("failedConnection", None),
    "ConnectionClearedEvent": ("droppedConnection", None),
}
"""Event → the element that names the connection, and its state then; None: it is gone."""


_JOINS = ("TransferedEvent", "ConferencedEvent")


@dataclass(frozen=True, slots=True)
class Happened:
    """What an event of a call says."""

    name: str
    call: str
    device: str = ""
    """Whose connection it is about."""
    cause: str = ""
    calling: str = ""
    destination: str = ""
    """Of a diverted call."""
    was: tuple[str, ...] = ()
    """The calls that became this one."""


@dataclass(slots=True)
class Board:
    """Call → device → state of its connection."""

    calls: dict[str, dict[str, str]] = field(default_factory=dict)

    def state(self, call: str, device: str) -> str | None:
        return self.calls.get(call, {}).get(device)

    def put(self, call: str, device: str, state: str | None) -> None:
        """None: the connection is gone, and with the last one the call."""
        there = self.calls.setdefault(call, {})
        if state is None:
            there.pop(device, None)
        else:
            there[device] = state
        if not there:
            self.drop(call)

    def drop(self, call: str) -> None:
        self.calls.pop(call, None)

    def join(self, calls: tuple[str, ...], into: str, *, without: str = "") -> None:
        """Calls become one; the device that transferred them is not in it."""
        parties: dict[str, str] = {}
        for call in calls:
            for device, state in self.calls.pop(call, {}).items():
                parties[device] = "connected" if state == "hold" else state
        parties.pop(without, None)
        if parties:
            self.calls[into] = {**self.calls.get(into, {}), **parties}

    def follow(self, happened: Happened) -> None:
        if happened.name in _JOINS:
            self.join(happened.was, happened.call, without=happened.device)
        elif happened.name == "CallClearedEvent":
            self.drop(happened.call)
        else:
            state = _BECOMES[happened.name][1]
            if state is not None and happened.calling and happened.call not in self.calls:
                self.put(happened.call, happened.calling, "connected")
            if state is not None or happened.call in self.calls:
                self.put(happened.call, happened.device, state)


def read(event: Document) -> Happened | None:
    """None where it is not about a call."""
    if event.name in _JOINS:
        return _read_joined(event)
    if event.name == "CallClearedEvent":
        return Happened(event.name, event.value("clearedCall", "callID"))
    if event.name not in _BECOMES:
        return None
    element = _BECOMES[event.name][0]
    call, device = event.value(element, "callID"), event.value(element, "deviceID")
    if not call or not device:
        return None
    return Happened(
        event.name,
        call,
        device,
        cause=event.value("cause"),
        calling=caller_of(event) if event.find("callingDevice") is not None else "",
        destination=event.value("newDestination", "deviceIdentifier"),
    )


def _read_joined(event: Document) -> Happened:
    olds = (event.value("primaryOldCall", "callID"), event.value("secondaryOldCall", "callID"))
    was = tuple(dict.fromkeys(filter(None, olds)))
    news = [one.value("newConnection", "callID") for one in event.every("connectionListItem")]
    call = next(filter(None, news), was[0] if was else "")
    leaves = event.value("transferringDevice", "deviceIdentifier") if event.name == "TransferedEvent" else ""
    return Happened(event.name, call, device=leaves, was=was)


def number_of(caller: str) -> str:
    return "" if caller == UNKNOWN else caller


def caller_of(document: Document) -> str:
    return document.value("callingDevice", "deviceIdentifier") or UNKNOWN
