"""What supervisors may ask of routing: who serves which queues for now, and who of those waiting goes first or elsewhere."""

from __future__ import annotations

from callbase.core.agent.assignment import serve
from callbase.core.call.offer import take_back
from callbase.core.config import ToAgent, ToFlow, ToNumber, ToQueues
from callbase.core.core import Core
from callbase.core.errors import RequestRefused
from callbase.core.events import ExplainAgent, MoveAgent, Reprioritize, Reroute
from callbase.core.queue import places, treatment, waiting
from callbase.core.queue.line import line_key
from callbase.core.routing import preference
from callbase.core.routing.explained import AgentExplained
from callbase.core.routing.why_not import why_not
from callbase.core.rules import targets
from callbase.core.rules.why import Why
from callbase.core.state import Interaction, Place


def move_agent(core: Core, tenant: str, action: MoveAgent, actor: str) -> None:
    agent = core.agent_asked(tenant, action.agent)
    if agent.state == "logged_off":
        raise RequestRefused("agent_signed_out", "agent", agent=agent.id)
    for queue in action.queues or ():
        if core.queue(tenant, queue) is None:
            raise RequestRefused("queue_unknown", "queues", queue=queue)
    if action.queues is not None and not action.queues:
        raise RequestRefused("value_invalid", "queues")
    queues = tuple(sorted(set(action.queues))) if action.queues is not None else None
    if queues != agent.moved_to:
        serve(core, agent, queues, actor=actor)


def reprioritize(core: Core, tenant: str, action: Reprioritize, actor: str) -> None:
    interaction = _waiting(core, tenant, action.interaction)
    if (action.priority is None) != bool(action.first):
        raise RequestRefused("value_invalid", "priority")
    place = interaction.places[interaction.queue or ""]
    priority = _to_be_first(core, interaction, place) if action.priority is None else action.priority
    places.add_priority(core, interaction, priority - place.priority, why="supervisor", actor=actor)


def _to_be_first(core: Core, interaction: Interaction, place: Place) -> int:
    """The least priority, not below its present one, that puts it before all others in its queue, those being offered too."""
    index = core.index.queues[interaction.tenant, interaction.queue or ""]
    others = [core.state.interactions[other] for other in index.line.entered_by(core.now_ms) if other != interaction.id]
    keys = [
        line_key(other, other.places[index.queue.id], index.line.aging_ms)
        for other in others
        if other.returned == interaction.returned
    ]
    mine = line_key(interaction, place, index.line.aging_ms)
    if not keys or mine < min(keys):
        return place.priority
    _, priority, arrival_ms, _ = min(keys)
    if index.line.aging_ms > 0:
        return place.priority + (mine[2] - arrival_ms) // index.line.aging_ms + 1
    return 1 - priority


def reroute(core: Core, tenant: str, action: Reroute, actor: str) -> None:
    interaction = _waiting(core, tenant, action.interaction)
    if [action.queue, action.agent, action.to].count(None) != 2:
        raise RequestRefused("value_invalid", "queue")
    if isinstance(action.to, ToFlow | ToNumber):
        _send(core, interaction, action.to)
        return
    if isinstance(action.to, ToAgent | ToQueues):
        action = _named(core, interaction, action.to)
    agent = core.agent_asked(tenant, action.agent) if action.agent is not None else None
    if agent is not None and agent.state == "logged_off":
        raise RequestRefused("agent_signed_out", "agent", agent=agent.id)
    if action.queue is not None and core.queue(tenant, action.queue) is None:
        raise RequestRefused("queue_unknown", "queue", queue=action.queue)
    waits_for_one = bool(interaction.offers) or interaction.preferred is not None
    if action.queue is not None and action.queue == interaction.queue and not waits_for_one:
        raise RequestRefused("value_invalid", "queue", queue=action.queue)
    if interaction.offers:
        take_back(core, interaction)
    before = interaction.queue or ""
    if agent is not None:
        preference.wait_for(core, interaction, agent)
        places.note_change(core, interaction, before, "moved", {"agent": agent.id}, actor=actor)
    elif action.queue == interaction.queue:
        preference.let_go(core, interaction, "moved")
    elif action.queue is not None:
        places.note_change(core, interaction, action.queue, "moved", {"from": before}, actor=actor)
        waiting.leave(core, interaction)
        interaction.requires = ()
        waiting.enter(core, interaction, action.queue, result="left")


def _named(core: Core, interaction: Interaction, to: ToAgent | ToQueues) -> Reroute:
    if isinstance(to, ToAgent):
        return Reroute(interaction=interaction.id, agent=to.agent)
    known = [queue for queue in to.queues if core.queue(interaction.tenant, queue) is not None]
    if not known:
        raise RequestRefused("queue_unknown", "to", queue=", ".join(to.queues))
    return Reroute(interaction=interaction.id, queue=known[0])


def _send(core: Core, interaction: Interaction, to: ToFlow | ToNumber) -> None:
    """Out of all lines. Only who is on the line can be sent anywhere."""
    if not interaction.leg:
        raise RequestRefused("wrong_state", "interaction", phase=interaction.phase)
    why = Why(by="supervisor", queue=interaction.queue)
    if targets.SENDERS[type(to)](core, interaction, to, why) is None:
        unknown = isinstance(to, ToFlow)
        raise RequestRefused("flow_unknown" if unknown else "number_unreachable", "to")
    if interaction.offers:
        take_back(core, interaction)
    if not targets.send(core, interaction, to, why):
        treatment.resume(core, interaction)


def explain_agent(core: Core, tenant: str, action: ExplainAgent, actor: str) -> AgentExplained:
    return why_not(core, core.agent_asked(tenant, action.agent))


def _waiting(core: Core, tenant: str, interaction: str) -> Interaction:
    found = core.state.interactions.get(interaction)
    if found is None or found.tenant != tenant:
        raise RequestRefused("interaction_unknown", "interaction", interaction=interaction)
    if found.phase not in ("queue", "offer"):
        raise RequestRefused("wrong_state", "interaction", phase=found.phase)
    return found
