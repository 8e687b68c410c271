"""What is said in CSTA, held against the standard: whatever these tests make the server or the driver say goes through `heard`.

Always by the order of elements, as ECMA-323 gives it. And where its schema is at hand (`CALLBASE_CSTA_SCHEMA` names the folder;
else `../shared/reference/csta` beside the clone) every message must be valid by that. The schema is not ours to give away.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from lxml import etree

from callbase.csta import document
from callbase.csta.document import CSTA, NEWEST, OWN, Document, Part, parse

FOLDER = Path(os.environ.get("CALLBASE_CSTA_SCHEMA") or Path(__file__).parents[3] / "shared/reference/csta")

_CALLERS = "callingDevice calledDevice lastRedirectionDevice"
_END = "localConnectionInfo correlatorData userData cause extensions"
_AGENT = "monitorCrossRefID agentDevice agentID"
_ROUTE = "crossRefIdentifier routeRegisterReqID"
_FILTER = "callcontrol callAssociated logicalDeviceFeature"

ORDER: dict[str, str] = {
    # events of calls (ECMA-323 §15)
    "ServiceInitiatedEvent": f"monitorCrossRefID initiatedConnection initiatingDevice calledDevice {_END}",
    "OriginatedEvent": f"monitorCrossRefID originatedConnection callingDevice calledDevice {_END}",
    "NetworkReachedEvent": f"monitorCrossRefID outboundConnection networkInterfaceUsed {_CALLERS} {_END}",
    "DeliveredEvent": f"monitorCrossRefID connection alertingDevice {_CALLERS} {_END}",
    "QueuedEvent": f"monitorCrossRefID queuedConnection queue {_CALLERS} callsInFront {_END}",
    "DivertedEvent": f"monitorCrossRefID connection divertingDevice newDestination {_CALLERS} {_END}",
    "EstablishedEvent": f"monitorCrossRefID establishedConnection answeringDevice {_CALLERS} {_END}",
    "FailedEvent": f"monitorCrossRefID failedConnection failingDevice {_CALLERS} {_END}",
    "HeldEvent": f"monitorCrossRefID heldConnection holdingDevice {_END}",
    "RetrievedEvent": f"monitorCrossRefID retrievedConnection retrievingDevice {_END}",
    "ConferencedEvent": "monitorCrossRefID primaryOldCall secondaryOldCall conferencingDevice addedParty "
    f"conferenceConnections {_END}",
    "TransferedEvent": "monitorCrossRefID primaryOldCall secondaryOldCall transferringDevice transferredToDevice "
    f"transferredConnections {_END}",
    "ConnectionClearedEvent": f"monitorCrossRefID droppedConnection releasingDevice {_END}",
    "CallClearedEvent": "monitorCrossRefID clearedCall correlatorData userData cause extensions",
    "CallInformationEvent": "monitorCrossRefID connection device callingDevice correlatorData userData extensions",
    "DigitsGeneratedEvent": "monitorCrossRefID connection digitGeneratedList extensions",
    # events of agents (§20)
    "AgentLoggedOnEvent": _AGENT,
    "AgentLoggedOffEvent": _AGENT,
    "AgentNotReadyEvent": f"{_AGENT} extensions",
    "AgentReadyEvent": _AGENT,
    "AgentBusyEvent": f"{_AGENT} pendingAgentState",
    "AgentWorkingAfterCallEvent": f"{_AGENT} pendingAgentState",
    # answers
    "GetCSTAFeaturesResponse": "supportedServices supportedEvents",
    "GetSwitchingFunctionCapsResponse": "switchingSubDomainName manufacturerName ignoreUnsupportedParameters mediaClassSupport "
    "transAndConfSetup monitorFilterItems correlatorDataSupported aCDModels agentStateModels connectionView servEvtsList "
    "maxDestinationDevicesForDeflect",
    "GetSwitchingFunctionDevicesResponse": "serviceCrossRefID",
    "RequestSystemStatusResponse": "systemStatus",
    "SystemStatusResponse": "",
    "SystemRegisterResponse": "sysStatRegisterID",
    "SystemRegisterCancelResponse": "",
    "MonitorStartResponse": "monitorCrossRefID actualMonitorFilter actualMonitorMediaClass monitorExistingCalls",
    "MonitorStopResponse": "",
    "ChangeMonitorFilterResponse": "actualFilterList",
    "SnapshotCallResponse": "crossRefIDorSnapshotData callingDevice calledDevice correlatorData extensions",
    "SnapshotDeviceResponse": "crossRefIDorSnapshotData",
    "AlternateCallResponse": "",
    "AnswerCallResponse": "",
    "ClearCallResponse": "",
    "ClearConnectionResponse": "",
    "ConferenceCallResponse": "conferenceCall connections",
    "ConsultationCallResponse": "initiatedCall",
    "DeflectCallResponse": "",
    "DirectedPickupCallResponse": "pickedCall",
    "HoldCallResponse": "",
    "MakeCallResponse": "callingDevice",
    "MakePredictiveCallResponse": "initiatedCall",
    "ParkCallResponse": "parkedTo",
    "ReconnectCallResponse": "",
    "RetrieveCallResponse": "",
    "SingleStepConferenceCallResponse": "conferencedCall",
    "SingleStepTransferCallResponse": "transferredCall",
    "TransferCallResponse": "transferredCall connections",
    "AssociateDataResponse": "",
    "GenerateDigitsResponse": "",
    "RouteRegisterResponse": "routeRegisterReqID actualRouteingMediaClass",
    "RouteRegisterCancelResponse": "",
    "GetAgentStateResponse": "agentStateList",
    "SetAgentStateResponse": "pendingAgentState",
    "CSTAErrorCode": "operation security stateIncompatibility systemResourceAvailibility",
    # what the server asks or says by itself
    "MonitorStop": "monitorCrossRefID",
    "SwitchingFunctionDevices": "serviceCrossRefID segmentID lastSegment deviceList",
    "SystemStatus": "sysStatRegisterID systemStatus",
    "RouteRequest": f"{_ROUTE} currentRoute callingDevice routeingDevice routedCall routeSelAlgorithm correlatorData extensions",
    "RouteUsed": f"{_ROUTE} routeUsed",
    "RouteEnd": f"{_ROUTE} errorValue",
    "ReRoute": _ROUTE,
    # what is within them
    "connectionListItem": "newConnection oldConnection endpoint",
    "snapshotCallResponseInfo": "deviceOnCall callIdentifier localConnectionInfo",
    "snapshotDeviceResponseInfo": "connectionIdentifier endpointDevice localCallState",
    "agentStateEntry": "agentID loggedOnState agentInfo",
    "agentInfoItem": "acdGroup agentState pendingAgentState",
    "actualMonitorFilter": _FILTER,
    "actualFilterList": _FILTER,
    "deviceOnDeviceMonitorFilter": _FILTER,
    "callOnDeviceMonitorFilter": _FILTER,
}
"""The elements that we say, in the standard's order."""
_CONNECTION = "callID deviceID"
_SPEAKERS = ("callbase.csta.session.render", "callbase.switch.csta.client.render", "tests.csta.listening.render")


@cache
def schema() -> etree.XMLSchema | None:
    """Of edition 6; None where it is not at hand."""
    found = sorted(FOLDER.glob("ecma323*.xsd"))
    return etree.XMLSchema(etree.parse(found[0])) if found else None


def invalid(body: bytes) -> list[str]:
    """What is wrong with a message by the schema."""
    known, message = schema(), parse(body)
    if known is None or not message.namespace.startswith(CSTA):
        return []
    if known.validate(etree.fromstring(body.replace(message.namespace.encode(), NEWEST.encode(), 1))):
        return []
    return [f"{message.name}: {one.message}" for one in known.error_log]


def disordered(message: Document) -> list[str]:
    """Elements with others in them than the table has, or in another order."""
    if message.namespace == OWN or not message.namespace.startswith(CSTA):
        return []
    within = [one.name for one in message.children]
    usual = ORDER.get(message.name, _CONNECTION if "callID" in within else None)
    wrong = [child_wrong for child in message.children for child_wrong in disordered(child)]
    if usual is not None and within != [name for name in usual.split() if name in within]:
        wrong.append(f"{message.name}: {' '.join(within)}")
    return wrong


@contextmanager
def heard() -> Iterator[dict[str, set[bytes]]]:
    """Messages by their names; those that are wrong fail the test once it is over."""
    said: dict[str, set[bytes]] = {}

    def render(namespace: str, message: Part) -> bytes:
        body = document.render(namespace, message)
        said.setdefault(message[0], set()).add(body)
        return body

    with pytest.MonkeyPatch.context() as patch:
        for speaker in _SPEAKERS:
            patch.setattr(speaker, render)
        yield said
    every = {body for bodies in said.values() for body in bodies}
    assert sorted({fault for body in every for fault in (*invalid(body), *disordered(parse(body)))}) == []
