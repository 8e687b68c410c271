"""The ways to each kind of target."""

from __future__ import annotations

from functools import partial

from callbase.core.call.audio import music, quiet
from callbase.core.call.dial import Target as Line
from callbase.core.call.dial import can_ring, dial, resolve_number, trunk_has_room
from callbase.core.call.ending import say_goodbye
from callbase.core.call.phases import advance
from callbase.core.call.segments import next_segment
from callbase.core.call.talk import HOLD_MUSIC
from callbase.core.config import ToAgent, ToFlow, ToGoodbye, ToNumber, ToQueues
from callbase.core.config.targets import Target
from callbase.core.core import Core
from callbase.core.flow import interpreter
from callbase.core.flow.speech import resolve
from callbase.core.queue import waiting
from callbase.core.rules.targets import Sender, Way
from callbase.core.rules.why import Why
from callbase.core.state import FlowRun, Interaction

AGENT_RINGS_S = 20.0


def step_aside(core: Core, interaction: Interaction, flow: str | None = None) -> None:
    """Out of its line, or of the flow it is in, into one that begins now or into none."""
    waited = interaction.phase == "queue"
    if waited:
        waiting.leave(core, interaction)
    if interaction.flow is not None:
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    quiet(core, interaction)
    next_segment(core, interaction, "flow", result="left" if waited else "ended", flow=flow)
    if waited:
        advance(core, interaction, "left")


def to_queues(core: Core, interaction: Interaction, target: ToQueues, why: Why) -> Way | None:
    """To the first of them that there is."""
    for queue in target.queues:
        if core.queue(interaction.tenant, queue) is not None and queue != why.queue:
            return Way(to=queue, go=partial(_enter, core, interaction, queue))
    return None


def to_agent(core: Core, interaction: Interaction, target: ToAgent, why: Why) -> Way | None:
    """Rings at that agent alone, for a time; who waited goes on waiting if nobody answers."""
    agent = core.agent(interaction.tenant, target.agent)
    line = resolve_number(core, interaction.tenant, target.agent) if agent is not None else None
    if line is None or not can_ring(core, interaction, line):
        return None
    return Way(to=target.agent, go=partial(_dial, core, interaction, line, target.agent, AGENT_RINGS_S))


def to_flow(core: Core, interaction: Interaction, target: ToFlow, why: Why) -> Way | None:
    tenant = core.tenant(interaction.tenant)
    if tenant is None or target.flow not in tenant.flows:
        return None
    return Way(to=target.flow, go=partial(_walk, core, interaction, target.flow))


def to_number(core: Core, interaction: Interaction, target: ToNumber, why: Why) -> Way | None:
    """Out by the trunk named, or as a flow's transfer would go; who waited goes on waiting if nobody answers."""
    tenant = core.tenant(interaction.tenant)
    if tenant is None or not target.number:
        return None
    if target.trunk is None:
        line = resolve_number(core, interaction.tenant, target.number)
    else:
        trunk = tenant.trunks.get(target.trunk)
        room = trunk is not None and trunk_has_room(core, interaction.tenant, trunk)
        line = Line(trunk=target.trunk) if room else None
    if line is None or not can_ring(core, interaction, line):
        return None
    return Way(to=target.number, go=partial(_dial, core, interaction, line, target.number, target.timeout_s))


def to_goodbye(core: Core, interaction: Interaction, target: ToGoodbye, why: Why) -> Way | None:
    return Way(go=partial(_part, core, interaction, target, why))


def _enter(core: Core, interaction: Interaction, queue: str) -> None:
    waited = interaction.phase == "queue"
    if waited:
        waiting.leave(core, interaction)
    if interaction.flow is not None:
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    waiting.enter(core, interaction, queue, result="left" if waited else "ended")


def _walk(core: Core, interaction: Interaction, flow: str) -> None:
    step_aside(core, interaction, flow)
    interaction.flow = FlowRun(flow=flow, version=0, node="")
    interpreter.start(core, interaction, flow)


def _dial(core: Core, interaction: Interaction, line: Line, number: str, timeout_s: float) -> None:
    back = interaction.queue if interaction.phase == "queue" else None
    if interaction.flow is None or not interaction.flow.node:
        step_aside(core, interaction)
    dial(core, interaction, line, number, timeout_s, back=back)
    music(core, interaction, HOLD_MUSIC)


def _part(core: Core, interaction: Interaction, target: ToGoodbye, why: Why) -> None:
    tenant = core.tenant(interaction.tenant)
    step_aside(core, interaction)
    say_goodbye(core, interaction, resolve(tenant, interaction, target.say) if tenant is not None else (), why.end_reason)


TABLE: dict[type[Target], Sender] = {
    ToQueues: to_queues,
    ToAgent: to_agent,
    ToFlow: to_flow,
    ToNumber: to_number,
    ToGoodbye: to_goodbye,
}
