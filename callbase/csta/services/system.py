"""The system's status, and which devices it has (ECMA-269 §13, §14)."""

from __future__ import annotations

from callbase.csta import failures
from callbase.csta.desk import Desk
from callbase.csta.devices import device_named
from callbase.csta.document import Document, Part
from callbase.csta.model import PARK, Party

SEGMENT = 250
"""Devices in one message: far from what a frame can carry, whatever their names."""
REGISTRATION = "1"
DEVICES = "1"
"""The service cross reference of a list of devices; its segments follow one another at once, so there is never but one."""

_CATEGORIES = {"agent": ("station",), "queue": ("acd", "groupACD"), "park": ("park",)}
"""The first is told; the others are understood, too. Of all other devices: other."""


async def request_system_status(desk: Desk, asked: Document) -> Part:
    return ("RequestSystemStatusResponse", [("systemStatus", desk.status)])


async def system_status(desk: Desk, asked: Document) -> Part:
    """A program's heartbeat."""
    return ("SystemStatusResponse", [])


async def system_register(desk: Desk, asked: Document) -> Part:
    desk.registered = REGISTRATION
    return ("SystemRegisterResponse", [("sysStatRegisterID", REGISTRATION)])


async def system_register_cancel(desk: Desk, asked: Document) -> Part:
    if desk.registered is None or asked.value("sysStatRegisterID") != desk.registered:
        raise failures.operation("invalidParameterValue")
    desk.registered = None
    return ("SystemRegisterCancelResponse", [])


async def get_switching_function_devices(desk: Desk, asked: Document) -> Part:
    devices = _devices(desk, asked)
    segments = [devices[start : start + SEGMENT] for start in range(0, len(devices), SEGMENT)] or [[]]
    for number, segment in enumerate(segments, 1):
        desk.later(_segment(number, segment, last=number == len(segments)))
    return ("GetSwitchingFunctionDevicesResponse", [("serviceCrossRefID", DEVICES)])


def _devices(desk: Desk, asked: Document) -> list[Party]:
    view, one, category = desk.view, asked.value("requestedDeviceID"), asked.value("requestedDeviceCategory")
    agents, queues = (Party("agent", agent) for agent in view.agents), (Party("queue", queue) for queue in view.queues)
    every = [*agents, *queues, *(Party("flow", number) for number in view.numbers), PARK]
    devices = [device_named(view, one)] if one else every
    return [party for party in devices if not category or category in _categories(party)]


def _categories(party: Party) -> tuple[str, ...]:
    return _CATEGORIES.get(party.kind, ("other",))


def _segment(number: int, devices: list[Party], *, last: bool) -> Part:
    listed: list[Part] = [
        ("device", [("deviceID", party.device), ("deviceCategory", _categories(party)[0])]) for party in devices
    ]
    return (
        "SwitchingFunctionDevices",
        [
            ("serviceCrossRefID", DEVICES),
            ("segmentID", str(number)),
            ("lastSegment", "true" if last else "false"),
            ("deviceList", listed),
        ],
    )
