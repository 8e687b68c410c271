"""Several switch nodes: what becomes of those that are out of reach while others are there.

Each call is on one node, from its first leg to its last. A telephone that is registered elsewhere is called by way of that node.
An only node is waited for as long as it takes.
"""

from __future__ import annotations

from callbase.core.agent.presence import device_unregistered
from callbase.core.agent.states import come_back
from callbase.core.core import Core
from callbase.core.events import NodeDrained
from callbase.core.queue import places

DEAD_AFTER_MS = 15_000
"""Asterisk started again by its supervisor is back much sooner."""


def lost(core: Core, node: str) -> None:
    if any(core.state.nodes.values()):
        telephones_gone(core, node)
        agents_back(core)
    _wait_for_lost(core)


def telephones_gone(core: Core, node: str) -> None:
    """Nobody can be called there; they come back as they register with another node."""
    for device, at in sorted(core.state.device_nodes.items()):
        if at == node:
            device_unregistered(core, device, node)


def agents_back(core: Core) -> None:
    """Whom a dying node could not call, though the telephone is at another one."""
    for tenant in core.state.tenants.values():
        for agent in tenant.agents.values():
            come_back(core, agent)


def drained(core: Core, event: NodeDrained) -> None:
    core.state.drained[event.node] = event.drained


def found(core: Core, node: str) -> None:
    core.cancel_timer(core.state.node_timers.pop(node, None))
    _wait_for_lost(core)


def _wait_for_lost(core: Core) -> None:
    if not any(core.state.nodes.values()):
        return
    for node, online in sorted(core.state.nodes.items()):
        if not online and node not in core.state.node_timers:
            core.state.node_timers[node] = core.set_timer("node", "", node, DEAD_AFTER_MS)


def move_who_waits(core: Core, node: str) -> None:
    """Who waits to be called back is called from another node."""
    other = core.node_to_begin_on()
    if other is None:
        return
    for interaction in core.state.interactions.values():
        if interaction.node != node or interaction.leg or interaction.peer is not None:
            continue
        stands = interaction.phase == "queue"
        if stands:
            places.step_out(core, interaction)
        interaction.node = other
        if stands:
            places.step_in(core, interaction)
