"""What supervisors may ask about agents' calls. Each handler raises RequestRefused or has done it."""

from __future__ import annotations

from callbase.core.agent.states import reachable
from callbase.core.call.dial import engage
from callbase.core.call.telephone import call, own_rings_ms
from callbase.core.commands import Originate
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import StopSupervising, Supervise
from callbase.core.state import Agent, Interaction, Supervision
from callbase.core.supervision import take_over
from callbase.core.supervision.find import call_of, supervision_by
from callbase.core.supervision.joined import end, finish, put_to, touch

EXPIRY_MARGIN_MS = 2_000
"""The switch's own time-out comes first."""


def supervise(core: Core, tenant: str, action: Supervise, actor: str) -> None:
    agent, supervisor = core.agent_asked(tenant, action.agent), _supervisor(core, tenant, action.supervisor)
    if agent.id == supervisor.id:
        raise RequestRefused("value_invalid", "supervisor", agent=agent.id)
    found = call_of(core, agent)
    if found is None:
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    interaction, own = found
    if action.mode == "take_over" and not take_over.possible(interaction, agent.id):
        raise RequestRefused("wrong_state", "mode", phase=interaction.phase)
    present = supervision_by(core, supervisor)
    leg = core.live_leg(own)
    if present is not None and present.agent != agent.id and (leg is None or not leg.up):
        raise RequestRefused("wrong_state", "agent", state=agent.state)  # there is nothing to be put to: stays where it is
    if present is not None:
        _change(core, present, interaction, action, actor)
    else:
        _call(core, interaction, supervisor, action, actor)


def stop_supervising(core: Core, tenant: str, action: StopSupervising, actor: str) -> None:
    supervisor = core.agent_asked(tenant, action.supervisor)
    present = supervision_by(core, supervisor)
    if present is None or present.agent != action.agent:
        raise RequestRefused("wrong_state", "supervisor", state=supervisor.state)
    end(core, present, "stopped")


def _supervisor(core: Core, tenant: str, supervisor: str) -> Agent:
    found = core.agent_asked(tenant, supervisor)
    if found.state == "logged_off":
        raise RequestRefused("agent_signed_out", "supervisor", agent=supervisor)
    return found


def _change(core: Core, present: Supervision, interaction: Interaction, action: Supervise, actor: str) -> None:
    """The telephone that is called or there already stays; only where and how it is changes."""
    if (present.agent, present.mode) == (action.agent, action.mode):
        return
    finish(core, present, "changed")
    present.agent, present.interaction, present.mode = action.agent, interaction.id, action.mode
    present.actor, present.since_ms = actor, core.now_ms
    core.state.legs[present.leg].interaction = interaction.id
    touch(core, present)
    put_to(core, present)


def _call(core: Core, interaction: Interaction, supervisor: Agent, action: Supervise, actor: str) -> None:
    if supervisor.state not in ("ready", "not_ready"):
        raise RequestRefused("agent_busy", "supervisor", agent=supervisor.id)
    if not reachable(core, supervisor):
        raise RequestRefused("device_offline", "supervisor", device=supervisor.device or "")
    leg, timeout_ms = core.new_id(), own_rings_ms(core, supervisor)
    supervision = core.state.supervisions[leg] = Supervision(
        tenant=supervisor.tenant,
        supervisor=supervisor.id,
        agent=action.agent,
        interaction=interaction.id,
        mode=action.mode,
        leg=leg,
        actor=actor,
        since_ms=core.now_ms,
        timer=core.set_timer("supervision", supervisor.tenant, leg, timeout_ms + EXPIRY_MARGIN_MS),
    )
    engage(core, supervisor, None)
    touch(core, supervision)
    call(
        core,
        interaction,
        Originate(
            leg=leg,
            node=interaction.node,
            tenant=supervisor.tenant,
            interaction=interaction.id,
            device=supervisor.device,
            caller_number=action.agent,
            timeout_ms=timeout_ms,
            auto_answer=True,
        ),
    )
