"""The places an interaction has in lines: its own queue's and, by overflow, those of others besides, whoever is free first.

An offer takes it out of all its lines at once, and a failed one puts it back into all: no two queues can offer it at once.
"""

from __future__ import annotations

from callbase.core.core import SHOWN_POSITIONS, Core
from callbase.core.facts import PriorityAdded, WaitingChange, WaitingChanged
from callbase.core.queue.lookout import QueueIndex
from callbase.core.routing.needs import Need, need_of, next_step_ms
from callbase.core.state import Interaction, Place
from callbase.core.stats.expected import expected_wait_ms

SYSTEM = "system"


def take(core: Core, interaction: Interaction, queue_id: str) -> bool:
    """A place in that line, besides those it has; False where there is no such queue, or it stands there already."""
    queue, index = core.queue(interaction.tenant, queue_id), core.index.queues.get((interaction.tenant, queue_id))
    if queue is None or index is None or queue_id in interaction.places:
        return False
    place = Place(entered_ms=core.now_ms, priority=interaction.priority + queue.priority)
    if interaction.callback is not None and queue_id == interaction.queue:
        place.reached_ms = interaction.callback.reached_ms
    interaction.places[queue_id] = place
    index.line.enter(interaction, place)
    plan_step(core, interaction, queue_id)
    if interaction.phase == "queue":
        _stand(core, interaction, queue_id, index)
    core.touch(interaction)
    core.touch_queue(interaction.tenant, queue_id)
    if queue.priority:
        _note_queue_priority(core, interaction, queue_id, queue.priority)
    return True


def _note_queue_priority(core: Core, interaction: Interaction, queue_id: str, added: int) -> None:
    core.note(
        PriorityAdded(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            source="queue",
            rule=queue_id,
            added=added,
            priority=interaction.places[queue_id].priority,
        )
    )


def give_up(core: Core, interaction: Interaction, queue_id: str) -> None:
    """That place only."""
    index = core.index.queues.get((interaction.tenant, queue_id))
    if queue_id not in interaction.places:
        return
    if index is not None:
        _step_out(core, interaction, queue_id, index)
        index.line.leave(interaction, interaction.places[queue_id])
    if interaction.callback is not None and queue_id == interaction.queue:
        interaction.callback.reached_ms = interaction.places[queue_id].reached_ms
    core.cancel_timer(interaction.places[queue_id].timer)
    del interaction.places[queue_id]
    core.touch(interaction)
    core.touch_queue(interaction.tenant, queue_id)


def give_up_all(core: Core, interaction: Interaction) -> None:
    for queue_id in sorted(interaction.places):
        give_up(core, interaction, queue_id)
    if interaction.preferred is not None:
        core.cancel_timer(interaction.preferred.timer)
        interaction.preferred = None


def step_out(core: Core, interaction: Interaction) -> None:
    """Is being offered: out of every line, but the places are kept."""
    for queue_id in interaction.places:
        _step_out(core, interaction, queue_id, core.index.queues[interaction.tenant, queue_id])


def step_in(core: Core, interaction: Interaction) -> None:
    """The offer failed: stands where it stood."""
    for queue_id in interaction.places:
        _stand(core, interaction, queue_id, core.index.queues[interaction.tenant, queue_id])


def stand_again(core: Core, interaction: Interaction) -> None:
    """Something its places depend on is about to be other than it was; to be called with that done."""
    if interaction.phase == "queue":
        step_out(core, interaction)
        step_in(core, interaction)


def need_changed(core: Core, interaction: Interaction) -> None:
    """It needs other agents than before, as its language is another: it stands, and waits for its next step, by that."""
    for queue_id in sorted(interaction.places):
        plan_step(core, interaction, queue_id)
    stand_again(core, interaction)


def add_priority(core: Core, interaction: Interaction, more: int, *, why: str, actor: str = SYSTEM) -> None:
    """Its priority changed: takes its places again by the new one. `why`: customer_level, supervisor, or a rule's name."""
    interaction.priority += more
    for place in interaction.places.values():
        place.priority += more
    stand_again(core, interaction)
    core.touch(interaction)
    own = interaction.places.get(interaction.queue or "")
    if own is not None and more:
        data = {"why": why, "added": str(more), "priority": str(own.priority)}
        note_change(core, interaction, interaction.queue or "", "priority", data, actor=actor)


def position(core: Core, interaction: Interaction) -> int | None:
    """In its own queue; 1 is the head, None when not standing in line."""
    index = core.queue_index(interaction)
    return index.position(interaction.id) if index is not None else None


def expected_ms(core: Core, interaction: Interaction) -> int | None:
    """How much longer it is likely to wait in its own queue; None where that is not known, or it does not stand there."""
    at, queue = position(core, interaction), core.queue(interaction.tenant, interaction.queue)
    if at is None or queue is None:
        return None
    return expected_wait_ms(core, interaction.tenant, queue.id, at, need_of(queue, interaction, interaction.places[queue.id]))


# --- steps of relaxations and rings ----------------------------------------------------------------------------------


def plan_step(core: Core, interaction: Interaction, queue_id: str) -> None:
    """(Re)sets the timer of the next step, as the queue is configured now."""
    place, queue = interaction.places[queue_id], core.queue(interaction.tenant, queue_id)
    core.cancel_timer(place.timer)
    place.timer = None
    step_ms = next_step_ms(queue, interaction, place) if queue is not None else None
    if step_ms is not None:
        after_ms = place.entered_ms + step_ms - core.now_ms
        place.timer = core.set_timer("step", interaction.tenant, interaction.id, after_ms)


def step_reached(core: Core, interaction: Interaction, number: int) -> None:
    """The timer of a step: more agents may serve it from now on."""
    for queue_id in sorted(interaction.places):
        place = interaction.places[queue_id]
        queue = core.queue(interaction.tenant, queue_id)
        if place.timer != number or queue is None:
            continue
        before = need_of(queue, interaction, place)
        step_ms = next_step_ms(queue, interaction, place)
        index = core.index.queues[interaction.tenant, queue_id]
        if interaction.phase == "queue":
            _step_out(core, interaction, queue_id, index)
        place.timer = None
        place.reached_ms = step_ms if step_ms is not None else place.reached_ms
        if interaction.phase == "queue":
            _stand(core, interaction, queue_id, index)
        plan_step(core, interaction, queue_id)
        _note_step(core, interaction, queue_id, before, need_of(queue, interaction, place))


def _note_step(core: Core, interaction: Interaction, queue_id: str, before: Need, now: Need) -> None:
    was = dict(before.skills)
    for skill, level in now.skills:
        if was.get(skill) != level:
            data = {"skill": skill, "level": str(level), "before": str(was.get(skill, 0))}
            note_change(core, interaction, queue_id, "relaxed", data)
    if (before.priority, before.level) != (now.priority, now.level):
        note_change(core, interaction, queue_id, "ring", {"priority": str(now.priority), "level": str(now.level)})


def note_change(
    core: Core, interaction: Interaction, queue_id: str, what: WaitingChange, data: dict[str, str], *, actor: str = SYSTEM
) -> None:
    core.note(
        WaitingChanged(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            queue=queue_id,
            what=what,
            data=data,
            actor=actor,
        )
    )


# --- standing --------------------------------------------------------------------------------------------------------


def _stand(core: Core, interaction: Interaction, queue_id: str, index: QueueIndex) -> None:
    _moved(core, interaction, queue_id, index, index.stand(interaction, interaction.places[queue_id]))
    core.dirty.add((interaction.tenant, queue_id))
    if queue_id == interaction.queue and interaction.preferred is not None:
        core.index.ask_for(interaction)
        core.asked_for.add((interaction.tenant, interaction.preferred.agent))


def _step_out(core: Core, interaction: Interaction, queue_id: str, index: QueueIndex) -> None:
    _moved(core, interaction, queue_id, index, index.step_out(interaction.id))
    if queue_id == interaction.queue:
        core.index.ask_no_more(interaction.id)


def _moved(core: Core, interaction: Interaction, queue_id: str, index: QueueIndex, at: int | None) -> None:
    """Somebody came or went at this index: all behind it moved by one."""
    core.touch(interaction)
    core.touch_queue(interaction.tenant, queue_id)
    if at is not None and at <= SHOWN_POSITIONS:
        core.changed(interaction.tenant).places.update(index.line.ids_from(at, SHOWN_POSITIONS + 1))
