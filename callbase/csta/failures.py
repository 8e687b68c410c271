"""How a request is refused in CSTA's words (ECMA-269 §12.2.17 Universal Failure)."""

from __future__ import annotations

from callbase.core.errors import Code, CoreError
from callbase.csta.document import Part


class Failure(Exception):
    """`category` and `value` as in ECMA-323's UniversalFailure, its spelling included."""

    def __init__(self, category: str, value: str) -> None:
        super().__init__(f"{category}: {value}")
        self.message: Part = ("CSTAErrorCode", [(category, value)])


def operation(value: str) -> Failure:
    return Failure("operation", value)


def state(value: str) -> Failure:
    return Failure("stateIncompatibility", value)


def unavailable(value: str = "resourceOutOfService") -> Failure:
    return Failure("systemResourceAvailibility", value)


_OF_CODE: dict[Code, tuple[str, str]] = {
    "tenant_unknown": ("systemResourceAvailibility", "resourceOutOfService"),
    "agent_unknown": ("operation", "invalidAgentIdentifier"),
    "agent_signed_out": ("stateIncompatibility", "invalidDeviceState"),
    "agent_busy": ("stateIncompatibility", "invalidDeviceState"),
    "device_unknown": ("operation", "invalidDeviceID"),
    "device_taken": ("operation", "requestIncompatibleWithDevice"),
    "device_offline": ("systemResourceAvailibility", "deviceOutOfService"),
    "device_unanswerable": ("operation", "requestIncompatibleWithDevice"),
    "interaction_unknown": ("operation", "invalidCallID"),
    "interaction_not_yours": ("operation", "invalidConnectionID"),
    "queue_unknown": ("operation", "invalidDestinationDeviceID"),
    "reason_unknown": ("operation", "invalidParameterValue"),
    "outcome_unknown": ("operation", "invalidParameterValue"),
    "number_unreachable": ("operation", "invalidDestination"),
    "target_impossible": ("operation", "requestIncompatibleWithDestinationDevice"),
    "nobody_ready": ("stateIncompatibility", "invalidDestinationDeviceState"),
    "flow_unknown": ("operation", "invalidDestinationDeviceID"),
    "conference_full": ("systemResourceAvailibility", "conferenceMemberLimitExceeded"),
    "party_unknown": ("operation", "invalidConnectionID"),
    "wrong_state": ("stateIncompatibility", "invalidConnectionState"),
    "value_invalid": ("operation", "valueOutOfRange"),
    "out_of_range": ("operation", "valueOutOfRange"),
    "forbidden": ("operation", "privilegeViolationSpecifiedDevice"),
    "engine_unavailable": ("systemResourceAvailibility", "resourceOutOfService"),
}

_OF_DESTINATION: dict[Code, tuple[str, str]] = {
    "agent_unknown": ("operation", "invalidDestinationDeviceID"),
    "agent_signed_out": ("stateIncompatibility", "invalidDestinationDeviceState"),
    "agent_busy": ("stateIncompatibility", "invalidDestinationDeviceState"),
    "device_offline": ("systemResourceAvailibility", "destinationDeviceOutOfService"),
    "value_invalid": ("operation", "invalidDestination"),
}
"""Where who is called is at fault, and not who asks."""


def failure_of(error: CoreError) -> Failure:
    at_fault = _OF_DESTINATION.get(error.code) if error.field == "to" else None
    return Failure(*(at_fault or _OF_CODE[error.code]))
