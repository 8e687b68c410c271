"""Why an interaction went to an agent and not to another: stated with each decision, with the figures it was made by."""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.facts import PassedOver, RoutingExplained
from callbase.core.queue.line import place_in
from callbase.core.queue.lookout import QueueIndex
from callbase.core.routing.needs import ANYONE, Need, lacks, need_of
from callbase.core.routing.ready import ReadyKey
from callbase.core.state import Agent, Interaction

NAMED = 50
"""Of queues with up to so many members, each one is named."""
NEAREST = 10
"""Of larger ones, so many: those who came nearest to being chosen."""
PREFERRED = "preferred_agent"


def explain(core: Core, interaction: Interaction, queue_id: str, chosen: tuple[str, ...], *, rule: str | None = None) -> None:
    """States the decision; `chosen` empty: nobody was free. `rule`: if not the queue's algorithm."""
    index, place = core.index.queues[interaction.tenant, queue_id], place_in(interaction, queue_id)
    agent = core.agent(interaction.tenant, chosen[0]) if chosen else None
    preferred = interaction.preferred
    need = need_of(index.queue, interaction, place)
    core.note(
        RoutingExplained(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            queue=queue_id,
            rule=rule or index.queue.algorithm,
            chosen=chosen[0] if chosen else None,
            chosen_also=chosen[1:],
            chosen_idle_ms=core.now_ms - agent.idle_since_ms if agent is not None else None,
            figures=_figures(index, need, chosen[0]) if chosen and rule is None else {},
            requires=dict(need.skills),
            preferred=preferred.agent if preferred is not None else None,
            waited_ms=core.now_ms - place.entered_ms,
            position=index.position(interaction.id) or 0,
            priority=place.priority,
            passed_over=_passed_over(core, interaction, index, need, chosen),
            passed_over_count=sum(index.counts.values()) - sum(agent in index for agent in chosen),
            states={state: count for state, count in sorted(index.counts.items()) if count},
        )
    )


def _passed_over(
    core: Core, interaction: Interaction, index: QueueIndex, need: Need, chosen: tuple[str, ...]
) -> tuple[PassedOver, ...]:
    """The ready who may serve it first, nearest to being chosen first; then the ready who may not; then, where the queue is
    small, why each other member was not ready."""
    members = sum(index.counts.values())
    most = NAMED if members <= NAMED else NEAREST
    found: list[PassedOver] = []
    if interaction.preferred is not None:
        keys = index.ready.first(most + len(chosen))
        found = [PassedOver(agent=key[3], why="not_preferred") for key in keys if key[3] not in chosen]
    else:
        ready = index.seekers(need).ready
        first = ready.key(chosen[0]) if chosen else None
        for key in ready.first(most + len(chosen)):
            if key[3] not in chosen:
                found.append(_later(core, index, need, first, key, rang_all=len(chosen) > 1))
        if need != ANYONE:
            found += _unfit(index, need, most - len(found))
    if members <= NAMED:
        seen = {passed.agent for passed in found} | set(chosen)
        agents = core.state.tenants[interaction.tenant].agents
        for member in index.members():
            if member not in seen and agents[member].state != "ready":
                found.append(_not_ready(agents[member]))
    return tuple(found[:most])


def _later(core: Core, index: QueueIndex, need: Need, first: ReadyKey | None, key: ReadyKey, *, rang_all: bool) -> PassedOver:
    """Ready and fit, but another was first."""
    data = {"idle_ms": str(core.now_ms - key[2]), **_figures(index, need, key[3])}
    if first is None or key[0] != first[0]:
        why = "lower_priority"
    elif index.queue.algorithm == "last_served" and key[:3] < first[:3]:
        why = "not_last_served"
    else:
        why = index.strategy.later if key[1] != first[1] or rang_all else "less_idle"
    return PassedOver(agent=key[3], why=why, data=data)


def _figures(index: QueueIndex, need: Need, agent: str) -> dict[str, str]:
    seat, tally = index.ready_seat(agent)
    return index.strategy.figure(seat, tally, need)


def _unfit(index: QueueIndex, need: Need, most: int) -> list[PassedOver]:
    """Of the first of the ready, those who may not serve it, and why. Looks at no more than would be named."""
    found: list[PassedOver] = []
    for key in index.ready.first(NAMED if most > 0 else 0):
        missing = lacks(need, index.ready_seat(key[3])[0])
        if missing is not None and len(found) < most:
            found.append(PassedOver(agent=key[3], why=missing[0], data=missing[1]))
    return found


def _not_ready(agent: Agent) -> PassedOver:
    if agent.state == "logged_off":
        return PassedOver(agent=agent.id, why="signed_out")
    if agent.state == "not_ready" and agent.reason in ("device_lost", "console_lost"):
        return PassedOver(agent=agent.id, why="device_offline")
    return PassedOver(agent=agent.id, why=agent.state, data={"reason": agent.reason} if agent.reason else {})
