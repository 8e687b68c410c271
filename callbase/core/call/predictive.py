"""The system calls an outside number for a queue (CSTA MakePredictiveCall, ECMA-269 §17.1.25), and no agent is kept for it: who
answers comes to the queue like a caller, by its door, and is distributed, recorded and counted like any.

Who does not answer has cost nobody anything: the interaction ends as failed, with the network's cause.
"""

from __future__ import annotations

from callbase.core.call import unreached
from callbase.core.call.arrivals import begin, customer_answered, look_up
from callbase.core.call.attached import CallMade
from callbase.core.call.dial import EXPIRY_MARGIN_MS, originate
from callbase.core.call.ending import end
from callbase.core.call.make_call import line_to
from callbase.core.call.phases import advance
from callbase.core.call.segments import next_segment
from callbase.core.config import ToNumber
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import Cause, MakePredictiveCall, Party
from callbase.core.state import Dial, Interaction


def make_predictive_call(core: Core, tenant_id: str, action: MakePredictiveCall, actor: str) -> CallMade:
    tenant = core.tenant(tenant_id)
    node = core.node_to_begin_on()
    if tenant is None or node is None:
        raise RequestRefused("engine_unavailable", "queue")
    if core.queue(tenant_id, action.queue) is None:
        raise RequestRefused("queue_unknown", "queue", queue=action.queue)
    to = _outside(action.to)
    shown = action.caller_number if action.caller_number is not None else min(tenant.dids, default=action.queue)
    if action.caller_number is not None and action.caller_number not in tenant.dids:
        raise RequestRefused("value_invalid", "caller_number", number=action.caller_number)
    line = line_to(core, tenant_id, to)
    if line is None:
        raise RequestRefused("number_unreachable", "to", number=to.number)
    if line.trunk is None:
        raise RequestRefused("target_impossible", "to", number=to.number)
    interaction = begin(
        core, tenant_id, tenant, node=node, direction="outbound", caller_number=shown, called_number=to.number, trunk=line.trunk
    )
    interaction.phase = "dialing"
    interaction.caller_leads = True
    interaction.called_for = interaction.queue = action.queue
    next_segment(core, interaction, "flow")
    look_up(core, interaction, to.number)
    leg, timeout_ms = core.new_id(), int(to.timeout_s * 1000)
    timer = core.set_timer("dial", tenant_id, interaction.id, timeout_ms + EXPIRY_MARGIN_MS)
    interaction.dial = Dial(leg=leg, timer=timer, number=to.number)
    originate(core, interaction, leg, line, to.number, timeout_ms)
    return CallMade(interaction=interaction.id)


def not_reached(core: Core, interaction: Interaction, cause: Cause) -> None:
    if interaction.called_for is not None and core.queue(interaction.tenant, interaction.called_for) is not None:
        unreached.tell_queue(core, interaction, interaction.called_for, cause)
    end(core, interaction, "failed", cause)


def reached(core: Core, interaction: Interaction) -> None:
    """Somebody has answered, and comes to the queue, as a caller who is answered does: once it is known who that is."""
    dial = interaction.dial
    assert dial is not None
    core.cancel_timer(dial.timer)
    interaction.dial = None
    interaction.leg = dial.leg
    advance(core, interaction, "reached")
    customer_answered(core, interaction)


def _outside(to: Party) -> ToNumber:
    """A number of ours has become the flow it leads to by now."""
    if not isinstance(to, ToNumber):
        raise RequestRefused("target_impossible", "to")
    return to
