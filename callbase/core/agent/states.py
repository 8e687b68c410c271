"""Moves agents through the transition table, and keeps counts, ready lists and facts in step."""

from __future__ import annotations

from callbase.core.agent.assignment import serve
from callbase.core.agent.transitions import TRANSITIONS, AgentEvent
from callbase.core.config import Device
from callbase.core.core import Core
from callbase.core.facts import AgentStateChanged
from callbase.core.routing import preference
from callbase.core.state import Agent
from callbase.core.stats import agents

SYSTEM = "system"
COMES_BACK = ("device_lost", "console_lost", "unreachable")
"""Reasons that pass by themselves when the telephone is there again."""


def move(
    core: Core,
    agent: Agent,
    event: AgentEvent,
    *,
    reason: str | None = None,
    actor: str = SYSTEM,
    keep_idle: bool = False,
) -> None:
    """One transition. `keep_idle`: the agent goes on waiting since when it did before."""
    state = TRANSITIONS[agent.state][event]
    previous, previous_since_ms, previous_reason = agent.state, agent.since_ms, agent.reason
    core.index.count(agent, -1)
    agent.state, agent.reason, agent.since_ms = state, reason, core.now_ms
    agent.connected_ms = None
    agents.moved(core, agent, event, previous=previous, since_ms=previous_since_ms, keep_idle=keep_idle)
    if state == "ready":
        agent.comes_back = False
        if not keep_idle:
            agent.idle_since_ms = core.now_ms
    core.index.count(agent, 1)
    for seat in core.index.seats_of(agent):
        core.touch_queue(agent.tenant, seat.queue)
        if state == "ready":
            core.dirty.add((agent.tenant, seat.queue))
    if state == "ready" and (agent.tenant, agent.id) in core.index.asked_for:
        core.asked_for.add((agent.tenant, agent.id))
    if (previous == "logged_off") != (state == "logged_off"):
        core.touch_lines(agent)
    core.touch_agent(agent)
    core.freed.add(agent.tenant)
    core.note(
        AgentStateChanged(
            tenant=agent.tenant,
            at_ms=core.now_ms,
            agent=agent.id,
            state=state,
            reason=reason,
            device=agent.device,
            interaction=agent.interaction,
            previous=previous,
            previous_since_ms=previous_since_ms,
            previous_reason=previous_reason,
            actor=actor,
        )
    )


def sign_out(core: Core, agent: Agent, *, actor: str = SYSTEM, reason: str | None = None) -> None:
    """The agent must not be on a call any more."""
    leave_call(core, agent)
    agent.next_state = agent.next_reason = agent.resume_state = agent.resume_reason = None
    agent.comes_back = False
    if agent.state != "logged_off":
        move(core, agent, "sign_out", actor=actor, reason=reason)
    agent.device = None
    preference.signed_out(core, agent)
    if agent.moved_to is not None:
        serve(core, agent, None, actor=actor)
    if agent.removed:
        core.index.count(agent, -1)
        core.cancel_timer(agent.console_timer)
        agents.forget(core, agent)
        del core.state.tenants[agent.tenant].agents[agent.id]
        core.touch_agent(agent)


def leave_call(core: Core, agent: Agent) -> None:
    if agent.interaction is not None:
        agent.left, agent.left_ms = agent.interaction, core.now_ms
    agent.interaction = agent.digits_sent = None


def not_ready(core: Core, agent: Agent, reason: str | None, *, actor: str = SYSTEM, comes_back: bool = False) -> None:
    move(core, agent, "go_not_ready", reason=reason, actor=actor)
    agent.comes_back = comes_back


def reachable(core: Core, agent: Agent) -> bool:
    """Whether a call could be sent to the agent's telephone now."""
    there = agent.device in core.state.devices or at_outside_number(core, agent)
    return there and not (agent.away and on_browser(core, agent))


def lost(core: Core, agent: Agent) -> None:
    """Not ready because it cannot be reached, until that passes."""
    not_ready(core, agent, "console_lost" if agent.away and on_browser(core, agent) else "device_lost", comes_back=True)


def on_browser(core: Core, agent: Agent) -> bool:
    device = device_of(core, agent)
    return device is not None and device.kind == "browser"


def at_outside_number(core: Core, agent: Agent) -> bool:
    """It has no registration, so it is there as long as it is configured."""
    device = device_of(core, agent)
    return device is not None and device.kind == "outside"


def device_of(core: Core, agent: Agent) -> Device | None:
    tenant = core.tenant(agent.tenant)
    return tenant.devices.get(agent.device) if tenant is not None and agent.device is not None else None


def must_go(core: Core, agent: Agent) -> bool:
    """Whether the agent, or the telephone it is signed in at, is no longer configured."""
    tenant = core.tenant(agent.tenant)
    return agent.removed or tenant is None or agent.device not in tenant.devices


def free(core: Core, agent: Agent, *, actor: str = SYSTEM, withdrawn: bool = False) -> None:
    """Offer, call or wrap-up is over: the agent becomes what it asked for, else what it was, else ready.

    `withdrawn`: it was only an offer that its caller gave up; the agent keeps its turn.
    """
    wanted, reason = agent.next_state, agent.next_reason
    if wanted is None and agent.resume_state is not None:
        wanted, reason = agent.resume_state, agent.resume_reason
    if withdrawn:
        agent.interaction = None
    leave_call(core, agent)
    agent.next_state = agent.next_reason = agent.resume_state = agent.resume_reason = None
    if wanted == "logged_off" or must_go(core, agent):
        sign_out(core, agent, actor=actor, reason=reason if wanted == "logged_off" else "forced")
    elif wanted == "not_ready":
        not_ready(core, agent, reason, actor=actor, comes_back=_passes(core, agent, reason))
        come_back(core, agent)
    elif not reachable(core, agent):
        lost(core, agent)
    else:
        move(core, agent, "go_ready", actor=actor, keep_idle=withdrawn)


def fail_offer(core: Core, agent: Agent, reason: str, *, actor: str = SYSTEM) -> None:
    """The agent was offered a call and did not take it."""
    agent.interaction = None
    wanted, wanted_reason = agent.next_state, agent.next_reason
    agent.next_state = agent.next_reason = agent.resume_state = agent.resume_reason = None
    if wanted == "logged_off" or must_go(core, agent):
        sign_out(core, agent, actor=actor, reason=wanted_reason if wanted == "logged_off" else "forced")
    elif wanted == "not_ready":
        not_ready(core, agent, wanted_reason, actor=actor)
    else:
        not_ready(core, agent, reason, actor=actor, comes_back=_passes(core, agent, reason))


def _passes(core: Core, agent: Agent, reason: str | None) -> bool:
    """By itself, when the telephone is there again; of an outside number nobody hears that it is."""
    return reason in COMES_BACK and not at_outside_number(core, agent)


def come_back(core: Core, agent: Agent) -> None:
    """Undoes `lost` when there is nothing lost any more."""
    if agent.state == "not_ready" and agent.comes_back and reachable(core, agent):
        move(core, agent, "go_ready")
