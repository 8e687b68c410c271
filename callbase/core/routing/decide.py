"""Routing: after each event, whoever can be served is. Callers by (priority, then age), agents by member priority and the queue's
algorithm, both read off the top of lists that are always sorted; and each decision explains itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from callbase.core.call import consulted_queue
from callbase.core.call.callback import put_off
from callbase.core.call.offer import make_offers
from callbase.core.config import Algorithm, Queue
from callbase.core.core import Core
from callbase.core.index import AgentKey, QueueKey
from callbase.core.queue import places
from callbase.core.queue.line import WHOLE, LineKey, Urgency, place_in, urgency
from callbase.core.queue.lookout import QueueIndex
from callbase.core.routing.chance import draw
from callbase.core.routing.explain import PREFERRED, explain
from callbase.core.routing.needs import Need
from callbase.core.routing.preference import last_served
from callbase.core.routing.ready import ReadyList
from callbase.core.state import Agent, Interaction

AGAIN_MS = 1000
MOST_RINGING = 50
"""Telephones that ring at once for one caller where all ring."""


def decide(core: Core) -> None:
    """Matches callers and agents where something changed, best caller first, until no pair is left. Those who wait for one agent
    go before others of their priority, who may have any; a higher priority, be it by long waiting, goes before them."""
    while core.asked_for:
        _serve_asked_for(core, min(core.asked_for))
    while core.dirty:
        best: tuple[Urgency, QueueKey, LineKey, Need] | None = None
        for key in sorted(core.dirty):
            index = core.index.queues.get(key)
            head = index.head(core.node_online) if index is not None else None
            if index is None or head is None:
                core.dirty.discard(key)
                continue
            found = _urgency(core, index, head[0])
            if best is None or (found, key) < best[:2]:
                best = (found, key, *head)
        if best is not None:
            _serve(core, *best[1:])
    for entered in core.entered:
        interaction = core.state.interactions.get(entered)
        if interaction is not None and interaction.phase == "queue" and interaction.queue is not None:
            explain(core, interaction, interaction.queue, ())
    core.entered.clear()


def _urgency(core: Core, index: QueueIndex, key: LineKey) -> Urgency:
    interaction = core.state.interactions[key[3]]
    return urgency(interaction, place_in(interaction, index.queue.id), index.line.aging_ms, core.now_ms)


def _serve_asked_for(core: Core, key: AgentKey) -> None:
    agent, asking = core.agent(*key), core.index.asked_for.get(key)
    head = asking.first(core.node_online) if asking is not None and agent is not None and agent.state == "ready" else None
    if agent is None or head is None:
        core.asked_for.discard(key)
        return
    interaction = core.state.interactions[head[3]]
    queue_id = interaction.queue
    assert queue_id is not None
    if put_off(core, interaction):
        return
    before = _before(core, agent, _urgency(core, core.index.queues[agent.tenant, queue_id], head))
    if before is not None:
        _serve(core, *before)
        return
    with _kept_to(core, interaction, queue_id):
        explain(core, interaction, queue_id, (agent.id,), rule=PREFERRED)
        make_offers(core, interaction, queue_id, [agent])


def _before(core: Core, agent: Agent, asking: Urgency) -> tuple[QueueKey, LineKey, Need] | None:
    """Who is of a higher priority than the one that asks for this agent, and has no other."""
    best: tuple[Urgency, QueueKey, LineKey, Need] | None = None
    for seat in core.index.seats_of(agent):
        index = core.index.queues[agent.tenant, seat.queue]
        for key, need in index.heads_of_only(agent.id, core.node_online):
            found = (_urgency(core, index, key), (agent.tenant, seat.queue), key, need)
            if best is None or found[:2] < best[:2]:
                best = found
    if best is None or _whole(best[0]) >= _whole(asking):
        return None
    return best[1:]


def _whole(found: Urgency) -> tuple[int, int]:
    """In whole priorities."""
    return found[0], -(-found[1] // WHOLE)


def _serve(core: Core, key: QueueKey, head: LineKey, need: Need) -> None:
    tenant, queue_id = key
    interaction = core.state.interactions[head[3]]
    if put_off(core, interaction):
        return
    with _kept_to(core, interaction, queue_id):
        index = core.index.queues[key]
        chosen = choose(core, interaction, index.queue, index.seekers(need).ready)
        core.state.tenants[tenant].turns[queue_id] = chosen[0]
        rule = _rule(interaction, index.queue)
        explain(core, interaction, queue_id, tuple(chosen), rule=rule if rule != index.queue.algorithm else None)
        agents = [_agent(core, tenant, agent) for agent in chosen]
        if interaction.consultation is not None:
            consulted_queue.ring(core, interaction, agents[0])
        else:
            make_offers(core, interaction, queue_id, agents)


@contextmanager
def _kept_to(core: Core, interaction: Interaction, queue_id: str) -> Iterator[None]:
    """A fault of ours on one caller keeps nobody else waiting: it is out of the lines for a moment, then stands in them anew."""
    try:
        yield
    except Exception as fault:
        core.out.faults.append(fault)
        if interaction.consultation is not None:
            core.index.queues[interaction.tenant, queue_id].step_out(interaction.id)  # it ends by its time
            return
        if interaction.phase != "queue":
            raise
        places.step_out(core, interaction)
        core.set_timer("again", interaction.tenant, interaction.id, AGAIN_MS)


def _rule(interaction: Interaction, queue: Queue) -> Algorithm:
    """The queue's, but where one agent is to be consulted, or the customer is called back first: one is kept for it then, and no
    telephone rings yet."""
    one = interaction.consultation is not None or (not interaction.leg and queue.callback.first == "customer")
    return "longest_idle" if one and queue.algorithm == "ring_all" else queue.algorithm


def choose(core: Core, interaction: Interaction, queue: Queue, ready: ReadyList) -> list[str]:
    """Whom the algorithm takes of those who are ready and may serve; there is at least one."""
    if queue.algorithm == "round_robin":
        return [ready.after(core.index.turn(core.state, interaction.tenant, queue.id))[3]]
    if _rule(interaction, queue) == "ring_all":
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
