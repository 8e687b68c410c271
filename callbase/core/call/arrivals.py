"""A call arrives: from a trunk, a customer's telephone, or one of our agents'."""

from __future__ import annotations

import msgspec

from callbase.core.call import talk
from callbase.core.call.audio import while_called
from callbase.core.call.data import attach_what_fits
from callbase.core.call.destination import can_be_dialled
from callbase.core.call.dial import TAKEN, dial, engage, resolve_number
from callbase.core.call.ending import say_goodbye
from callbase.core.call.headers import take_headers
from callbase.core.call.legs import add_leg, trunk_has_room
from callbase.core.call.phases import touch_agents
from callbase.core.call.segments import next_segment
from callbase.core.commands import Answer, LookUpCustomer, Release
from callbase.core.config import Device, Tenant
from callbase.core.core import Core
from callbase.core.events import CallOffered, LiveLeg, MissedCall
from callbase.core.facts import InteractionStarted
from callbase.core.flow import interpreter
from callbase.core.flow.speech import resolve
from callbase.core.rules import access, entry, targets
from callbase.core.rules.priority import add_priority
from callbase.core.state import Direction, FlowRun, Interaction

OWN_CALL_RINGS_S = 60.0
KEPT_AT_MOST_MS = 3_540_000
"""An interaction is found in the database within an hour of when its id was made (`engine/projection.py`)."""
LOOKUP_MS = 600
"""The engine's own patience with the database (`engine/lookups.py`), and a little more."""


def call_offered(core: Core, event: CallOffered, *, up: bool = False) -> None:
    """`up`: it was answered already, by an engine that forgot it or a dialplan that held it for us."""
    if event.leg in core.state.legs:
        return
    tenant_id = tenant_of_call(core, event)
    tenant = core.tenant(tenant_id) if tenant_id is not None else None
    if tenant is None or tenant_id is None:
        core.do(Release(leg=event.leg, cause="unallocated"))
        return
    event = msgspec.structs.replace(event, called_number=core.index.number_called(tenant, event.called_number))
    device = tenant.devices.get(event.device) if event.trunk is None and event.device is not None else None
    if device is not None and device.agent is not None and event.called_number not in tenant.dids:
        _own_call(core, tenant_id, tenant, device, event, up=up)
        return
    internal = device is not None and device.agent is not None
    crowded = not up and event.trunk is not None and not trunk_has_room(core, tenant_id, tenant.trunks[event.trunk])
    interaction = _begin(core, tenant_id, tenant, event, device, "internal" if internal else "inbound", up=up)
    did = tenant.dids.get(event.called_number)
    if interaction.kept_ms:  # that time is told of, whatever comes of the call
        _first_segment(core, interaction, did.flow if did is not None else None)
    if crowded:
        say_goodbye(core, interaction, (), "failed", "congestion")
        return
    look_up(core, interaction, interaction.caller_number)
    if not internal and access.turned_away(core, interaction, tenant, did):
        return
    if did is not None:
        interaction.flow = FlowRun(flow=did.flow, version=0, node="")
    _first_segment(core, interaction, did.flow if did is not None else None)
    if internal and device is not None:
        _engage_caller(core, interaction, device)
    if up:
        customer_answered(core, interaction)
    elif did is not None or tenant.unknown_did is not None:
        core.do(Answer(leg=event.leg))
    else:
        say_goodbye(core, interaction, (), "number_unknown", "unallocated")


def tenant_of_call(core: Core, call: CallOffered | LiveLeg | MissedCall) -> str | None:
    """The tenant whose trunk or telephone it comes from; None where nobody knows that one."""
    if call.trunk is not None:
        tenant_id = call.tenant or core.index.trunks.get(call.trunk)
        tenant = core.tenant(tenant_id) if tenant_id is not None else None
        return tenant_id if tenant is not None and call.trunk in tenant.trunks else None
    return core.index.devices.get(call.device) if call.device is not None else None


def is_customers(tenant: Tenant, call: LiveLeg | MissedCall) -> bool:
    """Whether it is a call from outside to a number, not a telephone of an agent's or a leg that we called."""
    device = tenant.devices.get(call.device) if call.device is not None else None
    return bool(call.called_number) and (call.trunk is not None or (device is not None and device.agent is None))


def look_up(core: Core, interaction: Interaction, number: str) -> None:
    """Asks whose number the customer's is."""
    interaction.lookup = core.new_id()
    core.do(LookUpCustomer(lookup=interaction.lookup, tenant=interaction.tenant, interaction=interaction.id, number=number))


def customer_answered(core: Core, interaction: Interaction) -> None:
    """The customer's leg is up: what was to be heard can begin, once it is known who calls. Rules go by that, and who is offered
    the call is to see it."""
    if interaction.own_telephone_timer is not None:
        core.cancel_timer(interaction.own_telephone_timer)
        interaction.own_telephone_timer = None
        touch_agents(core, interaction)
    if interaction.lookup is None:
        _treat(core, interaction)
    elif interaction.lookup_timer is None and interaction.phase == "flow" and interaction.closing is None:
        interaction.lookup_timer = core.set_timer("lookup", interaction.tenant, interaction.id, LOOKUP_MS)


def caller_known(core: Core, interaction: Interaction) -> None:
    """Or it will be known too late to wait for it."""
    if interaction.lookup_timer is not None:
        core.cancel_timer(interaction.lookup_timer)
        interaction.lookup_timer = None
        _treat(core, interaction)


def _treat(core: Core, interaction: Interaction) -> None:
    if interaction.phase != "flow" or interaction.closing is not None or interaction.dial is not None:
        return
    if interaction.bound_for is not None:
        if not targets.answered(core, interaction):
            talk.apologise(core, interaction)
    elif interaction.flow is None and interaction.called_for is not None:
        if not entry.enter(core, interaction, interaction.called_for):
            talk.apologise(core, interaction)
    elif interaction.flow is None:
        tenant = core.tenant(interaction.tenant)
        say = tenant.unknown_did if tenant is not None else None
        if tenant is not None and say is not None and not say.languages:
            say = msgspec.structs.replace(say, languages=tenant.languages)
        speech = resolve(tenant, interaction, say) if tenant is not None else ()
        say_goodbye(core, interaction, speech, "number_unknown", "unallocated")
    elif not interaction.flow.node:
        interpreter.start(core, interaction, interaction.flow.flow)


def _begin(
    core: Core, tenant_id: str, tenant: Tenant, event: CallOffered, device: Device | None, direction: Direction, *, up: bool
) -> Interaction:
    caller = event.caller_number
    if device is not None:
        caller = device.number or device.agent or caller
    interaction = begin(
        core,
        tenant_id,
        tenant,
        node=event.node,
        direction=direction,
        caller_number=caller,
        caller_name=event.caller_name,
        called_number=event.called_number,
        trunk=event.trunk,
        leg=event.leg,
        kept_ms=min(event.waited_ms, KEPT_AT_MOST_MS),
    )
    add_leg(core, interaction, event.leg, device=event.device, trunk=event.trunk, up=up)
    take_headers(core, interaction, event.headers)
    attach_what_fits(core, interaction, event.data, "switch")
    did = tenant.dids.get(event.called_number)
    if did is not None:
        add_priority(core, interaction, "number", did.number, did.priority)
    return interaction


def begin(
    core: Core,
    tenant_id: str,
    tenant: Tenant,
    *,
    node: str,
    direction: Direction,
    caller_number: str,
    called_number: str,
    caller_name: str = "",
    trunk: str | None = None,
    leg: str = "",
    kept_ms: int = 0,
) -> Interaction:
    """A new interaction, which began `kept_ms` ago, and the fact of it."""
    began_ms = core.now_ms - kept_ms
    did = tenant.dids.get(called_number)
    language = did.language if did is not None else None
    interaction = Interaction(
        id=core.new_id(),
        tenant=tenant_id,
        node=node,
        direction=direction,
        caller_number=caller_number,
        caller_name=caller_name,
        called_number=called_number,
        trunk=trunk,
        language=language or (tenant.languages[0] if tenant.languages else "zh-CN"),
        started_ms=began_ms,
        phase_since_ms=began_ms,
        leg=leg,
        kept_ms=kept_ms,
    )
    core.state.interactions[interaction.id] = interaction
    core.touch(interaction)
    core.note(
        InteractionStarted(
            tenant=tenant_id,
            at_ms=began_ms,
            interaction=interaction.id,
            channel="voice",
            direction=direction,
            caller_number=interaction.caller_number,
            called_number=interaction.called_number,
            trunk=interaction.trunk,
            language=interaction.language,
        )
    )
    return interaction


def _own_call(core: Core, tenant_id: str, tenant: Tenant, device: Device, event: CallOffered, *, up: bool) -> None:
    """An agent's telephone calls a colleague or, by a trunk, an outside number."""
    target = resolve_number(core, tenant_id, event.called_number)
    busy = core.agent(tenant_id, target.agent) if target is not None else None
    cannot = target is not None and target.trunk is not None and not can_be_dialled(event.called_number)
    if target is None or cannot or target.device == device.id:
        core.do(Release(leg=event.leg, cause="unallocated"))
        return
    if busy is not None and busy.state in TAKEN:
        core.do(Release(leg=event.leg, cause="busy"))
        return
    direction: Direction = "outbound" if target.trunk is not None else "internal"
    interaction = _begin(core, tenant_id, tenant, event, device, direction, up=up)
    _first_segment(core, interaction)
    _engage_caller(core, interaction, device)
    if dial(core, interaction, target, event.called_number, OWN_CALL_RINGS_S):
        while_called(core, interaction)
    else:  # the caller's own other telephone
        say_goodbye(core, interaction, (), "failed", "busy")


def _first_segment(core: Core, interaction: Interaction, flow: str | None = None) -> None:
    if interaction.segment is None:
        with core.as_of(interaction.started_ms):
            next_segment(core, interaction, "flow", flow=flow)


def _engage_caller(core: Core, interaction: Interaction, device: Device) -> None:
    agent = core.agent(interaction.tenant, device.agent)
    if agent is not None and agent.state in ("ready", "not_ready"):
        interaction.caller_agent = agent.id
        engage(core, agent, interaction)
