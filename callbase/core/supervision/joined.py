"""A supervisor's telephone at an agent's call, from its ringing to its end.

The call never depends on it: the supervisor's leg is in no bridge of the call, it is put to the agent's leg. After each event
`settle` looks where that is now: the supervision goes with the agent to a new leg (telephone lost and found), stays while the
customer is on hold, and is over once the agent is in that call no more, whatever took it out.
"""

from __future__ import annotations

from callbase.core.agent.states import free
from callbase.core.call.legs import release
from callbase.core.commands import Supervise
from callbase.core.core import Core
from callbase.core.facts import SupervisionEnd, SupervisionEnded, SupervisionStarted
from callbase.core.state import Agent, Supervision
from callbase.core.supervision import take_over
from callbase.core.supervision.find import call_of, supervision_by


def answered(core: Core, supervision: Supervision) -> None:
    """The supervisor's telephone is there."""
    core.cancel_timer(supervision.timer)
    supervision.timer = None
    touch(core, supervision)
    put_to(core, supervision)


def put_to(core: Core, supervision: Supervision) -> None:
    """To the agent's leg as it is now, in the mode that is wanted now."""
    found = call_of(core, core.agent(supervision.tenant, supervision.agent))
    leg, own = core.live_leg(found[1]) if found is not None else None, core.live_leg(supervision.leg)
    if own is None or not own.up or found is None:
        return
    if supervision.mode == "take_over" and take_over.possible(found[0], supervision.agent):
        begin(core, supervision)
        close(core, supervision, "taken_over")
        take_over.take_over(core, found[0], supervision)
        return
    if supervision.mode == "take_over":
        supervision.mode = "listen"
        touch(core, supervision)
    if leg is None or not leg.up:
        return
    supervision.of = leg.id
    begin(core, supervision)
    core.do(Supervise(leg=supervision.leg, of=leg.id, mode=supervision.mode))


def settle(core: Core) -> None:
    """What has become of the agents' calls."""
    for supervision in list(core.state.supervisions.values()):
        found = call_of(core, core.agent(supervision.tenant, supervision.agent))
        if found is None or found[0].id != supervision.interaction:
            end(core, supervision, "call_over")
        elif found[1] != supervision.of:
            put_to(core, supervision)


def resume(core: Core, node: str) -> None:
    """The switch was out of reach: it is told again."""
    for supervision in core.state.supervisions.values():
        leg = core.live_leg(supervision.leg)
        if leg is not None and leg.node == node:
            supervision.of = ""


def another_telephone(core: Core, supervisor: Agent, contact: str) -> None:
    """The page was reloaded, or another is the telephone now: the old one's call is dead, though no BYE may have come."""
    supervision = supervision_by(core, supervisor)
    leg = core.live_leg(supervision.leg) if supervision is not None else None
    if supervision is not None and leg is not None and contact and leg.contact and leg.contact != contact:
        end(core, supervision, "hung_up")


def ring_over(core: Core, leg: str, timer: int) -> None:
    supervision = core.state.supervisions.get(leg)
    if supervision is not None and supervision.timer == timer:
        end(core, supervision, "hung_up")


def end(core: Core, supervision: Supervision, result: SupervisionEnd) -> None:
    """The supervisor is again what it was before."""
    close(core, supervision, result)
    release(core, supervision.leg)
    supervisor = core.agent(supervision.tenant, supervision.supervisor)
    if supervisor is not None:
        free(core, supervisor)


def close(core: Core, supervision: Supervision, result: SupervisionEnd) -> None:
    """It is over; the leg may yet serve for something else."""
    core.cancel_timer(supervision.timer)
    del core.state.supervisions[supervision.leg]
    finish(core, supervision, result)


def begin(core: Core, supervision: Supervision) -> None:
    """States that it began, once."""
    touch(core, supervision)
    if supervision.started:
        return
    supervision.started = True
    supervision.since_ms = core.now_ms
    core.note(
        SupervisionStarted(
            tenant=supervision.tenant,
            at_ms=core.now_ms,
            interaction=supervision.interaction,
            agent=supervision.agent,
            supervisor=supervision.supervisor,
            mode=supervision.mode,
            actor=supervision.actor,
        )
    )


def finish(core: Core, supervision: Supervision, result: SupervisionEnd) -> None:
    """States that it is over as it was, if it had begun."""
    touch(core, supervision)
    if not supervision.started:
        return
    supervision.started = False
    core.note(
        SupervisionEnded(
            tenant=supervision.tenant,
            at_ms=core.now_ms,
            interaction=supervision.interaction,
            agent=supervision.agent,
            supervisor=supervision.supervisor,
            mode=supervision.mode,
            started_ms=supervision.since_ms,
            result=result,
        )
    )


def touch(core: Core, supervision: Supervision) -> None:
    for name in (supervision.agent, supervision.supervisor):
        agent = core.agent(supervision.tenant, name)
        if agent is not None:
            core.touch_agent(agent)
