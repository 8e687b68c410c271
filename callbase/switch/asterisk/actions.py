"""The core's commands carried out on Asterisk: each becomes one or a few requests, in the order its leg's commands came."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from functools import singledispatchmethod

import structlog

from callbase.core import commands, events
from callbase.core.commands import AnyCommand, Speech
from callbase.core.config import Config
from callbase.core.events import Cause
from callbase.speech.speaker import Speaker, SpeechFailed
from callbase.switch.asterisk import invite, nodes
from callbase.switch.asterisk.ami import Manager, ManagerError
from callbase.switch.asterisk.bridges import Bridges
from callbase.switch.asterisk.client import AriClient, AriError
from callbase.switch.asterisk.legs import Leg
from callbase.switch.asterisk.music import class_of
from callbase.switch.asterisk.names import ANSWERED_CONTEXT, ENDED_CONTEXT, extension_of
from callbase.switch.asterisk.recordings import Recorder
from callbase.switch.asterisk.relays import Relay, Relays
from callbase.switch.asterisk.supervisors import Supervisors
from callbase.switch.asterisk.translate import Translator
from callbase.switch.asterisk.trunks import dial_string, endpoint_of
from callbase.switch.base import Sink

log = structlog.get_logger(__name__)

LONGEST_WAIT_FOR_180_S = 5.0
"""A telephone that rings without saying so is told to answer after this all the same."""
RELEASED_WITHIN_S = 1.0
RING_MARGIN_S = 2 * 3600
"""Asterisk's own ring time-out comes this much after ours, for the case that no driver comes back: it goes by the wall clock, and
one that is set ahead by an hour would end what rings as not answered."""


def keys_of(command: AnyCommand) -> tuple[str, ...]:
    """What the command must be in turn for: its legs and its bridge."""
    legs = getattr(command, "legs", None) or (getattr(command, "leg", ""),)
    return tuple(key for key in (*legs, getattr(command, "bridge", "")) if key)


def _endpoint(command: commands.Originate) -> str:
    return endpoint_of(command.tenant, command.trunk) if command.trunk is not None else command.device or ""


def _target(command: commands.Originate) -> str:
    if command.trunk is not None:
        return dial_string(command.tenant, command.trunk, command.number)
    if command.by_way_of:
        return nodes.dial_string(command.by_way_of, _endpoint(command))
    return f"PJSIP/{_endpoint(command)}"


async def _once_in_dialog(in_dialog: asyncio.Event) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(in_dialog.wait(), LONGEST_WAIT_FOR_180_S)


class Actions:
    """Carries out commands on one node."""

    def __init__(
        self,
        client: AriClient,
        manager: Manager,
        translator: Translator,
        relays: Relays,
        bridges: Bridges,
        supervisors: Supervisors,
        recorder: Recorder,
        speaker: Speaker,
        sink: Sink,
    ) -> None:
        self._client = client
        self._manager = manager
        self._translator = translator
        self._relays = relays
        self._bridges = bridges
        self._supervisors = supervisors
        self._recorder = recorder
        self._speaker = speaker
        self._sink = sink
        self.config: Config | None = None
        """What Asterisk was last brought to."""
        self.of_others: Callable[[], Iterable[Actions]] = tuple
        """Those of the other nodes that can be heard: a telephone may have a call there that is ending."""
        self.takes_any = True
        """Whether a leg that is called may go to an extension that says for which interaction it is."""
        self._carried_out_by = self._do
        """Looked up once: each time takes longer than finding out what the command is."""
        self._beside: set[asyncio.Task[None]] = set()
        """What holds up no later command to its leg."""

    async def carry_out(self, command: AnyCommand) -> None:
        """Never raises: what cannot be done is logged, and reported by the event that tells of failure, if there is one."""
        try:
            await self._carried_out_by(command)
        except (AriError, ManagerError) as problem:
            # a leg that has ended meanwhile is no problem: LegEnded tells of it
            gone = isinstance(problem, AriError) and problem.status == 404
            log.log(
                10 if gone else 30, "command_failed", command=type(command).__name__, keys=keys_of(command), reason=str(problem)
            )
            self._report_failure(command, str(problem))
        except Exception as problem:
            log.exception("command_broke", command=type(command).__name__, keys=keys_of(command))
            self._report_failure(command, repr(problem))

    def _report_failure(self, command: AnyCommand, reason: str) -> None:
        match command:
            case commands.Originate():
                leg = self._translator.legs.get(command.leg)
                self._emit(self._translator.ended(leg, 0, 0, "error") if leg is not None else [])
            case commands.Play():
                leg = self._translator.legs.get(command.leg)
                if leg is None or leg.hangup is None:
                    self._sink(events.PlaybackFinished(leg=command.leg, playback=command.playback, result="failed"))
            case commands.StartRecording() | commands.RecordMessage():
                self._sink(events.RecordingFailed(leg=command.leg, recording=command.recording, reason=reason))
            case commands.Supervise():
                leg = self._translator.legs.get(command.leg)
                if leg is not None:
                    leg.release = leg.release or "error"
                    self._spawn(self.hang_up(leg.id))
            case commands.StopRecording():
                self._sink(events.RecordingEnded(leg=command.leg, recording=command.recording))
            case _:
                pass

    @singledispatchmethod
    async def _do(self, command: AnyCommand) -> None:
        log.warning("command_unknown", command=type(command).__name__)

    def _leg(self, leg: str) -> Leg:
        """Raises AriError as Asterisk would where there is no such leg."""
        try:
            return self._translator.legs[leg]
        except KeyError:
            raise AriError(404, "no such leg") from None

    def _relay(self, command: commands.AnswerTransfer) -> Relay:
        """Raises AriError as Asterisk would where there is none."""
        relay = self._relays.find(command.leg)
        if relay is None:
            raise AriError(404, "no such leg")
        return relay

    def _emit(self, happened: list[events.AnyEvent]) -> None:
        for event in happened:
            self._sink(event)

    # --- one leg -------------------------------------------------------------------------------------------------

    @_do.register
    async def _(self, command: commands.Answer) -> None:
        leg = self._leg(command.leg)
        if not leg.answered:
            await self._client.request("POST", f"/channels/{leg.id}/answer")
            self._emit(self._translator.answered(leg))

    def foresee(self, command: AnyCommand) -> None:
        """What is known of a leg from the moment on in which a command is given, whenever its turn comes."""
        match command:
            case commands.Originate() if command.leg not in self._translator.legs:
                interaction = command.interaction if self.takes_any else ""
                self._translator.legs[command.leg] = Leg(
                    command.leg, _endpoint(command), outbound=True, interaction=interaction, command=command
                )
            case commands.Release():
                leg = self._translator.legs.get(command.leg)
                if leg is not None and leg.release is None and leg.hangup is None:
                    leg.release = "normal" if command.cause == "answered_elsewhere" else command.cause
            case _:
                pass

    @_do.register
    async def _(self, command: commands.Release) -> None:
        self.foresee(command)
        await self._client.request("DELETE", f"/channels/{command.leg}", reason=command.cause)

    @_do.register
    async def _(self, command: commands.Play) -> None:
        leg = self._leg(command.leg)
        media = [await self._media(speech) for speech in command.speech]
        await self._stop_playback(leg, leg.playback)
        leg.playback = command.playback
        await self._client.request("POST", f"/channels/{leg.id}/play", media=",".join(media), playbackId=command.playback)

    async def _media(self, speech: Speech) -> str:
        try:
            path = (
                self._speaker.recorded(speech.file) if speech.file else await self._speaker.render(speech.text, speech.language)
            )
        except SpeechFailed as problem:
            raise AriError(0, str(problem)) from problem
        return f"sound:{path}"

    async def _stop_playback(self, leg: Leg, playback: str | None) -> None:
        """If there is one. It may be of an earlier driver."""
        if playback is None:
            return
        if leg.playback == playback:
            leg.playback = None
        leg.stopped_playbacks.add(playback)
        try:
            await self._client.request("DELETE", f"/playbacks/{playback}")
        except AriError as problem:
            leg.stopped_playbacks.discard(playback)
            if problem.status != 404:
                raise

    @_do.register
    async def _(self, command: commands.StopPlay) -> None:
        await self._stop_playback(self._leg(command.leg), command.playback)

    @_do.register
    async def _(self, command: commands.StartMusic) -> None:
        leg = self._leg(command.leg)
        await self._client.request(
            "POST", f"/channels/{leg.id}/moh", mohClass=class_of(self.config, command.tenant, command.music)
        )
        leg.music = True

    @_do.register
    async def _(self, command: commands.StopMusic) -> None:
        await self._stop_music(self._leg(command.leg))

    async def _stop_music(self, leg: Leg) -> None:
        leg.music = False
        await self._client.request("DELETE", f"/channels/{leg.id}/moh")

    @_do.register
    async def _(self, command: commands.Ringback) -> None:
        await self._client.request("POST" if command.on else "DELETE", f"/channels/{self._leg(command.leg).id}/ring")

    @_do.register
    async def _(self, command: commands.SendDigits) -> None:
        await self._client.request("POST", f"/channels/{command.leg}/dtmf", dtmf=command.digits)

    @_do.register
    async def _(self, command: commands.AnswerTransfer) -> None:
        state = "channel_answered" if command.done else "channel_declined"
        channel = self._relay(command).channel if command.by_way_of else self._leg(command.leg).id
        await self._client.request("POST", f"/channels/{channel}/transfer_progress", states=state)

    @_do.register
    async def _(self, command: commands.AttachData) -> None:
        """The switch has no data of its own with a call."""

    @_do.register
    async def _(self, command: commands.SetMute) -> None:
        await self._client.request("POST" if command.muted else "DELETE", f"/channels/{command.leg}/mute", direction="in")

    # --- new legs ------------------------------------------------------------------------------------------------

    @_do.register
    async def _(self, command: commands.Originate) -> None:
        self.foresee(command)
        leg = self._leg(command.leg)
        if leg.called:
            return
        leg.called = True
        await self._last_call_over(leg)
        if leg.release is not None:  # it is not wanted any more
            self._emit(self._translator.ended(leg, 0, 0))
            return
        timeout_s = command.timeout_ms / 1000
        if leg.ring_timer is None:
            leg.ring_timer = asyncio.get_running_loop().call_later(timeout_s, self._ring_timeout, leg)
        try:
            await self._client.request(
                "POST",
                "/channels",
                endpoint=_target(command),
                channelId=leg.id,
                context=ANSWERED_CONTEXT,
                extension=extension_of(leg.interaction) if leg.interaction else "s",
                priority="1",
                callerId=invite.caller_id(command),
                timeout=str(round(timeout_s) + RING_MARGIN_S),
                body={"variables": {**invite.header_variables(command), "CHANNEL(hangup_handler_push)": f"{ENDED_CONTEXT},s,1"}},
            )
        except AriError as problem:
            log.info("originate_failed", leg=leg.id, endpoint=leg.endpoint, reason=str(problem))
            # Asterisk has no channel for an endpoint without a registered contact
            cause: Cause = "unreachable" if problem.status in (400, 404, 500) else "error"
            self._emit(self._translator.ended(leg, 0, 0, cause))
            if not problem.status:
                await self.hang_up(leg.id)  # whether Asterisk has made the call is not known

    async def call_again(self, leg: Leg) -> None:
        """Unless there is no such leg any more. Never raises."""
        if leg.command is not None and self._translator.legs.get(leg.id) is leg:
            await self.carry_out(leg.command)

    async def _last_call_over(self, leg: Leg) -> None:
        """A telephone that has not heard yet that its call is over would say that it is busy: its agent would not be ready. That
        call may be another node's than this one's or the telephone's own: one that several know is moved from node to node."""
        if leg.device is None:
            return
        going = [over for node in (self, *self.of_others()) for over in node._going(leg)]
        if going:
            with suppress(TimeoutError):
                async with asyncio.timeout(RELEASED_WITHIN_S):
                    await asyncio.gather(*(over.wait() for over in going))

    def _going(self, leg: Leg) -> list[asyncio.Event]:
        """When the calls here will be over that the telephone had before that leg."""
        going = []
        for other in self._translator.legs.at(leg.endpoint):
            if other is leg:
                break
            if other.release is not None:
                going.append(other.over)
        return going + [relay.over for relay in self._relays.to(leg.endpoint)]

    def _ring_timeout(self, leg: Leg) -> None:
        if not leg.answered and not leg.ended:
            leg.release = "no_answer"
            self._spawn(self.hang_up(leg.id))

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._beside.add(task)
        task.add_done_callback(self._beside.discard)

    async def stop(self) -> None:
        """Drops what is still waited for."""
        for task in self._beside:
            task.cancel()
        await asyncio.gather(*self._beside, return_exceptions=True)

    async def hang_up(self, leg: str) -> None:
        """Ends a leg without reporting it."""
        try:
            await self._client.request("DELETE", f"/channels/{leg}", reason="normal")
        except AriError as problem:
            log.info("hang_up_failed", leg=leg, reason=str(problem))

    @_do.register
    async def _(self, command: commands.AnswerDevice) -> None:
        if command.by_way_of:
            self._spawn(self._tell_relay_to_answer(self._relays.of(command.leg, command.device)))
        else:
            self._spawn(self._tell_to_answer(self._leg(command.leg)))

    async def _tell_to_answer(self, leg: Leg) -> None:
        """Once the telephone rings; waited for beside the leg's queue, so that the leg can be released meanwhile."""
        await _once_in_dialog(leg.in_dialog)
        if not leg.answered and self._translator.legs.get(leg.id) is leg:
            await self._ask_to_talk(leg.id, leg.device)

    async def _tell_relay_to_answer(self, relay: Relay) -> None:
        await _once_in_dialog(relay.in_dialog)
        if relay.channel:
            await self._ask_to_talk(relay.channel, relay.device)
        self._relays.forget(relay)

    async def _ask_to_talk(self, channel: str, device: str | None) -> None:
        """To answer, or to take back what its own key holds: what telephones understand `Event: talk` as."""
        try:
            await self._manager.action("PJSIPNotify", Channel=channel, Variable="Event=talk")
        except ManagerError as problem:
            log.warning("talk_not_asked_for", channel=channel, device=device, reason=str(problem))

    # --- legs together -------------------------------------------------------------------------------------------

    @_do.register
    async def _(self, command: commands.Connect) -> None:
        for name in command.legs:
            leg = self._translator.legs.get(name)
            if leg is None:
                continue
            await self._supervisors.stop(name)
            await self._stop_playback(leg, leg.playback)
            if leg.music:
                await self._stop_music(leg)
        legs = self._translator.legs
        told = any(leg in legs and legs[leg].interaction == command.bridge for leg in command.legs)
        await self._bridges.connect(command.bridge, command.legs, legs, mixed=command.mixed, told=told)
        for leg in [legs[name] for name in command.legs if name in legs]:
            if leg.holds and leg.device is not None:  # by its own key, so that nobody would hear anything
                self._spawn(self._ask_to_talk(leg.id, leg.device))

    @_do.register
    async def _(self, command: commands.Disconnect) -> None:
        await self._bridges.disconnect(command.bridge, command.leg)

    @_do.register
    async def _(self, command: commands.DestroyBridge) -> None:
        await self._bridges.destroy(command.bridge, self._stays)

    def _stays(self, leg: str) -> bool:
        return leg in self._translator.legs and self._translator.legs[leg].release is None

    @_do.register
    async def _(self, command: commands.Supervise) -> None:
        self._leg(command.of)
        await self._supervisors.put(self._leg(command.leg).id, command.of, command.mode)

    async def stop_supervising(self, leg: str) -> None:
        """The leg has ended."""
        try:
            await self._supervisors.stop(leg)
        except AriError as problem:
            log.warning("supervision_not_ended", leg=leg, reason=str(problem))

    # --- recording -----------------------------------------------------------------------------------------------

    @_do.register
    async def _(self, command: commands.StartRecording) -> None:
        await self._recorder.start(self._leg(command.leg), command.recording, command.path)

    @_do.register
    async def _(self, command: commands.PauseRecording) -> None:
        await self._recorder.pause(self._leg(command.leg), command.paused)

    @_do.register
    async def _(self, command: commands.RecordMessage) -> None:
        leg = self._leg(command.leg)
        await self._recorder.start_message(leg, command.recording, command.path, command.max_ms, command.silence_ms)

    @_do.register
    async def _(self, command: commands.StopRecording) -> None:
        leg = self._translator.legs.get(command.leg)
        if leg is not None:
            await self._recorder.stop_message(leg, command.recording)
            await self._recorder.stop(leg, command.recording)
