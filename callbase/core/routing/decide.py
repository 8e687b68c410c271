"""Routing: after each event, whoever can be served is. Callers by (priority, then age), agents by member priority and the queue's
algorithm, both read off the top of lists that are always sorted; and each decision explains itself."""

from __future__ import annotations

from callbase.core.call.callback import put_off_without_line
from callbase.core.call.offer import make_offers
from callbase.core.config import Queue
from callbase.core.core import Core
from callbase.core.index import AgentKey, QueueKey
from callbase.core.queue.line import LineKey
from callbase.core.routing.chance import draw
from callbase.core.routing.explain import PREFERRED, explain
from callbase.core.routing.needs import Need
from callbase.core.routing.preference import last_served
from callbase.core.routing.ready import ReadyList
from callbase.core.state import Agent, Interaction

MOST_RINGING = 50
"""Telephones that ring at once for one caller where all ring."""


def decide(core: Core) -> None:
    """Matches callers and agents where something changed, best caller first, until no pair is left. Before all others go those
    who wait for one agent only: nobody else serves them."""
    while core.asked_for:
        _serve_asked_for(core, min(core.asked_for))
    while core.dirty:
        best: tuple[LineKey, QueueKey, Need] | None = None
        for key in sorted(core.dirty):
            index = core.index.queues.get(key)
            head = index.head(core.node_online) if index is not None else None
            if head is None:
                core.dirty.discard(key)
            elif best is None or (head[0], key) < best[:2]:
                best = (head[0], key, head[1])
        if best is not None:
            _serve(core, *best)
    for entered in core.entered:
        interaction = core.state.interactions.get(entered)
        if interaction is not None and interaction.phase == "queue" and interaction.queue is not None:
            explain(core, interaction, interaction.queue, ())
    core.entered.clear()


def _serve_asked_for(core: Core, key: AgentKey) -> None:
    agent, asking = core.agent(*key), core.index.asked_for.get(key)
    head = asking.first(core.node_online) if asking is not None and agent is not None and agent.state == "ready" else None
    if agent is None or head is None:
        core.asked_for.discard(key)
        return
    interaction = core.state.interactions[head[3]]
    assert interaction.queue is not None
    if put_off_without_line(core, interaction):
        return
    explain(core, interaction, interaction.queue, (agent.id,), rule=PREFERRED)
    make_offers(core, interaction, interaction.queue, [agent])


def _serve(core: Core, head: LineKey, key: QueueKey, need: Need) -> None:
    tenant, queue_id = key
    interaction = core.state.interactions[head[3]]
    if put_off_without_line(core, interaction):
        return
    index = core.index.queues[key]
    chosen = choose(core, interaction, index.queue, index.seekers(need).ready)
    core.state.tenants[tenant].turns[queue_id] = chosen[0]
    explain(core, interaction, queue_id, tuple(chosen))
    make_offers(core, interaction, queue_id, [_agent(core, tenant, agent) for agent in chosen])


def choose(core: Core, interaction: Interaction, queue: Queue, ready: ReadyList) -> list[str]:
    """Whom the algorithm takes of those who are ready and may serve; there is at least one."""
    if queue.algorithm == "round_robin":
        return [ready.after(core.index.turn(core.state, interaction.tenant, queue.id))[3]]
    if queue.algorithm == "ring_all":
        return [key[3] for key in ready.of_best_priority(MOST_RINGING)]
    if queue.algorithm == "last_served":
        served = last_served(core, interaction, queue.last_served_s)
        if served is not None and served in ready and ready.key(served)[0] == ready.best_priority:
            return [served]
    if queue.algorithm == "weighted_random" and ready.total_weight:
        return [ready.drawn(draw(core.state, ready.total_weight))]
    return [ready.first(1)[0][3]]


def _agent(core: Core, tenant: str, agent: str) -> Agent:
    return core.state.tenants[tenant].agents[agent]
