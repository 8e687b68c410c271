"""The services a program may ask for, by the name of the request (ECMA-323). A name that is in none is not supported."""

from __future__ import annotations

from collections.abc import Mapping

from callbase.csta.desk import Desk
from callbase.csta.document import Document, Part
from callbase.csta.services import agents, calls, features, functions, monitoring, routing, snapshots, system
from callbase.csta.services.data import Service, with_data


async def get_csta_features(desk: Desk, asked: Document) -> Part:
    return features.csta_features(GROUPS)


async def get_switching_function_caps(desk: Desk, asked: Document) -> Part:
    return features.switching_function_caps(desk.view.tenant, GROUPS)


GROUPS: Mapping[str, Mapping[str, Service | None]] = {
    "capExchangeServList": {
        "GetCSTAFeatures": get_csta_features,
        "GetSwitchingFunctionCaps": get_switching_function_caps,
        "GetSwitchingFunctionDevices": system.get_switching_function_devices,
        "SwitchingFunctionDevices": None,
    },
    "systemStatServList": {
        "SystemRegister": system.system_register,
        "SystemRegisterCancel": system.system_register_cancel,
        "RequestSystemStatus": system.request_system_status,
        "SystemStatus": system.system_status,
    },
    "monitoringServList": {
        "ChangeMonitorFilter": monitoring.change_monitor_filter,
        "MonitorStart": monitoring.monitor_start,
        "MonitorStop": monitoring.monitor_stop,
    },
    "snapshotServList": {
        "SnapshotCall": snapshots.snapshot_call,
        "SnapshotDevice": snapshots.snapshot_device,
    },
    "callControlServList": {
        "AlternateCall": functions.alternate_call,
        "AnswerCall": calls.answer_call,
        "ClearCall": calls.clear_call,
        "ClearConnection": calls.clear_connection,
        "ConferenceCall": functions.conference_call,
        "ConsultationCall": functions.consultation_call,
        "DeflectCall": calls.deflect_call,
        "DirectedPickupCall": functions.directed_pickup_call,
        "HoldCall": calls.hold_call,
        "MakeCall": functions.make_call,
        "MakePredictiveCall": functions.make_predictive_call,
        "ParkCall": functions.park_call,
        "ReconnectCall": functions.reconnect_call,
        "RetrieveCall": calls.retrieve_call,
        "SingleStepConferenceCall": functions.single_step_conference_call,
        "SingleStepTransferCall": functions.single_step_transfer_call,
        "TransferCall": functions.transfer_call,
    },
    "callAssociatedServList": {
        "AssociateData": calls.associate_data,
        "GenerateDigits": functions.generate_digits,
    },
    "routeingServList": {
        "RouteRegister": routing.route_register,
        "RouteRegisterCancel": routing.route_register_cancel,
        "ReRoute": None,
        "RouteEnd": routing.route_end,
        "RouteReject": routing.route_end,
        "RouteRequest": None,
        "RouteSelect": routing.route_select,
        "RouteUsed": None,
    },
    "logicalServList": {
        "GetAgentState": agents.get_agent_state,
        "SetAgentState": agents.set_agent_state,
    },
}
"""By the groups of the standard's lists of capabilities, which are made from here, in the schema's order. None: a request that
only we send."""

SERVICES: Mapping[str, Service] = {
    name: with_data(service) for group in GROUPS.values() for name, service in group.items() if service is not None
}
