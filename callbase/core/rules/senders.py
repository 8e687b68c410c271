"""The ways to each kind of target."""

from __future__ import annotations

from functools import partial

from callbase.core.call import callback, voicemail
from callbase.core.call.audio import quiet, speak, while_called
from callbase.core.call.dial import Target as Line
from callbase.core.call.dial import can_ring, dial, resolve_number
from callbase.core.call.ending import say_goodbye
from callbase.core.call.legs import trunk_has_room
from callbase.core.call.phases import advance
from callbase.core.call.segments import next_segment
from callbase.core.config import ToAgent, ToCallback, ToFlow, ToGoodbye, ToNumber, ToQueues, ToVoicemail
from callbase.core.config.targets import Target
from callbase.core.core import Core
from callbase.core.flow import interpreter
from callbase.core.flow.speech import CALLBACK_AGREED, resolve, standing
from callbase.core.queue import places, waiting
from callbase.core.rules import overflow
from callbase.core.rules.entry import enter
from callbase.core.rules.hours import is_open
from callbase.core.rules.targets import Sender, Way
from callbase.core.rules.why import Why
from callbase.core.state import FlowRun, Interaction, Preferred

AGENT_RINGS_S = 20.0
AGENT_ALONE_S = 30.0
"""How long who waits already then waits for that agent alone."""


def step_aside(core: Core, interaction: Interaction, flow: str | None = None) -> None:
    """Out of its line, or of the flow it is in, into one that begins now or into none."""
    waited = interaction.phase == "queue"
    if waited:
        waiting.leave(core, interaction)
    if interaction.callback is not None and interaction.callback.parting:
        interaction.callback = None  # a rule sent it on before the telephone had gone
    if interaction.flow is not None:
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    quiet(core, interaction)
    next_segment(core, interaction, "flow", result="left" if waited else "ended", flow=flow)
    if waited:
        advance(core, interaction, "left")


def to_queues(core: Core, interaction: Interaction, target: ToQueues, why: Why) -> Way | None:
    """To the first of them that is open, or, `also`, besides its own into all that are. Overflow leads to no closed queue, and
    to none it led out of; nor does anything but the caller's own key."""
    left = {why.queue, *interaction.places} if target.also else {why.queue}
    queues = target.queues
    if why.by == "overflow":
        left.update(queue for queue, _ in interaction.overflowed)
    elif why.by != "key":
        queues = tuple(overflow.stands_in(core, interaction, queue) for queue in queues)
    there = [queue for queue in dict.fromkeys(queues) if core.queue(interaction.tenant, queue) and queue not in left]
    open_now = [queue for queue in there if _open(core, interaction, queue)]
    reached = open_now if open_now or why.by == "overflow" else there
    if not reached:
        return None
    if not target.also:
        return Way(to=reached[0], go=partial(_enter, core, interaction, reached[0]))
    return Way(to=", ".join(reached), go=partial(_stand_in, core, interaction, reached))


def to_agent(core: Core, interaction: Interaction, target: ToAgent, why: Why) -> Way | None:
    """Who waits keeps the place and is that agent's alone for a time, as soon as the agent is free; who does not wait rings
    there now, as does who is sent there by a colleague though the agent is not ready."""
    agent = core.agent(interaction.tenant, target.agent)
    if agent is None or agent.removed:
        return None
    if interaction.phase == "queue" and not (why.by == "agent" and agent.state == "not_ready"):
        return Way(to=agent.id, go=partial(_wait_for, core, interaction, agent.id)) if agent.state != "logged_off" else None
    line = resolve_number(core, interaction.tenant, agent.id)
    if line is None or not can_ring(core, interaction, line):
        return None
    return Way(to=agent.id, go=partial(_dial, core, interaction, line, agent.id, AGENT_RINGS_S, why))


def to_flow(core: Core, interaction: Interaction, target: ToFlow, why: Why) -> Way | None:
    tenant = core.tenant(interaction.tenant)
    if tenant is None or target.flow not in tenant.flows:
        return None
    return Way(to=target.flow, go=partial(_walk, core, interaction, target.flow))


def to_number(core: Core, interaction: Interaction, target: ToNumber, why: Why) -> Way | None:
    """Out by the trunk named, or as a flow's transfer would go; who waited goes on waiting if nobody answers. A number of ours is
    its flow: over a trunk the call would come in again as another, of which no rule knows where it has been."""
    tenant = core.tenant(interaction.tenant)
    if tenant is None or not target.number:
        return None
    if target.number in tenant.dids:
        flow = tenant.flow_of(target)
        return Way(to=target.number, go=partial(_walk, core, interaction, flow.id)) if flow is not None else None
    if target.trunk is None:
        line = resolve_number(core, interaction.tenant, target.number)
    else:
        trunk = tenant.trunks.get(target.trunk)
        room = trunk is not None and trunk_has_room(core, interaction.tenant, trunk)
        line = Line(trunk=target.trunk) if room else None
    if line is None or not can_ring(core, interaction, line):
        return None
    return Way(to=target.number, go=partial(_dial, core, interaction, line, target.number, target.timeout_s, why))


def to_goodbye(core: Core, interaction: Interaction, target: ToGoodbye, why: Why) -> Way | None:
    return Way(go=partial(_part, core, interaction, target, why))


def _open(core: Core, interaction: Interaction, queue: str) -> bool:
    config = core.queue(interaction.tenant, queue)
    return config is not None and is_open(core, interaction.tenant, config.calendar)


def to_voicemail(core: Core, interaction: Interaction, target: ToVoicemail, why: Why) -> Way | None:
    queue = _meant(interaction, target.queue, why)
    return Way(to=queue or "", go=partial(voicemail.begin, core, interaction, target, queue))


def to_callback(core: Core, interaction: Interaction, target: ToCallback, why: Why) -> Way | None:
    """Only where there is a number to call, and a line to stand in."""
    queue = _meant(interaction, target.queue, why)
    if queue is None or core.queue(interaction.tenant, queue) is None or not callback.can_call_back(core, interaction):
        return None
    return Way(to=queue, go=partial(_call_back, core, interaction, queue))


def _meant(interaction: Interaction, queue: str | None, why: Why) -> str | None:
    """The queue a target names, else the one the caller is in or was about to enter."""
    return queue or (interaction.queue if interaction.phase == "queue" else None) or why.queue


def _call_back(core: Core, interaction: Interaction, queue: str) -> None:
    tenant = core.tenant(interaction.tenant)
    waited = interaction.phase == "queue"
    if waited and interaction.queue != queue:
        waiting.leave(core, interaction)
    if interaction.flow is not None:
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    if not waited or interaction.queue != queue:
        waiting.enter(core, interaction, queue, result="left" if waited else "ended")
    callback.agree(core, interaction)
    if tenant is None or not speak(core, interaction, standing(tenant, interaction, CALLBACK_AGREED)):
        callback.part(core, interaction)


def _enter(core: Core, interaction: Interaction, queue: str) -> None:
    enter(core, interaction, queue)


def _stand_in(core: Core, interaction: Interaction, queues: list[str]) -> None:
    """Who stands nowhere yet enters the first."""
    if interaction.phase != "queue":
        enter(core, interaction, queues[0])
    if interaction.phase == "queue":
        for queue in queues:
            places.take(core, interaction, queue)


def _wait_for(core: Core, interaction: Interaction, agent: str) -> None:
    if interaction.preferred is not None:
        core.cancel_timer(interaction.preferred.timer)
    timer = core.set_timer("prefer", interaction.tenant, interaction.id, int(AGENT_ALONE_S * 1000))
    interaction.preferred = Preferred(agent=agent, timer=timer)
    places.stand_again(core, interaction)


def _walk(core: Core, interaction: Interaction, flow: str) -> None:
    step_aside(core, interaction, flow)
    interaction.flow = FlowRun(flow=flow, version=0, node="")
    interpreter.start(core, interaction, flow)


def _dial(core: Core, interaction: Interaction, line: Line, number: str, timeout_s: float, why: Why) -> None:
    """If nobody answers, who waited goes on waiting, whom a queue's rule kept from entering enters, as of now, and whom opening
    hours sent there hears that it is closed."""
    back = interaction.queue if interaction.phase == "queue" else None
    if back is None and why.by in ("overflow", "entry"):
        interaction.arrival_ms = interaction.arrival_ms or core.now_ms - interaction.kept_ms
        interaction.entering, interaction.entry_rule, interaction.entry_says = why.queue, 0, ()
    if back is not None or interaction.flow is None or not interaction.flow.node:
        step_aside(core, interaction)
    dial(core, interaction, line, number, timeout_s, back=back)
    if interaction.dial is not None:
        interaction.dial.night = why.by == "calendar"
    while_called(core, interaction)


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
    ToVoicemail: to_voicemail,
    ToCallback: to_callback,
}
