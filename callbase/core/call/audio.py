"""What the customer hears when nobody talks: speech, music or ringing, one at a time."""

from __future__ import annotations

from callbase.core.commands import Play, Ringback, Speech, StartMusic, StopMusic, StopPlay
from callbase.core.config import BUILT_IN_MUSIC
from callbase.core.core import Core
from callbase.core.state import Interaction

PLAYBACK_GUARD_MS = 600_000
"""No speech is longer; a playback whose end was never reported is taken as finished then."""


def speak(core: Core, interaction: Interaction, speech: tuple[Speech, ...]) -> bool:
    """Plays; False where there is nothing to say."""
    quiet(core, interaction)
    if not speech or not interaction.leg:
        return False
    interaction.playback = interaction.spoken = core.new_id()
    interaction.playback_timer = core.set_timer("playback", interaction.tenant, interaction.id, PLAYBACK_GUARD_MS)
    core.do(Play(leg=interaction.leg, playback=interaction.playback, speech=speech))
    return True


def music(core: Core, interaction: Interaction, name: str) -> None:
    quiet(core, interaction)
    interaction.music = name
    core.do(StartMusic(leg=interaction.leg, tenant=interaction.tenant, music=name))


def hold_music(core: Core, interaction: Interaction) -> None:
    """What is heard on hold and while somebody is called: the queue's own music."""
    queue = core.queue(interaction.tenant, interaction.queue)
    music(core, interaction, queue.waiting.music if queue is not None else BUILT_IN_MUSIC)


def while_called(core: Core, interaction: Interaction) -> None:
    """What is heard while somebody is called: an agent who calls hears it ring, as with any telephone; others the music."""
    if interaction.caller_agent is None or interaction.answered_ms is not None:
        hold_music(core, interaction)
        return
    quiet(core, interaction)
    interaction.ringback = True
    ringback(core, interaction.leg, on=True)


def ringback(core: Core, leg_id: str, *, on: bool) -> None:
    """Who is at the leg, a customer or not, hears it ring where somebody is called, or no longer."""
    leg = core.live_leg(leg_id)
    if leg is not None:
        leg.ringback = leg.ringback or on
        core.do(Ringback(leg=leg.id, on=on))


def quiet(core: Core, interaction: Interaction) -> None:
    """Ends whatever the customer hears from us."""
    if interaction.music is not None:
        interaction.music = None
        core.do(StopMusic(leg=interaction.leg))
    if interaction.ringback:
        interaction.ringback = False
        ringback(core, interaction.leg, on=False)
    if interaction.playback is not None:
        core.do(StopPlay(leg=interaction.leg, playback=interaction.playback))
        played(core, interaction)


def played(core: Core, interaction: Interaction) -> None:
    """The playback is over."""
    interaction.playback = None
    core.cancel_timer(interaction.playback_timer)
    interaction.playback_timer = None
