"""The core's legs on the switch's calls: takes commands and the switch's events, tells the core what has become of its legs.

Without input or output of its own. What is to be asked of the switch `plan.py` says, affair by affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog

from callbase.core import commands as c
from callbase.core import events as e
from callbase.core.events import Cause
from callbase.csta.document import Document
from callbase.platform.pbx import Pbx
from callbase.switch.base import Sink
from callbase.switch.csta.affairs import Affair, Leg
from callbase.switch.csta.after_a_gap import place
from callbase.switch.csta.attached import Attached, attached_to
from callbase.switch.csta.board import Board, Happened, caller_of, number_of, read
from callbase.switch.csta.causes import cause_of_event
from callbase.switch.csta.echoes import Echoes
from callbase.switch.csta.look import Found, reason_of, refused
from callbase.switch.csta.marks import affair_of
from callbase.switch.csta.plan import next_service
from callbase.switch.csta.service import Service
from callbase.switch.csta.sight import Sight
from callbase.switch.csta.telephones import Telephones

log = structlog.get_logger(__name__)

BESIDE_THE_POINT = ("AssociateData", "GenerateDigits", "MonitorStart", "SnapshotCall")
"""Refused, these say nothing of what has become of a call."""
_LEADS_TO = {"HeldEvent": "hold", "RetrievedEvent": "connected"}
LEFT_OUT = "the switch on which the agents are has the audio, and cannot do this for us; such are left out"


class Exchange:
    def __init__(self, node: str, pbx: Pbx, telephones: Telephones, say: Sink) -> None:
        self._node, self._pbx, self._telephones, self._say = node, pbx, telephones, say
        self.board = Board()
        self.affairs: list[Affair] = []
        self.echoes = Echoes()
        self._sight = Sight(self.board, frozenset(pbx.pilots), self.fail)
        self._left_out: set[type] = set()

    # --- the switch ------------------------------------------------------------------------------------------------

    def took(self, event: Document, now_s: float) -> list[Affair]:
        """An event; the affairs it may matter to."""
        happened = read(event)
        if event.name == "CallInformationEvent":
            self._informed(event.value("connection", "callID"), attached_to(event))
        if happened is None or self.echoes.repeats(happened, event.value("monitorCrossRefID")):
            return []
        if self.echoes.heard(happened, now_s):
            return []
        self.board.follow(happened)
        names = {happened.call, *happened.was}
        concerned = [affair for affair in self.affairs if any(leg.call in names for leg in affair.legs.values())]
        for affair in concerned:
            if happened.was:
                affair.renamed(happened.was, happened.call)
            self._held(affair, happened)
            self._taken_away(affair, happened)
            self.look(affair, happened)
        self._informed(happened.call, attached_to(event))
        if not concerned and happened.device in self._pbx.pilots and happened.call in self.board.calls:
            self._offered(happened.call, happened.device, caller_of(event), attached_to(event).data)
        return concerned

    def look(self, affair: Affair, happened: Happened | None = None) -> None:
        """Tells what has become of the legs."""
        for leg in sorted(affair.legs.values(), key=lambda leg: leg.id != affair.customer):
            self._look_at(affair, leg, happened)
        if not affair.legs and affair in self.affairs:
            self.affairs.remove(affair)

    def _look_at(self, affair: Affair, leg: Leg, happened: Happened | None) -> None:
        self._recognise(affair, leg)
        state = self.board.state(leg.call, leg.device)
        if state is None:
            is_phantom = leg.asked and not leg.call and not leg.released
            if leg.released and (not leg.call or not leg.asked or leg.call not in self.board.calls):
                self._end(affair, leg, leg.cause, by_far_end=False)
            elif not is_phantom and (leg.seen or (leg.call and leg.call not in self.board.calls)):
                mine = happened is not None and happened.device == leg.device
                cause = cause_of_event(happened.cause) if happened is not None and mine else "normal"
                self._end(affair, leg, leg.cause if leg.released else cause, by_far_end=not leg.released)
            return
        leg.seen = True
        if leg.offered:
            return
        if state in ("alerting", "connected", "hold") and not leg.alerting and not leg.up:
            leg.alerting = True
            self._say(e.LegAlerting(leg=leg.id))
        if state in ("connected", "hold") and not leg.up:
            leg.up = True
            self._say(e.LegAnswered(leg=leg.id))

    def _recognise(self, affair: Affair, leg: Leg) -> None:
        """The switch may name who is outside otherwise than by the number that was called."""
        there = self.board.calls.get(leg.call, {})
        if leg.ours or leg.seen or leg.device in there or not leg.asked:
            return
        known = {one.device for one in affair.legs.values()} | set(self._pbx.pilots)
        others = [device for device in there if device not in known and device not in self._telephones.names]
        if others:
            leg.device = others[0]

    def _held(self, affair: Affair, happened: Happened) -> None:
        """By the telephone's own button: it is so from now on, also before the core has said what follows from it."""
        if happened.name not in ("HeldEvent", "RetrievedEvent"):
            return
        leg = next((leg for leg in affair.parties if (leg.call, leg.device) == (happened.call, happened.device)), None)
        if leg is not None and leg.up and happened.call == affair.call:
            leg.apart = happened.name == "HeldEvent"
            self._say(e.LegHeld(leg=leg.id) if happened.name == "HeldEvent" else e.LegRetrieved(leg=leg.id))

    def _taken_away(self, affair: Affair, happened: Happened) -> None:
        """The switch has sent a caller elsewhere by rules of its own: it is ours no longer."""
        if happened.name != "DivertedEvent" or happened.device not in self._pbx.pilots or not happened.destination:
            return
        asked = {leg.device for leg in affair.parties if leg.asked}
        whose = affair.whose
        if whose is not None and happened.destination not in asked and happened.destination not in self._pbx.pilots:
            log.info("the switch sends a caller that waited for us elsewhere", to=happened.destination)
            for leg in list(affair.legs.values()):
                self._end(affair, leg, "normal", by_far_end=True)
            self.affairs.remove(affair)

    def _informed(self, call: str, attached: Attached) -> None:
        """What is changed from here is not told by an event that may have been said before."""
        affair = next((one for one in self.affairs if call and one.call == call), None)
        if affair is None:
            return
        gone = [key for key in affair.data if key not in attached.data] if attached.whole else []
        changes: dict[str, str | None] = {**dict.fromkeys(gone), **attached.data}
        ours = affair.to_attach | affair.attaching
        news = {key: value for key, value in changes.items() if affair.data.get(key) != value and key not in ours}
        if news:
            affair.data = affair.with_data(news)
            self._say(e.DataAttached(leg=affair.customer, data=news))

    def _offered(self, call: str, pilot: str, caller: str, data: Mapping[str, str]) -> None:
        affair = self._new_caller(call, pilot, caller, data)
        affair.watched.add(call)
        self._say(
            e.CallOffered(
                leg=affair.customer,
                node=self._node,
                caller_number=affair.caller_number,
                called_number=affair.called_number,
                trunk=self._pbx.trunk,
                tenant=self._pbx.tenant,
                data=dict(data),
            )
        )

    def _new_caller(self, call: str, pilot: str, caller: str, data: Mapping[str, str]) -> Affair:
        leg = Leg(f"{self._node}-{call}", caller, ours=False, call=call, offered=True, asked=True, seen=True)
        affair = Affair(pilot, number_of(caller), self._pbx.pilots[pilot], {leg.id: leg}, leg.id, data=dict(data))
        self.affairs.append(affair)
        return affair

    def _end(self, affair: Affair, leg: Leg, cause: Cause, *, by_far_end: bool) -> None:
        del affair.legs[leg.id]
        self._say(e.LegEnded(leg=leg.id, cause=cause, by_far_end=by_far_end))

    def fail(self, affair: Affair, leg: Leg, cause: Cause) -> None:
        """Where it has a call still, that is hung up."""
        if self.board.state(leg.call, leg.device) is not None:
            leg.released, leg.cause = True, cause
        elif leg.id in affair.legs:
            self._end(affair, leg, cause, by_far_end=True)

    def begin(self, service: Service, now_s: float) -> None:
        """It is being asked for."""
        service.begin()
        news = [echo for echo in service.echoes if self.board.state(*echo[1:]) != _LEADS_TO[echo[0]]]
        self.echoes.expect(news, now_s)

    def answered(self, affair: Affair, service: Service, answer: Document) -> None:
        if refused(answer):
            log.info("the agents' switch refuses a service", service=service.request[0], why=reason_of(answer))
            affair.refused.add(service.key)
            service.refused(reason_of(answer))
            self.echoes.forget(service.echoes)
            if service.request[0] not in BESIDE_THE_POINT:
                affair.unsure.update(affair.calls & set(self.board.calls))
        else:
            service.done(answer)
        self.look(affair)

    def silent(self, leg_id: str) -> Affair | None:
        """It has rung long enough; the affair it matters to, if it rings still."""
        affair, leg = self._find(leg_id)
        if affair is None or leg is None or leg.up or leg.released:
            return None
        leg.released, leg.cause = True, "no_answer"
        self.look(affair)
        return affair

    # --- after a gap -----------------------------------------------------------------------------------------------

    def anew(self, calls: Mapping[str, Found], devices: tuple[str, ...], *, keeps_ours: bool) -> None:
        """`calls`: all there is. Says SwitchConnected."""
        self._sight.keeps_ours = keeps_ours
        self.board.calls = {call: dict(found.parties) for call, found in calls.items()}
        self.echoes.clear()
        known = set().union(*(affair.calls for affair in self.affairs))
        for call, found in calls.items():
            affair = affair_of(found.attached.mark, call, self._telephones.names) if call not in known else None
            pilot = next((device for device in found.parties if device in self._pbx.pilots), None)
            if affair is not None and affair.whose is not None and affair.whose.device in found.parties:
                affair.caller_number = number_of(found.caller)
                affair.called_number = self._pbx.pilots.get(affair.pilot, "")
                self.affairs.append(affair)
            elif pilot is not None and call not in known:
                self._new_caller(call, pilot, found.caller, {})
        for affair in list(self.affairs):
            for leg in affair.legs.values():
                self._recognise(affair, leg)
            place(affair, self.board, set().union(*(one.calls for one in self.affairs)))
            if not affair.legs:
                self.affairs.remove(affair)
        legs = tuple(self._live(affair, leg) for affair in self.affairs for leg in affair.legs.values())
        bridges = {leg.bridge for leg in legs if leg.bridge is not None}
        self._say(e.SwitchConnected(node=self._node, legs=legs, bridges=tuple(sorted(bridges)), devices=devices))
        for affair in self.affairs:
            affair.to_attach, affair.attaching = affair.attaching | affair.to_attach, {}
        for call, found in calls.items():
            self._informed(call, found.attached)

    def _live(self, affair: Affair, leg: Leg) -> e.LiveLeg:
        held = any(self.board.state(leg.call, one.device) == "hold" for one in affair.legs.values())
        return e.LiveLeg(
            leg=leg.id,
            up=leg.up,
            caller_number=affair.caller_number,
            called_number=affair.called_number if leg.offered else "",
            trunk=self._pbx.trunk if leg.offered else None,
            tenant=self._pbx.tenant if leg.offered else None,
            device=self._telephones.device(leg.device),
            bridge=None if held else leg.bridge,
        )

    # --- the core --------------------------------------------------------------------------------------------------

    def execute(self, commands: Iterable[c.AnyCommand]) -> list[Affair]:
        """Takes what one event led the core to; the affairs that may need a service now."""
        touched: list[Affair] = []
        for command in commands:
            if isinstance(command, c.Originate):
                self._originate(command)
            handler = _HANDLERS.get(type(command))
            for leg_id in _legs_of(command):
                affair, leg = self._find(leg_id)
                if handler is not None:
                    handler(self, leg_id, leg, command)
                if affair is not None and affair not in touched:
                    touched.append(affair)
        for affair in touched:
            affair.refused.clear()
            self.look(affair)
        return [affair for affair in touched if affair in self.affairs]

    def _originate(self, command: c.Originate) -> None:
        if self._find(command.leg)[0] is not None:
            return
        affair, partner = self._find(command.partner)
        device = self._telephones.name(command.device) if command.device is not None else command.number
        leg = Leg(
            command.leg,
            device,
            ours=command.device is not None,
            partner=command.partner,
            answer=command.auto_answer,
        )
        if command.device is not None and command.trunk is not None:
            self._leave_out(command)  # nobody can be asked for a key at the agent's outside number
        if command.device is not None and device not in self._telephones.registered:
            self._say(e.LegEnded(leg=leg.id, cause="unreachable"))
        elif affair is not None and partner is not None:
            affair.legs[leg.id] = leg
            if not partner.call and not partner.offered and not leg.ours:
                affair.customer = leg.id
        elif command.device is not None and not command.partner:
            self._begin(leg)
        else:
            self._say(e.LegEnded(leg=leg.id, cause="cancelled" if command.partner else "congestion"))

    def _begin(self, leg: Leg) -> None:
        """A telephone for which nobody is there yet: the switch rings it by MakeCall, once there is somebody to be called."""
        leg.asked = leg.alerting = leg.up = True
        self.affairs.append(Affair(legs={leg.id: leg}, customer=leg.id))
        self._say(e.LegAlerting(leg=leg.id))
        self._say(e.LegAnswered(leg=leg.id))

    def _find(self, leg_id: str) -> tuple[Affair | None, Leg | None]:
        for affair in self.affairs:
            if leg_id in affair.legs:
                return affair, affair.legs[leg_id]
        return None, None

    def next_service(self, affair: Affair) -> Service | None:
        return next_service(self._sight, affair) if affair in self.affairs else None

    def _answered(self, leg_id: str, leg: Leg | None, command: c.Answer) -> None:
        """Nothing is answered on the switch, where the caller waits; it is ours from now on."""
        if leg is not None and leg.offered and not leg.up:
            leg.up = True
            self._say(e.LegAnswered(leg=leg.id))

    def _released(self, leg_id: str, leg: Leg | None, command: c.Release) -> None:
        if leg is not None:
            leg.released = True

    def _to_answer(self, leg_id: str, leg: Leg | None, command: c.AnswerDevice) -> None:
        if leg is not None:
            leg.answer = True

    def _connected(self, leg_id: str, leg: Leg | None, command: c.Connect) -> None:
        if leg is not None:
            leg.bridge, leg.apart, leg.music = command.bridge, False, False

    def _disconnected(self, leg_id: str, leg: Leg | None, command: c.Disconnect) -> None:
        if leg is not None and leg.bridge == command.bridge:
            leg.bridge, leg.apart = None, True

    def _hears_music(self, leg_id: str, leg: Leg | None, command: c.StartMusic) -> None:
        """Of two telephones of ours who hears music is held by the other, whoever called."""
        affair, _ = self._find(leg_id)
        whose = affair.whose if affair is not None else None
        if affair is None or leg is None or whose is None:
            return
        leg.music = True
        if whose.ours and whose.apart and leg.apart and not whose.music and whose.call == leg.call:
            affair.customer = leg.id

    def _hears_none(self, leg_id: str, leg: Leg | None, command: c.StopMusic) -> None:
        if leg is not None:
            leg.music = False

    def _digits(self, leg_id: str, leg: Leg | None, command: c.SendDigits) -> None:
        if leg is not None:
            leg.digits += command.digits

    def _to_attach(self, leg_id: str, leg: Leg | None, command: c.AttachData) -> None:
        affair, _ = self._find(leg_id)
        if affair is not None:
            affair.to_attach |= command.data

    def _not_played(self, leg_id: str, leg: Leg | None, command: c.Play) -> None:
        self._leave_out(command)
        self._say(e.PlaybackFinished(leg=leg_id, playback=command.playback, result="failed"))

    def _not_recorded(self, leg_id: str, leg: Leg | None, command: c.StartRecording | c.RecordMessage) -> None:
        self._leave_out(command)
        self._say(e.RecordingFailed(leg=leg_id, recording=command.recording, reason="the agents' switch has the audio"))

    def _not_supervised(self, leg_id: str, leg: Leg | None, command: c.Supervise) -> None:
        self._leave_out(command)
        if leg is not None:
            leg.released, leg.cause = True, "error"

    def _leave_out(self, command: c.AnyCommand) -> None:
        if type(command) not in self._left_out:
            self._left_out.add(type(command))
            log.warning(LEFT_OUT, command=type(command).__name__)


def _legs_of(command: c.AnyCommand) -> tuple[str, ...]:
    if isinstance(command, c.Connect):
        return command.legs
    leg = getattr(command, "leg", None)
    return (leg,) if leg is not None else ()


_Handler = Callable[[Exchange, str, Leg | None, Any], None]
_HANDLERS: Mapping[type, _Handler] = {
    c.Answer: Exchange._answered,
    c.Release: Exchange._released,
    c.AnswerDevice: Exchange._to_answer,
    c.Connect: Exchange._connected,
    c.Disconnect: Exchange._disconnected,
    c.StartMusic: Exchange._hears_music,
    c.StopMusic: Exchange._hears_none,
    c.SendDigits: Exchange._digits,
    c.AttachData: Exchange._to_attach,
    c.Play: Exchange._not_played,
    c.StartRecording: Exchange._not_recorded,
    c.RecordMessage: Exchange._not_recorded,
    c.Supervise: Exchange._not_supervised,
}
"""Music itself, muting, ringing tones are the switch's own affair."""
