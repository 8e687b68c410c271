"""Calling a number on somebody's behalf: a flow's transfer, or an agent's own call. A plain two-party connection."""

from __future__ import annotations

import msgspec

from callbase.core.agent.states import free, move
from callbase.core.call import talk
from callbase.core.call.headers import headers_of
from callbase.core.call.legs import ReleaseCause, free_trunk, release
from callbase.core.call.telephone import call
from callbase.core.commands import Answer, Originate
from callbase.core.config import Device, Tenant
from callbase.core.core import Core
from callbase.core.facts import AgentState
from callbase.core.state import Agent, Dial, Interaction

EXPIRY_MARGIN_MS = 2000
TAKEN: tuple[AgentState, ...] = ("reserved", "busy", "working_after_call")
"""States in which nobody calls an agent beside what it is at."""


class Target(msgspec.Struct, frozen=True, kw_only=True):
    """Where a number leads: one of our devices, or out by a trunk."""

    device: str | None = None
    trunk: str | None = None
    agent: str | None = None


def resolve_number(core: Core, tenant_id: str, number: str) -> Target | None:
    """A device's id or number, an agent's id (at its telephone), else out by the first trunk with room; else None."""
    tenant = core.tenant(tenant_id)
    if tenant is None or not number:
        return None
    agent = core.agent(tenant_id, number)
    if agent is not None:
        if agent.device is not None:
            return Target(device=agent.device, agent=agent.id)
        devices = tenant.agents[agent.id].devices if agent.id in tenant.agents else ()
        registered = [device for device in devices if device in core.state.devices]
        return Target(device=registered[0], agent=agent.id) if registered else None
    device = _device(tenant, number)
    if device is not None:
        return Target(device=device.id, agent=device.agent) if device.id in core.state.devices else None
    trunk = free_trunk(core, tenant_id)
    return Target(trunk=trunk) if trunk is not None else None


def has_telephone(core: Core, tenant_id: str, number: str) -> bool:
    """Whether the number is an agent's or a device's of ours, reachable or not."""
    tenant = core.tenant(tenant_id)
    return tenant is not None and (core.agent(tenant_id, number) is not None or _device(tenant, number) is not None)


def can_ring(core: Core, interaction: Interaction, target: Target) -> bool:
    agent = core.agent(interaction.tenant, target.agent)
    return agent is None or agent.state not in TAKEN


def dial(
    core: Core,
    interaction: Interaction,
    target: Target,
    number: str,
    timeout_s: float,
    *,
    failed: str | None = None,
    back: str | None = None,
    auto_answer: bool = False,
) -> bool:
    """Rings the target; False where it is busy. Its agent, if signed in, is busy from now on: no queue's call rings beside."""
    if not can_ring(core, interaction, target):
        return False
    timeout_ms = max(1000, int(timeout_s * 1000))
    agent = engaged_by(core, interaction, target)
    leg = core.new_id()
    interaction.dial = Dial(
        leg=leg,
        timer=core.set_timer("dial", interaction.tenant, interaction.id, timeout_ms + EXPIRY_MARGIN_MS),
        number=number,
        agent=agent.id if agent is not None else None,
        failed=failed,
        back=back,
    )
    if agent is not None:
        engage(core, agent, interaction)
    core.touch(interaction)
    originate(core, interaction, leg, target, number, timeout_ms, auto_answer=auto_answer)
    return True


def engaged_by(core: Core, interaction: Interaction, target: Target) -> Agent | None:
    """Who is busy by a call there: its agent, if signed in at that telephone."""
    agent = core.agent(interaction.tenant, target.agent)
    there = agent is not None and agent.state in ("ready", "not_ready") and agent.device == target.device
    return agent if there else None


def originate(
    core: Core,
    interaction: Interaction,
    leg: str,
    target: Target,
    number: str,
    timeout_ms: int,
    *,
    auto_answer: bool = False,
    partner: str = "",
) -> None:
    """`partner`: whom it is to talk with, if not the customer."""
    call(
        core,
        interaction,
        Originate(
            leg=leg,
            node=interaction.node,
            tenant=interaction.tenant,
            interaction=interaction.id,
            device=target.device,
            trunk=target.trunk,
            number=number,
            caller_number=interaction.caller_number,
            caller_name=interaction.caller_name,
            timeout_ms=timeout_ms,
            auto_answer=auto_answer,
            partner=partner or interaction.leg,
            headers={"X-Callbase-Interaction": interaction.id} | (headers_of(interaction) if target.trunk is not None else {}),
        ),
    )


def engage(core: Core, agent: Agent, interaction: Interaction | None) -> None:
    """Busy by a call that no queue sent, or (None) by supervising one; afterwards the agent is again what it was."""
    agent.resume_state = "ready" if agent.state == "ready" or agent.comes_back else "not_ready"
    agent.resume_reason = agent.reason if agent.resume_state == "not_ready" else None
    agent.comes_back = False
    agent.interaction = interaction.id if interaction is not None else None
    move(core, agent, "call")


def dial_answered(core: Core, interaction: Interaction) -> None:
    dialled = interaction.dial
    assert dialled is not None
    interaction.dial = interaction.entering = None
    core.cancel_timer(dialled.timer)
    if interaction.flow is not None:
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    customer = core.live_leg(interaction.leg)
    if customer is not None and not customer.up:
        core.do(Answer(leg=customer.id))
    if interaction.parked is not None:
        core.cancel_timer(interaction.parked.timer)
        interaction.parked = None
    talk.begin(core, interaction, dialled.leg, dialled.agent, number=dialled.number)


def dial_over(core: Core, interaction: Interaction, cause: ReleaseCause = "no_answer") -> Dial:
    """The target did not answer. Returns what was dialled, for what follows."""
    dialled = interaction.dial
    assert dialled is not None
    interaction.dial = None
    core.cancel_timer(dialled.timer)
    release(core, dialled.leg, cause)
    agent = core.agent(interaction.tenant, dialled.agent)
    if agent is not None:
        free(core, agent)
    core.touch(interaction)
    return dialled


def goes_back_as(dialled: Dial, before: Dial) -> None:
    """It rings elsewhere now, and if in vain goes where it would have gone from there."""
    dialled.by, dialled.back, dialled.failed, dialled.night = before.by, before.back, before.failed, before.night


def _device(tenant: Tenant, number: str) -> Device | None:
    found = tenant.devices.get(number)
    if found is not None:
        return found
    with_number = sorted(device.id for device in tenant.devices.values() if device.number == number)
    return tenant.devices[with_number[0]] if with_number else None
