"""Routeing by a program (ECMA-269 §20): which devices it routes for, and what it has been asked and not answered yet."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from callbase.core.views import InteractionView
from callbase.csta import failures
from callbase.csta.document import Part
from callbase.csta.model import Party
from callbase.csta.parts import attached, connection, correlator, device

MOST = 1000


@dataclass(slots=True)
class Dialog:
    """A question that is open. While one answer is `tried` it ends by what becomes of that."""

    reference: str
    registration: str
    interaction: str
    asked: str
    tried: bool = False

    def message(self, name: str, *more: Part) -> Part:
        return (name, [("crossRefIdentifier", self.reference), ("routeRegisterReqID", self.registration), *more])


class Routes:
    """Those of one session."""

    def __init__(self) -> None:
        self._registered: dict[str, str] = {}
        """Registration → routeing device; empty: all."""
        self._dialogs: dict[str, Dialog] = {}
        self._asked: dict[str, Dialog] = {}
        """By what is asked."""
        self._numbers = itertools.count(1)

    def register(self, device: str) -> str:
        """Raises Failure where a session has too many."""
        if len(self._registered) >= MOST:
            raise failures.unavailable("registrationLimitExceeded")
        registration = str(next(self._numbers))
        self._registered[registration] = device
        return registration

    def cancel(self, registration: str) -> None:
        """Questions asked already stay open. Raises Failure where there is none."""
        if self._registered.pop(registration, None) is None:
            raise failures.operation("invalidRouteRegistrationCrossRefID")

    def dialog(self, reference: str) -> Dialog:
        """Raises Failure."""
        found = self._dialogs.get(reference)
        if found is None:
            raise failures.operation("invalidRouteingCrossRefID")
        return found

    def end(self, dialog: Dialog) -> None:
        self._dialogs.pop(dialog.reference, None)
        self._asked.pop(dialog.asked, None)

    def requests(self, calls: Iterable[InteractionView]) -> Iterator[Part]:
        """What has to be asked of the program now."""
        for one in calls:
            if one.asks is None or one.asks.id in self._asked:
                continue
            registration = self._registration(one.asks.device)
            if registration is None:
                continue
            dialog = Dialog(str(next(self._numbers)), registration, one.interaction, one.asks.id)
            self._dialogs[dialog.reference] = self._asked[dialog.asked] = dialog
            yield _request(dialog, one, one.asks.device)

    def ends(self, calls: dict[str, InteractionView]) -> Iterator[Part]:
        """The program is told of questions nobody waits for any more. `calls`: all there are."""
        for dialog in list(self._dialogs.values()):
            if not dialog.tried and not self.open(dialog, calls):
                self.end(dialog)
                yield dialog.message("RouteEnd", ("errorValue", [("operation", "routeingTimerExpired")]))

    @staticmethod
    def open(dialog: Dialog, calls: dict[str, InteractionView]) -> bool:
        one = calls.get(dialog.interaction)
        return one is not None and one.asks is not None and one.asks.id == dialog.asked

    def _registration(self, device: str) -> str | None:
        return next((number for number, registered in self._registered.items() if registered in ("", device)), None)


def _request(dialog: Dialog, one: InteractionView, routeing: str) -> Part:
    at = Party("flow", one.called_number)
    return dialog.message(
        "RouteRequest",
        device("currentRoute", one.called_number),
        device("callingDevice", one.caller_number),
        device("routeingDevice", routeing),
        connection("routedCall", one.interaction, at),
        ("routeSelAlgorithm", "normal"),
        *correlator(one.data),
        *attached(one.data),
    )
