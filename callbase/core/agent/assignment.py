"""Which queues an agent serves: its own, or for a time others, by a supervisor's word, until that is undone or it signs out."""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.facts import AgentMoved
from callbase.core.state import Agent


def serve(core: Core, agent: Agent, queues: tuple[str, ...] | None, *, actor: str) -> None:
    """From now on these; None: its own again. A call it has already been offered goes on."""
    before = core.index.seats_of(agent)
    tenant = core.tenant(agent.tenant)
    core.index.count(agent, -1)
    agent.moved_to = queues
    if tenant is not None:
        core.index.seats.move(agent.tenant, tenant, agent)
    core.index.count(agent, 1)
    for seat in (*before, *core.index.seats_of(agent)):
        core.touch_queue(agent.tenant, seat.queue)
        if agent.state == "ready":
            core.dirty.add((agent.tenant, seat.queue))
    core.touch_agent(agent)
    core.note(
        AgentMoved(
            tenant=agent.tenant,
            at_ms=core.now_ms,
            agent=agent.id,
            queues=tuple(seat.queue for seat in core.index.seats_of(agent)),
            for_now=queues is not None,
            actor=actor,
        )
    )
