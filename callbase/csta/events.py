"""What happened, as the event a monitor is sent (ECMA-323 §15 ff.)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from callbase.csta.document import Part
from callbase.csta.happenings import AgentEvent, CallEvent
from callbase.csta.model import Party
from callbase.csta.parts import (
    attached,
    connection,
    connection_list,
    correlator,
    device,
    local_state,
    reason,
    redirection,
    user_data,
)


def call_event(event: CallEvent, cross_reference: str, local: Party | None) -> Part:
    """`local`: the party that is monitored, None where the call is."""
    body: list[Part] = [("monitorCrossRefID", cross_reference), *_BODIES[event.name](event, _local(event, local))]
    return event.name, [*body, *attached(event.call.data)]


def agent_event(event: AgentEvent, cross_reference: str) -> Part:
    agent = event.agent
    body: list[Part] = [
        ("monitorCrossRefID", cross_reference),
        device("agentDevice", agent.agent),
        ("agentID", agent.agent),
    ]
    if agent.next_state is not None and event.name in _PENDING:
        body.append(("pendingAgentState", _PENDING[event.name][agent.next_state]))
    return event.name, [*body, *(reason(agent) if event.name == "AgentNotReadyEvent" else ())]


_PENDING: Mapping[str, Mapping[str, str]] = {
    "AgentBusyEvent": {"ready": "agentReady", "not_ready": "agentNotReady", "logged_off": "agentNull"},
    "AgentWorkingAfterCallEvent": {"ready": "ready", "not_ready": "notReady", "logged_off": "null"},
}
"""The standard names the same states in two ways."""


def _local(event: CallEvent, local: Party | None) -> list[Part]:
    return [("localConnectionInfo", local_state(event.call, local))] if local is not None else []


def _callers(event: CallEvent) -> list[Part]:
    return [device("callingDevice", event.call.calling.device), device("calledDevice", event.call.called)]


def _subject(event: CallEvent, connection_name: str, device_name: str) -> list[Part]:
    return [connection(connection_name, event.call.id, event.subject), device(device_name, event.subject.device)]


def _data(event: CallEvent) -> list[Part]:
    data = event.call.data
    return [*correlator(data), *(user_data(data) if event.name not in _WITHOUT_USER_DATA else ())]


_WITHOUT_USER_DATA = frozenset({"ServiceInitiatedEvent", "OriginatedEvent", "HeldEvent", "RetrievedEvent"})
"""The standard gives them none."""


def _cause(event: CallEvent) -> Part:
    return ("cause", event.cause)


def _initiated(event: CallEvent, local: list[Part]) -> list[Part]:
    called = device("calledDevice", event.call.called)
    subject = _subject(event, "initiatedConnection", "initiatingDevice")
    return [*subject, called, *local, *_data(event), _cause(event)]


def _network_reached(event: CallEvent, local: list[Part]) -> list[Part]:
    outbound = connection("outboundConnection", event.call.id, event.subject)
    used: Part = ("networkInterfaceUsed", [("notKnown", "")])
    came = [*_callers(event), redirection(event.last)]
    return [outbound, used, *came, *local, *_data(event), _cause(event)]


def _linked(devices: tuple[str, str], list_name: str) -> Callable[[CallEvent, list[Part]], list[Part]]:
    """Transferred or conferenced (ECMA-269 §17.2.4, §17.2.20): which calls have become which connections of this one."""

    def body(event: CallEvent, local: list[Part]) -> list[Part]:
        old = [connection("primaryOldCall", event.call.id, event.subject)]
        if event.absorbed is not None:
            old.append(connection("secondaryOldCall", event.absorbed, event.subject))
        by = device(devices[0], event.subject.device)
        to = device(devices[1], event.destination.device if event.destination is not None else "")
        linked = (list_name, connection_list(event.call.id, event.links))
        return [*old, by, to, linked, *local, *_data(event), _cause(event)]

    return body


def _originated(event: CallEvent, local: list[Part]) -> list[Part]:
    data = _data(event)
    called = device("calledDevice", event.call.called)
    return [*_subject(event, "originatedConnection", "callingDevice"), called, *local, *data, _cause(event)]


def _arriving(connection_name: str, device_name: str) -> Callable[[CallEvent, list[Part]], list[Part]]:
    def body(event: CallEvent, local: list[Part]) -> list[Part]:
        waiting: list[Part] = []
        if event.name == "QueuedEvent" and event.call.position is not None:
            waiting = [("callsInFront", str(event.call.position - 1))]
        came = [*_callers(event), redirection(event.last), *waiting]
        return [*_subject(event, connection_name, device_name), *came, *local, *_data(event), _cause(event)]

    return body


def _diverted(event: CallEvent, local: list[Part]) -> list[Part]:
    to = device("newDestination", event.destination.device if event.destination is not None else "")
    last = redirection(event.last)
    subject = _subject(event, "connection", "divertingDevice")
    return [*subject, to, *_callers(event), last, *local, *_data(event), _cause(event)]


def _plain(connection_name: str, device_name: str) -> Callable[[CallEvent, list[Part]], list[Part]]:
    def body(event: CallEvent, local: list[Part]) -> list[Part]:
        subject = _subject(event, connection_name, device_name)
        return [*subject, *local, *_data(event), _cause(event)]

    return body


def _call_cleared(event: CallEvent, local: list[Part]) -> list[Part]:
    return [connection("clearedCall", event.call.id, event.subject), *_data(event), _cause(event)]


def _information(event: CallEvent, local: list[Part]) -> list[Part]:
    calling = device("callingDevice", event.call.calling.device)
    return [*_subject(event, "connection", "device"), calling, *_data(event)]


def _digits(event: CallEvent, local: list[Part]) -> list[Part]:
    return [connection("connection", event.call.id, event.subject), ("digitGeneratedList", event.digits)]


_BODIES: Mapping[str, Callable[[CallEvent, list[Part]], list[Part]]] = {
    "ServiceInitiatedEvent": _initiated,
    "OriginatedEvent": _originated,
    "NetworkReachedEvent": _network_reached,
    "DeliveredEvent": _arriving("connection", "alertingDevice"),
    "QueuedEvent": _arriving("queuedConnection", "queue"),
    "DivertedEvent": _diverted,
    "EstablishedEvent": _arriving("establishedConnection", "answeringDevice"),
    "FailedEvent": _arriving("failedConnection", "failingDevice"),
    "HeldEvent": _plain("heldConnection", "holdingDevice"),
    "RetrievedEvent": _plain("retrievedConnection", "retrievingDevice"),
    "ConferencedEvent": _linked(("conferencingDevice", "addedParty"), "conferenceConnections"),
    "TransferedEvent": _linked(("transferringDevice", "transferredToDevice"), "transferredConnections"),
    "ConnectionClearedEvent": _plain("droppedConnection", "releasingDevice"),
    "CallClearedEvent": _call_cleared,
    "CallInformationEvent": _information,
    "DigitsGeneratedEvent": _digits,
}
