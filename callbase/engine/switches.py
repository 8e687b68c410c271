"""The switch nodes: which driver a command goes to, and whether each is there."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence

import structlog

from callbase.core.commands import (
    AnswerDevice,
    AnswerTransfer,
    AnyCommand,
    Connect,
    DestroyBridge,
    LookUpCustomer,
    Originate,
    Release,
)
from callbase.core.config import Config
from callbase.core.events import (
    AnyEvent,
    CallOffered,
    DeviceRegistered,
    DeviceUnregistered,
    LegEnded,
    NodeDrained,
    SwitchConnected,
    SwitchLost,
)
from callbase.switch.base import Sink, SwitchDriver

log = structlog.get_logger(__name__)

PROVISION_AGAIN_S = 5.0
ENDED_KEPT = 1_000


async def any_reached(drivers: Sequence[SwitchDriver]) -> bool:
    """Whether one of the nodes answers."""
    return any(await asyncio.gather(*(driver.reaches() for driver in drivers)))


class Switches:
    """Drivers by node. Remembers which node a leg is on from what passes by."""

    def __init__(self, drivers: Sequence[SwitchDriver]) -> None:
        self._drivers = {driver.node: driver for driver in drivers}
        self._leg_nodes: dict[str, str] = {}
        self._ended: dict[str, str] = {}
        """Of the legs that ended last: where events come together, all have passed by before the first one's commands come."""
        self._drained = dict.fromkeys(self._drivers, False)
        self._online = dict.fromkeys(self._drivers, False)
        self._registered: dict[str, dict[str, str]] = {node: {} for node in self._drivers}
        """Node → telephone → its contact, "" where that is not known."""
        self._config: Config | None = None
        self._provisioning: asyncio.Task[None] | None = None

    @property
    def status(self) -> dict[str, str]:
        """Of each node: "ok" or why not."""
        return {node: "ok" if online else "not connected" for node, online in self._online.items()}

    @property
    def draining(self) -> dict[str, int]:
        """Nodes that take no new calls → legs they still have, and telephones there in calls of other nodes."""
        legs = self.legs
        return {node: legs[node] + self._drivers[node].calls_for_others for node, drained in self._drained.items() if drained}

    @property
    def legs(self) -> dict[str, int]:
        """How many each node has."""
        return dict.fromkeys(self._drivers, 0) | Counter(self._leg_nodes.values())

    @property
    def telephones(self) -> Mapping[str, int]:
        """How many are registered at each node."""
        return {node: len(devices) for node, devices in self._registered.items()}

    @property
    def trunks(self) -> dict[tuple[str, str], str]:
        """Of each that tells: "ok" or why it cannot be used. One at several nodes is as well as at the best."""
        states: dict[tuple[str, str], str] = {}
        for driver in self._drivers.values():
            for trunk, state in driver.trunks.items():
                if states.get(trunk) != "ok":
                    states[trunk] = state
        return states

    async def start(self, sink: Sink) -> None:
        def of(node: str) -> Sink:
            def taken(event: AnyEvent) -> None:
                self._note(node, event)
                sink(event)
                for elsewhere in self._registered_elsewhere(node, event):
                    sink(elsewhere)

            return taken

        await asyncio.gather(*(driver.start(of(node)) for node, driver in self._drivers.items()))

    async def stop(self) -> None:
        if self._provisioning is not None:
            self._provisioning.cancel()
        await asyncio.gather(*(driver.stop() for driver in self._drivers.values()), return_exceptions=True)

    def execute(self, command: AnyCommand) -> None:
        """Passes a command on to its node's driver."""
        node = self._node_of(command)
        if node is None:
            log.warning("a command names a leg of no node; left out", command=repr(command))
            return
        if isinstance(command, Originate):
            self._leg_nodes[command.leg] = node
        if isinstance(command, Release) and not self._online[node]:
            self._leg_nodes.pop(command.leg, None)
            self._tell_others_what_it_has(node)
        self._drivers[node].execute(command)

    def provision(self, config: Config) -> None:
        """Makes the switches' endpoints follow the configuration, in the background; a newer one overtakes."""
        self._config = config
        if self._provisioning is None or self._provisioning.done():
            self._provisioning = asyncio.create_task(self._provision(), name="provisioning")

    async def _provision(self) -> None:
        done: Config | None = None
        while self._config is not None and self._config is not done:
            config = self._config
            try:
                await asyncio.gather(*(driver.provision(config) for driver in self._drivers.values()))
                done = config
            except Exception:
                log.exception("the switch did not take the configuration; trying again", version=config.version)
                await asyncio.sleep(PROVISION_AGAIN_S)

    def _node_of(self, command: AnyCommand) -> str | None:
        if isinstance(command, Connect | DestroyBridge | Originate):
            node: str | None = command.node
        elif isinstance(command, LookUpCustomer):
            node = None
        else:
            # what only the telephone's own node can tell it
            by_way_of = command.by_way_of if isinstance(command, AnswerDevice | AnswerTransfer) else ""
            node = by_way_of or self._leg_nodes.get(command.leg) or self._ended.get(command.leg)
        if node not in self._drivers:
            node = next(iter(self._drivers)) if len(self._drivers) == 1 else None
        return node

    def _note(self, at: str, event: AnyEvent) -> None:
        """`at`: the driver's node."""
        match event:
            case SwitchConnected(node=node, legs=legs, devices=devices):
                self._online[node] = True
                self._registered[at] = {device: self._registered[at].get(device, "") for device in devices}
                self._leg_nodes = {leg: on for leg, on in self._leg_nodes.items() if on != node}
                self._leg_nodes.update((leg.leg, node) for leg in legs)
                self._tell_others_what_it_has(node)
            case SwitchLost(node=node):
                self._online[node] = False
            case NodeDrained(node=node, drained=drained):
                self._drained[node] = drained
            case DeviceRegistered(device=device, contact=contact):
                self._registered[at][device] = contact
            case DeviceUnregistered(device=device):
                self._registered[at].pop(device, None)
            case CallOffered(leg=leg, node=node):
                self._leg_nodes[leg] = node
            case LegEnded(leg=leg):
                if on := self._leg_nodes.pop(leg, None):
                    self._ended[leg] = on
                    if len(self._ended) > ENDED_KEPT:
                        del self._ended[next(iter(self._ended))]

    def _tell_others_what_it_has(self, node: str) -> None:
        """They end what they do for other legs, as ringing a telephone."""
        legs = tuple(leg for leg, on in self._leg_nodes.items() if on == node)
        for other in self._drivers.values():
            if other.node != node:
                other.another_has(node, legs)

    def _registered_elsewhere(self, at: str, event: AnyEvent) -> list[DeviceRegistered]:
        """Telephones that went with the node, or from it, and are registered at another one, too. An Asterisk that knows the
        telephone from before does not say that it registered there again, so which of the two came later is not known."""
        match event:
            case SwitchLost():
                gone = list(self._registered[at])
            case DeviceUnregistered(device=device):
                gone = [device]
            case _:
                return []
        there = [node for node, online in self._online.items() if online and node != at]
        found = {device: node for node in there for device in gone if device in self._registered[node]}
        return [
            DeviceRegistered(device=device, contact=self._registered[node][device], node=node) for device, node in found.items()
        ]
