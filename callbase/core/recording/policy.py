"""When a call is recorded: from the first agent's answer, if the queue wants it, on the customer's leg, until the customer's part
is over. Hold music is on it; a change of agents does not break it. Of two agents one may take the other's place as the customer;
the recording then goes on as another one of the same interaction, on the leg that is the customer's now."""

from __future__ import annotations

from datetime import UTC, datetime

from callbase.core.commands import StartRecording, StopRecording
from callbase.core.core import Core
from callbase.core.facts import RecordingBegan, RecordingFinished, RecordingKind
from callbase.core.state import Interaction, Recording

OVERDUE_MS = 10_000
"""After its end was asked for, or the customer's part is over: the switch will no longer say how the recording ended."""


def start_recording(core: Core, interaction: Interaction) -> None:
    queue = core.queue(interaction.tenant, interaction.queue)
    if queue is not None and queue.record and interaction.recording is None:
        _begin(core, interaction)


def follow(core: Core, interaction: Interaction) -> None:
    """Another leg is the customer's. A recording that has failed, or was cut short, is not begun again."""
    running = core.state.recordings.get(interaction.recording or "")
    if running is None or running.leg == interaction.leg:
        return
    if core.live_leg(running.leg) is not None:
        core.do(StopRecording(leg=running.leg, recording=running.id))
    _will_end(core, running)
    _begin(core, interaction)


def _begin(core: Core, interaction: Interaction) -> None:
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
        if recording is not None:
            _will_end(core, recording)


def _will_end(core: Core, recording: Recording) -> None:
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
