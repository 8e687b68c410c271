"""What a session works with once it is known whose it is: the link, its monitors, and a way to tell."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

from callbase.core.events import AnyAction
from callbase.core.views import InteractionView, TenantView
from callbase.csta import failures
from callbase.csta.document import Part
from callbase.csta.framing import EVENT
from callbase.csta.happenings import Happening
from callbase.csta.monitors import Monitors
from callbase.csta.routes import Routes
from callbase.cti.client import LinkClient, LinkLost, LinkRefused
from callbase.cti.messages import ReplyMessage

ASK_TIMEOUT_S = 5.0


class Desk:
    def __init__(self, link: LinkClient, tell: Callable[[int, Part], None]) -> None:
        """`tell` sends a message under an invoke id."""
        self.monitors = Monitors()
        self.routes = Routes()
        self.registered: str | None = None
        """The registration by which the program wants to know of the system's status."""
        self.engine_online = True
        """What the gateway says; the link itself stays up while the engine is away."""
        self._link = link
        self._tell = tell
        self._invokes = itertools.count(0)
        self._later: list[Part] = []
        self._status = self.status

    @property
    def view(self) -> TenantView:
        """The tenant now. Raises Failure while the engine is away."""
        if not self._link.connected:
            raise failures.unavailable()
        return self._link.view

    @property
    def status(self) -> str:
        """ECMA-269 §12.2.24."""
        if not (self._link.connected and self.engine_online):
            return "disabled"
        return "normal" if self._link.view.switch_online else "partiallyDisabled"

    async def ask(self, action: AnyAction) -> ReplyMessage:
        """Raises Failure where it is refused."""
        try:
            reply = await self._link.request(action, timeout_s=ASK_TIMEOUT_S)
        except (LinkLost, LinkRefused, TimeoutError) as error:
            raise failures.unavailable() from error
        if reply.error is not None:
            raise failures.failure_of(reply.error)
        return reply

    def later(self, message: Part) -> None:
        """Is sent after the answer to the present request."""
        self._later.append(message)

    def answered(self) -> None:
        messages, self._later = self._later, []
        for message in messages:
            self._request(message)

    def _request(self, message: Part) -> None:
        self._tell(next(self._invokes) % EVENT, message)

    def happened(self, happening: Happening) -> None:
        """Tells each monitor that is for it."""
        for monitor in tuple(self.monitors.concerned(happening)):
            message = monitor.message(happening)
            if message is not None:
                self._tell(EVENT, message)
        for monitor in self.monitors.over(happening):
            self.monitors.remove(monitor.reference)
            self._tell(EVENT, ("MonitorStop", [("monitorCrossRefID", monitor.reference)]))

    def ask_for_routes(self, calls: Iterable[InteractionView]) -> None:
        """Asks the program, where it routes for what these calls ask."""
        for message in self.routes.requests(calls):
            self._request(message)

    def end_routes(self) -> None:
        """Tells the program of questions that are answered or out of time."""
        for message in self.routes.ends(self._link.view.interactions):
            self._request(message)

    def check_status(self) -> None:
        """Says what has become of the system, where the program asked for that."""
        before, self._status = self._status, self.status
        if self.registered is not None and before != self._status:
            self._request(("SystemStatus", [("sysStatRegisterID", self.registered), ("systemStatus", self._status)]))
