"""The services a program may ask for, by the name of the request (ECMA-323). A name that is in none is not supported."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from callbase.csta.desk import Desk
from callbase.csta.document import Document, Part
from callbase.csta.services import agents, calls, functions, monitoring, routing, snapshots, system

Service = Callable[[Desk, Document], Awaitable[Part | None]]
"""Answers a request, or raises Failure. None: the standard has no answer to it."""

SERVICES: Mapping[str, Service] = {
    "RequestSystemStatus": system.request_system_status,
    "SystemStatus": system.system_status,
    "SystemRegister": system.system_register,
    "SystemRegisterCancel": system.system_register_cancel,
    "GetSwitchingFunctionCaps": system.get_switching_function_caps,
    "GetSwitchingFunctionDevices": system.get_switching_function_devices,
    "MonitorStart": monitoring.monitor_start,
    "MonitorStop": monitoring.monitor_stop,
    "ChangeMonitorFilter": monitoring.change_monitor_filter,
    "SnapshotDevice": snapshots.snapshot_device,
    "SnapshotCall": snapshots.snapshot_call,
    "GetAgentState": agents.get_agent_state,
    "SetAgentState": agents.set_agent_state,
    "AnswerCall": calls.answer_call,
    "ClearConnection": calls.clear_connection,
    "ClearCall": calls.clear_call,
    "HoldCall": calls.hold_call,
    "RetrieveCall": calls.retrieve_call,
    "DeflectCall": calls.deflect_call,
    "MakeCall": functions.make_call,
    "ConsultationCall": functions.consultation_call,
    "ReconnectCall": functions.reconnect_call,
    "AlternateCall": functions.alternate_call,
    "TransferCall": functions.transfer_call,
    "ConferenceCall": functions.conference_call,
    "SingleStepTransferCall": functions.single_step_transfer_call,
    "SingleStepConferenceCall": functions.single_step_conference_call,
    "ParkCall": functions.park_call,
    "DirectedPickupCall": functions.directed_pickup_call,
    "GenerateDigits": functions.generate_digits,
    "AssociateData": calls.associate_data,
    "RouteRegister": routing.route_register,
    "RouteRegisterCancel": routing.route_register_cancel,
    "RouteSelect": routing.route_select,
    "RouteEnd": routing.route_end,
    "RouteReject": routing.route_end,
}
