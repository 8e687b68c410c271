"""The one service that brings a call on the switch nearer to what the core wants, found anew after each answer.

What the core wants is said of legs and bridges, what the switch can do of calls. So it matters little by which commands a wish
was uttered, or whether a person at the telephone was faster: where the call is as it should be there is nothing to ask for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from callbase.core.events import Cause
from callbase.csta.document import Document, Part
from callbase.switch.csta.affairs import Affair, Leg
from callbase.switch.csta.board import Board
from callbase.switch.csta.causes import cause_of_error
from callbase.switch.csta.look import parties_of, snapshot_call
from callbase.switch.csta.marks import mark_of


def _nothing() -> None:
    return


def _ignore(value: str) -> None:
    return


@dataclass(frozen=True, slots=True)
class Service:
    request: Part
    done: Callable[[Document], None]
    begin: Callable[[], None] = _nothing
    """Just before it is asked for."""
    refused: Callable[[str], None] = _ignore
    echoes: tuple[tuple[str, str, str], ...] = ()
    """Events that tell of our own doing: name, call, device."""

    @property
    def key(self) -> str:
        return repr(self.request)


@dataclass(frozen=True, slots=True)
class Planner:
    """`fail` ends a leg for a cause."""

    board: Board
    pilots: frozenset[str]
    fail: Callable[[Affair, Leg, Cause], None]

    def next_service(self, affair: Affair) -> Service | None:
        for rule in _RULES:
            service = rule(self, affair)
            if service is not None and service.key not in affair.refused:
                return service
        return None

    def _look(self, affair: Affair) -> Service | None:
        if not affair.unsure:
            return None
        call = min(affair.unsure)

        def done(answer: Document) -> None:
            affair.unsure.discard(call)
            parties = parties_of(answer)
            if parties and call in self.board.calls:
                self.board.calls[call] = parties
            for leg in affair.legs.values():
                if leg.released and leg.call == call and leg.device not in parties:
                    leg.call = ""

        def gone(value: str) -> None:
            affair.unsure.discard(call)
            self.board.drop(call)

        return Service(snapshot_call(call), done, refused=gone)

    def _watch(self, affair: Affair) -> Service | None:
        """A call that has not come by a pilot since we connected: its end is told even where no telephone of ours is in it."""
        call = affair.call
        if not call or call in affair.watched or call not in self.board.calls:
            return None

        def begin() -> None:
            affair.watched.add(call)

        device = next(iter(self.board.calls[call]))
        return Service(("MonitorStart", [("monitorObject", [_connection("callObject", call, device)])]), _done, begin)

    # --- ends ------------------------------------------------------------------------------------------------------

    def _clear(self, affair: Affair) -> Service | None:
        """The customer is let go of, and all that was for it."""
        whose = affair.whose
        if whose is not None and not whose.released:
            return None
        legs = [leg for leg in affair.legs.values() if leg.call in self.board.calls]
        if not legs or (whose is None and not all(leg.released for leg in affair.legs.values())):
            return None
        call = legs[0].call
        there = self.board.calls[call]
        device = legs[0].device if legs[0].device in there else next(iter(there))
        gone = self._dropped(call)
        return Service(("ClearCall", [_connection("callToBeCleared", call, device)]), gone, refused=gone)

    def _drop_consulted(self, affair: Affair) -> Service | None:
        for leg in affair.parties:
            if leg.released and leg.call and leg.call != affair.call and leg.call in self.board.calls:
                return self._reconnect(affair, leg)
        return None

    def _reconnect(self, affair: Affair, consulted: Leg) -> Service:
        agent = self._holder(affair, consulted.call)
        call, second = affair.call, consulted.call
        gone = self._dropped(second)
        if agent is None or self.board.state(call, agent.device) != "hold":
            request: Part = ("ClearConnection", [_connection("connectionToBeCleared", second, consulted.device)])
            return Service(request, gone, refused=gone)

        def done(answer: Document) -> None:
            gone(answer)
            self.board.put(call, agent.device, "connected")

        active, held = _connection("activeCall", second, agent.device), _connection("heldCall", call, agent.device)
        echo = ("RetrievedEvent", call, agent.device)
        return Service(("ReconnectCall", [active, held]), done, refused=gone, echoes=(echo,))

    def _leave(self, affair: Affair) -> Service | None:
        """A party goes and the customer stays: back to where it waited, unless others talk with it."""
        for leg in affair.parties:
            if leg.released and leg.asked and leg.call == affair.call and affair.call in self.board.calls:
                return self._without(affair, leg)
        return None

    def _without(self, affair: Affair, leg: Leg) -> Service | None:
        call, state = affair.call, self.board.state(affair.call, leg.device)
        others = [one for one in affair.parties if one is not leg and not one.released and self._is_up(call, one)]
        pilot = affair.pilot if affair.pilot in self.pilots else min(self.pilots, default="")

        def gone(answer: object) -> None:
            self.board.put(call, leg.device, None)
            leg.call = ""

        if state is None:
            waits = self._pilot_of(call)
            if waits is None:
                return None
            return Service(_deflect(call, waits, waits), gone)
        if others or not pilot or not leg.ours:
            return Service(("ClearConnection", [_connection("connectionToBeCleared", call, leg.device)]), gone, refused=gone)

        def back(answer: Document) -> None:
            new = answer.value("transferredCall", "callID") or call
            gone(answer)
            if call in self.board.calls:
                self.board.join((call,), new)
                affair.renamed((call,), new)
                self.board.put(new, pilot, "queued")

        if state == "alerting":
            return Service(_deflect(call, leg.device, pilot), back)
        outside = next((one for one in affair.parties if self._is_to_be_called_outside(affair, one)), None)
        if outside is not None:
            return self._send_out(affair, leg, outside)
        request: Part = (
            "SingleStepTransferCall",
            [_connection("activeCall", call, leg.device), ("transferredTo", pilot)],
        )
        return Service(request, back)

    def _is_to_be_called_outside(self, affair: Affair, leg: Leg) -> bool:
        return not (leg.asked or leg.released or leg.ours) and leg.partner == affair.customer

    def _send_out(self, affair: Affair, leg: Leg, outside: Leg) -> Service:
        """A switch may send on to a number who talks, and not who waits."""
        call = affair.call

        def begin() -> None:
            outside.asked, outside.call = True, call

        def done(answer: Document) -> None:
            self.board.put(call, leg.device, None)
            leg.call = ""
            affair.renamed((call,), answer.value("transferredCall", "callID") or call)

        def refused(value: str) -> None:
            outside.call = ""
            self.fail(affair, outside, cause_of_error(value))

        request: Part = (
            "SingleStepTransferCall",
            [_connection("activeCall", call, leg.device), ("transferredTo", outside.device)],
        )
        return Service(request, done, begin, refused)

    def _hang_up(self, affair: Affair) -> Service | None:
        """What the switch would not end in a better way: its own rules say what becomes of the caller."""
        for leg in affair.parties:
            if leg.released and self.board.state(leg.call, leg.device) is not None:
                call = leg.call

                def gone(answer: object, leg: Leg = leg, call: str = call) -> None:
                    self.board.put(call, leg.device, None)

                request: Part = ("ClearConnection", [_connection("connectionToBeCleared", call, leg.device)])
                return Service(request, gone, refused=gone)
        return None

    def _dropped(self, call: str) -> Callable[[object], None]:
        """Takes either answer: where the switch refuses to end a call it has none."""
        return lambda answer: self.board.drop(call)

    # --- calls become one --------------------------------------------------------------------------------------------

    def _transfer(self, affair: Affair) -> Service | None:
        """The agent leaves those two together whom it spoke with, or whom it was calling."""
        agent, consulted = self._consulting(affair)
        if agent is None or consulted is None or not agent.released or consulted.released:
            return None
        call, second = affair.call, consulted.call

        def done(answer: Document) -> None:
            self._joined(affair, answer.value("transferredCall", "callID") or call, second, without=agent.device)
            agent.call = ""

        request: Part = (
            "TransferCall",
            [_connection("heldCall", call, agent.device), _connection("activeCall", second, agent.device)],
        )
        return Service(request, done, refused=lambda value: self.fail(affair, consulted, "error"))

    def _conference(self, affair: Affair) -> Service | None:
        agent, consulted = self._consulting(affair)
        whose = affair.whose
        if agent is None or consulted is None or whose is None or agent.released or consulted.released:
            return None
        if consulted.bridge is None or not consulted.bridge == agent.bridge == whose.bridge:
            return None
        call, second = affair.call, consulted.call

        def done(answer: Document) -> None:
            self._joined(affair, answer.value("conferenceCall", "callID") or call, second)

        request: Part = (
            "ConferenceCall",
            [_connection("heldCall", call, agent.device), _connection("activeCall", second, agent.device)],
        )
        echo = ("RetrievedEvent", call, agent.device)
        return Service(request, done, refused=lambda value: self.fail(affair, consulted, "error"), echoes=(echo,))

    def _joined(self, affair: Affair, new: str, second: str, *, without: str = "") -> None:
        was = (affair.call, second)
        self.board.join(was, new, without=without)
        affair.renamed(was, new)

    # --- calls begin -------------------------------------------------------------------------------------------------

    def _mark(self, affair: Affair) -> Service | None:
        """Before anybody rings, so that a new run of ours knows who does."""
        mark = mark_of(affair)
        whose = affair.whose
        if whose is None or not whose.up or mark == affair.mark or affair.call not in self.board.calls:
            return None

        def begin() -> None:
            affair.mark = mark

        data: Part = ("correlatorData", [("string", mark.encode().hex())])
        existing = _connection("existingCall", affair.call, whose.device)
        return Service(("AssociateData", [existing, data]), _done, begin)

    def _bring(self, affair: Affair) -> Service | None:
        for leg in affair.parties:
            if not leg.asked and not leg.released:
                return self._call(affair, leg)
        whose = affair.whose
        if whose is not None and not whose.offered and not whose.asked and whose.partner:
            return self._call(affair, whose)
        return None

    def _call(self, affair: Affair, leg: Leg) -> Service | None:
        partner = affair.legs.get(leg.partner)
        if partner is None:
            return None
        if leg.ours and self.board.state(partner.call, leg.device) is not None:
            leg.asked, leg.call = True, partner.call  # the switch has had the same thought
            return None
        waits = self._pilot_of(partner.call)
        if waits is not None:
            others = any(one.asked and not one.released and one.call == partner.call for one in affair.parties)
            return None if others else self._send_to(affair, leg, partner.call, waits)
        if not partner.call:
            return self._make_call(affair, leg, partner)
        if partner.ours and self.board.state(partner.call, partner.device) in ("connected", "hold"):
            return self._call_beside(affair, leg, partner)
        return None

    def _send_to(self, affair: Affair, leg: Leg, call: str, waits: str) -> Service:
        """Where that telephone is busy the call may go on waiting for it."""

        def begin() -> None:
            leg.asked, leg.call = True, call

        return Service(_deflect(call, waits, leg.device), _done, begin, self._not_called(affair, leg))

    def _make_call(self, affair: Affair, leg: Leg, partner: Leg) -> Service:
        def begin() -> None:
            leg.asked = True

        def done(answer: Document) -> None:
            leg.call = partner.call = answer.value("callingDevice", "callID")
            self.board.put(leg.call, partner.device, self.board.state(leg.call, partner.device) or "initiated")

        request: Part = ("MakeCall", [("callingDevice", partner.device), ("calledDirectoryNumber", leg.device)])
        return Service(request, done, begin, self._not_called(affair, leg))

    def _call_beside(self, affair: Affair, leg: Leg, agent: Leg) -> Service:
        call = agent.call

        def begin() -> None:
            leg.asked = True

        if not agent.apart:
            return self._join(affair, leg, agent, begin)

        def done(answer: Document) -> None:
            leg.call = answer.value("initiatedCall", "callID")
            self.board.put(call, agent.device, "hold")
            self.board.put(leg.call, agent.device, self.board.state(leg.call, agent.device) or "connected")

        request: Part = (
            "ConsultationCall",
            [_connection("existingCall", call, agent.device), ("consultedDevice", leg.device)],
        )
        echo = ("HeldEvent", call, agent.device)
        return Service(request, done, begin, self._not_called(affair, leg), (echo,))

    def _join(self, affair: Affair, leg: Leg, agent: Leg, begin: Callable[[], None]) -> Service:
        call = agent.call

        def done(answer: Document) -> None:
            leg.call = answer.value("conferencedCall", "callID") or call

        request: Part = (
            "SingleStepConferenceCall",
            [_connection("activeCall", call, agent.device), ("deviceToJoin", leg.device), ("participationType", "active")],
        )
        return Service(request, done, begin, self._not_called(affair, leg))

    def _not_called(self, affair: Affair, leg: Leg) -> Callable[[str], None]:
        return lambda value: self.fail(affair, leg, cause_of_error(value))

    def _answer(self, affair: Affair) -> Service | None:
        for leg in affair.legs.values():
            if leg.answer and leg.ours and not leg.up and self.board.state(leg.call, leg.device) == "alerting":

                def begin(leg: Leg = leg) -> None:
                    leg.answer = False

                request: Part = ("AnswerCall", [_connection("callToBeAnswered", leg.call, leg.device)])
                return Service(request, _done, begin)
        return None

    # --- hold --------------------------------------------------------------------------------------------------------

    def _hold_or_retrieve(self, affair: Affair) -> Service | None:
        for agent in affair.parties:
            state = self.board.state(affair.call, agent.device)
            if not (agent.ours and agent.up and not agent.released and agent.call == affair.call):
                continue
            if agent.apart and state == "connected":
                return self._hold(affair, agent)
            if not agent.apart and agent.bridge is not None and state == "hold":
                return self._retrieve(affair, agent)
            second = self._second_of(affair, agent)
            consulted = next((leg for leg in affair.parties if leg.call == second), None)
            together = consulted is not None and agent.bridge is not None and consulted.bridge == agent.bridge
            if together and second and self.board.state(second, agent.device) == "hold" and state == "connected":
                return self._alternate(agent, active=affair.call, held=second)
        return None

    def _hold(self, affair: Affair, agent: Leg) -> Service:
        call = affair.call
        return Service(
            ("HoldCall", [_connection("callToBeHeld", call, agent.device)]),
            lambda answer: self.board.put(call, agent.device, "hold"),
            echoes=(("HeldEvent", call, agent.device),),
        )

    def _retrieve(self, affair: Affair, agent: Leg) -> Service | None:
        call, second = affair.call, self._second_of(affair, agent)
        consulted = next((leg for leg in affair.parties if leg.call == second and second), None)
        if consulted is not None and consulted.bridge == agent.bridge:
            return None  # it speaks with whom it consults
        if consulted is not None and self.board.state(second, agent.device) == "connected":
            return self._alternate(agent, active=second, held=call)
        return Service(
            ("RetrieveCall", [_connection("callToBeRetrieved", call, agent.device)]),
            lambda answer: self.board.put(call, agent.device, "connected"),
            echoes=(("RetrievedEvent", call, agent.device),),
        )

    def _alternate(self, agent: Leg, *, active: str, held: str) -> Service:
        def done(answer: Document) -> None:
            self.board.put(active, agent.device, "hold")
            self.board.put(held, agent.device, "connected")

        request: Part = (
            "AlternateCall",
            [_connection("heldCall", held, agent.device), _connection("activeCall", active, agent.device)],
        )
        echoes = (("HeldEvent", active, agent.device), ("RetrievedEvent", held, agent.device))
        return Service(request, done, echoes=echoes)

    def _digits(self, affair: Affair) -> Service | None:
        """Keys go to a party from whoever of ours talks with it."""
        for leg in affair.legs.values():
            sender = next((one for one in affair.legs.values() if one is not leg and one.ours and one.call == leg.call), None)
            if leg.digits and sender is not None and self._is_up(leg.call, sender):
                digits = leg.digits

                def begin(leg: Leg = leg) -> None:
                    leg.digits = ""

                request: Part = (
                    "GenerateDigits",
                    [_connection("connectionToSendDigits", leg.call, sender.device), ("charactersToSend", digits)],
                )
                return Service(request, _done, begin)
        return None

    # --- who is where --------------------------------------------------------------------------------------------------

    def _pilot_of(self, call: str) -> str | None:
        return next((device for device in self.board.calls.get(call, {}) if device in self.pilots), None)

    def _is_up(self, call: str, leg: Leg) -> bool:
        return self.board.state(call, leg.device) in ("connected", "hold")

    def _second_of(self, affair: Affair, agent: Leg) -> str:
        """The call beside the customer's in which the agent is, too."""
        calls = (call for call in sorted(affair.calls) if call != affair.call)
        return next((call for call in calls if self.board.state(call, agent.device) is not None), "")

    def _holder(self, affair: Affair, second: str) -> Leg | None:
        ours = (leg for leg in affair.parties if leg.ours and leg.call == affair.call)
        return next((leg for leg in ours if self.board.state(second, leg.device) == "connected"), None)

    def _consulting(self, affair: Affair) -> tuple[Leg | None, Leg | None]:
        """Agent and consulted party, where the switch has a call between them beside the customer's."""
        for agent in affair.parties:
            second = self._second_of(affair, agent) if agent.ours and agent.call == affair.call else ""
            consulted = next((leg for leg in affair.parties if second and leg.call == second), None)
            if consulted is not None:
                return agent, consulted
        return None, None


_RULES: Sequence[Callable[[Planner, Affair], Service | None]] = (
    Planner._look,
    Planner._clear,
    Planner._watch,
    Planner._transfer,
    Planner._conference,
    Planner._drop_consulted,
    Planner._leave,
    Planner._hang_up,
    Planner._mark,
    Planner._bring,
    Planner._answer,
    Planner._hold_or_retrieve,
    Planner._digits,
)


def _done(answer: Document) -> None:
    return


def _connection(name: str, call: str, device: str) -> Part:
    return (name, [("callID", call), ("deviceID", device)])


def _deflect(call: str, device: str, to: str) -> Part:
    return ("DeflectCall", [_connection("callToBeDiverted", call, device), ("newDestination", [("device", to)])])
