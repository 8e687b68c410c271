"""Who called while no engine led and gave up before one did: the switch kept the call, and tells of it afterwards."""

from __future__ import annotations

from callbase.core.call.arrivals import begin, is_customers, tenant_of_call
from callbase.core.call.ending import end
from callbase.core.call.segments import next_segment
from callbase.core.core import Core
from callbase.core.events import CallsMissed, MissedCall


def calls_missed(core: Core, event: CallsMissed) -> None:
    """States each once, as of when it was."""
    told = core.state.missed.get(event.node, ())
    core.state.missed[event.node] = [call.leg for call in event.calls]
    for call in event.calls:
        if call.leg not in told:
            _missed(core, event.node, call)


def _missed(core: Core, node: str, call: MissedCall) -> None:
    tenant_id = tenant_of_call(core, call)
    tenant = core.tenant(tenant_id) if tenant_id is not None else None
    if tenant is None or tenant_id is None or not is_customers(tenant, call):
        return
    device = tenant.devices.get(call.device) if call.device is not None else None
    with core.as_of(min(call.started_ms, call.ended_ms)):
        interaction = begin(
            core,
            tenant_id,
            tenant,
            node=node,
            direction="inbound",
            caller_number=(device.number if device is not None else "") or call.caller_number,
            called_number=core.index.number_called(tenant, call.called_number),
            trunk=call.trunk,
        )
        next_segment(core, interaction, "flow")
    with core.as_of(call.ended_ms):
        end(core, interaction, "missed", "cancelled")
