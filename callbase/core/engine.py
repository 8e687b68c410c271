"""The core's one door: events go in, with their time; commands, facts and replies come out."""

from __future__ import annotations

from contextlib import suppress

import msgspec

from callbase.core import dispatch, view
from callbase.core.call.callback import find_lines, merge_entered
from callbase.core.core import Core
from callbase.core.errors import CoreError
from callbase.core.events import AnyEvent, EngineStarted, Request, TimerDue
from callbase.core.memory import Memory
from callbase.core.output import Changed, Output, Reply
from callbase.core.routing.decide import decide
from callbase.core.rules import overflow
from callbase.core.state import State
from callbase.core.supervision.joined import settle
from callbase.core.views import TenantView

__all__ = ["Changed", "Engine", "Output", "Reply"]

_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder = msgspec.msgpack.Decoder(State)


class Engine:
    """All routing, agent, call and flow logic, as one synchronous, replayable state machine."""

    def __init__(self, state: State | None = None, snapshot: bytes | None = None) -> None:
        """`snapshot`: the one the state was read from, if it was."""
        self._core = Core(state if state is not None else State())
        self._memory = Memory(snapshot if snapshot is not None else self.snapshot())

    def receive(self, event: AnyEvent, now_ms: int) -> Output:
        """Takes one event in. `now_ms` never goes back: an earlier one counts as the latest seen.

        Timers due by then strike first, except at a start: who was away must look before acting. A request on which the core
        fails is refused (`engine_unavailable`) and has changed nothing; the fault is in the output.
        """
        if self._memory.full:
            self.snapshot()
        self._memory.since.append((event, now_ms))
        core = self._core
        core.last_ms = core.state.now_ms
        core.now_ms = core.state.now_ms = max(now_ms, core.state.now_ms)
        core.out = output = Output()
        if not isinstance(event, EngineStarted):
            while (due := core.clock.pop_due(core.now_ms)) is not None:
                dispatch.fire(core, *due)
                _conclude(core)
        if isinstance(event, Request):
            self._ask(event, output)
        else:
            dispatch.handle(core, event)
            _conclude(core)
        return output

    def _ask(self, request: Request, output: Output) -> None:
        commands, facts = len(output.commands), len(output.facts)
        try:
            dispatch.handle(self._core, request)
            _conclude(self._core)
        except Exception as fault:
            self._go_back(output)
            del output.commands[commands:], output.facts[facts:]
            error = CoreError(code="engine_unavailable")
            output.replies = [Reply(id=request.id, tenant=request.tenant, error=error)]
            output.faults.append(fault)

    def _go_back(self, output: Output) -> None:
        """To how it was before the last event, but for the timers that were due by then."""
        (*before, (_, now_ms)) = self._memory.since
        past = Engine.restore(self._memory.state)
        for event, at_ms in (*before, (TimerDue(), now_ms)):
            with suppress(Exception):  # as it failed then
                past.receive(event, at_ms)
        self._core, self._memory = past._core, past._memory
        self._core.out = output
        self._core.touch_everything()

    def next_timer(self) -> int | None:
        """When (`now_ms`) the core wants a TimerDue at the latest; None: no need."""
        return self._core.clock.next_due_ms()

    @property
    def in_call(self) -> bool:
        """Whether anybody is on a telephone."""
        return bool(self._core.state.legs)

    @property
    def at_rest(self) -> bool:
        """Nobody is on a telephone, waits, is to be called back, or works after a call."""
        return not self._core.state.legs and not self._core.state.interactions

    def snapshot(self) -> bytes:
        """The whole state; `restore` of it behaves the same in everything."""
        self._core.state.timers = self._core.clock.live()
        encoded = _encoder.encode(self._core.state)
        self._memory = Memory(encoded)
        return encoded

    @classmethod
    def restore(cls, snapshot: bytes) -> Engine:
        """Raises msgspec.DecodeError where it is not a snapshot of this version."""
        return cls(_decoder.decode(snapshot), snapshot)

    def view(self, tenant: str, only: Changed | None = None) -> TenantView | None:
        """A fresh view of one tenant; None where there is no such tenant. With `only`, just the objects it names (those
        that still exist), so that publishing the changes of one event costs no more than they do."""
        if only is not None:
            return view.partial_view(self._core, tenant, only)
        return view.tenant_view(self._core, tenant)

    def tenants(self) -> tuple[str, ...]:
        return tuple(sorted(self._core.state.config.tenants))


def _conclude(core: Core) -> None:
    """What follows from an event: agents and callers are matched, and whom a rule concerns then is moved."""
    if core.state.supervisions:
        settle(core)
    find_lines(core)
    merge_entered(core)
    decide(core)
    while overflow.settle(core):
        decide(core)
