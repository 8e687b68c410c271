"""Walks callers through flows. A caller follows the flow as it is now: a new version takes over at the node of the same id, or,
where that is gone, from its start."""

from __future__ import annotations

from typing import Any

from callbase.core.call.ending import say_goodbye
from callbase.core.call.segments import next_segment
from callbase.core.config import (
    AnyNode,
    AskProgram,
    Decide,
    Enqueue,
    Flow,
    Greet,
    HangUp,
    Menu,
    Node,
    SendTo,
    SetData,
    SetLanguage,
    TransferTo,
)
from callbase.core.core import Core
from callbase.core.facts import FlowStep
from callbase.core.flow.nodes.ask_program import AskProgramKind
from callbase.core.flow.nodes.base import Go, Jump, NodeKind, Step, Walk, keep_key
from callbase.core.flow.nodes.decide import DecideKind
from callbase.core.flow.nodes.enqueue import EnqueueKind
from callbase.core.flow.nodes.greet import GreetKind
from callbase.core.flow.nodes.hang_up import HangUpKind
from callbase.core.flow.nodes.menu import MenuKind
from callbase.core.flow.nodes.send import SendKind
from callbase.core.flow.nodes.set_data import SetDataKind
from callbase.core.flow.nodes.set_language import SetLanguageKind
from callbase.core.flow.nodes.transfer import TransferKind
from callbase.core.flow.speech import APOLOGY, standing
from callbase.core.queue import aside
from callbase.core.queue.aside import is_aside
from callbase.core.rules import entry
from callbase.core.state import FlowRun, Interaction

KINDS: dict[type[Node], NodeKind[Any]] = {
    Greet: GreetKind(),
    Menu: MenuKind(),
    SetLanguage: SetLanguageKind(),
    SetData: SetDataKind(),
    Enqueue: EnqueueKind(),
    Decide: DecideKind(),
    SendTo: SendKind(),
    TransferTo: TransferKind(),
    AskProgram: AskProgramKind(),
    HangUp: HangUpKind(),
}

STEPS_AT_ONCE = 100
"""A flow that goes further without waiting for anything goes in a circle."""


def start(core: Core, interaction: Interaction, flow_id: str) -> None:
    """From the flow's first node; an apology where there is no such flow."""
    _follow(core, interaction, Jump(flow_id), STEPS_AT_ONCE)


def digit_pressed(core: Core, interaction: Interaction, digit: str) -> None:
    run = interaction.flow
    if run is not None and (not run.node or interaction.dial is not None):
        # who is quick presses before we have heard that the call is answered; and while a number rings, a newer version of the
        # flow may have a menu in that place
        keep_key(run, digit)
        return
    place = _place(core, interaction)
    if place is None:
        return
    walk, node = place
    at, keys = walk.run.node, walk.run.keys
    step = KINDS[type(node)].digit(walk, node, digit)
    if len(walk.run.keys) <= len(keys):  # used here, not kept for later
        _step_fact(core, interaction, walk.run, at, node, digit=digit, port=getattr(step, "port", None))
    _follow(core, interaction, step)


def playback_finished(core: Core, interaction: Interaction) -> None:
    place = _place(core, interaction)
    if place is not None:
        walk, node = place
        _follow(core, interaction, KINDS[type(node)].played(walk, node))


def timed_out(core: Core, interaction: Interaction) -> None:
    place = _place(core, interaction)
    if place is not None:
        walk, node = place
        _follow(core, interaction, KINDS[type(node)].timed_out(walk, node))


def resume(core: Core, interaction: Interaction) -> None:
    """The switch is back; playbacks' ends may have been missed."""
    place = _place(core, interaction)
    if place is not None:
        walk, node = place
        _follow(core, interaction, KINDS[type(node)].resume(walk, node))


def go_on(core: Core, interaction: Interaction, node: str | None) -> None:
    """A transfer failed: on by its port, or an apology."""
    if node is None:
        _apologise(core, interaction)
    else:
        _follow(core, interaction, Go("failed", node))


def _follow(core: Core, interaction: Interaction, step: Step, steps_left: int = STEPS_AT_ONCE) -> None:
    """Carries a step out, and those that follow from it at once."""
    while step is not None:
        steps_left -= 1
        if steps_left < 0:
            _apologise(core, interaction)
            return
        run = interaction.flow
        tenant = core.tenant(interaction.tenant)
        if tenant is None or run is None:
            _apologise(core, interaction)
            return
        core.cancel_timer(run.timer)
        run.timer = None
        if run.asked is not None:
            run.asked = None
            core.touch(interaction)
        if isinstance(step, Jump):
            if run.node and not is_aside(interaction):
                next_segment(core, interaction, "flow", flow=step.flow)
            run.flow = step.flow
            flow = tenant.flows.get(step.flow)
            target = flow.start if flow is not None else None
        else:
            flow = tenant.flows.get(run.flow)
            target = step.node
            if target is None and is_aside(interaction):
                aside.over(core, interaction)
                return
            if target is None:
                if not entry.flow_over(core, interaction):
                    say_goodbye(core, interaction, (), "flow_ended")
                return
        node = flow.nodes.get(target) if flow is not None and target is not None else None
        if flow is None or node is None or target is None:
            _apologise(core, interaction)
            return
        if is_aside(interaction):
            aside.arrive(core, interaction, node)
        run.version, run.node, run.attempts = flow.version, target, 0
        _step_fact(core, interaction, run, target, node)
        ahead = run.keys
        step = KINDS[type(node)].enter(Walk(core, interaction, tenant, run), node)
        if run.keys != ahead:  # a key pressed before the node was reached
            _step_fact(core, interaction, run, target, node, digit=ahead[0], port=getattr(step, "port", None))
    run = interaction.flow
    if run is not None and is_aside(interaction) and interaction.playback is None and run.timer is None:
        aside.over(core, interaction)


def _place(core: Core, interaction: Interaction) -> tuple[Walk, AnyNode] | None:
    """Where the caller is; moved to the flow's start where its node is no more, apologised to where the flow is no more."""
    run, tenant = interaction.flow, core.tenant(interaction.tenant)
    if run is None or not run.node or interaction.closing is not None:
        return None
    flow: Flow | None = tenant.flows.get(run.flow) if tenant is not None else None
    if tenant is None or flow is None:
        _apologise(core, interaction)
        return None
    node = flow.nodes.get(run.node)
    if node is None:
        _follow(core, interaction, Jump(run.flow))
        return None
    return Walk(core, interaction, tenant, run), node


def _apologise(core: Core, interaction: Interaction) -> None:
    """Not to one who is entering a queue, or walks the flow while waiting: the flow is over, and the line is there."""
    if is_aside(interaction):
        aside.over(core, interaction)
        return
    if entry.flow_over(core, interaction):
        return
    tenant = core.tenant(interaction.tenant)
    say_goodbye(core, interaction, standing(tenant, interaction, APOLOGY) if tenant is not None else (), "failed")


def _step_fact(
    core: Core,
    interaction: Interaction,
    run: FlowRun,
    at: str,
    node: Node,
    *,
    digit: str | None = None,
    port: str | None = None,
) -> None:
    core.note(
        FlowStep(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            flow=run.flow,
            version=run.version,
            node=at,
            node_type=str(type(node).__struct_config__.tag),
            digit=digit,
            port=port,
        )
    )
