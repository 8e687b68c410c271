"""Parked calls. Who is parked hears music and can be picked up. Who parked it is rung after a while; if that agent cannot take
it, the caller goes to the head of its queue. Without a queue it stays parked some times more, and then goes on without an agent.

A transfer of no queue that nobody took comes back in the same way, at once the first time.
"""

from __future__ import annotations

from callbase.core.agent.states import free, reachable
from callbase.core.call import house, remaining
from callbase.core.call.audio import hold_music
from callbase.core.call.dial import TAKEN, Target, dial, resolve_number
from callbase.core.call.legs import release
from callbase.core.call.phases import advance
from callbase.core.call.segments import next_segment
from callbase.core.commands import Disconnect
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import ParkCall
from callbase.core.state import Dial, Interaction, Parked

MOST_RETURNS = 5
"""So often a caller without a queue is brought back in vain."""
RINGS_S = 20.0
SWITCH_AWAY_MS = 1_000
"""Where nobody can be rung for it, it is looked so often whether somebody can."""


def park_call(core: Core, tenant: str, action: ParkCall, actor: str) -> None:
    agent = core.agent_asked(tenant, action.agent)
    interaction = core.state.interactions.get(agent.interaction or "")
    peer = interaction.peer if interaction is not None else None
    if interaction is None or peer is None or not house.may_lead(interaction, agent.id):
        raise RequestRefused("wrong_state", "agent", state=agent.state)
    if interaction.phase not in ("talk", "hold") or interaction.consultation is not None:
        raise RequestRefused("wrong_state", "agent", phase=interaction.phase)
    house.lead(core, interaction, agent.id)
    peer = interaction.peer
    assert peer is not None
    if interaction.phase == "talk":
        core.do(Disconnect(bridge=interaction.id, leg=interaction.leg))
        hold_music(core, interaction)
    release(core, peer.leg)
    interaction.peer = None
    interaction.parked = Parked(by=agent.id)
    _wait(core, interaction)
    next_segment(core, interaction, "hold", queue=interaction.queue)
    advance(core, interaction, "parked")
    free(core, agent)


def ring_back(core: Core, interaction: Interaction, agent_id: str | None) -> None:
    """A call of no queue, sent on by that agent, was not taken: it rings there at once, and again after a while. Not where the
    agent has gone."""
    agent = core.agent(interaction.tenant, agent_id)
    if agent is None or agent.state == "logged_off":
        remaining.go_on(core, interaction, remaining.goes_to(core, interaction, agent))
        return
    hold_music(core, interaction)
    next_segment(core, interaction, "hold")
    interaction.parked = Parked(by=agent.id)
    advance(core, interaction, "parked")
    long_enough(core, interaction)


def unpark(core: Core, interaction: Interaction, dialled: Dial) -> Dial:
    """What rang for it, if it was parked, is sent elsewhere; if in vain, as if who parked it had."""
    parked, interaction.parked = interaction.parked, None
    if parked is not None:
        core.cancel_timer(parked.timer)
        next_segment(core, interaction, "flow")
        advance(core, interaction, "left")
        dialled.by, dialled.back = parked.by, interaction.queue
    return dialled


def long_enough(core: Core, interaction: Interaction) -> None:
    """Back to who parked it, where that agent can be rung."""
    parked = interaction.parked
    assert parked is not None
    parked.timer = None
    if not core.node_online(interaction.node):
        parked.timer = core.set_timer("parked", interaction.tenant, interaction.id, SWITCH_AWAY_MS)
        return
    parked.returns += 1
    line = resolve_number(core, interaction.tenant, parked.by)
    agent = core.agent(interaction.tenant, parked.by)
    if line is None or agent is None or agent.state in ("logged_off", *TAKEN) or not reachable(core, agent):
        _nobody(core, interaction)
    else:
        ring_for(core, interaction, line, parked.by, auto_answer=False)


def not_fetched(core: Core, interaction: Interaction) -> None:
    """Whom it rang for did not answer: parked on, or, had it come back to who parked it, to others."""
    parked = interaction.parked
    assert parked is not None
    if parked.returns:
        _nobody(core, interaction)
    else:
        _wait(core, interaction)


def ring_for(core: Core, interaction: Interaction, target: Target, number: str, *, auto_answer: bool) -> None:
    parked = interaction.parked
    assert parked is not None
    core.cancel_timer(parked.timer)
    parked.timer = None
    dial(core, interaction, target, number, RINGS_S, auto_answer=auto_answer)


def _nobody(core: Core, interaction: Interaction) -> None:
    parked = interaction.parked
    assert parked is not None
    if core.queue(interaction.tenant, interaction.queue) is None and parked.returns < MOST_RETURNS:
        _wait(core, interaction)
        return
    interaction.parked = None
    remaining.go_on(core, interaction, remaining.goes_to(core, interaction, core.agent(interaction.tenant, parked.by)))


def _wait(core: Core, interaction: Interaction) -> None:
    tenant = core.tenant(interaction.tenant)
    assert interaction.parked is not None
    assert tenant is not None
    after_ms = int(tenant.park_returns_after_s * 1000)
    interaction.parked.timer = core.set_timer("parked", interaction.tenant, interaction.id, after_ms)
