"""Somebody is called, and told to answer."""

from __future__ import annotations

from collections.abc import Callable

from callbase.csta.data import associate
from callbase.csta.document import Document, Part
from callbase.csta.parts import CORRELATOR
from callbase.switch.csta.affairs import Affair, Leg
from callbase.switch.csta.attached import MARK
from callbase.switch.csta.causes import cause_of_error
from callbase.switch.csta.marks import mark_of
from callbase.switch.csta.service import Service, connection, deflect, nothing_to_note
from callbase.switch.csta.sight import Sight


def mark(sight: Sight, affair: Affair) -> Service | None:
    """Before anybody rings, so that a new run of ours knows who does: beside what programs of the switch have attached, never in
    its place."""
    mark = mark_of(affair)
    whose = affair.whose
    if whose is None or not whose.up or mark == affair.mark or affair.call not in sight.board.calls:
        return None

    if not sight.keeps_ours and CORRELATOR in affair.data:
        return None

    def begin() -> None:
        affair.mark = mark

    existing = connection("existingCall", affair.call, whose.device)
    return Service(associate(existing, {MARK if sight.keeps_ours else CORRELATOR: mark}), nothing_to_note, begin)


def attach(sight: Sight, affair: Affair) -> Service | None:
    whose = affair.whose
    if not affair.to_attach or whose is None or affair.call not in sight.board.calls:
        return None

    def begin() -> None:
        affair.attaching, affair.to_attach = affair.to_attach, {}

    def done(answer: Document) -> None:
        affair.data = affair.with_data(affair.attaching)
        affair.attaching = {}

    def refused(value: str) -> None:
        affair.attaching = {}

    existing = connection("existingCall", affair.call, whose.device)
    return Service(associate(existing, affair.to_attach), done, begin, refused)


def bring(sight: Sight, affair: Affair) -> Service | None:
    for leg in affair.parties:
        if not leg.asked and not leg.released:
            return _call(sight, affair, leg)
    whose = affair.whose
    if whose is not None and not whose.offered and not whose.asked and whose.partner:
        return _call(sight, affair, whose)
    return None


def _call(sight: Sight, affair: Affair, leg: Leg) -> Service | None:
    partner = affair.legs.get(leg.partner)
    if partner is None:
        return None
    if leg.ours and sight.board.state(partner.call, leg.device) is not None:
        leg.asked, leg.call = True, partner.call  # the switch has had the same thought
        return None
    waits = sight.pilot_of(partner.call)
    if waits is not None:
        others = any(one.asked and not one.released and one.call == partner.call for one in affair.parties)
        return None if others else _send_to(sight, affair, leg, partner.call, waits)
    if not partner.call:
        return _make_call(sight, affair, leg, partner)
    if partner.ours and sight.board.state(partner.call, partner.device) in ("connected", "hold"):
        return _call_beside(sight, affair, leg, partner)
    return None


def _send_to(sight: Sight, affair: Affair, leg: Leg, call: str, waits: str) -> Service:
    """Where that telephone is busy the call may go on waiting for it."""

    def begin() -> None:
        leg.asked, leg.call = True, call

    return Service(deflect(call, waits, leg.device), nothing_to_note, begin, _not_called(sight, affair, leg))


def _make_call(sight: Sight, affair: Affair, leg: Leg, partner: Leg) -> Service:
    def begin() -> None:
        leg.asked = True

    def done(answer: Document) -> None:
        leg.call = partner.call = answer.value("callingDevice", "callID")
        sight.board.put(leg.call, partner.device, sight.board.state(leg.call, partner.device) or "initiated")

    request: Part = ("MakeCall", [("callingDevice", partner.device), ("calledDirectoryNumber", leg.device)])
    return Service(request, done, begin, _not_called(sight, affair, leg))


def _call_beside(sight: Sight, affair: Affair, leg: Leg, agent: Leg) -> Service:
    call = agent.call

    def begin() -> None:
        leg.asked = True

    if not agent.apart:
        return _join(sight, affair, leg, agent, begin)

    def done(answer: Document) -> None:
        leg.call = answer.value("initiatedCall", "callID")
        sight.board.put(call, agent.device, "hold")
        sight.board.put(leg.call, agent.device, sight.board.state(leg.call, agent.device) or "connected")

    request: Part = (
        "ConsultationCall",
        [connection("existingCall", call, agent.device), ("consultedDevice", leg.device)],
    )
    echo = ("HeldEvent", call, agent.device)
    return Service(request, done, begin, _not_called(sight, affair, leg), (echo,))


def _join(sight: Sight, affair: Affair, leg: Leg, agent: Leg, begin: Callable[[], None]) -> Service:
    call = agent.call

    def done(answer: Document) -> None:
        leg.call = answer.value("conferencedCall", "callID") or call

    request: Part = (
        "SingleStepConferenceCall",
        [connection("activeCall", call, agent.device), ("deviceToJoin", leg.device), ("participationType", "active")],
    )
    return Service(request, done, begin, _not_called(sight, affair, leg))


def _not_called(sight: Sight, affair: Affair, leg: Leg) -> Callable[[str], None]:
    return lambda value: sight.fail(affair, leg, cause_of_error(value))


def answer(sight: Sight, affair: Affair) -> Service | None:
    for leg in affair.legs.values():
        if leg.answer and leg.ours and not leg.up and sight.board.state(leg.call, leg.device) == "alerting":

            def begin(leg: Leg = leg) -> None:
                leg.answer = False

            request: Part = ("AnswerCall", [connection("callToBeAnswered", leg.call, leg.device)])
            return Service(request, nothing_to_note, begin)
    return None
