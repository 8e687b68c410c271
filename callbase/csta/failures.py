"""How a request is refused in CSTA's words (ECMA-269 §12.2.17 Universal Failure)."""

from __future__ import annotations

from callbase.core.errors import Code
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
    "agent_unknown": ("operation", "invalidAgentIdentifier"),
    "agent_signed_out": ("stateIncompatibility", "invalidDeviceState"),
    "agent_busy": ("stateIncompatibility", "invalidDeviceState"),
    "device_unknown": ("operation", "invalidDeviceID"),
    "device_taken": ("operation", "requestIncompatibleWithDevice"),
    "device_offline": ("systemResourceAvailibility", "deviceOutOfService"),
    "interaction_unknown": ("operation", "invalidCallID"),
    "interaction_not_yours": ("operation", "invalidConnectionID"),
    "queue_unknown": ("operation", "invalidDestinationDeviceID"),
    "reason_unknown": ("operation", "invalidParameterValue"),
    "outcome_unknown": ("operation", "invalidParameterValue"),
    "number_unreachable": ("operation", "invalidDestination"),
    "wrong_state": ("stateIncompatibility", "invalidConnectionState"),
    "value_invalid": ("operation", "valueOutOfRange"),
    "forbidden": ("operation", "privilegeViolationSpecifiedDevice"),
    "tenant_unknown": ("systemResourceAvailibility", "resourceOutOfService"),
    "engine_unavailable": ("systemResourceAvailibility", "resourceOutOfService"),
}


def failure_of(code: Code) -> Failure:
    return Failure(*_OF_CODE.get(code, ("operation", "generic")))
