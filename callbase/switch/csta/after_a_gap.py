"""Which legs are still there after the connection was lost or the engine began anew, and in which calls."""

from __future__ import annotations

from callbase.switch.csta.affairs import Affair, Leg
from callbase.switch.csta.board import Board


def place(affair: Affair, board: Board, known: set[str]) -> None:
    """Forgets those that are gone. One whose request was not answered any more may have a call that is not among the `known`."""
    for leg in list(affair.legs.values()):
        if board.state(leg.call, leg.device) is None:
            _find(affair, leg, board, known)
    affair.watched.clear()
    for leg in list(affair.legs.values()):
        state = board.state(leg.call, leg.device)
        leg.seen = leg.seen or state is not None
        if not leg.offered and state in ("connected", "hold"):
            leg.alerting = leg.up = True
        if state == "hold" and leg.id != affair.customer:
            leg.bridge, leg.apart = None, True  # the core says if it is to be otherwise
        if state is None and not _may_come(affair, leg, board):
            del affair.legs[leg.id]


def _find(affair: Affair, leg: Leg, board: Board, known: set[str]) -> None:
    """Its call is one with another of the affair; if that one had none until now, it has begun with it."""
    others = [one for one in affair.legs.values() if one is not leg and one.ours]
    for call in sorted(set(board.calls) - known):
        beside = next((one for one in others if one.device in board.calls[call]), None)
        if beside is not None and leg.device in board.calls[call]:
            leg.call = call
            beside.call = beside.call or call
            return


def _may_come(affair: Affair, leg: Leg, board: Board) -> bool:
    """Has not been called yet; or is to be called by the switch once its telephone is free."""
    return not leg.call or (leg.asked and not leg.seen and leg.call in board.calls and leg.call == affair.call)
