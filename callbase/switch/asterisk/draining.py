"""A node that is being drained for maintenance takes no new calls, and its calls go on. Whether it is so stands in its own
database: there its dialplan looks, and it stays over the restarts of everything.
"""

from __future__ import annotations

import asyncio

import structlog

from callbase.core.events import NodeDrained
from callbase.platform.runtime import Runtime, SwitchNode
from callbase.switch.asterisk.ami import Manager, ManagerError
from callbase.switch.asterisk.names import DRAINED_FAMILY, DRAINED_KEY
from callbase.switch.base import Sink

log = structlog.get_logger(__name__)

LOOK_EVERY_S = 1.0


async def set_drained(runtime: Runtime, node: SwitchNode, drained: bool) -> None:
    """Raises ManagerError."""
    manager = Manager(node.ari_host, node.ami_port, runtime.ari_user, runtime.ari_password, lambda event: None)
    try:
        if drained:
            await manager.action("DBPut", Family=DRAINED_FAMILY, Key=DRAINED_KEY, Val="yes")
        elif await is_drained(manager):
            await manager.action("DBDel", Family=DRAINED_FAMILY, Key=DRAINED_KEY)
    finally:
        await manager.close()


async def is_drained(manager: Manager) -> bool:
    """Raises ManagerError."""
    return bool(await manager.entries("DBGetTree", Family=DRAINED_FAMILY, Key=DRAINED_KEY))


class Draining:
    """Tells when it changes."""

    def __init__(self, node: str, manager: Manager, sink: Sink) -> None:
        self._node, self._manager, self._sink = node, manager, sink

    async def keep_telling(self) -> None:
        """The present state first."""
        told: bool | None = None
        while True:
            try:
                drained = await is_drained(self._manager)
            except ManagerError as problem:
                log.warning("draining_not_read", node=self._node, reason=str(problem))
            else:
                if drained != told:
                    told = drained
                    self._sink(NodeDrained(node=self._node, drained=drained))
            await asyncio.sleep(LOOK_EVERY_S)
