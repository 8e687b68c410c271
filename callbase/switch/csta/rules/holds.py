"""Hold, retrieve, change between two, and keys."""

from __future__ import annotations

from callbase.csta.document import Document, Part
from callbase.switch.csta.affairs import Affair, Leg
from callbase.switch.csta.service import Service, connection, nothing_to_note
from callbase.switch.csta.sight import Sight


def hold_or_retrieve(sight: Sight, affair: Affair) -> Service | None:
    for agent in affair.parties:
        state = sight.board.state(affair.call, agent.device)
        if not (agent.ours and agent.up and not agent.released and agent.call == affair.call):
            continue
        if agent.apart and state == "connected":
            return _hold(sight, affair, agent)
        if not agent.apart and agent.bridge is not None and state == "hold":
            return _retrieve(sight, affair, agent)
        second = sight.second_of(affair, agent)
        consulted = next((leg for leg in affair.parties if leg.call == second), None)
        together = consulted is not None and agent.bridge is not None and consulted.bridge == agent.bridge
        if together and second and sight.board.state(second, agent.device) == "hold" and state == "connected":
            return _alternate(sight, agent, active=affair.call, held=second)
    return None


def _hold(sight: Sight, affair: Affair, agent: Leg) -> Service:
    call = affair.call
    return Service(
        ("HoldCall", [connection("callToBeHeld", call, agent.device)]),
        lambda answer: sight.board.put(call, agent.device, "hold"),
        echoes=(("HeldEvent", call, agent.device),),
    )


def _retrieve(sight: Sight, affair: Affair, agent: Leg) -> Service | None:
    call, second = affair.call, sight.second_of(affair, agent)
    consulted = next((leg for leg in affair.parties if leg.call == second and second), None)
    if consulted is not None and consulted.bridge == agent.bridge:
        return None  # it speaks with whom it consults
    if consulted is not None and sight.board.state(second, agent.device) == "connected":
        return _alternate(sight, agent, active=second, held=call)
    return Service(
        ("RetrieveCall", [connection("callToBeRetrieved", call, agent.device)]),
        lambda answer: sight.board.put(call, agent.device, "connected"),
        echoes=(("RetrievedEvent", call, agent.device),),
    )


def _alternate(sight: Sight, agent: Leg, *, active: str, held: str) -> Service:
    def done(answer: Document) -> None:
        sight.board.put(active, agent.device, "hold")
        sight.board.put(held, agent.device, "connected")

    request: Part = (
        "AlternateCall",
        [connection("heldCall", held, agent.device), connection("activeCall", active, agent.device)],
    )
    echoes = (("HeldEvent", active, agent.device), ("RetrievedEvent", held, agent.device))
    return Service(request, done, echoes=echoes)


def digits(sight: Sight, affair: Affair) -> Service | None:
    """Keys go to a party from whoever of ours talks with it."""
    for leg in affair.legs.values():
        sender = next((one for one in affair.legs.values() if one is not leg and one.ours and one.call == leg.call), None)
        if leg.digits and sender is not None and sight.is_up(leg.call, sender):
            digits = leg.digits

            def begin(leg: Leg = leg) -> None:
                leg.digits = ""

            request: Part = (
                "GenerateDigits",
                [connection("connectionToSendDigits", leg.call, sender.device), ("charactersToSend", digits)],
            )
            return Service(request, nothing_to_note, begin)
    return None
