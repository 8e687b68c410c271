"""Why is this agent not getting calls? Answered from the present state, for each of its queues, without changing anything."""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.queue.lookout import QueueIndex
from callbase.core.routing.explained import AgentExplained, QueueReason, Why
from callbase.core.routing.needs import ANYONE, lacks
from callbase.core.routing.seat import Seat
from callbase.core.state import Agent


def why_not(core: Core, agent: Agent) -> AgentExplained:
    reasons: list[QueueReason] = []
    for seat in core.index.seats_of(agent):
        reasons += _in_queue(core, agent, seat, core.index.queues[agent.tenant, seat.queue])
    return AgentExplained(agent=agent.id, state=agent.state, reason=agent.reason, since_ms=agent.since_ms, queues=tuple(reasons))


def _in_queue(core: Core, agent: Agent, seat: Seat, index: QueueIndex) -> list[QueueReason]:
    found: list[QueueReason] = []
    waiting = 0
    for need, seekers in index.needs.items():
        reachable = seekers.waiting.count(core.node_online)
        if len(seekers.waiting) > reachable:
            found.append(QueueReason(queue=seat.queue, why="switch_away", waiting=len(seekers.waiting) - reachable))
        if reachable:
            missing = lacks(need, seat)
            if missing is None:
                found.append(QueueReason(queue=seat.queue, why="may_serve", waiting=reachable))
            else:
                why: Why = "skill_missing" if missing[0] == "skill_missing" else "ring_not_reached"
                found.append(QueueReason(queue=seat.queue, why=why, waiting=reachable, data=missing[1]))
        waiting += len(seekers.waiting)
    if len(index.line) > waiting:
        found.append(QueueReason(queue=seat.queue, why="kept_for_others", waiting=len(index.line) - waiting))
    if not len(index.line):
        found.append(QueueReason(queue=seat.queue, why="nobody_waits"))
    ahead = _ahead(core, agent, index) if agent.state == "ready" else 0
    if ahead:
        data = {"ahead": str(ahead), "rule": index.queue.algorithm}
        found.append(QueueReason(queue=seat.queue, why="others_first", data=data))
    return found


def _ahead(core: Core, agent: Agent, index: QueueIndex) -> int:
    """How many ready agents the next caller without special needs would be offered to before this one."""
    ready = index.needs[ANYONE].ready
    if index.queue.algorithm in ("ring_all", "weighted_random"):
        return ready.ahead_by_priority(agent.id)
    if index.queue.algorithm == "round_robin":
        turn = core.index.turn(core.state, agent.tenant, index.queue.id)
        return (ready.rank(agent.id) - ready.rank(ready.after(turn)[3])) % len(ready)
    return ready.rank(agent.id)
