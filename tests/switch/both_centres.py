"""Our centre and the switch its agents are on, a callbase too, on one virtual clock: CSTA between them without sockets.

What the switch says waits on the wire until `deliver`; the answer to a request stands there before or after the events it led
to, as chance has it. So whatever people do meets whatever is still on its way.
"""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable, Coroutine
from typing import Any

from callbase.core.commands import AnyCommand, LookUpCustomer, Originate
from callbase.core.engine import Engine
from callbase.core.errors import CoreError
from callbase.core.events import (
    AnyAction,
    AnyEvent,
    ConfigPublished,
    EngineStarted,
    LookupFinished,
    Request,
    SetReady,
    SignIn,
    SwitchLost,
    TimerDue,
)
from callbase.core.output import Output, Reply
from callbase.core.views import TenantView
from callbase.csta.desk import Desk
from callbase.csta.document import NEWEST, Document, Part, parse, render
from callbase.csta.failures import Failure
from callbase.csta.follower import Follower
from callbase.csta.services import SERVICES
from callbase.cti.messages import PROTOCOL, Change, Snapshot
from callbase.engine.changes import change
from callbase.switch.csta.affairs import Affair
from callbase.switch.csta.exchange import Exchange
from callbase.switch.csta.look import call_there, calls_at, keeps_ours
from callbase.switch.csta.telephones import Telephones
from tests.core.centre import Centre
from tests.csta.pbx import PILOT, pbx_config, pbx_of_tests
from tests.switch.own_centre import config


class DirectLink:
    """The link of the switch's CSTA process, without a process in between."""

    connected = True

    def __init__(self, centre: Centre) -> None:
        self._centre = centre

    @property
    def view(self) -> TenantView:
        return self._centre.view

    async def request(self, action: AnyAction, timeout_s: float) -> Reply:
        return self._centre.reply_to(action)


class DirectPbx(Centre):
    """A switch whose CSTA says everything to `tell` at once."""

    def __init__(self, *agents: str) -> None:
        self.tell: Callable[[Document], None] = lambda document: None
        self._desk: Desk | None = None
        self._follower = Follower()
        super().__init__(**pbx_config(*agents))
        self._follower.take(self._snapshot())
        self.begin_session()

    def begin_session(self) -> None:
        self._desk = Desk(DirectLink(self), lambda invoke, message: self.tell(_sent(message)))  # type: ignore[arg-type]

    def serve(self, request: Part) -> Document:
        """The answer."""
        assert self._desk is not None
        asked = _sent(request)
        try:
            return _sent(_run(SERVICES[asked.name](self._desk, asked)))
        except Failure as failure:
            return _sent(failure.message)

    def give(self, event: Any) -> Output:
        output = super().give(event)
        changed = output.changed.get("demo")
        if self._desk is not None and changed is not None:
            view = self.engine.view("demo", None if changed.everything else changed)
            assert view is not None
            self._changed(self._snapshot() if changed.everything else change(view, changed, self.now_ms))
        return output

    def _changed(self, message: Snapshot | Change) -> None:
        assert self._desk is not None
        for happening in self._follower.take(message):
            self._desk.happened(happening)

    def _snapshot(self) -> Snapshot:
        return Snapshot(seq=0, now_ms=self.now_ms, protocol=PROTOCOL, state=self.view)


class _Asked:
    def __init__(self, pbx: DirectPbx) -> None:
        self._pbx = pbx

    async def ask(self, request: Part) -> Document:
        return self._pbx.serve(request)


class Both:
    def __init__(self, chance: random.Random, *agents: str) -> None:
        self.chance = chance
        self.agents = agents
        self.pbx = DirectPbx(*agents)
        self.pbx.tell = lambda document: self.wire.append((document, None))
        self.engine = Engine()
        self.facts: list[Any] = []
        self.wire: deque[tuple[Document, Callable[[Document], None] | None]] = deque()
        self.online = False
        self._telephones = Telephones()
        self.exchange = Exchange("a", pbx_of_tests(0), self._telephones, self.give)
        self._busy: set[int] = set()
        self._batch: list[AnyCommand] = []
        self._alarms: list[tuple[int, str]] = []
        self._requests = 0
        own = config(*agents)
        self._telephones.configure(own)
        self.give(EngineStarted(epoch=1))
        self.give(ConfigPublished(config=own))
        self._telephones.registered.update(agents)
        self.connect()

    # --- time --------------------------------------------------------------------------------------------------------

    @property
    def now_ms(self) -> int:
        return self.pbx.now_ms

    def run_for(self, ms: int) -> None:
        """From one due moment to the next, and all that is on the wire arrives."""
        end_ms = self.now_ms + ms
        while True:
            self.deliver()
            due = [self.pbx.switch.next_due_ms(), self.pbx.engine.next_timer(), self.engine.next_timer()]
            due += [at_ms for at_ms, _ in self._alarms]
            moments = [moment for moment in due if moment is not None and moment <= end_ms]
            if not moments:
                break
            self.pbx.run_until(max(self.now_ms, min(moments)))
            self._ring()
            timer_ms = self.engine.next_timer()
            if timer_ms is not None and timer_ms <= self.now_ms:
                self.give(TimerDue())
            self._execute()
        self.pbx.run_until(end_ms)
        self.deliver()

    def _ring(self) -> None:
        due = [alarm for alarm in self._alarms if alarm[0] <= self.now_ms]
        self._alarms = [alarm for alarm in self._alarms if alarm[0] > self.now_ms]
        for _, leg in due:
            affair = self.exchange.silent(leg)
            if affair is not None:
                self._settle([affair])

    # --- our centre --------------------------------------------------------------------------------------------------

    @property
    def view(self) -> TenantView:
        view = self.engine.view("demo")
        assert view is not None
        return view

    def give(self, event: AnyEvent) -> Output:
        output = self.engine.receive(event, self.now_ms)
        self.facts += output.facts
        for command in output.commands:
            if isinstance(command, LookUpCustomer):
                self.give(LookupFinished(lookup=command.lookup, tenant="demo", interaction=command.interaction))
            elif self.online:
                self._batch.append(command)
        return output

    def ask(self, action: AnyAction) -> CoreError | None:
        self._requests += 1
        output = self.give(Request(id=str(self._requests), tenant="demo", actor="test", action=action))
        self._execute()
        return output.replies[0].error

    def staff(self) -> None:
        """All agents are signed in and ready, in their order."""
        for agent in self.agents:
            assert self.ask(SignIn(agent=agent, device=agent)) is None
            assert self.ask(SetReady(agent=agent)) is None
            self.run_for(1)

    def _execute(self) -> None:
        while self._batch:
            batch, self._batch = self._batch, []
            for command in batch:
                if isinstance(command, Originate):
                    self._alarms.append((self.now_ms + command.timeout_ms, command.leg))
            self._settle(self.exchange.execute(batch))

    def there(self, call: str) -> dict[str, str] | None:
        """How the switch says its call is."""
        found = _run(call_there(_Asked(self.pbx), call))
        return found.parties if found is not None else None

    # --- the wire ----------------------------------------------------------------------------------------------------

    def deliver(self, most: int = 100_000) -> None:
        while self.wire and most:
            most -= 1
            document, answered = self.wire.popleft()
            if answered is not None:
                answered(document)
            elif self.online:
                concerned = self.exchange.took(document, self.now_ms / 1000)
                self._execute()
                self._settle(concerned)
            self._execute()

    def disconnect(self) -> None:
        """What is on its way is lost; calls go on."""
        self.online = False
        self.wire.clear()
        self._busy.clear()
        self._batch.clear()
        self.give(SwitchLost(node="a"))
        self._execute()

    def restart(self) -> None:
        """Another run of the driver, which knows of no call until it looks."""
        if self.online:
            self.disconnect()
        self.exchange = Exchange("a", pbx_of_tests(0), self._telephones, self.give)
        self._alarms.clear()
        self.connect()

    def connect(self) -> None:
        self.wire.clear()
        self.pbx.begin_session()
        for device, kind in ((PILOT, "call"), *((agent, "device") for agent in self.agents)):
            self.pbx.serve(("MonitorStart", [("monitorObject", [("deviceObject", device)]), ("monitorType", kind)]))
        switch = _Asked(self.pbx)
        names = {call for affair in self.exchange.affairs for call in affair.calls}
        for device in (PILOT, *self.agents):
            names |= _run(calls_at(switch, device))
        found = {call: seen for call in sorted(names) if (seen := _run(call_there(switch, call))) is not None}
        self.online = True
        self.exchange.anew(found, self._telephones.present, keeps_ours=_run(keeps_ours(switch)))
        self._execute()
        self._settle(self.exchange.affairs)

    def _settle(self, affairs: list[Affair]) -> None:
        for affair in list(affairs):
            if self.online and id(affair) not in self._busy:
                self._ask(affair)

    def _ask(self, affair: Affair) -> None:
        service = self.exchange.next_service(affair)
        if service is None:
            return
        self._busy.add(id(affair))
        self.exchange.begin(service, self.now_ms / 1000)
        told = len(self.wire)
        answer = self.pbx.serve(service.request)

        def answered(document: Document) -> None:
            if id(affair) not in self._busy:
                return
            self._busy.discard(id(affair))
            self.exchange.answered(affair, service, document)
            self._execute()
            self._settle([affair])

        self.wire.insert(self.chance.randint(told, len(self.wire)), (answer, answered))


def _sent(message: Part) -> Document:
    return parse(render(NEWEST, message))


def _run(waits: Coroutine[Any, Any, Any]) -> Any:
    """What waits for nobody is done at once."""
    try:
        waits.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("it waits for something")
