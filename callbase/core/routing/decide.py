"""Routing: after each event, whoever can be served is. Interactions by (priority, then age), agents by member priority and
longest idle, both read off the top of lists that are always sorted; and each decision explains itself."""

from __future__ import annotations

from callbase.core.call.offer import make_offer
from callbase.core.config import Queue
from callbase.core.core import Core
from callbase.core.facts import PassedOver, RoutingExplained
from callbase.core.index import QueueIndex, QueueKey
from callbase.core.queue.line import LineKey
from callbase.core.state import Agent, Interaction

EXPLAINED = 50
"""Members an explanation names at most; of larger queues only those who were ready and came close."""


def decide(core: Core) -> None:
    """Matches callers and agents in the queues where something changed, best caller first, until no pair is left."""
    while core.dirty:
        best: tuple[LineKey, QueueKey] | None = None
        for key in sorted(core.dirty):
            head = _head(core, core.index.queues.get(key))
            if head is None:
                core.dirty.discard(key)
            elif best is None or (head, key) < best:
                best = (head, key)
        if best is not None:
            _serve(core, *best)
    for entered in core.entered:
        interaction = core.state.interactions.get(entered)
        if interaction is not None and interaction.phase == "queue":
            _explain(core, interaction, interaction.queue, None)
    core.entered.clear()


def _head(core: Core, queue: QueueIndex | None) -> LineKey | None:
    """Who is first in a line that somebody is ready for. A caller on a switch node that is out of reach must wait for it."""
    if queue is None or not len(queue.ready):
        return None
    for key in queue.line:
        if core.node_online(core.state.interactions[key[3]].node):
            return key
    return None


def _serve(core: Core, head: LineKey, key: QueueKey) -> None:
    tenant, queue = key
    interaction = core.state.interactions[head[3]]
    _, _, agent_id = core.index.queues[key].ready.first(1)[0]
    agent = core.state.tenants[tenant].agents[agent_id]
    _explain(core, interaction, queue, agent)
    make_offer(core, interaction, queue, agent)


def _explain(core: Core, interaction: Interaction, queue_id: str | None, chosen: Agent | None) -> None:
    queue = core.queue(interaction.tenant, queue_id)
    if queue is None:
        return
    index, place = core.index.queues[interaction.tenant, queue.id], interaction.places[queue.id]
    core.note(
        RoutingExplained(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            queue=queue.id,
            rule=queue.algorithm,
            chosen=chosen.id if chosen is not None else None,
            chosen_idle_ms=core.now_ms - chosen.idle_since_ms if chosen is not None else None,
            waited_ms=core.now_ms - place.entered_ms,
            position=index.line.position(interaction.id) or 0,
            priority=place.priority,
            passed_over=_passed_over(core, interaction.tenant, queue, index, chosen),
            passed_over_count=sum(index.counts.values()) - (chosen is not None),
        )
    )


def _passed_over(core: Core, tenant: str, queue: Queue, index: QueueIndex, chosen: Agent | None) -> tuple[PassedOver, ...]:
    """The ready first, nearest to being chosen first; then, where the queue is small, why each other member was not ready."""
    agents = core.state.tenants[tenant].agents
    found: list[PassedOver] = []
    best: int | None = None
    for priority, idle_since_ms, agent_id in index.ready.first(EXPLAINED + 1):
        if best is None:
            best = priority
        if chosen is None or agent_id != chosen.id:
            why = "less_idle" if priority == best else "lower_priority"
            found.append(PassedOver(agent=agent_id, why=why, data={"idle_ms": str(core.now_ms - idle_since_ms)}))
    if len(queue.members) <= EXPLAINED:
        seen = {passed.agent for passed in found}
        for member in queue.members:
            agent = agents.get(member.agent)
            if agent is not None and agent is not chosen and agent.state != "ready" and agent.id not in seen:
                seen.add(agent.id)
                found.append(_not_ready(agent))
    return tuple(found[:EXPLAINED])


def _not_ready(agent: Agent) -> PassedOver:
    if agent.state == "logged_off":
        return PassedOver(agent=agent.id, why="signed_out")
    if agent.state == "not_ready" and agent.reason == "device_lost":
        return PassedOver(agent=agent.id, why="device_offline")
    return PassedOver(agent=agent.id, why=agent.state, data={"reason": agent.reason} if agent.reason else {})
