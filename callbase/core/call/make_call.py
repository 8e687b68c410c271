"""An agent calls somebody (CSTA MakeCall, ECMA-269 §17.1.24): its own telephone first, which answers by itself, then the other.

Within the house the agent is the caller: a colleague rings, or the agent waits in a queue or walks a flow like any caller. An
outside party is the customer of the call, as in one that came in: looked up, held, passed on, recorded and finished likewise.
"""

from __future__ import annotations

from callbase.core.agent.states import reachable
from callbase.core.call import talk, unreached
from callbase.core.call.arrivals import begin, look_up
from callbase.core.call.audio import ringback
from callbase.core.call.dial import EXPIRY_MARGIN_MS, TAKEN, Target, engage, originate, resolve_number
from callbase.core.call.ending import end
from callbase.core.call.legs import trunk_has_room
from callbase.core.call.segments import next_segment
from callbase.core.call.telephone import call, own_rings_ms
from callbase.core.commands import Originate
from callbase.core.config import ToAgent, ToFlow, ToNumber, ToQueues
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import Cause, MakeCall, Party
from callbase.core.rules.why import Bound, Why
from callbase.core.state import Agent, Dial, Direction, Interaction, Peer


def make_call(core: Core, tenant: str, action: MakeCall, actor: str) -> None:
    agent = core.agent_asked(tenant, action.agent)
    if agent.state == "logged_off":
        raise RequestRefused("agent_signed_out", "agent", agent=agent.id)
    if agent.state not in ("ready", "not_ready"):
        raise RequestRefused("agent_busy", "agent", state=agent.state)
    if not reachable(core, agent):
        raise RequestRefused("device_offline", "agent", device=agent.device or "")
    node = core.node_to_begin_on(agent.device)
    if node is None:
        raise RequestRefused("engine_unavailable", "agent")
    if action.queue is not None and core.queue(tenant, action.queue) is None:
        raise RequestRefused("queue_unknown", "queue", queue=action.queue)
    to = destination(core, agent, action.to)
    if isinstance(to, ToNumber):
        _call_out(core, agent, node, to, action.queue or _first_queue(core, agent))
    else:
        _call_within(core, agent, node, to)


def own_telephone_answered(core: Core, interaction: Interaction) -> None:
    """Of a call to the outside: the agent hears it ring there."""
    peer = interaction.peer
    assert peer is not None
    core.cancel_timer(interaction.own_telephone_timer)
    interaction.own_telephone_timer = None
    peer.connection = "connected"
    core.touch(interaction)
    agent = core.agent(interaction.tenant, peer.agent)
    if agent is not None:
        core.touch_agent(agent)
    bound, interaction.bound_for = interaction.bound_for, None
    to = bound.target if bound is not None else None
    line = line_to(core, interaction.tenant, to) if isinstance(to, ToNumber) else None
    if line is None or not isinstance(to, ToNumber):
        unreached.tell(core, interaction, peer.agent, interaction.called_number, "congestion")
        end(core, interaction, "failed", "congestion")
        return
    ringback(core, peer.leg, on=True)
    leg = core.new_id()
    timeout_ms = max(1000, int(to.timeout_s * 1000))
    timer = core.set_timer("dial", interaction.tenant, interaction.id, timeout_ms + EXPIRY_MARGIN_MS)
    interaction.dial = Dial(leg=leg, timer=timer, number=to.number)
    interaction.trunk = line.trunk
    originate(core, interaction, leg, line, to.number, timeout_ms, partner=peer.leg)


def reached(core: Core, interaction: Interaction) -> None:
    """The outside party has answered."""
    dial, peer = interaction.dial, interaction.peer
    assert dial is not None
    assert peer is not None
    core.cancel_timer(dial.timer)
    interaction.dial = None
    interaction.leg = dial.leg
    ringback(core, peer.leg, on=False)
    talk.begin(core, interaction, peer.leg, peer.agent)


def not_reached(core: Core, interaction: Interaction, cause: Cause) -> None:
    unreached.tell(core, interaction, interaction.peer.agent if interaction.peer else None, interaction.called_number, cause)
    end(core, interaction, "failed", cause)


def own_telephone_silent(core: Core, interaction: Interaction) -> None:
    """It did not answer in time."""
    interaction.own_telephone_timer = None
    unreached.own_telephone(core, interaction, "no_answer")
    end(core, interaction, "failed", "no_answer")


def ring_on(core: Core, interaction: Interaction) -> None:
    """After a gap: what the agent hears is begun again."""
    if interaction.dial is not None and interaction.peer is not None:
        ringback(core, interaction.peer.leg, on=True)


# --- where to ----------------------------------------------------------------------------------------------------------


def destination(core: Core, agent: Agent, to: Party) -> Party:
    """Where the call leads in the end. Raises RequestRefused: there is no way there now."""
    tenant = core.tenant(agent.tenant)
    assert tenant is not None
    match to:
        case ToNumber():
            return _number(core, agent, to)
        case ToAgent():
            if to.agent == agent.id:
                raise RequestRefused("target_impossible", "to", agent=to.agent)
            core.agent_asked(agent.tenant, to.agent)
            _check_line(core, agent, resolve_number(core, agent.tenant, to.agent), to.agent)
        case ToQueues():
            if not any(core.queue(agent.tenant, queue) for queue in to.queues):
                raise RequestRefused("queue_unknown", "to", queue=", ".join(to.queues))
        case ToFlow():
            if to.flow not in tenant.flows:
                raise RequestRefused("flow_unknown", "to", flow=to.flow)
    return to


def _number(core: Core, agent: Agent, to: ToNumber) -> Party:
    """One of the house's telephones leads into it; any other leads out by a trunk."""
    line = line_to(core, agent.tenant, to)
    _check_line(core, agent, line, to.number)
    return ToAgent(agent=line.agent) if line is not None and line.agent is not None else to


def _check_line(core: Core, agent: Agent, line: Target | None, number: str) -> None:
    if line is None:
        raise RequestRefused("number_unreachable", "to", number=number)
    if line.agent == agent.id:
        raise RequestRefused("target_impossible", "to", agent=agent.id)
    called = core.agent(agent.tenant, line.agent)
    if called is not None and called.state in TAKEN:
        raise RequestRefused("agent_busy", "to", agent=called.id, state=called.state)


def line_to(core: Core, tenant_id: str, to: ToNumber) -> Target | None:
    tenant = core.tenant(tenant_id)
    if tenant is None or to.trunk is None:
        return resolve_number(core, tenant_id, to.number)
    trunk = tenant.trunks.get(to.trunk) if to.number else None
    return Target(trunk=to.trunk) if trunk is not None and trunk_has_room(core, tenant_id, trunk) else None


def _first_queue(core: Core, agent: Agent) -> str | None:
    return next((seat.queue for seat in core.index.seats_of(agent)), None)


# --- the agent's own telephone -------------------------------------------------------------------------------------------


def _call_within(core: Core, agent: Agent, node: str, to: Party) -> None:
    interaction = _begin(core, agent, node, _shown(to), "internal")
    interaction.leg = core.new_id()
    interaction.bound_for = Bound(target=to, why=Why(by="agent"))
    next_segment(core, interaction, "flow")
    interaction.caller_agent = agent.id
    engage(core, agent, interaction)
    _call_own_telephone(core, interaction, agent, interaction.leg)


def _call_out(core: Core, agent: Agent, node: str, to: ToNumber, queue: str | None) -> None:
    interaction = _begin(core, agent, node, to.number, "outbound")
    interaction.phase = "dialing"
    interaction.caller_leads = True
    interaction.queue = queue
    interaction.bound_for = Bound(target=to, why=Why(by="agent"))
    interaction.peer = Peer(leg=core.new_id(), agent=agent.id, connection="alerting")
    next_segment(core, interaction, "flow")
    engage(core, agent, interaction)
    look_up(core, interaction, to.number)
    _call_own_telephone(core, interaction, agent, interaction.peer.leg)


def _begin(core: Core, agent: Agent, node: str, called: str, direction: Direction) -> Interaction:
    tenant = core.tenant(agent.tenant)
    assert tenant is not None
    device = tenant.devices.get(agent.device or "")
    return begin(
        core,
        agent.tenant,
        tenant,
        node=node,
        direction=direction,
        caller_number=(device.number if device is not None else "") or agent.id,
        called_number=called,
    )


def _shown(to: Party) -> str:
    match to:
        case ToAgent():
            return to.agent
        case ToQueues():
            return to.queues[0]
        case ToFlow():
            return to.flow
        case ToNumber():
            return to.number


def _call_own_telephone(core: Core, interaction: Interaction, agent: Agent, leg: str) -> None:
    timeout_ms = own_rings_ms(core, agent)
    interaction.own_telephone_timer = core.set_timer(
        "own_telephone", interaction.tenant, interaction.id, timeout_ms + EXPIRY_MARGIN_MS
    )
    call(
        core,
        interaction,
        Originate(
            leg=leg,
            node=interaction.node,
            tenant=interaction.tenant,
            interaction=interaction.id,
            device=agent.device,
            caller_number=interaction.called_number,
            timeout_ms=timeout_ms,
            auto_answer=True,
            headers={"X-Callbase-Interaction": interaction.id},
        ),
    )
