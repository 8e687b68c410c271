"""Calls that change hands before they are answered: picked up for a colleague, sent elsewhere while ringing."""

from __future__ import annotations

from callbase.core.agent.states import move, reachable
from callbase.core.call import parking, unanswered
from callbase.core.call.dial import TAKEN, Target, dial, dial_over, goes_back_as
from callbase.core.call.make_call import destination
from callbase.core.call.offer import offer_to, take_back
from callbase.core.call.ringing import EXPIRY_MARGIN_MS, ring, ring_ms
from callbase.core.call.segments import open_segment
from callbase.core.config import ToAgent, ToNumber, ToQueues
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import DeflectCall, DirectedPickupCall
from callbase.core.queue import treatment
from callbase.core.routing import preference
from callbase.core.rules import targets
from callbase.core.rules.why import Why
from callbase.core.state import Agent, Interaction, Offer, Sent

# --- picking up ----------------------------------------------------------------------------------------------------------


def directed_pickup_call(core: Core, tenant: str, action: DirectedPickupCall, actor: str) -> None:
    agent = _free_agent(core, tenant, action.agent)
    if (action.of is None) == (action.interaction is None):
        raise RequestRefused("value_invalid", "of")
    if action.interaction is not None:
        _fetch(core, agent, action.interaction)
        return
    colleague = core.agent_asked(tenant, action.of or "")
    interaction = core.state.interactions.get(colleague.interaction or "")
    offer = offer_to(interaction, colleague.id)
    if interaction is not None and interaction.leg and (offer is not None or interaction.dial is not None):
        _check_queues(core, agent, offer.queue if offer is not None else interaction.queue, colleague, "of")
    if interaction is not None and offer is not None and interaction.leg:
        _ring_beside(core, interaction, offer, agent)
    elif interaction is not None and interaction.dial is not None and interaction.dial.agent == colleague.id:
        before = dial_over(core, interaction, "answered_elsewhere")
        dial(core, interaction, Target(device=agent.device, agent=agent.id), agent.id, parking.RINGS_S, auto_answer=True)
        if interaction.dial is not None:
            goes_back_as(interaction.dial, before)
    else:
        raise RequestRefused("wrong_state", "of", state=colleague.state)


def _check_queues(core: Core, agent: Agent, queue: str | None, colleague: Agent | None, field: str) -> None:
    """Raises RequestRefused: neither serves the call's queue, nor any together with that colleague."""
    mine = {seat.queue for seat in core.index.seats_of(agent)}
    theirs = {seat.queue for seat in core.index.seats_of(colleague)} if colleague is not None else set()
    if queue not in mine and not mine & theirs and colleague is not agent:
        raise RequestRefused("interaction_not_yours", field, queue=queue or "")


def _fetch(core: Core, agent: Agent, interaction_id: str) -> None:
    interaction = core.state.interactions.get(interaction_id)
    if interaction is None or interaction.tenant != agent.tenant:
        raise RequestRefused("interaction_unknown", "interaction", interaction=interaction_id)
    if interaction.phase != "parked" or interaction.parked is None or interaction.dial is not None:
        raise RequestRefused("wrong_state", "interaction", phase=interaction.phase)
    _check_queues(core, agent, interaction.queue, core.agent(agent.tenant, interaction.parked.by), "interaction")
    parking.ring_for(core, interaction, Target(device=agent.device, agent=agent.id), agent.id, auto_answer=True)


def _ring_beside(core: Core, interaction: Interaction, offer: Offer, agent: Agent) -> None:
    """An offer more, whose telephone answers by itself: with its answer those that ring are over."""
    if agent.state == "not_ready":
        agent.resume_state, agent.resume_reason = "not_ready", agent.reason
        agent.idle_since_ms = core.now_ms
        agent.comes_back = False
    agent.interaction = interaction.id
    move(core, agent, "offer")
    after_ms = ring_ms(core, interaction, offer.queue) + EXPIRY_MARGIN_MS
    picking = Offer(
        agent=agent.id,
        queue=offer.queue,
        leg=core.new_id(),
        segment=open_segment(core, interaction, "offer", queue=offer.queue, agent=agent.id),
        timer=core.set_timer("offer", interaction.tenant, interaction.id, after_ms),
        picked=True,
    )
    interaction.offers.append(picking)
    core.touch(interaction)
    ring(core, interaction, picking)


def _free_agent(core: Core, tenant: str, agent_id: str) -> Agent:
    agent = core.agent_asked(tenant, agent_id)
    if agent.state == "logged_off":
        raise RequestRefused("agent_signed_out", "agent", agent=agent.id)
    if agent.state in TAKEN:
        raise RequestRefused("agent_busy", "agent", state=agent.state)
    if not reachable(core, agent):
        raise RequestRefused("device_offline", "agent", device=agent.device or "")
    return agent


# --- sending elsewhere ---------------------------------------------------------------------------------------------------


def deflect_call(core: Core, tenant: str, action: DeflectCall, actor: str) -> None:
    agent = core.agent_asked(tenant, action.agent)
    interaction = core.state.interactions.get(agent.interaction or "")
    offer = offer_to(interaction, agent.id)
    direct = interaction is not None and interaction.dial is not None and interaction.dial.agent == agent.id
    if interaction is None or not interaction.leg or not (offer is not None or direct):
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    to = destination(core, agent, action.to)
    if offer is not None and isinstance(to, ToQueues) and interaction.queue in to.queues and interaction.preferred is not None:
        take_back(core, interaction)
        preference.let_go(core, interaction, "moved")
        interaction.sent = Sent(by=agent.id, how="redirected")
        return
    if isinstance(to, ToQueues) and not any(core.queue(tenant, q) for q in to.queues if q not in interaction.places):
        raise RequestRefused("target_impossible", "to")
    if isinstance(to, ToAgent):
        _check_rings(core, core.agent_asked(tenant, to.agent))
    why = Why(by="agent", queue=interaction.queue)
    if offer is not None:
        take_back(core, interaction)
        if targets.send(core, interaction, to, why):
            interaction.sent = Sent(by=agent.id, how="redirected")
        elif interaction.playback is None and interaction.music is None:
            treatment.resume(core, interaction)
        return
    before = parking.unpark(core, interaction, dial_over(core, interaction, "answered_elsewhere"))
    if not targets.send(core, interaction, to, why):
        unanswered.go_on(core, interaction, before, "rejected")
        return
    interaction.sent = Sent(by=agent.id, how="redirected")
    if interaction.dial is not None and isinstance(to, ToAgent | ToNumber):
        goes_back_as(interaction.dial, before)


def _check_rings(core: Core, colleague: Agent) -> None:
    """Raises RequestRefused: it would not ring there now."""
    if colleague.state == "logged_off":
        raise RequestRefused("agent_signed_out", "to", agent=colleague.id)
    if colleague.state in TAKEN:
        raise RequestRefused("agent_busy", "to", agent=colleague.id)
    if not reachable(core, colleague):
        raise RequestRefused("device_offline", "to", device=colleague.device or "")
