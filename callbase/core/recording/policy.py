"""When a call is recorded: from the first agent's answer, if the queue wants it, on the customer's leg, until the customer's part
is over. Hold music is on it; a change of agents does not break it."""

from __future__ import annotations

from datetime import UTC, datetime

from callbase.core.commands import StartRecording
from callbase.core.core import Core
from callbase.core.facts import RecordingBegan, RecordingFinished, RecordingKind
from callbase.core.state import Interaction, Recording

OVERDUE_MS = 10_000
"""After the customer's part is over: the switch will no longer say how the recording ended."""


def start_recording(core: Core, interaction: Interaction) -> None:
    queue = core.queue(interaction.tenant, interaction.queue)
    if queue is None or not queue.record or interaction.recording is not None:
        return
    recording = open_recording(core, interaction, "call")
    interaction.recording = recording.id
    core.do(StartRecording(leg=interaction.leg, recording=recording.id, path=recording.path))
    core.touch(interaction)


def open_recording(core: Core, interaction: Interaction, kind: RecordingKind) -> Recording:
    """What is to be recorded from now on, and the fact of it."""
    recording = core.new_id()
    day = datetime.fromtimestamp(core.now_ms / 1000, UTC).date().isoformat()
    path = f"recordings/{interaction.tenant}/{day}/{recording}"
    opened = core.state.recordings[recording] = Recording(
        id=recording,
        node=interaction.node,
        tenant=interaction.tenant,
        interaction=interaction.id,
        leg=interaction.leg,
        path=path,
        kind=kind,
        started_ms=core.now_ms,
    )
    core.note(
        RecordingBegan(
            tenant=interaction.tenant,
            at_ms=core.now_ms,
            interaction=interaction.id,
            recording=recording,
            path=path,
            kind=kind,
            queue=interaction.queue if kind == "voicemail" else None,
            leg=interaction.leg,
        )
    )
    return opened


def expect_end(core: Core, interaction: Interaction) -> None:
    """The customer's part is over: the recording ends with the leg, which is being released, and so does a message; the switch
    says when it has."""
    message = interaction.voicemail.recording if interaction.voicemail is not None else None
    for recording_id in (interaction.recording, message):
        recording = core.state.recordings.get(recording_id) if recording_id is not None else None
        if recording is None:
            continue
        recording.timer = core.set_timer("recording", recording.tenant, recording.id, OVERDUE_MS)


def finish_recording(core: Core, recording: str, failed: str = "", *, cut_short: str = "", spoken_ms: int | None = None) -> None:
    """The switch closed the files (or could not write them, or will not say). The call goes on, and is not recorded again."""
    found = core.state.recordings.pop(recording, None)
    if found is None:
        return
    core.cancel_timer(found.timer)
    core.note(
        RecordingFinished(
            tenant=found.tenant,
            at_ms=core.now_ms,
            interaction=found.interaction,
            recording=found.id,
            path=found.path,
            kind=found.kind,
            spoken_ms=spoken_ms,
            started_ms=found.started_ms,
            failed=failed,
            cut_short=cut_short,
        )
    )
