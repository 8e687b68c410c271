"""An engine and a simulated switch on one virtual clock: minutes of a contact centre in milliseconds, the same every time."""

from __future__ import annotations

from collections.abc import Callable

from callbase.core.commands import AnyCommand, Connect, DestroyBridge, LookUpCustomer, Originate
from callbase.core.config import Config
from callbase.core.engine import Engine, Output
from callbase.core.errors import CoreError
from callbase.core.events import AnyAction, AnyEvent, ConfigPublished, Customer, EngineStarted, LookupFinished, Request, TimerDue
from callbase.core.output import Reply
from callbase.switch.simulated.switch import SimulatedSwitch

START_MS = 1_767_600_000_000
"""2026-01-05 16:00 in Shanghai."""


class Simulation:
    """`journal` keeps every event with its moment, `commands` and `output` all that came of them, unless `keep` is False, as for
    long days; `watch` sees each output."""

    def __init__(
        self,
        config: Config,
        *,
        start_ms: int = START_MS,
        customers: dict[str, Customer] | None = None,
        watch: Callable[[Output], None] | None = None,
        keep: bool = True,
        nodes: tuple[str, ...] = ("a",),
    ) -> None:
        """`nodes`: of the switch; `switch` is the first."""
        self.engine = Engine()
        self.switches = {node: SimulatedSwitch(node) for node in nodes}
        self.switch, *others = self.switches.values()
        for switch in others:
            switch.telephones = self.switch.telephones
        for switch in self.switches.values():
            switch.others = self.switches
        self.now_ms = start_ms
        self.customers = customers if customers is not None else {}
        self.journal: list[tuple[int, AnyEvent]] = []
        self.output = Output()
        """All facts, replies and commands so far."""
        self._watch = watch
        self._keep = keep
        self._requests = 0
        self.give(EngineStarted(epoch=1))
        self.give(ConfigPublished(config=config))
        for switch in self.switches.values():
            switch.connect(self.now_ms)
        self.settle()

    def give(self, event: AnyEvent) -> Output:
        """One event into the engine; its commands go to the switch at once."""
        output = self.engine.receive(event, self.now_ms)
        if self._keep:
            self.journal.append((self.now_ms, event))
            self.output.facts += output.facts
            self.output.replies += output.replies
            self.output.commands += output.commands
        if self._watch is not None:
            self._watch(output)
        for command in output.commands:
            if isinstance(command, LookUpCustomer):
                self._look_up(command)
            else:
                self._switch_of(command).execute(command, self.now_ms)
        return output

    def _switch_of(self, command: AnyCommand) -> SimulatedSwitch:
        if len(self.switches) == 1:
            return self.switch
        if isinstance(command, Connect | DestroyBridge | Originate):
            return self.switches[command.node]
        return next((switch for switch in self.switches.values() if getattr(command, "leg", "") in switch.legs), self.switch)

    def ask(self, action: AnyAction, tenant: str = "demo", actor: str = "test") -> CoreError | None:
        """A request; returns why it was refused, None if done. What follows from it at once has happened then."""
        return self.reply_to(action, tenant, actor).error

    def reply_to(self, action: AnyAction, tenant: str = "demo", actor: str = "test") -> Reply:
        self._requests += 1
        output = self.give(Request(id=str(self._requests), tenant=tenant, actor=actor, action=action))
        reply = next(reply for reply in output.replies if reply.id == str(self._requests))
        self.settle()
        return reply

    def settle(self) -> None:
        """Everything due now happens."""
        self.run_until(self.now_ms)

    def run_for(self, ms: int) -> None:
        self.run_until(self.now_ms + ms)

    def run_until(self, end_ms: int) -> None:
        """Virtual time goes on, from one due moment to the next."""
        while True:
            moments = (*(switch.next_due_ms() for switch in self.switches.values()), self.engine.next_timer())
            due = [moment for moment in moments if moment is not None]
            if not due or min(due) > end_ms:
                break
            self.now_ms = max(self.now_ms, min(due))
            events = [event for switch in self.switches.values() for event in switch.events(self.now_ms)]
            for event in events:
                self.give(event)
            timer_ms = self.engine.next_timer()
            if not events and timer_ms is not None and timer_ms <= self.now_ms:
                self.give(TimerDue())
        self.now_ms = max(self.now_ms, end_ms)

    def _look_up(self, command: LookUpCustomer) -> None:
        self.give(
            LookupFinished(
                lookup=command.lookup,
                tenant=command.tenant,
                interaction=command.interaction,
                customer=self.customers.get(command.number),
            )
        )
