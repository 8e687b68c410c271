"""Makes the views of the present state."""

from __future__ import annotations

from typing import Literal

from callbase.core.call.consultation_states import apart
from callbase.core.config import Tenant
from callbase.core.core import SHOWN_POSITIONS, Core
from callbase.core.output import Changed
from callbase.core.queue.places import position
from callbase.core.rules.access import group_of, open_lines
from callbase.core.state import Agent, Consultation, Interaction, Peer, QueueCounters, Supervision, Unreached
from callbase.core.stats import windows
from callbase.core.stats.measures import coming_waits_ms
from callbase.core.supervision.find import supervision_by, supervisions_of
from callbase.core.views import (
    AgentView,
    AsksView,
    Connection,
    DigitsSentView,
    InteractionView,
    InterventionView,
    PartyView,
    QueueView,
    SentView,
    SupervisionView,
    TenantView,
    TrunkView,
    UnreachedView,
)

HELD = ("hold", "reconnecting")
"""Phases in which the customer is."""


def tenant_view(core: Core, tenant: str) -> TenantView | None:
    config = core.tenant(tenant)
    if config is None:
        return None
    agents = core.state.tenants[tenant].agents
    interactions = core.state.interactions.values()
    return TenantView(
        tenant=tenant,
        config_version=core.state.config.version,
        agents={agent_id: agent_view(core, agent) for agent_id, agent in sorted(agents.items())},
        interactions={found.id: interaction_view(core, found) for found in interactions if found.tenant == tenant},
        queues={queue: queue_view(core, tenant, queue) for queue in sorted(config.queues)},
        trunks={trunk: trunk_view(core, tenant, trunk) for trunk in sorted(config.trunks)},
        switch_online=any(core.state.nodes.values()),
        numbers=tuple(sorted(config.dids)),
    )


def partial_view(core: Core, tenant: str, only: Changed) -> TenantView | None:
    """What `only` names, as far as it still exists."""
    config = core.tenant(tenant)
    if config is None:
        return None
    agents, interactions = core.state.tenants[tenant].agents, core.state.interactions
    return TenantView(
        tenant=tenant,
        config_version=core.state.config.version,
        agents={agent: agent_view(core, agents[agent]) for agent in only.agents if agent in agents},
        interactions={
            one: interaction_view(core, interactions[one])
            for one in only.interactions
            if one in interactions and interactions[one].tenant == tenant
        },
        queues={queue: queue_view(core, tenant, queue) for queue in only.queues if queue in config.queues},
        trunks={trunk: trunk_view(core, tenant, trunk) for trunk in only.trunks if trunk in config.trunks},
        switch_online=any(core.state.nodes.values()),
    )


def agent_view(core: Core, agent: Agent) -> AgentView:
    config = core.tenant(agent.tenant)
    online: tuple[str, ...] = ()
    if config is not None and agent.id in config.agents:
        own = config.agents[agent.id].devices
        online = tuple(device for device in own if _there(core, config, device))
    supervises, sent = supervision_by(core, agent), agent.digits_sent
    return AgentView(
        agent=agent.id,
        name=agent.name,
        type=config.agents[agent.id].type if config is not None and agent.id in config.agents else "agent",
        state=agent.state,
        reason=agent.reason,
        since_ms=agent.since_ms,
        device=agent.device,
        device_online=config is not None and _there(core, config, agent.device or ""),
        device_number=config.devices[agent.device].dials if config is not None and agent.device in config.devices else "",
        devices_online=online,
        interaction=agent.interaction,
        next_state=agent.next_state,
        queues=tuple(seat.queue for seat in core.index.seats_of(agent)),
        moved=agent.moved_to is not None,
        wrap_up_until_ms=agent.wrap_up_until_ms,
        connection=_connection(core, agent),
        console_online=agent.console == "online",
        supervises=_supervision(core, supervises) if supervises is not None else None,
        supervised_by=tuple(_supervision(core, found) for found in supervisions_of(core, agent)),
        unreached=_unreached(agent.unreached),
        intervention=_intervention(agent),
        rings_for_all=_rings_for_all(core, agent),
        connected_since_ms=agent.connected_ms,
        digits_sent=DigitsSentView(digits=sent.digits, times=sent.times) if sent is not None else None,
    )


def _there(core: Core, config: Tenant, device: str) -> bool:
    found = config.devices.get(device)
    return found is not None and (device in core.state.devices or found.kind == "outside")


def _intervention(agent: Agent) -> InterventionView | None:
    found = agent.intervention
    if found is None:
        return None
    return InterventionView(what=found.what, interaction=found.interaction, by=found.by, at_ms=found.at_ms)


def _rings_for_all(core: Core, agent: Agent) -> bool:
    interaction = core.state.interactions.get(agent.interaction or "")
    if interaction is None or not interaction.leg:
        return False
    return any(ringing is not None and ringing.agent == agent.id for ringing in (*interaction.offers, interaction.dial))


def _unreached(found: Unreached | None) -> UnreachedView | None:
    if found is None:
        return None
    return UnreachedView(
        interaction=found.interaction,
        number=found.number,
        cause=found.cause,
        own_telephone=found.own_telephone,
        at_ms=found.at_ms,
    )


def _supervision(core: Core, found: Supervision) -> SupervisionView:
    leg, tenant = core.live_leg(found.leg), core.tenant(found.tenant)
    return SupervisionView(
        supervisor=found.supervisor,
        agent=found.agent,
        interaction=found.interaction,
        mode=found.mode,
        connected=leg is not None and leg.up,
        since_ms=found.since_ms,
        shown=tenant is not None and tenant.supervision_shown,
    )


def interaction_view(core: Core, interaction: Interaction) -> InteractionView:
    at = position(core, interaction) if interaction.phase == "queue" else None
    place = interaction.places.get(interaction.queue) if interaction.queue is not None else None
    return InteractionView(
        interaction=interaction.id,
        channel="voice",
        direction=interaction.direction,
        phase=interaction.phase,
        caller_number=interaction.caller_number,
        called_number=interaction.called_number,
        trunk=interaction.trunk,
        language=interaction.language,
        customer=interaction.customer,
        data=interaction.data,
        queue=interaction.queue,
        also_in=tuple(sorted(queue for queue in interaction.places if queue != interaction.queue)),
        position=at if at is not None and at <= SHOWN_POSITIONS else None,
        priority=place.priority if place is not None else interaction.priority,
        agent=_agent(interaction),
        outcome=interaction.outcome,
        note=interaction.note or "",
        started_ms=interaction.started_ms,
        phase_since_ms=interaction.phase_since_ms,
        recording=interaction.recording,
        callback=interaction.callback is not None,
        until_open=interaction.callback is not None and interaction.callback.until_open,
        parties=parties(interaction),
        asks=_asks(interaction),
        dialled=interaction.dial.number if interaction.dial is not None and interaction.dial.agent is None else None,
        consultation=_consultation(interaction),
        consultation_id=interaction.consultation.id if interaction.consultation is not None else None,
        consultation_queue=interaction.consultation.queue if interaction.consultation is not None else None,
        sent=SentView(by=interaction.sent.by, how=interaction.sent.how) if interaction.sent is not None else None,
        called_for=interaction.called_for,
        waits_since_ms=interaction.entered_ms if place is not None else None,
    )


def _asks(interaction: Interaction) -> AsksView | None:
    asked = interaction.flow.asked if interaction.flow is not None else None
    return AsksView(id=asked.id, device=asked.device, until_ms=asked.until_ms) if asked is not None else None


def parties(interaction: Interaction) -> tuple[PartyView, ...]:
    found: list[PartyView] = []
    if interaction.leg and interaction.phase != "wrap_up":
        held = interaction.phase in HELD or (interaction.phase == "conference" and interaction.music is not None)
        state: Connection = "hold" if held else "connected"
        found.append(
            PartyView(
                party=interaction.leg,
                kind="customer" if interaction.caller_agent is None else "agent",
                agent=interaction.caller_agent,
                number=_number(interaction) if interaction.caller_agent is None else "",
                connection=state if interaction.own_telephone_timer is None else "alerting",
                consulted=False,
            )
        )
    found += [_party(peer.leg, peer.agent, peer.number, peer.connection) for peer in _peers(interaction)]
    called = interaction.consultation
    if called is not None and called.leg:
        found.append(_party(called.leg, called.agent, called.number, _consulted(interaction, called), consulted=True))
    return tuple(found)


def _number(interaction: Interaction) -> str:
    return interaction.called_number if interaction.caller_leads else interaction.caller_number


CONSULTED: dict[str, Connection] = {"alerting": "alerting", "joining": "alerting", "connected": "connected", "held": "hold"}
"""State of a consultation → the consulted party's connection."""


def _consulted(interaction: Interaction, called: Consultation) -> Connection:
    """Music, too, while the agent who asked is lost."""
    if called.lost:
        return "reconnecting"
    return "hold" if called.state == "connected" and apart(interaction) else CONSULTED[called.state]


def _peers(interaction: Interaction) -> list[Peer]:
    return [peer for peer in (interaction.peer, *interaction.others) if peer is not None]


def _party(leg: str, agent: str | None, number: str, connection: Connection, *, consulted: bool = False) -> PartyView:
    return PartyView(
        party=leg,
        kind="number" if agent is None else "agent",
        agent=agent,
        number=number if agent is None else "",
        connection=connection,
        consulted=consulted,
    )


def _consultation(interaction: Interaction) -> Literal["waiting", "alerting", "connected", "held", "joining"] | None:
    found = interaction.consultation
    if found is None or found.state == "over":
        return None
    return "joining" if found.joining else found.state


def queue_view(core: Core, tenant: str, queue: str) -> QueueView:
    index = core.index.queues[tenant, queue]
    today = core.state.tenants[tenant].counters.get(queue, QueueCounters())
    counts = index.counts
    busy = counts.get("reserved", 0) + counts.get("busy", 0) + counts.get("working_after_call", 0)
    ready, unready = counts.get("ready", 0), counts.get("not_ready", 0)
    window = windows.window(core, tenant, queue)
    overflow = core.state.tenants[tenant].overflow.get(queue)
    return QueueView(
        queue=queue,
        waiting=index.line.waiting,
        oldest_since_ms=index.line.oldest_since_ms,
        signed_in=ready + busy + unready,
        ready=ready,
        busy=busy,
        not_ready=unready,
        offered_today=today.offered,
        answered_today=today.answered,
        abandoned_today=today.abandoned,
        within_service_level_today=today.within_service_level,
        average_wait_ms=windows.average_wait_ms(window),
        service_level=windows.service_level(window),
        expected_wait_ms=coming_waits_ms(core, tenant, queue),
        overflowing=tuple(sorted(overflow.on)) if overflow is not None else (),
        unreached=_unreached(core.state.tenants[tenant].unreached.get(queue)),
    )


def trunk_view(core: Core, tenant: str, trunk: str) -> TrunkView:
    config = core.tenant(tenant)
    group = group_of(config, trunk) if config is not None else None
    return TrunkView(
        trunk=trunk,
        calls=core.index.trunk_calls.get((tenant, trunk), 0),
        group=group.id if group is not None else None,
        lines_open=open_lines(core, tenant, group) if group is not None else None,
    )


def _agent(interaction: Interaction) -> str | None:
    """Who it is at: offered to, talking, else last talked."""
    for found in (*interaction.offers, interaction.peer, interaction.dial):
        if found is not None and found.agent is not None:
            return found.agent
    return interaction.agent or interaction.caller_agent


def _connection(core: Core, agent: Agent) -> Connection | None:
    interaction = core.state.interactions.get(agent.interaction) if agent.interaction is not None else None
    if interaction is None:
        return None
    for peer in _peers(interaction):
        if peer.agent == agent.id:
            return peer.connection
    if interaction.consultation is not None and interaction.consultation.agent == agent.id:
        return _consulted(interaction, interaction.consultation)
    if interaction.caller_agent == agent.id:
        if interaction.own_telephone_timer is not None:
            return "alerting"
        return "hold" if interaction.phase in HELD else "connected"
    for ringing in (*interaction.offers, interaction.dial):
        if ringing is not None and ringing.agent == agent.id and ringing.leg:
            return "alerting"
    return None
