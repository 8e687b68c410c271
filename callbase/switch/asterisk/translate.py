"""ARI's events into the core's: pure, one in, any number out. Keeps the table of legs the driver works on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import singledispatchmethod
from typing import TypeGuard

from callbase.core import events
from callbase.core.events import AnyEvent, Cause
from callbase.switch.asterisk import invite, messages
from callbase.switch.asterisk.bridges import Bridges
from callbase.switch.asterisk.causes import NORMAL_Q850, cause_of, ended_cause, failed_cause
from callbase.switch.asterisk.legs import Leg, Legs, is_device, made_by_core
from callbase.switch.asterisk.names import MESSAGE_SUFFIX, interaction_in
from callbase.switch.asterisk.relays import Relays
from callbase.switch.asterisk.telephones import GONE

ONLINE = "online"
"""An endpoint's state while it has a contact."""
CALLED = "AppDial2"
"""The application that Asterisk names of a channel it is asked to call (main/dial.c)."""
KEPT_FROM_MS = 500
"""A call that is offered sooner was not kept: that is how long the dialplan may take on a busy machine."""
_REACHABLE = {"Created", "NonQualified", "Reachable", "Updated", "Unknown"}


class Translator:
    """State of one node as far as its events tell it."""

    def __init__(self, node: str, relays: Relays | None = None) -> None:
        self._node = node
        self._relays = relays if relays is not None else Relays()
        self.legs = Legs()

    @singledispatchmethod
    def translate(self, message: messages.AnyMessage) -> list[AnyEvent]:
        """What the core has to know of this; often nothing."""
        return []

    # --- legs ----------------------------------------------------------------------------------------------------

    @translate.register
    def _(self, message: messages.StasisStart) -> list[AnyEvent]:
        channel = message.channel
        leg = self.legs.get(channel.id)
        if leg is not None:
            return self.answered(leg) if leg.outbound else []
        if not channel.endpoint or made_by_core(channel.id):
            return []
        leg = self.legs[channel.id] = Leg(channel.id, channel.endpoint, outbound=False)
        tenant, trunk = leg.trunk or (None, None)
        return [
            events.CallOffered(
                leg=leg.id,
                node=self._node,
                caller_number=invite.number_told(channel.caller.number),
                caller_name=channel.caller.name,
                called_number=channel.dialplan.exten,
                trunk=trunk,
                tenant=tenant,
                device=leg.device,
                headers=invite.headers_told(message.args),
                waited_ms=_waited_ms(message),
            )
        ]

    @translate.register
    def _(self, message: messages.ChannelStateChange) -> list[AnyEvent]:
        leg = self.legs.get(message.channel.id)
        if leg is None or not leg.outbound:
            return []
        leg.picked_up = leg.picked_up or message.channel.state == "Up"
        if leg.alerting or leg.answered or message.channel.state != "Ringing":
            return []
        leg.alerting = True
        leg.in_dialog.set()
        return [events.LegAlerting(leg=leg.id)]

    @translate.register
    def _(self, message: messages.ChannelHangupRequest) -> list[AnyEvent]:
        leg = self.legs.get(message.channel.id)
        if leg is None or leg.hangup is not None:
            return []
        leg.hangup = (message.cause, message.tech_cause)
        if message.soft or message.cause not in NORMAL_Q850 or not (leg.outbound and leg.answered):
            return []
        # its telephone is free from now on, though Asterisk takes the channel apart for some milliseconds more
        return self.ended(leg, *leg.hangup)

    @translate.register
    def _(self, message: messages.ChannelDestroyed) -> list[AnyEvent]:
        leg = self.legs.get(message.channel.id)
        if leg is None:
            return self._relay_lost(message)
        if self._says_busy_at_first(leg, message):
            return []
        return self.ended(leg, message.cause, message.tech_cause)

    def _relay_lost(self, message: messages.ChannelDestroyed) -> list[AnyEvent]:
        """A telephone that was answered here for another node: that one is told of a hang-up only, a moment later."""
        leg = self._relays.leg_of(message.channel.id)
        cause = ended_cause(message.cause, message.tech_cause)
        lost = leg is not None and message.channel.state == "Up" and cause != "normal"
        return [events.LegEnded(leg=leg, cause=cause)] if leg is not None and lost else []

    def _says_busy_at_first(self, leg: Leg, message: messages.ChannelDestroyed) -> bool:
        """A telephone that has not rung: it may not have heard yet that its last call is over. One that has rung is declining."""
        if leg.command is None or leg.device is None or leg.release is not None or leg.said_busy:
            return False
        if leg.in_dialog.is_set() or leg.picked_up or failed_cause(message.cause, message.tech_cause) != "busy":
            return False
        leg.said_busy, leg.called, leg.hangup = True, False, None
        return True

    def answered(self, leg: Leg) -> list[AnyEvent]:
        """Reports the answer, once."""
        if leg.answered or leg.ended:
            return []
        leg.answered = True
        leg.in_dialog.set()
        if leg.ring_timer is not None:
            leg.ring_timer.cancel()
        return [events.LegAnswered(leg=leg.id)]

    def ended(self, leg: Leg, q850: int, sip: int, cause: Cause | None = None) -> list[AnyEvent]:
        """Reports the end, once, and forgets the leg. `cause` is given where it is already known."""
        if leg.ended:
            return []
        at_once = self.answered(leg) if leg.picked_up and leg.release is None else []
        leg.ended = True
        leg.in_dialog.set()
        leg.over.set()
        if leg.id in self.legs:
            del self.legs[leg.id]
        if leg.ring_timer is not None:
            leg.ring_timer.cancel()
        return [
            *at_once,
            events.LegEnded(
                leg=leg.id,
                cause=cause or leg.release or cause_of(q850, sip, outbound=leg.outbound, answered=leg.answered),
                sip_code=sip if leg.outbound and 300 <= sip < 700 and not leg.answered else 0,
                by_far_end=leg.release is None,
            ),
        ]

    @translate.register
    def _(self, message: messages.ChannelDtmfReceived) -> list[AnyEvent]:
        if message.channel.id not in self.legs:
            return []
        return [events.DigitPressed(leg=message.channel.id, digit=message.digit)]

    @translate.register
    def _(self, message: messages.ChannelHold) -> list[AnyEvent]:
        leg = self._heard_of(message.channel)
        if message.channel.id in self.legs:
            self.legs[message.channel.id].holds = True
        return [events.LegHeld(leg=leg)] if leg is not None else []

    @translate.register
    def _(self, message: messages.ChannelUnhold) -> list[AnyEvent]:
        leg = self._heard_of(message.channel)
        if message.channel.id in self.legs:
            self.legs[message.channel.id].holds = False
        return [events.LegRetrieved(leg=leg)] if leg is not None else []

    @translate.register
    def _(self, message: messages.ChannelTransfer) -> list[AnyEvent]:
        leg, to = self._heard_of(message.referred_by.source_channel), message.refer_to.requested_destination.destination
        return [events.LegTransfers(leg=leg, number=to)] if leg is not None and not message.state else []

    def _heard_of(self, channel: messages.Channel) -> str | None:
        """The leg whose telephone is on that channel, be it a leg of another node."""
        return channel.id if channel.id in self.legs else self._relays.leg_of(channel.id)

    @translate.register
    def _(self, message: messages.PlaybackFinished) -> list[AnyEvent]:
        playback = message.playback
        leg = self.legs.get(playback.target_uri.removeprefix("channel:"))
        if leg is None:
            return []
        stopped = playback.id in leg.stopped_playbacks
        leg.stopped_playbacks.discard(playback.id)
        if leg.playback == playback.id:
            leg.playback = None
        if leg.hangup is not None:
            return []  # cut off by the party's hanging up, of which is told in a moment: nothing follows on what was said
        result = "stopped" if stopped else "failed" if playback.state == "failed" else "finished"
        return [events.PlaybackFinished(leg=leg.id, playback=playback.id, result=result)]  # type: ignore[arg-type]

    @translate.register
    def _(self, message: messages.RecordingFinished) -> list[AnyEvent]:
        leg, recording = message_of(message.recording)
        spoken_s = message.recording.talking_duration
        return [events.RecordingEnded(leg=leg, recording=recording, spoken_ms=spoken_s * 1000 if spoken_s is not None else None)]

    @translate.register
    def _(self, message: messages.RecordingFailed) -> list[AnyEvent]:
        leg, recording = message_of(message.recording)
        return [events.RecordingFailed(leg=leg, recording=recording, reason=message.recording.cause or "unknown")]

    def is_orphan(self, message: messages.AnyMessage) -> TypeGuard[messages.OfChannel]:
        """Whether a leg the core once asked for was answered that nobody knows of any more, or one rings that Asterisk calls by
        itself: where a party that we called has forwarded to with one of Asterisk's own names, as `PJSIP/1002`."""
        if isinstance(message, messages.StasisStart):
            return made_by_core(message.channel.id) and message.channel.id not in self.legs
        if isinstance(message, messages.ChannelStateChange):
            return message.channel.dialplan.app_name == CALLED and not made_by_core(message.channel.id)
        return False

    # --- devices -------------------------------------------------------------------------------------------------

    @translate.register
    def _(self, message: messages.ContactStatusChange) -> list[AnyEvent]:
        device, contact = message.endpoint.resource, message.contact_info
        if not is_device(device):
            return []
        if contact.contact_status in _REACHABLE:
            return [events.DeviceRegistered(device=device, contact=_telephone(contact.uri), node=self._node)]
        if contact.contact_status in GONE and message.endpoint.state != ONLINE:
            return [events.DeviceUnregistered(device=device, node=self._node)]
        # a contact that went while there is another: a page's reload, or one that Asterisk's sudden end brought back to life
        return []

    # --- the whole ------------------------------------------------------------------------------------------------

    def snapshot(
        self,
        channels: list[messages.Channel],
        bridges: Bridges,
        endpoints: list[messages.Endpoint],
        recordings: Mapping[str, dict[str, str]],
        arriving: set[str],
        started_ms: int,
    ) -> events.SwitchConnected:
        """Takes the switch's own lists as the truth. `recordings`: as `Recorder.running` gives them. `arriving`: channels whose
        offer is still to be reported."""
        known, self.legs = self.legs, Legs()
        bridge_of = bridges.legs()
        live = []
        for channel in channels:
            outbound = made_by_core(channel.id)
            in_stasis = channel.dialplan.app_name == "Stasis"
            if not channel.endpoint or not (outbound or (in_stasis and channel.id not in arriving)):
                continue
            up = channel.state == "Up" and in_stasis
            leg = known.get(channel.id) or Leg(
                channel.id,
                channel.endpoint,
                outbound,
                interaction=interaction_in(channel.dialplan.exten) if outbound else "",
                called=outbound,
                recordings=recordings.get(channel.id, {}),
            )
            leg.answered = leg.answered or up
            if up or channel.state == "Ringing":
                leg.in_dialog.set()
            self.legs[leg.id] = leg
            tenant, trunk = leg.trunk or (None, None)
            live.append(
                events.LiveLeg(
                    leg=leg.id,
                    up=up,
                    caller_number=invite.number_told(channel.caller.number),
                    called_number="" if outbound else channel.dialplan.exten,
                    trunk=trunk,
                    tenant=tenant,
                    device=leg.device,
                    bridge=bridge_of.get(leg.id),
                    recordings=tuple(leg.recordings),
                )
            )
        for leg in known.values():
            if leg.id not in self.legs:
                leg.over.set()
                if leg.ring_timer is not None:
                    leg.ring_timer.cancel()
        return events.SwitchConnected(
            node=self._node,
            legs=tuple(live),
            bridges=bridges.interactions,
            devices=tuple(e.resource for e in endpoints if e.state == ONLINE and is_device(e.resource)),
            started_ms=started_ms,
        )


def message_of(recording: messages.Recording) -> tuple[str, str]:
    """The leg and the core's id of a message being left, as `Recorder.start_message` named it."""
    name = recording.name.rpartition("/")[2]
    return recording.target_uri.removeprefix("channel:"), name.removesuffix(MESSAGE_SUFFIX)


def _waited_ms(message: messages.StasisStart) -> int:
    """How long the dialplan had kept the call; 0 where it was offered at once."""
    if not message.timestamp or not message.channel.creationtime:
        return 0
    came, offered = (datetime.fromisoformat(at) for at in (message.channel.creationtime, message.timestamp))
    waited = (offered - came) / timedelta(milliseconds=1)
    return int(waited) if waited >= KEPT_FROM_MS else 0


def _telephone(contact: str) -> str:
    """Which telephone a contact's URI means. A browser's has the port of its WebSocket in it, which is another after each
    reconnection; the user part its page drew (RFC 7118 §8.1) stays as long as the page does."""
    user, at, rest = contact.partition("@")
    return user if at and "transport=ws" in rest.lower() else contact
