"""Waiting for an agent of a queue beside a talk: by the turn the talk's own caller would have in that line, but not one of the
queue's callers, whom reports count and supervisors see."""

from __future__ import annotations

from callbase.core.core import Core
from callbase.core.queue.lookout import QueueIndex
from callbase.core.routing.needs import next_step_ms
from callbase.core.state import Interaction, Place


def take(core: Core, interaction: Interaction) -> None:
    """Its place in the consulted queue's line, from now on."""
    found = interaction.consultation
    assert found is not None
    queue = core.queue(interaction.tenant, found.queue)
    found.place = Place(entered_ms=core.now_ms, priority=interaction.priority + (queue.priority if queue is not None else 0))


def stand(core: Core, interaction: Interaction) -> None:
    """Has nobody yet: whoever is ready next and may serve it, by its turn."""
    found, index = interaction.consultation, _index(core, interaction)
    assert found is not None
    assert found.place is not None
    if index is not None:
        index.stand_beside(interaction, found.place)
        core.dirty.add((interaction.tenant, index.queue.id))
        core.touch_queue(interaction.tenant, index.queue.id)
    plan_step(core, interaction)


def step_out(core: Core, interaction: Interaction) -> None:
    """An agent is rung, or it is over."""
    found, index = interaction.consultation, _index(core, interaction)
    if index is not None:
        index.step_out(interaction.id)
        core.touch_queue(interaction.tenant, index.queue.id)
    if found is not None and found.place is not None:
        core.cancel_timer(found.place.timer)
        found.place.timer = None


def plan_step(core: Core, interaction: Interaction) -> None:
    """(Re)sets the timer of its next relaxation or ring, as the queue is configured now."""
    found = interaction.consultation
    if found is None or found.place is None or found.state != "waiting":
        return
    queue = core.queue(interaction.tenant, found.queue)
    core.cancel_timer(found.place.timer)
    step_ms = next_step_ms(queue, interaction, found.place) if queue is not None else None
    after_ms = found.place.entered_ms + (step_ms or 0) - core.now_ms
    found.place.timer = core.set_timer("step", interaction.tenant, interaction.id, after_ms) if step_ms is not None else None


def step_reached(core: Core, interaction: Interaction, number: int) -> None:
    """The timer of a step: more agents may be asked from now on."""
    found = interaction.consultation
    if found is None or found.place is None or found.place.timer != number:
        return
    queue = core.queue(interaction.tenant, found.queue)
    step_ms = next_step_ms(queue, interaction, found.place) if queue is not None else None
    step_out(core, interaction)
    found.place.reached_ms = step_ms if step_ms is not None else found.place.reached_ms
    stand(core, interaction)


def _index(core: Core, interaction: Interaction) -> QueueIndex | None:
    queue = interaction.consultation.queue if interaction.consultation is not None else None
    return core.index.queues.get((interaction.tenant, queue or ""))
