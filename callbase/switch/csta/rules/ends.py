"""Somebody goes, or all do."""

from __future__ import annotations

from collections.abc import Callable

from callbase.csta.document import Document, Part
from callbase.switch.csta.affairs import Affair, Leg
from callbase.switch.csta.causes import cause_of_error
from callbase.switch.csta.service import Service, connection, deflect
from callbase.switch.csta.sight import Sight


def clear(sight: Sight, affair: Affair) -> Service | None:
    """The customer is let go of, and all that was for it."""
    whose = affair.whose
    if whose is not None and not whose.released:
        return None
    legs = [leg for leg in affair.legs.values() if leg.call in sight.board.calls]
    if not legs or (whose is None and not all(leg.released for leg in affair.legs.values())):
        return None
    call = legs[0].call
    there = sight.board.calls[call]
    device = legs[0].device if legs[0].device in there else next(iter(there))
    gone = _dropped(sight, call)
    return Service(("ClearCall", [connection("callToBeCleared", call, device)]), gone, refused=gone)


def drop_consulted(sight: Sight, affair: Affair) -> Service | None:
    for leg in affair.parties:
        if leg.released and leg.call and leg.call != affair.call and leg.call in sight.board.calls:
            return _reconnect(sight, affair, leg)
    return None


def _reconnect(sight: Sight, affair: Affair, consulted: Leg) -> Service:
    agent = sight.holder(affair, consulted.call)
    call, second = affair.call, consulted.call
    gone = _dropped(sight, second)
    if agent is None or sight.board.state(call, agent.device) != "hold":
        request: Part = ("ClearConnection", [connection("connectionToBeCleared", second, consulted.device)])
        return Service(request, gone, refused=gone)

    def done(answer: Document) -> None:
        gone(answer)
        sight.board.put(call, agent.device, "connected")

    active, held = connection("activeCall", second, agent.device), connection("heldCall", call, agent.device)
    echo = ("RetrievedEvent", call, agent.device)
    return Service(("ReconnectCall", [active, held]), done, refused=gone, echoes=(echo,))


def leave(sight: Sight, affair: Affair) -> Service | None:
    """A party goes and the customer stays: back to where it waited, unless others talk with it."""
    for leg in affair.parties:
        if leg.released and leg.asked and leg.call == affair.call and affair.call in sight.board.calls:
            return _without(sight, affair, leg)
    return None


def _without(sight: Sight, affair: Affair, leg: Leg) -> Service | None:
    call, state = affair.call, sight.board.state(affair.call, leg.device)
    others = [one for one in affair.parties if one is not leg and not one.released and sight.is_up(call, one)]
    pilot = affair.pilot if affair.pilot in sight.pilots else min(sight.pilots, default="")

    def gone(answer: object) -> None:
        sight.board.put(call, leg.device, None)
        leg.call = ""

    if state is None:
        waits = sight.pilot_of(call)
        if waits is None:
            return None
        return Service(deflect(call, waits, waits), gone)
    outside = next((one for one in affair.parties if _is_to_be_called_outside(affair, one)), None)
    if outside is not None and leg.ours and not others and state != "alerting":
        return _send_out(sight, affair, leg, outside)
    if others or not pilot or not leg.ours:
        return Service(("ClearConnection", [connection("connectionToBeCleared", call, leg.device)]), gone, refused=gone)

    def back(answer: Document) -> None:
        new = answer.value("transferredCall", "callID") or call
        gone(answer)
        if call in sight.board.calls:
            sight.board.join((call,), new)
            affair.renamed((call,), new)
            sight.board.put(new, pilot, "queued")

    if state == "alerting":
        return Service(deflect(call, leg.device, pilot), back)
    request: Part = (
        "SingleStepTransferCall",
        [connection("activeCall", call, leg.device), ("transferredTo", pilot)],
    )
    return Service(request, back)


def _is_to_be_called_outside(affair: Affair, leg: Leg) -> bool:
    return not (leg.asked or leg.released or leg.ours) and leg.partner == affair.customer


def _send_out(sight: Sight, affair: Affair, leg: Leg, outside: Leg) -> Service:
    """A switch may send on to a number who talks, and not who waits."""
    call = affair.call

    def begin() -> None:
        outside.asked, outside.call = True, call

    def done(answer: Document) -> None:
        sight.board.put(call, leg.device, None)
        leg.call = ""
        affair.renamed((call,), answer.value("transferredCall", "callID") or call)

    def refused(value: str) -> None:
        outside.call = ""
        sight.fail(affair, outside, cause_of_error(value))

    request: Part = (
        "SingleStepTransferCall",
        [connection("activeCall", call, leg.device), ("transferredTo", outside.device)],
    )
    return Service(request, done, begin, refused)


def hang_up(sight: Sight, affair: Affair) -> Service | None:
    """What the switch would not end in a better way: its own rules say what becomes of the caller."""
    for leg in affair.parties:
        if leg.released and sight.board.state(leg.call, leg.device) is not None:
            call = leg.call

            def gone(answer: object, leg: Leg = leg, call: str = call) -> None:
                sight.board.put(call, leg.device, None)

            request: Part = ("ClearConnection", [connection("connectionToBeCleared", call, leg.device)])
            return Service(request, gone, refused=gone)
    return None


def _dropped(sight: Sight, call: str) -> Callable[[object], None]:
    """Takes either answer: where the switch refuses to end a call it has none."""
    return lambda answer: sight.board.drop(call)
