"""Consultation, transfer and conference as agents ask for them, and when that is refused: always before anything has changed."""

from __future__ import annotations

from callbase.core.agent import intervention
from callbase.core.agent.states import reachable
from callbase.core.call import conference, consultation, consulted_queue, house, transfer
from callbase.core.call.consultation import Called
from callbase.core.call.consultation_states import CONSULTATION, ConsultationEvent
from callbase.core.call.dial import Target, can_ring, resolve_number
from callbase.core.call.legs import trunk_has_room
from callbase.core.call.phases import present_agents
from callbase.core.config import ToAgent, ToFlow, ToNumber, ToQueues
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import (
    AlternateCall,
    ClearConnection,
    ConferenceCall,
    ConsultationCall,
    Party,
    ReconnectCall,
    SingleStepConferenceCall,
    SingleStepTransferCall,
    TransferCall,
)
from callbase.core.state import Agent, Consultation, Interaction

AGENT_RINGS_S = 20.0


def consultation_call(core: Core, tenant: str, action: ConsultationCall, actor: str) -> None:
    interaction = _there(core, tenant, action.agent)
    if interaction.phase not in ("talk", "hold", "conference") or interaction.consultation is not None:
        raise RequestRefused("wrong_state", "agent", phase=interaction.phase)
    _call(core, interaction, action.agent, action.to)


def reconnect_call(core: Core, tenant: str, action: ReconnectCall, actor: str) -> None:
    interaction, _ = _consulting(core, tenant, action.agent, "reconnected")
    consultation.reconnect(core, interaction)


def alternate_call(core: Core, tenant: str, action: AlternateCall, actor: str) -> None:
    interaction, _ = _consulting(core, tenant, action.agent, "alternated")
    consultation.alternate(core, interaction)


def transfer_call(core: Core, tenant: str, action: TransferCall, actor: str) -> None:
    interaction, found = _consulting(core, tenant, action.agent, "transferred")
    if found.joining:
        raise RequestRefused("wrong_state", "agent", consultation=found.state)
    consultation.transfer(core, interaction)


def conference_call(core: Core, tenant: str, action: ConferenceCall, actor: str) -> None:
    interaction, found = _consulting(core, tenant, action.agent, "joined")
    if found.state == "joining":
        raise RequestRefused("wrong_state", "agent", consultation=found.state)
    _check_room(interaction, "agent")
    consultation.join(core, interaction)


def single_step_transfer_call(core: Core, tenant: str, action: SingleStepTransferCall, actor: str) -> None:
    interaction = _talking(core, tenant, action.agent)
    if interaction.phase not in ("talk", "hold") or interaction.consultation is not None:
        raise RequestRefused("wrong_state", "agent", phase=interaction.phase)
    way = transfer.way_to(core, interaction, action.to, action.agent)
    if way is None:
        _refuse(core, interaction, action.to)
    else:
        house.lead(core, interaction, action.agent)
        transfer.send(core, interaction, action.to, action.agent, way)


def single_step_conference_call(core: Core, tenant: str, action: SingleStepConferenceCall, actor: str) -> None:
    interaction = _there(core, tenant, action.agent)
    if interaction.phase not in ("talk", "conference") or interaction.consultation is not None:
        raise RequestRefused("wrong_state", "agent", phase=interaction.phase)
    _check_room(interaction, "to")
    _call(core, interaction, action.agent, action.to, joining=True)


def _check_room(interaction: Interaction, field: str) -> None:
    if 1 + len(conference.parties(interaction)) >= conference.MOST_PARTIES:
        raise RequestRefused("conference_full", field, most=str(conference.MOST_PARTIES))


def clear_connection(core: Core, tenant: str, action: ClearConnection, actor: str) -> None:
    agent = _busy(core, tenant, action.agent)
    interaction = core.state.interactions.get(agent.interaction or "")
    own = conference.party_of(interaction, agent.id) if interaction is not None else None
    called = interaction is not None and interaction.phase == "conference" and interaction.caller_agent == agent.id
    if interaction is not None and called and action.party in (None, interaction.leg):
        conference.caller_left(core, interaction)
        return
    if interaction is None or own is None:
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    party = own if action.party is None else conference.party_on(interaction, action.party)
    if party is None:
        raise RequestRefused("party_unknown", "party", party=action.party or "")
    if party is not own and own is not interaction.peer:
        raise RequestRefused("interaction_not_yours", "party", interaction=interaction.id)
    if party is not own:
        intervention.tell(core, core.agent(tenant, party.agent), "taken_out", interaction.id, agent.id)
    conference.left(core, interaction, party)


# --- who asks --------------------------------------------------------------------------------------------------------


def _busy(core: Core, tenant: str, agent_id: str) -> Agent:
    agent = core.agent_asked(tenant, agent_id)
    if agent.state == "logged_off":
        raise RequestRefused("agent_signed_out", "agent", agent=agent_id)
    if agent.state != "busy":
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    return agent


def _talking(core: Core, tenant: str, agent_id: str) -> Interaction:
    agent = _busy(core, tenant, agent_id)
    interaction = core.state.interactions.get(agent.interaction or "")
    if interaction is None or not house.may_lead(interaction, agent.id):
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    return interaction


def _there(core: Core, tenant: str, agent_id: str) -> Interaction:
    interaction = _talking(core, tenant, agent_id)
    peer = interaction.peer
    if peer is not None and peer.agent == agent_id and peer.connection == "reconnecting":
        raise RequestRefused("wrong_state", "agent", connection=peer.connection)
    return interaction


def _consulting(core: Core, tenant: str, agent_id: str, event: ConsultationEvent) -> tuple[Interaction, Consultation]:
    interaction = _there(core, tenant, agent_id)
    leads = interaction.peer is not None and interaction.peer.agent == agent_id
    found = interaction.consultation if leads else None
    needs_both = event in ("transferred", "joined")
    if found is None or event not in CONSULTATION[found.state] or (needs_both and found.lost):
        raise RequestRefused("wrong_state", "agent", consultation=found.state if found is not None else "")
    return interaction, found


# --- who is called ---------------------------------------------------------------------------------------------------


def _call(core: Core, interaction: Interaction, agent: str, to: Party, *, joining: bool = False) -> None:
    if isinstance(to, ToQueues):
        queue = consulted_queue.meant(core, interaction, to)
        house.lead(core, interaction, agent)
        consultation.begin_in_queue(core, interaction, queue, joining=joining)
    else:
        called = _called(core, interaction, to)
        house.lead(core, interaction, agent)
        consultation.begin(core, interaction, called, joining=joining)


def _called(core: Core, interaction: Interaction, to: Party) -> Called:
    if isinstance(to, ToAgent):
        return _agent_called(core, interaction, to.agent)
    if isinstance(to, ToNumber):
        return _number_called(core, interaction, to)
    raise RequestRefused("target_impossible", "to")


def _agent_called(core: Core, interaction: Interaction, agent_id: str) -> Called:
    agent = core.agent_asked(interaction.tenant, agent_id)
    if agent.id in present_agents(interaction):
        raise RequestRefused("target_impossible", "to", agent=agent.id)
    if agent.state == "logged_off":
        raise RequestRefused("agent_signed_out", "to", agent=agent.id)
    if agent.state not in ("ready", "not_ready"):
        raise RequestRefused("agent_busy", "to", agent=agent.id)
    if not reachable(core, agent):
        raise RequestRefused("device_offline", "to", device=agent.device or "")
    line = Target(device=agent.device, agent=agent.id)
    return Called(line=line, number=agent.id, timeout_s=AGENT_RINGS_S)


def _number_called(core: Core, interaction: Interaction, to: ToNumber) -> Called:
    tenant = core.tenant(interaction.tenant)
    line = resolve_number(core, interaction.tenant, to.number)
    if to.trunk is not None:
        trunk = tenant.trunks.get(to.trunk) if tenant is not None else None
        room = trunk is not None and trunk_has_room(core, interaction.tenant, trunk)
        line = Target(trunk=to.trunk) if room and to.number else None
    if line is None:
        raise RequestRefused("number_unreachable", "to", number=to.number)
    if not can_ring(core, interaction, line):
        raise RequestRefused("agent_busy", "to", agent=line.agent or "")
    return Called(line=line, number=to.number, timeout_s=to.timeout_s)


def _refuse(core: Core, interaction: Interaction, to: Party) -> None:
    """Why a customer cannot be sent there."""
    if isinstance(to, ToFlow):
        raise RequestRefused("flow_unknown", "to", flow=to.flow)
    if isinstance(to, ToQueues):
        raise RequestRefused("queue_unknown", "to")
    _called(core, interaction, to)
    raise RequestRefused("target_impossible", "to")
