"""Voicemail: a greeting, a tone, and what the caller says until silence, #, the longest time, or hanging up."""

from __future__ import annotations

from callbase.core.call.audio import quiet, speak
from callbase.core.call.ending import say_goodbye
from callbase.core.call.phases import advance
from callbase.core.call.segments import next_segment
from callbase.core.commands import RecordMessage, Speech
from callbase.core.config import ToVoicemail
from callbase.core.core import Core
from callbase.core.flow.speech import MESSAGE_KEPT, VOICEMAIL_GREETING, resolve, standing
from callbase.core.queue import waiting
from callbase.core.recording.policy import open_recording
from callbase.core.state import Interaction, Voicemail

TONE = "asterisk/sounds/tone"
"""The tone after which one speaks: a file under CALLBASE_HOME."""
GUARD_MS = 10_000
"""So long after the longest message the switch must have said that it ended."""


def begin(core: Core, interaction: Interaction, target: ToVoicemail, queue: str | None) -> None:
    """From a line or a flow. `queue`: whose people the message is for."""
    tenant = core.tenant(interaction.tenant)
    waited = interaction.phase == "queue"
    if waited:
        waiting.leave(core, interaction)
    if interaction.callback is not None and interaction.callback.parting:
        interaction.callback = None
    if interaction.flow is not None:
        core.cancel_timer(interaction.flow.timer)
        interaction.flow = None
    quiet(core, interaction)
    interaction.queue = queue
    interaction.voicemail = Voicemail(say=target.say, max_s=target.max_s, silence_s=target.silence_s)
    next_segment(core, interaction, "voicemail", result="left" if waited else "ended", queue=queue)
    advance(core, interaction, "voicemail")
    if tenant is not None:
        greet(core, interaction)


def greet(core: Core, interaction: Interaction) -> None:
    """(Again) from the greeting on."""
    tenant, voicemail = core.tenant(interaction.tenant), interaction.voicemail
    if tenant is None or voicemail is None:
        return
    greeting = resolve(tenant, interaction, voicemail.say) or standing(tenant, interaction, VOICEMAIL_GREETING)
    speak(core, interaction, (*greeting, Speech(language=interaction.language, file=TONE)))


def greeted(core: Core, interaction: Interaction) -> None:
    """The tone was heard: now the caller speaks."""
    voicemail = interaction.voicemail
    if voicemail is None or voicemail.recording is not None:
        return
    recording = open_recording(core, interaction, "voicemail")
    voicemail.recording = recording.id
    voicemail.timer = core.set_timer("voicemail", interaction.tenant, interaction.id, int(voicemail.max_s * 1000) + GUARD_MS)
    record(core, interaction)


def record(core: Core, interaction: Interaction) -> None:
    """Asks the switch to; asked again of one under way it does no harm."""
    voicemail = interaction.voicemail
    recording = core.state.recordings.get(voicemail.recording or "") if voicemail is not None else None
    if voicemail is not None and recording is not None:
        core.do(
            RecordMessage(
                leg=interaction.leg,
                recording=recording.id,
                path=recording.path,
                max_ms=int(voicemail.max_s * 1000),
                silence_ms=int(voicemail.silence_s * 1000),
            )
        )


def recorded(core: Core, interaction: Interaction) -> None:
    """The message ended while the caller is still there: thanks, and goodbye."""
    voicemail, tenant = interaction.voicemail, core.tenant(interaction.tenant)
    if voicemail is None or interaction.closing is not None:
        return
    core.cancel_timer(voicemail.timer)
    voicemail.timer = None
    speech = standing(tenant, interaction, MESSAGE_KEPT) if tenant is not None else ()
    say_goodbye(core, interaction, speech, "voicemail")
