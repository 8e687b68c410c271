"""The legs the core knows of."""

from __future__ import annotations

from typing import Literal

from callbase.core.commands import Release
from callbase.core.config import Trunk
from callbase.core.core import Core
from callbase.core.state import Interaction, Leg

ReleaseCause = Literal["normal", "busy", "rejected", "unallocated", "congestion", "no_answer", "answered_elsewhere"]


def add_leg(
    core: Core, interaction: Interaction, leg: str, *, device: str | None = None, trunk: str | None = None, up: bool = False
) -> Leg:
    contact = core.state.devices.get(device, "") if device is not None else ""
    found = Leg(
        id=leg,
        node=interaction.node,
        tenant=interaction.tenant,
        interaction=interaction.id,
        device=device,
        trunk=trunk,
        contact=contact,
        up=up,
    )
    core.state.legs[leg] = found
    if trunk is not None:
        _count_trunk(core, found, 1)
    return found


def release(core: Core, leg: str | None, cause: ReleaseCause = "normal") -> None:
    """Asks the switch to end a leg; it is out of play from now on."""
    found = core.live_leg(leg) if leg is not None else None
    if found is None:
        return
    if found.asks and found.trunk is None:
        drop_leg(core, found)  # there was no line to call it by, so the switch knows nothing of it
    else:
        core.cancel_timer(found.timer)
        found.timer = None
        found.released = True
        core.do(Release(leg=found.id, cause=cause))


def beyond_reach(core: Core, leg: Leg) -> bool:
    """Its telephone was called by way of a node that is gone."""
    return bool(leg.by_way_of) and not core.node_online(leg.by_way_of)


def registered_elsewhere(core: Core, leg: Leg) -> bool:
    """Its telephone has been at another node since it was called."""
    return core.state.device_nodes.get(leg.device or "", "") not in ("", leg.by_way_of or leg.node)


def drop_leg(core: Core, leg: Leg) -> None:
    """The switch says it is gone."""
    del core.state.legs[leg.id]
    core.cancel_timer(leg.timer)
    if leg.trunk is not None:
        _count_trunk(core, leg, -1)


def trunk_has_room(core: Core, tenant_id: str, trunk: Trunk) -> bool:
    """Whether one more call, in or out, is within what the trunk was bought for."""
    return not trunk.max_channels or core.index.trunk_calls.get((tenant_id, trunk.id), 0) < trunk.max_channels


def free_trunk(core: Core, tenant_id: str) -> str | None:
    """The first of the tenant's with room, those that only take calls in (without a host) last; None where all are taken."""
    tenant = core.tenant(tenant_id)
    trunks = sorted(tenant.trunks.values(), key=lambda trunk: (not trunk.host, trunk.id)) if tenant is not None else ()
    return next((trunk.id for trunk in trunks if trunk_has_room(core, tenant_id, trunk)), None)


def _count_trunk(core: Core, leg: Leg, step: int) -> None:
    assert leg.trunk is not None
    key = (leg.tenant, leg.trunk)
    calls = core.index.trunk_calls.get(key, 0) + step
    if calls > 0:
        core.index.trunk_calls[key] = calls
    else:
        core.index.trunk_calls.pop(key, None)
    if step < 0:
        core.freed.add(leg.tenant)
    core.changed(leg.tenant).trunks.add(leg.trunk)
