"""The places an interaction has in lines: its own queue's and, by overflow, those of others besides, whoever is free first.

An offer takes it out of all its lines at once, and a failed one puts it back into all: no two queues can offer it at once.
"""

from __future__ import annotations

from callbase.core.core import SHOWN_POSITIONS, Core
from callbase.core.index import QueueIndex
from callbase.core.state import Interaction, Place


def take(core: Core, interaction: Interaction, queue_id: str) -> bool:
    """A place in that line, besides those it has; False where there is no such queue, or it stands there already."""
    queue, index = core.queue(interaction.tenant, queue_id), core.index.queues.get((interaction.tenant, queue_id))
    if queue is None or index is None or queue_id in interaction.places:
        return False
    place = Place(entered_ms=core.now_ms, priority=interaction.priority + queue.priority)
    interaction.places[queue_id] = place
    index.line.enter(interaction, place)
    if interaction.phase == "queue":
        _stand(core, interaction, queue_id, place, index)
    core.touch(interaction)
    core.touch_queue(interaction.tenant, queue_id)
    return True


def give_up(core: Core, interaction: Interaction, queue_id: str) -> None:
    """That place only."""
    place = interaction.places.pop(queue_id, None)
    index = core.index.queues.get((interaction.tenant, queue_id))
    if place is not None and index is not None:
        index.line.leave(interaction, place)
        _moved(core, interaction, queue_id, index, index.line.step_out(interaction.id))


def give_up_all(core: Core, interaction: Interaction) -> None:
    for queue_id in sorted(interaction.places):
        give_up(core, interaction, queue_id)


def step_out(core: Core, interaction: Interaction) -> None:
    """Is being offered: out of every line, but the places are kept."""
    for queue_id in interaction.places:
        index = core.index.queues[interaction.tenant, queue_id]
        _moved(core, interaction, queue_id, index, index.line.step_out(interaction.id))


def step_in(core: Core, interaction: Interaction) -> None:
    """The offer failed: stands where it stood."""
    for queue_id, place in interaction.places.items():
        _stand(core, interaction, queue_id, place, core.index.queues[interaction.tenant, queue_id])


def add_priority(core: Core, interaction: Interaction, more: int) -> None:
    """Its priority changed: takes its places again by the new one."""
    interaction.priority += more
    core.touch(interaction)
    for queue_id, place in interaction.places.items():
        place.priority += more
        index = core.index.queues[interaction.tenant, queue_id]
        if interaction.phase == "queue":
            _moved(core, interaction, queue_id, index, index.line.step_out(interaction.id))
            _stand(core, interaction, queue_id, place, index)


def position(core: Core, interaction: Interaction) -> int | None:
    """In its own queue; 1 is the head, None when not standing in line."""
    index = core.queue_index(interaction)
    return index.line.position(interaction.id) if index is not None else None


def _stand(core: Core, interaction: Interaction, queue_id: str, place: Place, index: QueueIndex) -> None:
    _moved(core, interaction, queue_id, index, index.line.stand(interaction, place))
    core.dirty.add((interaction.tenant, queue_id))


def _moved(core: Core, interaction: Interaction, queue_id: str, index: QueueIndex, at: int | None) -> None:
    """Somebody came or went at this index: all behind it moved by one."""
    core.touch(interaction)
    core.touch_queue(interaction.tenant, queue_id)
    if at is not None and at <= SHOWN_POSITIONS:
        core.changed(interaction.tenant).interactions.update(index.line.ids_from(at, SHOWN_POSITIONS + 1))
