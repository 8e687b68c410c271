"""Waiting: entering a line and leaving it. Where it stands is in `places.py`, what is heard meanwhile in `treatment.py`."""

from __future__ import annotations

from callbase.core.call.audio import quiet
from callbase.core.call.phases import PhaseEvent, advance
from callbase.core.call.segments import close_present, next_segment
from callbase.core.core import Core
from callbase.core.queue import kept_places, places, treatment
from callbase.core.state import Interaction
from callbase.core.stats.expected import line_moved
from callbase.core.stats.today import count_offered


def enter(core: Core, interaction: Interaction, queue_id: str, *, how: PhaseEvent = "enqueued", result: str = "ended") -> bool:
    """Puts the caller in line; False where there is no such queue. `result`: how the segment until now ended."""
    queue = core.queue(interaction.tenant, queue_id)
    if queue is None:
        return False
    interaction.queue = queue_id
    interaction.entering = None
    interaction.sent_on = 0
    interaction.entered_ms = core.now_ms
    kept = kept_places.take(core, interaction)
    if interaction.arrival_ms is None:
        interaction.arrival_ms = kept.arrival_ms if kept is not None else core.now_ms - interaction.kept_ms
    close_present(core, interaction, result)
    advance(core, interaction, how)
    places.take(core, interaction, queue_id)
    if kept is not None:
        kept_places.told(core, interaction, kept)
    expected_ms = places.expected_ms(core, interaction)
    if interaction.leg:
        next_segment(core, interaction, "queue", queue=queue_id, expected_ms=expected_ms)
        count_offered(core, interaction)
    else:
        next_segment(core, interaction, "callback", queue=queue_id)
    core.entered.append(interaction.id)
    treatment.begin(core, interaction)
    return True


def go_on(core: Core, interaction: Interaction) -> None:
    """An offer failed: stands where it stood, and hears what fell due while the telephone rang."""
    places.step_in(core, interaction)
    treatment.go_on(core, interaction)


def leave(core: Core, interaction: Interaction, *, answered_by: str | None = None) -> None:
    """Waits no longer, for whatever reason. `answered_by`: the queue whose agent answered."""
    left = dict(interaction.places)
    places.give_up_all(core, interaction)
    for queue_id, place in left.items():
        line_moved(core, interaction.tenant, queue_id, place, answered=queue_id == answered_by)
    if interaction.flow is not None:  # walked while standing in line
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    if interaction.question is not None:
        core.cancel_timer(interaction.question.timer)
        interaction.question = None
    treatment.stop(core, interaction)
    quiet(core, interaction)
