"""The ARI messages the driver reads, and only the fields it needs of them."""

from __future__ import annotations

import msgspec


class Caller(msgspec.Struct, frozen=True):
    name: str = ""
    number: str = ""


class Dialplan(msgspec.Struct, frozen=True):
    exten: str = ""
    app_name: str = ""


class Channel(msgspec.Struct, frozen=True):
    id: str
    name: str
    state: str
    caller: Caller = Caller()
    dialplan: Dialplan = Dialplan()
    channelvars: dict[str, str] = {}
    creationtime: str = ""
    """ISO 8601."""

    @property
    def endpoint(self) -> str:
        """The PJSIP endpoint's name, out of `PJSIP/<endpoint>-<serial>`; empty for other channels."""
        technology, _, rest = self.name.partition("/")
        return rest.rpartition("-")[0] if technology == "PJSIP" else ""


class Bridge(msgspec.Struct, frozen=True):
    id: str
    channels: tuple[str, ...] = ()


class Endpoint(msgspec.Struct, frozen=True):
    technology: str
    resource: str
    state: str = ""


class Playback(msgspec.Struct, frozen=True):
    id: str
    target_uri: str
    state: str


class Recording(msgspec.Struct, frozen=True):
    """`name`: path under the spool's recordings, which are CALLBASE_HOME. Durations are in seconds."""

    name: str
    target_uri: str = ""
    talking_duration: int | None = None
    cause: str = ""


class Contact(msgspec.Struct, frozen=True):
    uri: str
    contact_status: str
    aor: str = ""


class Message(msgspec.Struct, frozen=True, tag_field="type", tag=True):
    """Base of the events."""


class OfChannel(Message, frozen=True):
    channel: Channel


class StasisStart(OfChannel, frozen=True):
    args: tuple[str, ...] = ()
    """Of the dialplan: the headers of the INVITE."""
    timestamp: str = ""
    """ISO 8601."""


class ChannelStateChange(OfChannel, frozen=True):
    pass


class ChannelHangupRequest(OfChannel, frozen=True):
    cause: int = 0
    tech_cause: int = 0
    soft: bool = False
    """Asterisk asks, or somebody at it; else the party does."""


class ChannelDestroyed(OfChannel, frozen=True):
    cause: int = 0
    tech_cause: int = 0


class ChannelDtmfReceived(OfChannel, frozen=True):
    digit: str


class ChannelHold(OfChannel, frozen=True):
    pass


class ChannelUnhold(OfChannel, frozen=True):
    pass


class RequiredDestination(msgspec.Struct, frozen=True):
    """`destination`: the user part of Refer-To; empty where the telephone names another call of its own (RFC 3891)."""

    destination: str = ""


class ReferTo(msgspec.Struct, frozen=True):
    requested_destination: RequiredDestination = RequiredDestination()


class ReferredBy(msgspec.Struct, frozen=True):
    source_channel: Channel


class ChannelTransfer(Message, frozen=True):
    """A telephone's REFER; with a state, only what we have said of one ourselves."""

    refer_to: ReferTo
    referred_by: ReferredBy
    state: str = ""


class PlaybackFinished(Message, frozen=True):
    playback: Playback


class RecordingFinished(Message, frozen=True):
    recording: Recording


class RecordingFailed(Message, frozen=True):
    recording: Recording


class ContactStatusChange(Message, frozen=True):
    """Told by the manager interface; see telephones.py."""

    endpoint: Endpoint
    contact_info: Contact


class ApplicationReplaced(Message, frozen=True):
    """Another driver listens under our name now; nothing more will be heard here."""


AnyMessage = (
    StasisStart
    | ChannelStateChange
    | ChannelHangupRequest
    | ChannelDestroyed
    | ChannelDtmfReceived
    | ChannelHold
    | ChannelUnhold
    | ChannelTransfer
    | PlaybackFinished
    | RecordingFinished
    | RecordingFailed
    | ContactStatusChange
    | ApplicationReplaced
)

TYPES: tuple[str, ...] = (
    "StasisStart",
    "ChannelStateChange",
    "ChannelHangupRequest",
    "ChannelDestroyed",
    "ChannelDtmfReceived",
    "ChannelHold",
    "ChannelUnhold",
    "ChannelTransfer",
    "PlaybackFinished",
    "RecordingFinished",
    "RecordingFailed",
    "ApplicationReplaced",
)
"""What Asterisk is asked to send; the rest it keeps to itself."""

_decoder: msgspec.json.Decoder[AnyMessage] = msgspec.json.Decoder(AnyMessage)


def decode(data: bytes) -> AnyMessage | None:
    """One event; None for a kind the driver has no use for."""
    try:
        return _decoder.decode(data)
    except msgspec.DecodeError:  # also a type that is not among ours
        return None
