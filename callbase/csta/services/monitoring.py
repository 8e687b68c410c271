"""Monitors begin, change and end (ECMA-269 §15.1)."""

from __future__ import annotations

from callbase.csta import failures
from callbase.csta.desk import Desk
from callbase.csta.devices import call_named, calls_at, device_named
from callbase.csta.document import Document, Part
from callbase.csta.monitors import filter_parts, read_filter


async def monitor_start(desk: Desk, asked: Document) -> Part:
    follows = _follows(asked)
    unwanted = read_filter(asked.find("requestedMonitorFilter"))
    device, call = asked.value("monitorObject", "deviceObject"), asked.find("monitorObject", "callObject")
    if call is not None:
        found = call_named(desk.view, call.value("callID"))
        monitor = desk.monitors.add(call=found.id, follows=True, unwanted=unwanted)
    else:
        if not device:
            raise failures.operation("invalidMonitorObject")
        party = device_named(desk.view, device)
        monitor = desk.monitors.add(device=party, follows=follows, unwanted=unwanted)
        monitor.followed.update(one.id for one in calls_at(desk.view, party))
    return (
        "MonitorStartResponse",
        [
            ("monitorCrossRefID", monitor.reference),
            ("actualMonitorFilter", filter_parts(unwanted)),
            ("actualMonitorMediaClass", [("voice", "true")]),
            ("monitorExistingCalls", "true"),
        ],
    )


async def monitor_stop(desk: Desk, asked: Document) -> Part:
    desk.monitors.remove(asked.value("monitorCrossRefID"))
    return ("MonitorStopResponse", [])


async def change_monitor_filter(desk: Desk, asked: Document) -> Part:
    monitor = desk.monitors.get(asked.value("monitorCrossRefID"))
    monitor.unwanted = read_filter(asked.find("requestedFilterList"))
    return ("ChangeMonitorFilterResponse", [("actualFilterList", filter_parts(monitor.unwanted))])


def _follows(asked: Document) -> bool:
    kind = asked.value("monitorType")
    if kind not in ("", "device", "call"):
        raise failures.operation("invalidMonitorType")
    return kind == "call"
