"""What the core asks of the outside: of the switch, of look-ups. A command names its target; its result is an event.

Ids of legs, playbacks, bridges and recordings are the core's; the driver uses them on the switch too, so nothing needs a
mapping after a restart. Every command is idempotent: asked twice, or of something gone, it does no harm.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from callbase.core.config import Language


class Command(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", tag=True, omit_defaults=True):
    """Base of all commands."""


class Speech(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing to be heard: `file` (path under CALLBASE_HOME without extension) where given, else `text` spoken."""

    language: Language
    text: str = ""
    file: str = ""


# --- one leg -------------------------------------------------------------------------------------------------------


class Answer(Command, frozen=True):
    """Accepts an offered leg. → LegAnswered"""

    leg: str


class Release(Command, frozen=True):
    """Ends a leg in any state; an offered one is rejected with the cause. `answered_elsewhere` tells a ringing telephone that
    this was no missed call (RFC 3326 §3.1). → LegEnded"""

    leg: str
    cause: Literal["normal", "busy", "rejected", "unallocated", "congestion", "no_answer", "answered_elsewhere"] = "normal"


class Play(Command, frozen=True):
    """Plays to one leg, one after the other. → PlaybackFinished. A new Play on a leg ends the one before."""

    leg: str
    playback: str
    speech: tuple[Speech, ...]


class StopPlay(Command, frozen=True):
    """→ PlaybackFinished(result="stopped")"""

    leg: str
    playback: str


class StartMusic(Command, frozen=True):
    """Until StopMusic, Play or Connect. A music the tenant does not have is the built-in one."""

    leg: str
    tenant: str
    music: str


class StopMusic(Command, frozen=True):
    leg: str


class Ringback(Command, frozen=True):
    """`on`: the leg, which is answered, hears ringing as a caller does, until told otherwise; nothing else plays to it then."""

    leg: str
    on: bool


class SendDigits(Command, frozen=True):
    leg: str
    digits: str


class AnswerTransfer(Command, frozen=True):
    """Tells a telephone what became of its LegTransfers; where not `done` its call goes on as it was. `by_way_of`: as it was
    called."""

    leg: str
    done: bool
    by_way_of: str = ""


class AttachData(Command, frozen=True):
    """Tells the switch what was attached to the leg's call, where it attaches data to calls itself (CSTA); a None removes a key.
    Others have no use for it."""

    leg: str
    data: dict[str, str | None]


class SetMute(Command, frozen=True):
    """`muted`: nothing this leg says is heard by the others."""

    leg: str
    muted: bool


# --- new legs ------------------------------------------------------------------------------------------------------


class Originate(Command, frozen=True):
    """Calls a device or, by a trunk, a number; with both, the number is an agent's, who is asked there for a key before anything
    else. → LegAlerting, LegAnswered or LegEnded with why.

    `auto_answer` asks the telephone to answer by itself (Call-Info answer-after=0, and for our browser X-Callbase-Answer).
    `headers` are sent in the INVITE; they always include X-Callbase-Interaction. `partner` is the leg it is to talk with, where
    there is one: a switch that has calls of its own (CSTA) sends that one's call there. `by_way_of`: the node at which the device
    is registered, where that is another than the leg's.
    """

    leg: str
    node: str
    tenant: str
    interaction: str
    device: str | None = None
    trunk: str | None = None
    number: str = ""
    caller_number: str = ""
    caller_name: str = ""
    timeout_ms: int = 30_000
    auto_answer: bool = False
    partner: str = ""
    headers: dict[str, str] = {}
    by_way_of: str = ""


class AnswerDevice(Command, frozen=True):
    """Makes a ringing telephone answer, where it can be told to (SIP NOTIFY Event: talk). `by_way_of`: as it was called.

    One that does not ring yet is told as soon as it does."""

    leg: str
    device: str
    by_way_of: str = ""


# --- legs together -------------------------------------------------------------------------------------------------


class Connect(Command, frozen=True):
    """Puts the legs into the bridge, making it if need be; all of them then hear one another.

    `mixed`: one of them has heard others before in another bridge (which see `switch/asterisk/bridges.py`)."""

    bridge: str
    node: str
    legs: tuple[str, ...]
    mixed: bool = False


class Disconnect(Command, frozen=True):
    """Takes one leg out of the bridge; it stays up, hearing nothing."""

    bridge: str
    leg: str


class DestroyBridge(Command, frozen=True):
    bridge: str
    node: str


class Supervise(Command, frozen=True):
    """The leg hears what comes from and goes to `of`. In whisper the party of `of` hears it, too; in barge all who are with that.
    It lasts until the leg ends, is connected, or another Supervise takes the place of this one. Where it cannot be done the leg
    ends. → LegEnded"""

    leg: str
    of: str
    mode: Literal["listen", "whisper", "barge"]


# --- recording -----------------------------------------------------------------------------------------------------


class StartRecording(Command, frozen=True):
    """Records what goes to and comes from a leg, each direction in a file of its own, until the leg ends or it is stopped.

    Files: CALLBASE_HOME/`path`-r.wav (from the leg: the customer) and -t.wav (to the leg: what the customer hears).
    → RecordingStarted, RecordingEnded or RecordingFailed
    """

    leg: str
    recording: str
    path: str


class PauseRecording(Command, frozen=True):
    """Silence is written while paused, so times stay true."""

    leg: str
    recording: str
    paused: bool


class RecordMessage(Command, frozen=True):
    """Records what one leg says, alone, to CALLBASE_HOME/`path`-r.wav, until it has been silent for `silence_ms`, presses #,
    ends, or `max_ms` are over. → RecordingStarted, RecordingEnded with `spoken_ms`, or RecordingFailed"""

    leg: str
    recording: str
    path: str
    max_ms: int
    silence_ms: int


class StopRecording(Command, frozen=True):
    leg: str
    recording: str


# --- outside the switch --------------------------------------------------------------------------------------------


class LookUpCustomer(Command, frozen=True):
    """→ LookupFinished"""

    lookup: str
    tenant: str
    interaction: str
    number: str


AnyCommand = (
    Answer
    | Release
    | Play
    | StopPlay
    | StartMusic
    | StopMusic
    | Ringback
    | SendDigits
    | AnswerTransfer
    | AttachData
    | SetMute
    | Originate
    | AnswerDevice
    | Connect
    | Disconnect
    | DestroyBridge
    | Supervise
    | StartRecording
    | PauseRecording
    | RecordMessage
    | StopRecording
    | LookUpCustomer
)
