"""How a call is: looked at where that is not known, and watched wherever it goes."""

from __future__ import annotations

from callbase.csta.document import Document
from callbase.switch.csta.affairs import Affair
from callbase.switch.csta.look import parties_of, snapshot_call
from callbase.switch.csta.service import Service, connection, nothing_to_note
from callbase.switch.csta.sight import Sight


def look(sight: Sight, affair: Affair) -> Service | None:
    if not affair.unsure:
        return None
    call = min(affair.unsure)

    def done(answer: Document) -> None:
        affair.unsure.discard(call)
        parties = parties_of(answer)
        if parties and call in sight.board.calls:
            sight.board.calls[call] = parties
        for leg in affair.legs.values():
            if leg.released and leg.call == call and leg.device not in parties:
                leg.call = ""

    def gone(value: str) -> None:
        affair.unsure.discard(call)
        sight.board.drop(call)

    return Service(snapshot_call(call), done, refused=gone)


def watch(sight: Sight, affair: Affair) -> Service | None:
    """A call that has not come by a pilot since we connected: its end is told even where no telephone of ours is in it."""
    call = affair.call
    if not call or call in affair.watched or call not in sight.board.calls:
        return None

    def begin() -> None:
        affair.watched.add(call)

    device = next(iter(sight.board.calls[call]))
    return Service(("MonitorStart", [("monitorObject", [connection("callObject", call, device)])]), nothing_to_note, begin)
