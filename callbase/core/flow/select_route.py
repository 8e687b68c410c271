"""A program says where a caller goes whose flow has asked (CSTA RouteSelect, ECMA-269 §17.5)."""

from __future__ import annotations

from callbase.core.config import AskProgram
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import Party, SelectRoute
from callbase.core.flow import interpreter
from callbase.core.queue import aside
from callbase.core.rules import targets
from callbase.core.rules.why import Why
from callbase.core.state import FlowRun, Interaction


def select_route(core: Core, tenant: str, action: SelectRoute, actor: str) -> None:
    interaction = core.state.interactions.get(action.interaction)
    if interaction is None or interaction.tenant != tenant:
        raise RequestRefused("interaction_unknown", "interaction", interaction=action.interaction)
    run = interaction.flow
    if run is None or run.asked is None or run.asked.id != action.asked:
        raise RequestRefused("wrong_state", "asked", phase=interaction.phase)
    core.cancel_timer(run.timer)
    run.timer = None
    if action.to is None:
        interpreter.timed_out(core, interaction)
    elif not _send(core, interaction, run, action.to):
        left_ms = max(1, run.asked.until_ms - core.now_ms)
        run.timer = core.set_timer("menu", interaction.tenant, interaction.id, left_ms)
        raise RequestRefused("target_impossible", "to")


def _send(core: Core, interaction: Interaction, run: FlowRun, to: Party) -> bool:
    """False where that cannot be: the program may say another."""
    asked = run.asked
    why = Why(by="program", rule=asked.device if asked is not None else "", queue=_waits_in(interaction))
    tenant = core.tenant(interaction.tenant)
    flow = tenant.flows.get(run.flow) if tenant is not None else None
    node = flow.nodes.get(run.node) if flow is not None else None
    run.asked = None
    if not targets.send(core, interaction, to, why):
        run.asked = asked
        return False
    core.touch(interaction)
    if interaction.dial is not None:
        interaction.dial.failed = node.otherwise if isinstance(node, AskProgram) else None
    elif interaction.flow is run and aside.is_aside(interaction):
        aside.over(core, interaction)
    return True


def _waits_in(interaction: Interaction) -> str | None:
    return interaction.queue if aside.is_aside(interaction) else None
