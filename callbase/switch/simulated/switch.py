"""The simulated switch: carries commands out on its own small model, and yields the events a real one would, in time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import Any

import msgspec

from callbase.core import commands as c
from callbase.core import events as e
from callbase.switch.simulated.telephone import SimulatedLeg, SimulatedMessage, Telephone

RINGS_AFTER_MS = 20


class SimulatedSwitch:
    """All moments are given (`now_ms`); nothing happens by itself. What is due is fetched with `events`."""

    def __init__(self, node: str = "a", *, speech_ms: int = 1000, telephones: dict[str, Telephone] | None = None) -> None:
        self.node = node
        self.others: dict[str, SimulatedSwitch] = {}
        """Further nodes, by way of which telephones are called."""
        self.speech_ms = speech_ms
        """How long every speech takes."""
        self.telephones = telephones if telephones is not None else {}
        """By device or number; one not named rings and is never answered."""
        self.devices: dict[str, str] = {}
        self.legs: dict[str, SimulatedLeg] = {}
        self.bridges: dict[str, set[str]] = {}
        self.online = False
        self._unheard_since_ms: int | None = None
        self._unheard: list[tuple[int, e.LegAnswered | e.LegEnded]] = []
        """What happened while nobody listened, and when: noted, and told afterwards."""
        self.on_connected: list[Callable[[str, int], None]] = []
        """Told of each leg that comes into a bridge."""
        self._due: list[tuple[int, int, Callable[[int], None] | e.AnyEvent]] = []
        self._count = self.started_ms = 0
        self._calls = 0

    # --- the link --------------------------------------------------------------------------------------------------

    def connect(self, now_ms: int) -> None:
        """The link comes up: told is what there is now, and which legs were answered or ended while nobody listened."""
        self.online = True
        connected = self.has(now_ms)
        self._unheard_since_ms, self._unheard = None, []
        self._say(connected, now_ms)

    def has(self, now_ms: int) -> e.SwitchConnected:
        """What it would tell if the link came up now."""
        legs = tuple(
            e.LiveLeg(
                leg=leg.id,
                up=leg.up,
                caller_number=leg.caller_number,
                called_number=leg.called_number,
                trunk=leg.trunk,
                device=leg.device,
                bridge=leg.bridge,
                recordings=tuple(leg.recordings or ()),
            )
            for leg in self.legs.values()
        )
        return e.SwitchConnected(
            node=self.node,
            legs=legs,
            bridges=tuple(self.bridges),
            devices=tuple(self.devices),
            started_ms=self.started_ms,
            unheard_ms=now_ms - self._unheard_since_ms if self._unheard_since_ms is not None else None,
            meanwhile=self._meanwhile(now_ms),
        )

    def _meanwhile(self, now_ms: int) -> tuple[e.Meanwhile, ...]:
        notes: dict[str, e.Meanwhile] = {}
        for at_ms, event in self._unheard:
            note = notes.get(event.leg, e.Meanwhile(leg=event.leg))
            if isinstance(event, e.LegAnswered):
                notes[event.leg] = msgspec.structs.replace(note, answered_ago_ms=now_ms - at_ms)
            else:
                notes[event.leg] = msgspec.structs.replace(note, ended_ago_ms=now_ms - at_ms, cause=event.cause)
        return tuple(notes.values())

    def disconnect(self, now_ms: int) -> None:
        """The link goes down; calls go on, unheard of."""
        self._say(e.SwitchLost(node=self.node), now_ms)
        self.leave(now_ms)

    def leave(self, now_ms: int) -> None:
        """Who listened dies: nobody is told that the link is down."""
        if self.online:
            self._unheard_since_ms = now_ms
        self.online = False

    def restart(self, now_ms: int = 0) -> None:
        """The switch died: every leg, bridge and registration is gone."""
        self.online = False
        self._unheard_since_ms = None
        self.started_ms = now_ms
        self.legs.clear()
        self.bridges.clear()
        self.devices.clear()
        self._due = [entry for entry in self._due if isinstance(entry[2], e.SwitchLost)]

    # --- time ------------------------------------------------------------------------------------------------------

    def next_due_ms(self) -> int | None:
        return self._due[0][0] if self._due else None

    def events(self, now_ms: int) -> list[e.AnyEvent]:
        """All events due by now, in order."""
        found: list[e.AnyEvent] = []
        while self._due and self._due[0][0] <= now_ms:
            at_ms, _, what = heapq.heappop(self._due)
            if isinstance(what, e.Event):
                found.append(what)
            else:
                what(at_ms)
        return found

    def schedule(self, at_ms: int, action: Callable[[int], None]) -> None:
        """A far end's plan; it is given the moment when that has come."""
        self._at(at_ms, action)

    def _say(self, event: e.AnyEvent, now_ms: int) -> None:
        """An event is told if the link is up at the moment it happens."""
        if self.online:
            self._at(now_ms, event)
        elif isinstance(event, e.LegAnswered | e.LegEnded):
            self._unheard.append((now_ms, event))

    def _at(self, at_ms: int, what: Callable[[int], None] | e.AnyEvent) -> None:
        self._count += 1
        heapq.heappush(self._due, (at_ms, self._count, what))

    # --- far ends --------------------------------------------------------------------------------------------------

    def register(self, device: str, now_ms: int, contact: str = "sip:one@far.end") -> None:
        self.devices[device] = contact
        self._say(e.DeviceRegistered(device=device, contact=contact, node=self.node), now_ms)

    def unregister(self, device: str, now_ms: int) -> None:
        if self.devices.pop(device, None) is not None:
            self._say(e.DeviceUnregistered(device=device, node=self.node), now_ms)

    def dial(
        self,
        called: str,
        now_ms: int,
        *,
        caller: str = "",
        trunk: str | None = None,
        device: str | None = None,
        leg: str = "",
        headers: dict[str, str] | None = None,
    ) -> str:
        """A call comes in; returns its leg."""
        self._calls += 1
        leg = leg or f"{self.node}-{self._calls}"
        self.legs[leg] = SimulatedLeg(id=leg, caller_number=caller, called_number=called, trunk=trunk, device=device)
        self._say(
            e.CallOffered(
                leg=leg,
                node=self.node,
                caller_number=caller,
                called_number=called,
                trunk=trunk,
                device=device,
                headers=headers or {},
            ),
            now_ms,
        )
        return leg

    def press(self, leg: str, digits: str, now_ms: int) -> None:
        if leg in self.legs:
            for digit in digits:
                self._say(e.DigitPressed(leg=leg, digit=digit), now_ms)
                message = self.legs[leg].message
                if digit == "#" and message is not None:
                    self._end_message(leg, message.recording, now_ms)

    def hang_up(self, leg: str, now_ms: int, cause: e.Cause = "normal") -> None:
        self._end(leg, now_ms, cause, by_far_end=True)

    def hold(self, leg: str, now_ms: int) -> None:
        if leg in self.legs and not self.legs[leg].held:
            self.legs[leg].held = True
            self._say(e.LegHeld(leg=leg), now_ms)

    def retrieve(self, leg: str, now_ms: int) -> None:
        if leg in self.legs and self.legs[leg].held:
            self.legs[leg].held = False
            self._say(e.LegRetrieved(leg=leg), now_ms)

    def refer(self, leg: str, number: str, now_ms: int) -> None:
        """The telephone transfers by itself."""
        if leg in self.legs:
            self._say(e.LegTransfers(leg=leg, number=number), now_ms)

    def answer(self, leg: str, now_ms: int) -> None:
        """The far end of a leg we originated picks up."""
        found = self.legs.get(leg)
        if found is not None and not found.up:
            found.up = True
            self._say(e.LegAnswered(leg=leg), now_ms)

    # --- commands --------------------------------------------------------------------------------------------------

    def execute(self, command: c.AnyCommand, now_ms: int) -> None:
        """Carries a command out; without a link it is lost."""
        if self.online and type(command) in COMMANDS:
            COMMANDS[type(command)](self, command, now_ms)

    def _release(self, command: c.Release, now_ms: int) -> None:
        self._end(command.leg, now_ms, "normal", by_far_end=False)

    def _play(self, command: c.Play, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is None:
            self._say(e.PlaybackFinished(leg=command.leg, playback=command.playback, result="failed"), now_ms)
            return
        self._stop_play(leg, now_ms, "stopped")
        leg.playback = command.playback
        leg.said = " ".join(speech.text or speech.file for speech in command.speech)
        self._at(now_ms + self.speech_ms, lambda at_ms: self._played(command.leg, command.playback, at_ms))

    def _played(self, leg: str, playback: str, now_ms: int) -> None:
        found = self.legs.get(leg)
        if found is not None and found.playback == playback:
            self._stop_play(found, now_ms, "finished")

    def _stop_play(self, leg: SimulatedLeg | None, now_ms: int, result: Any) -> None:
        if leg is not None and leg.playback is not None:
            playback, leg.playback = leg.playback, None
            self._say(e.PlaybackFinished(leg=leg.id, playback=playback, result=result), now_ms)

    def _stop_this_play(self, command: c.StopPlay, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is not None and leg.playback == command.playback:
            self._stop_play(leg, now_ms, "stopped")

    def _music(self, command: c.StartMusic | c.StopMusic, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is not None:
            leg.music = command.music if isinstance(command, c.StartMusic) else None

    def _ringback(self, command: c.Ringback, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is not None:
            leg.ringback = command.on

    def _send_digits(self, command: c.SendDigits, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is not None:
            leg.digits_sent += command.digits

    def _answer_transfer(self, command: c.AnswerTransfer, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is not None:
            leg.transferred = command.done

    def _mute(self, command: c.SetMute, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is not None:
            leg.muted = command.muted

    def _originate(self, command: c.Originate, now_ms: int) -> None:
        if command.leg in self.legs:
            return
        leg = SimulatedLeg(
            id=command.leg,
            caller_number=command.caller_number,
            called_number=command.number,
            trunk=command.trunk,
            device=command.device,
        )
        self.legs[leg.id] = leg
        called = command.device if command.device is not None and command.trunk is None else command.number
        telephone = self.telephones.get(called, Telephone())
        there = self.others[command.by_way_of] if command.by_way_of else self
        if command.device is not None and command.trunk is None and command.device not in there.devices:
            self._end(leg.id, now_ms, "unreachable", by_far_end=True)
            return
        self._at(now_ms + RINGS_AFTER_MS, lambda at_ms: self._ring(leg.id, at_ms))
        if telephone.refuses is not None:
            cause = telephone.refuses
            refused_ms = now_ms + RINGS_AFTER_MS + telephone.refuses_after_ms
            self._at(refused_ms, lambda at_ms: self._not_taken(leg.id, at_ms, cause, by_far_end=True))
        elif command.auto_answer and telephone.answers_when_told:
            self._at(now_ms + RINGS_AFTER_MS, lambda at_ms: self.answer(leg.id, at_ms))
        elif telephone.answers_after_ms is not None:
            self._at(now_ms + RINGS_AFTER_MS + telephone.answers_after_ms, lambda at_ms: self.answer(leg.id, at_ms))
        self._at(now_ms + command.timeout_ms, lambda at_ms: self._not_taken(leg.id, at_ms, "no_answer", by_far_end=False))

    def _ring(self, leg: str, now_ms: int) -> None:
        found = self.legs.get(leg)
        if found is not None and not found.up:
            found.alerting = True
            self._say(e.LegAlerting(leg=leg), now_ms)
            if found.told_to_answer:
                self.answer(leg, now_ms)

    def _not_taken(self, leg: str, now_ms: int, cause: e.Cause, *, by_far_end: bool) -> None:
        if leg in self.legs and not self.legs[leg].up:
            self._end(leg, now_ms, cause, by_far_end=by_far_end)

    def _answer_device(self, command: c.AnswerDevice, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is None or not self.telephones.get(command.device, Telephone()).answers_when_told:
            return
        if leg.alerting:
            self.answer(leg.id, now_ms)
        else:
            leg.told_to_answer = True

    def _connect(self, command: c.Connect, now_ms: int) -> None:
        bridge = self.bridges.setdefault(command.bridge, set())
        for leg_id in command.legs:
            leg = self.legs.get(leg_id)
            if leg is not None:
                self._out_of_bridge(leg)
                leg.supervises = None
                leg.bridge = command.bridge
                bridge.add(leg_id)
                for told in self.on_connected:
                    told(leg_id, now_ms)

    def _disconnect(self, command: c.Disconnect, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is not None and leg.bridge == command.bridge:
            self._out_of_bridge(leg)

    def _destroy_bridge(self, command: c.DestroyBridge, now_ms: int) -> None:
        for leg in self.bridges.pop(command.bridge, set()):
            if leg in self.legs:
                self.legs[leg].bridge = None

    def _supervise(self, command: c.Supervise, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is None:
            return
        if command.of not in self.legs:
            self._end(leg.id, now_ms, "error", by_far_end=False)
            return
        self._out_of_bridge(leg)
        leg.supervises = (command.of, command.mode)

    def _start_recording(self, command: c.StartRecording, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is None:
            self._say(e.RecordingFailed(leg=command.leg, recording=command.recording, reason="no such leg"), now_ms)
            return
        if command.recording in (leg.recordings or {}):
            return
        leg.recordings = {**(leg.recordings or {}), command.recording: False}
        self._say(e.RecordingStarted(leg=leg.id, recording=command.recording), now_ms)

    def _pause_recording(self, command: c.PauseRecording, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is not None and leg.recordings and command.recording in leg.recordings:
            leg.recordings[command.recording] = command.paused

    def _stop_recording(self, command: c.StopRecording, now_ms: int) -> None:
        leg = self.legs.get(command.leg)
        if leg is not None and leg.recordings and leg.recordings.pop(command.recording, None) is not None:
            self._say(e.RecordingEnded(leg=leg.id, recording=command.recording), now_ms)
        self._end_message(command.leg, command.recording, now_ms)

    def _record_message(self, command: c.RecordMessage, now_ms: int) -> None:
        """The far end speaks for as long as `speak` says; nobody who says nothing is waited for longer than the silence."""
        leg = self.legs.get(command.leg)
        if leg is None:
            self._say(e.RecordingFailed(leg=command.leg, recording=command.recording, reason="no such leg"), now_ms)
            return
        if leg.message is not None and leg.message.recording == command.recording:
            return
        leg.message = SimulatedMessage(recording=command.recording, began_ms=now_ms)
        self._say(e.RecordingStarted(leg=leg.id, recording=command.recording), now_ms)
        quiet_ms = now_ms + min(leg.speaks_ms + command.silence_ms, command.max_ms)
        self._at(quiet_ms, lambda at_ms: self._end_message(command.leg, command.recording, at_ms))

    def _end_message(self, leg_id: str, recording: str, now_ms: int) -> None:
        leg = self.legs.get(leg_id)
        if leg is not None and leg.message is not None and leg.message.recording == recording:
            spoken_ms = min(leg.speaks_ms, now_ms - leg.message.began_ms)
            leg.message = None
            self._say(e.RecordingEnded(leg=leg_id, recording=recording, spoken_ms=spoken_ms), now_ms)

    def _out_of_bridge(self, leg: SimulatedLeg) -> None:
        if leg.bridge is not None:
            self.bridges.get(leg.bridge, set()).discard(leg.id)
            leg.bridge = None

    def _end(self, leg_id: str, now_ms: int, cause: e.Cause, *, by_far_end: bool) -> None:
        leg = self.legs.pop(leg_id, None)
        if leg is None:
            return
        self._out_of_bridge(leg)
        for other in self.legs.values():
            if other.supervises is not None and other.supervises[0] == leg_id:
                other.supervises = None
        self._say(e.LegEnded(leg=leg_id, cause=cause, by_far_end=by_far_end), now_ms)
        if leg.message is not None:
            spoken_ms = min(leg.speaks_ms, now_ms - leg.message.began_ms)
            self._say(e.RecordingEnded(leg=leg_id, recording=leg.message.recording, spoken_ms=spoken_ms), now_ms)
        for recording in leg.recordings or {}:
            self._say(e.RecordingEnded(leg=leg_id, recording=recording), now_ms)


COMMANDS: dict[type, Callable[[SimulatedSwitch, Any, int], None]] = {
    c.Answer: lambda switch, command, now_ms: switch.answer(command.leg, now_ms),
    c.Release: SimulatedSwitch._release,
    c.Play: SimulatedSwitch._play,
    c.StopPlay: SimulatedSwitch._stop_this_play,
    c.StartMusic: SimulatedSwitch._music,
    c.StopMusic: SimulatedSwitch._music,
    c.Ringback: SimulatedSwitch._ringback,
    c.SendDigits: SimulatedSwitch._send_digits,
    c.AnswerTransfer: SimulatedSwitch._answer_transfer,
    c.AttachData: lambda switch, command, now_ms: None,
    c.SetMute: SimulatedSwitch._mute,
    c.Originate: SimulatedSwitch._originate,
    c.AnswerDevice: SimulatedSwitch._answer_device,
    c.Connect: SimulatedSwitch._connect,
    c.Disconnect: SimulatedSwitch._disconnect,
    c.DestroyBridge: SimulatedSwitch._destroy_bridge,
    c.Supervise: SimulatedSwitch._supervise,
    c.StartRecording: SimulatedSwitch._start_recording,
    c.PauseRecording: SimulatedSwitch._pause_recording,
    c.RecordMessage: SimulatedSwitch._record_message,
    c.StopRecording: SimulatedSwitch._stop_recording,
}
