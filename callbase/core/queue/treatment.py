"""What those who wait hear: music, and the steps of their queue's timeline as they fall due (ACD-7).

How far the timeline has been heard is kept, not what comes next, so a new version of the configuration and a restart both go on
from there. A step that falls due while another is still spoken, while an agent's telephone rings, or while the switch is out of
reach, is heard afterwards, once.
"""

from __future__ import annotations

from callbase.core.call.audio import music, speak
from callbase.core.commands import Speech
from callbase.core.config import Tenant, WaitingStep, WaitingTreatment
from callbase.core.core import Core
from callbase.core.flow.speech import expected_wait, place_in_line, resolve
from callbase.core.queue import places, timeline
from callbase.core.state import Interaction


def begin(core: Core, interaction: Interaction) -> None:
    """Has just entered."""
    interaction.steps_until_ms = -1
    resume(core, interaction)


def resume(core: Core, interaction: Interaction) -> None:
    """Nothing is heard now: what fell due is, else music, until somebody answers."""
    if not interaction.leg:
        return
    if not _tell(core, interaction):
        music(core, interaction, timeline.music_at(_treatment(core, interaction), _waited_ms(core, interaction)))
    schedule(core, interaction)


def go_on(core: Core, interaction: Interaction) -> None:
    """Something may have fallen due. What is spoken now is heard to its end."""
    if not interaction.leg:
        return
    if interaction.playback is None and not _occupied(interaction) and not _tell(core, interaction):
        playing = timeline.music_at(_treatment(core, interaction), _waited_ms(core, interaction))
        if playing != interaction.music:
            music(core, interaction, playing)
    schedule(core, interaction)


def take_over(core: Core, interaction: Interaction) -> None:
    """A new version of the configuration: what it has for the time that is gone is not made up for."""
    if not interaction.leg:
        return
    interaction.steps_until_ms = _waited_ms(core, interaction)
    schedule(core, interaction)


def schedule(core: Core, interaction: Interaction) -> None:
    """Sets the alarm for the next step, as the configuration now has it."""
    stop(core, interaction)
    waited_ms = _waited_ms(core, interaction)
    next_ms = timeline.next_ms(_treatment(core, interaction), waited_ms)
    if next_ms is not None:
        interaction.step_timer = core.set_timer("waiting_step", interaction.tenant, interaction.id, next_ms - waited_ms)


def _occupied(interaction: Interaction) -> bool:
    """Walks a flow, is asked something, or hears that we call back."""
    parts = interaction.callback is not None and interaction.callback.parting
    return interaction.flow is not None or interaction.question is not None or parts


def stop(core: Core, interaction: Interaction) -> None:
    core.cancel_timer(interaction.step_timer)
    interaction.step_timer = None


def _tell(core: Core, interaction: Interaction) -> bool:
    """Speaks the steps that fell due, if any has something to say now."""
    tenant = core.tenant(interaction.tenant)
    if tenant is None or interaction.phase != "queue" or not core.node_online(interaction.node):
        return False
    until_ms = _waited_ms(core, interaction)
    steps = timeline.due(_treatment(core, interaction), interaction.steps_until_ms, until_ms)
    interaction.steps_until_ms = until_ms
    speech = tuple(spoken for step in steps for spoken in _speech(core, tenant, interaction, step))
    return bool(speech) and speak(core, interaction, speech)


def _speech(core: Core, tenant: Tenant, interaction: Interaction, step: WaitingStep) -> tuple[Speech, ...]:
    if step.what == "say":
        return resolve(tenant, interaction, step.say)
    place = places.position(core, interaction)
    if place is None:
        return ()
    if step.what == "place":
        return place_in_line(tenant, interaction, place)
    expected_ms = places.expected_ms(core, interaction)
    return expected_wait(tenant, interaction, expected_ms) if expected_ms is not None else ()


def _waited_ms(core: Core, interaction: Interaction) -> int:
    return core.now_ms - interaction.entered_ms


def _treatment(core: Core, interaction: Interaction) -> WaitingTreatment:
    queue = core.queue(interaction.tenant, interaction.queue)
    return queue.waiting if queue is not None else WaitingTreatment()
