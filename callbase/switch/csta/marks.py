"""What we leave with a call on the switch, so that another run of the engine knows its legs again."""

from __future__ import annotations

from callbase.switch.csta.affairs import Affair, Leg
from callbase.switch.csta.attached import SIGN


def mark_of(affair: Affair) -> str:
    """Of the call's customer and those who talk, or are to talk, with it."""
    whose = affair.whose
    legs = [leg for leg in affair.legs.values() if not leg.released]
    bridge = whose.bridge or "" if whose is not None else ""
    named = [f"{leg.device}={leg.id}" for leg in sorted(legs, key=lambda leg: leg.id != affair.customer)]
    return " ".join([SIGN, f"{affair.pilot}={bridge}", *named])


def affair_of(mark: str, call: str, ours: frozenset[str]) -> Affair | None:
    """None where the mark is not one of ours. The customer is named first."""
    sign, *words = mark.split(" ")
    pairs = [word.rpartition("=")[::2] for word in words]
    if sign != SIGN or len(pairs) < 2:
        return None
    (pilot, bridge), *named = pairs
    affair = Affair(pilot=pilot, customer=named[0][1], mark=mark)
    for device, leg in named:
        affair.legs[leg] = Leg(leg, device, device in ours, call=call, bridge=bridge or None, asked=True)
    customer = affair.legs[affair.customer]
    customer.up = customer.offered = True
    return affair
