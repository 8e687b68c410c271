"""Why is this agent not getting calls? Answered from the present state, for each of its queues, without changing anything."""

from __future__ import annotations

from collections.abc import Iterator

from callbase.core.config import Queue
from callbase.core.core import Core
from callbase.core.queue.lookout import QueueIndex
from callbase.core.routing.explained import AgentExplained, QueueReason, Why
from callbase.core.routing.needs import lacks, standing_need
from callbase.core.routing.seat import Seat
from callbase.core.state import Agent, Interaction


def why_not(core: Core, agent: Agent) -> AgentExplained:
    reasons: list[QueueReason] = []
    seats, asking = core.index.seats_of(agent), _asking(core, agent)
    for seat in seats:
        reasons += _in_queue(core, agent, seat, core.index.queues[agent.tenant, seat.queue], asking)
    served = {seat.queue for seat in seats}
    reasons += _wait_for_it(core, [one for one in asking if served.isdisjoint(one.places)])
    return AgentExplained(agent=agent.id, state=agent.state, reason=agent.reason, since_ms=agent.since_ms, queues=tuple(reasons))


def _asking(core: Core, agent: Agent) -> list[Interaction]:
    """Who waits for this agent and nobody else."""
    heads = core.index.asked_for.get((agent.tenant, agent.id))
    return [core.state.interactions[key[3]] for key in heads] if heads is not None else []


def _wait_for_it(core: Core, asking: list[Interaction], queue_id: str | None = None) -> Iterator[QueueReason]:
    """In that queue; None: each in its own."""
    waiting: dict[tuple[str, Why], int] = {}
    for interaction in asking:
        why: Why = "waits_for_it" if core.node_online(interaction.node) else "switch_away"
        key = (queue_id or interaction.queue or "", why)
        waiting[key] = waiting.get(key, 0) + 1
    for (queue, why), count in waiting.items():
        yield QueueReason(queue=queue, why=why, waiting=count)


def _in_queue(core: Core, agent: Agent, seat: Seat, index: QueueIndex, asking: list[Interaction]) -> list[QueueReason]:
    found = list(_waiting_for_anyone(core, seat, index))
    mine = [one for one in asking if seat.queue in one.places]
    found += _wait_for_it(core, mine, seat.queue)
    others = len(index.line) - len(mine) - sum(len(seekers.waiting) for seekers in index.needs.values())
    if others:
        found.append(QueueReason(queue=seat.queue, why="kept_for_others", waiting=others))
    if not len(index.line):
        found.append(QueueReason(queue=seat.queue, why="nobody_waits"))
    told = {reason.data.get("skill") for reason in found}
    found += [unmet for unmet in _unmet(index.queue, seat) if unmet.data["skill"] not in told]
    ahead = _ahead(core, agent, seat, index) if agent.state == "ready" else 0
    if ahead:
        data = {"ahead": str(ahead), "rule": index.queue.algorithm}
        found.append(QueueReason(queue=seat.queue, why="others_first", data=data))
    return found


def _waiting_for_anyone(core: Core, seat: Seat, index: QueueIndex) -> Iterator[QueueReason]:
    """Whether those who wait for no particular agent could have this one."""
    for need, seekers in index.needs.items():
        reachable = seekers.waiting.count(core.node_online)
        if len(seekers.waiting) > reachable:
            yield QueueReason(queue=seat.queue, why="switch_away", waiting=len(seekers.waiting) - reachable)
        if reachable:
            missing = lacks(need, seat)
            if missing is None:
                yield QueueReason(queue=seat.queue, why="may_serve", waiting=reachable)
            else:
                why: Why = "skill_missing" if missing[0] == "skill_missing" else "ring_not_reached"
                yield QueueReason(queue=seat.queue, why=why, waiting=reachable, data=missing[1])


def _unmet(queue: Queue, seat: Seat) -> Iterator[QueueReason]:
    """What the queue asks of whoever is to serve it, waiting callers or none, and this member does not have."""
    for requirement in queue.requires:
        level = seat.skills.get(requirement.skill, 0)
        if level < requirement.level:
            data = {"skill": requirement.skill, "required": str(requirement.level), "level": str(level)}
            if requirement.language is not None:
                data["language"] = requirement.language
            enough_s = min((relax.after_s for relax in requirement.relax if relax.level <= level), default=None)
            if enough_s is not None:
                data["after_ms"] = str(int(enough_s * 1000))
            yield QueueReason(queue=seat.queue, why="requirement_unmet", data=data)


def _ahead(core: Core, agent: Agent, seat: Seat, index: QueueIndex) -> int:
    """How many ready agents the next caller who needs no more than the queue asks of all would be offered to before this one;
    0 also where this one may not serve it."""
    need = standing_need(index.queue)
    if lacks(need, seat) is not None:
        return 0
    ready = index.fitting(need)
    if index.queue.algorithm in ("ring_all", "weighted_random"):
        return ready.ahead_by_priority(agent.id)
    if index.queue.algorithm == "round_robin":
        turn = core.index.turn(core.state, agent.tenant, index.queue.id)
        return (ready.rank(agent.id) - ready.rank(ready.after(turn)[3])) % len(ready)
    return ready.rank(agent.id)
