"""What people and programs may ask about an interaction."""

from __future__ import annotations

from callbase.core.agent import intervention
from callbase.core.call.attached import LONGEST_VALUE, AttachedData
from callbase.core.call.data import attach
from callbase.core.call.ending import end, finish_wrap_up
from callbase.core.call.phases import present_agents
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import ClearData, GetData, ReleaseInteraction, ReportQuality, SetData, SetOutcome
from callbase.core.facts import OutcomeSet, QualityReported
from callbase.core.ids import made_ms
from callbase.core.state import Interaction

TOLD_WITHIN_MS = 30_000
"""After its part in a call is over, a telephone may say so late how that sounded."""


def set_outcome(core: Core, tenant: str, action: SetOutcome, actor: str) -> None:
    agent = core.agent_asked(tenant, action.agent)
    interaction = _asked(core, tenant, action.interaction)
    if agent.interaction != interaction.id or agent.id not in present_agents(interaction):
        raise RequestRefused("interaction_not_yours", "interaction", interaction=interaction.id)
    if agent.state not in ("busy", "working_after_call"):
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    config = core.tenant(tenant)
    if action.outcome is not None and (config is None or action.outcome not in config.outcomes):
        raise RequestRefused("outcome_unknown", "outcome", outcome=action.outcome)
    if action.note is not None and len(action.note) > LONGEST_VALUE:
        raise RequestRefused("value_invalid", "note", longest=str(LONGEST_VALUE))
    if action.outcome is None and action.note is None:
        return
    interaction.outcome = interaction.outcome if action.outcome is None else action.outcome
    interaction.note = interaction.note if action.note is None else action.note
    core.touch(interaction)
    core.note(
        OutcomeSet(
            tenant=tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            agent=agent.id,
            outcome=interaction.outcome,
            note=interaction.note,
        )
    )


def set_data(core: Core, tenant: str, action: SetData, actor: str) -> None:
    interaction = _asked(core, tenant, action.interaction)
    attach(core, interaction, action.data, actor)


def get_data(core: Core, tenant: str, action: GetData, actor: str) -> AttachedData:
    interaction = _asked(core, tenant, action.interaction)
    data = {key: value for key, value in interaction.data.items() if action.keys is None or key in action.keys}
    return AttachedData(interaction=interaction.id, data=data)


def clear_data(core: Core, tenant: str, action: ClearData, actor: str) -> None:
    interaction = _asked(core, tenant, action.interaction)
    if interaction.data:
        set_data(core, tenant, SetData(interaction=interaction.id, data=dict.fromkeys(interaction.data)), actor)


def report_quality(core: Core, tenant: str, action: ReportQuality, actor: str) -> None:
    agent = core.agent_asked(tenant, action.agent)
    left = agent.left == action.interaction and core.now_ms - agent.left_ms <= TOLD_WITHIN_MS
    if not left and agent.interaction != _asked(core, tenant, action.interaction).id:
        raise RequestRefused("interaction_not_yours", "interaction", interaction=action.interaction)
    began_ms = made_ms(action.interaction)
    if not began_ms <= action.started_ms <= core.now_ms:
        raise RequestRefused("out_of_range", "started_ms", least=str(began_ms), most=str(core.now_ms))
    if action.lowest_mos > action.mos:
        raise RequestRefused("out_of_range", "lowest_mos", least="1", most=str(action.mos))
    core.note(
        QualityReported(
            tenant=tenant,
            at_ms=core.now_ms,
            interaction=action.interaction,
            agent=agent.id,
            started_ms=action.started_ms,
            rtt_ms=action.rtt_ms,
            jitter_ms=action.jitter_ms,
            loss=action.loss,
            mos=action.mos,
            lowest_mos=action.lowest_mos,
        )
    )


def release_interaction(core: Core, tenant: str, action: ReleaseInteraction, actor: str) -> None:
    interaction = _asked(core, tenant, action.interaction)
    if interaction.phase == "wrap_up":
        for agent_id in present_agents(interaction):
            agent = core.agent(tenant, agent_id)
            if agent is not None:
                finish_wrap_up(core, agent, actor=actor)
    else:
        _tell_agents(core, interaction, actor)
        end(core, interaction, "supervisor_ended")


def _tell_agents(core: Core, interaction: Interaction, actor: str) -> None:
    """Who talks in it, that another ends it."""
    by = intervention.agent_of(core, interaction.tenant, actor)
    for agent_id in dict.fromkeys(present_agents(interaction)):
        agent = core.agent(interaction.tenant, agent_id)
        if agent is not None and agent_id != by and agent.state == "busy":
            intervention.tell(core, agent, "call_ended", interaction.id, by)


def _asked(core: Core, tenant: str, interaction: str) -> Interaction:
    found = core.state.interactions.get(interaction)
    if found is None or found.tenant != tenant:
        raise RequestRefused("interaction_unknown", "interaction", interaction=interaction)
    return found
