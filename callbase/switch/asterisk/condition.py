"""What is asked of Asterisk now and then, for metrics and alarms: its channels, and whether trunks are registered."""

from __future__ import annotations

import asyncio
from functools import cache

import structlog
from prometheus_client import Gauge, Histogram

from callbase.switch.asterisk.ami import Manager, ManagerError
from callbase.switch.asterisk.trunks import trunk_of

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 5.0
REGISTERED = "Registered"

CHANNELS = Gauge("callbase_switch_channels", "Channels that Asterisk has", ["node"])
COMMAND_SECONDS = Histogram(
    "callbase_switch_command_seconds",
    "Time from the engine's giving a command to Asterisk's having carried it out",
    ["type"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0),
)


@cache
def command_seconds(kind: type) -> Histogram:
    """Of commands of that type; looking a label up takes longer than observing."""
    return COMMAND_SECONDS.labels(kind.__name__)


class Condition:
    """Of one node. `trunks` of those that register: "ok", or what Asterisk says of the registration."""

    def __init__(self, node: str, manager: Manager) -> None:
        self.trunks: dict[tuple[str, str], str] = {}
        self._node, self._manager = node, manager

    async def watch(self) -> None:
        """For ever."""
        while True:
            try:
                await self._look()
            except ManagerError as problem:
                log.debug("condition_not_told", reason=str(problem))
            await asyncio.sleep(LOOK_EVERY_S)

    async def _look(self) -> None:
        status = await self._manager.action("CoreStatus")
        CHANNELS.labels(self._node).set(int(status.get("CoreCurrentCalls", 0)))
        try:
            listed = await self._manager.entries("PJSIPShowRegistrationsOutbound")
        except ManagerError as problem:  # also Asterisk's way of saying that there are none
            log.debug("registrations_not_listed", reason=str(problem))
            listed = []
        found = {}
        for entry in listed:
            trunk = trunk_of(entry.get("ObjectName", ""))
            if trunk is not None and "Status" in entry:
                state = entry["Status"]
                found[trunk] = "ok" if state == REGISTERED else f"{state.lower()} at the carrier"
        self.trunks = found
