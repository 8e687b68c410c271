"""Waiting: entering a queue's line, standing in it with music and announcements, and leaving it."""

from __future__ import annotations

from callbase.core.call.audio import music, quiet, speak
from callbase.core.call.phases import PhaseEvent, advance
from callbase.core.call.segments import next_segment
from callbase.core.config import WaitingTreatment
from callbase.core.core import Core
from callbase.core.flow.speech import place_in_line
from callbase.core.queue import places
from callbase.core.state import Interaction
from callbase.core.stats.today import count_offered


def enter(core: Core, interaction: Interaction, queue_id: str, *, how: PhaseEvent = "enqueued", result: str = "ended") -> bool:
    """Puts the caller in line; False where there is no such queue. `result`: how the segment until now ended."""
    queue = core.queue(interaction.tenant, queue_id)
    if queue is None:
        return False
    interaction.queue = queue_id
    interaction.entered_ms = core.now_ms
    if interaction.arrival_ms is None:
        interaction.arrival_ms = core.now_ms
    next_segment(core, interaction, "queue", result=result, queue=queue_id)
    advance(core, interaction, how)
    places.take(core, interaction, queue_id)
    core.entered.append(interaction.id)
    count_offered(core, interaction)
    treat(core, interaction)
    schedule_announcement(core, interaction, first=True)
    return True


def treat(core: Core, interaction: Interaction) -> None:
    """Music until somebody answers."""
    music(core, interaction, _treatment(core, interaction).music)


def leave(core: Core, interaction: Interaction) -> None:
    """Waits no longer, for whatever reason."""
    places.give_up_all(core, interaction)
    core.cancel_timer(interaction.announce_timer)
    interaction.announce_timer = None
    quiet(core, interaction)


def announce(core: Core, interaction: Interaction) -> None:
    """Time to tell the place in line. Not while a telephone rings for this caller: somebody is about to answer."""
    interaction.announce_timer = None
    tenant = core.tenant(interaction.tenant)
    place = places.position(core, interaction)
    if tenant is not None and place is not None and core.node_online(interaction.node):
        speak(core, interaction, place_in_line(tenant, interaction, place))
    schedule_announcement(core, interaction, first=False)


def schedule_announcement(core: Core, interaction: Interaction, *, first: bool) -> None:
    treatment = _treatment(core, interaction)
    after_s = treatment.first_announcement_s if first else treatment.announce_every_s
    if treatment.announce_position and (after_s > 0 or first):
        interaction.announce_timer = core.set_timer(
            "announce", interaction.tenant, interaction.id, max(1000, int(after_s * 1000))
        )


def _treatment(core: Core, interaction: Interaction) -> WaitingTreatment:
    queue = core.queue(interaction.tenant, interaction.queue)
    return queue.waiting if queue is not None else WaitingTreatment()
