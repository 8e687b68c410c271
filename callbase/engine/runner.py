"""The one loop around the core: stamps an event with its time, journals it, shows what changed, does what the core decides.

Showing comes first, and is only queueing: so the customer is on the agent's screen before the telephone rings.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
import structlog

from callbase.core.commands import AnyCommand
from callbase.core.engine import Engine
from callbase.core.errors import CoreError
from callbase.core.events import AnyEvent, Request, TimerDue
from callbase.core.output import Output, Reply
from callbase.engine.clock import Clock
from callbase.engine.entry import Entry, encode_event
from callbase.engine.metrics import Metrics

log = structlog.get_logger(__name__)

Publish = Callable[[Output, int], None]


FAILING_EVENTS, FAILING_WITHIN_S = 3, 30


class Journal(Protocol):
    def __call__(self, entry: Entry, *, awaited: bool) -> None: ...


class Runner:
    """Everything here happens within one call of `receive`; nothing waits. Whatever comes meanwhile waits its turn in order."""

    def __init__(
        self,
        core: Engine,
        clock: Clock,
        seq: int,
        *,
        journal: Journal,
        execute: Callable[[AnyCommand], None],
        publish: Publish,
        metrics: Metrics,
        epoch: int = 0,
        check: Callable[[], None] = lambda: None,
    ) -> None:
        """`check` stands before every event: it does not return where this engine does not lead any more."""
        self.core = core
        self.clock = clock
        self.seq = seq
        """Of the last event."""
        self._journal, self._execute, self._publish, self._metrics = journal, execute, publish, metrics
        self._epoch, self._check = epoch, check
        self._inbox: deque[AnyEvent] = deque()
        self._busy = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due_ms: int | None = None
        self._failed_at_s: deque[float] = deque(maxlen=FAILING_EVENTS)

    @property
    def status(self) -> str:
        """ "ok", or that the core keeps failing."""
        failing = len(self._failed_at_s) == FAILING_EVENTS and time.monotonic() - self._failed_at_s[0] < FAILING_WITHIN_S
        return f"{FAILING_EVENTS} events failed within {FAILING_WITHIN_S} s; the log says why" if failing else "ok"

    def receive(self, event: AnyEvent) -> None:
        """Takes an event in, from wherever it comes. Never blocks, never raises."""
        self._inbox.append(event)
        if self._busy:
            return
        self._busy = True
        try:
            while self._inbox:
                self._step(self._inbox.popleft())
        finally:
            self._busy = False
        self._arm_timer()

    def stop(self) -> None:
        """No more timers."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _step(self, event: AnyEvent) -> None:
        self._check()
        if self.core.at_rest:
            self.clock.leap()
        now_ms = self.clock.now_ms()
        event, raw = storable(event)
        started_s = time.perf_counter()
        output = self._ask_core(event, now_ms)
        self._metrics.core_seconds.observe(time.perf_counter() - started_s)
        self._metrics.events[type(event)].inc()
        for fault in output.faults:
            log.error("the core failed on a caller, who is tried again, or on a request, which is refused", exc_info=fault)
            self._failed()
        self.seq += 1
        entry = Entry(seq=self.seq, at_ms=now_ms, event=msgspec.Raw(raw), facts=tuple(output.facts), epoch=self._epoch)
        self._journal(entry, awaited=bool(output.replies))
        try:
            self._publish(output, now_ms)
        except Exception:
            log.exception("a change could not be published", seq=self.seq)
        for command in output.commands:
            self._metrics.commands[type(command)].inc()
            try:
                self._execute(command)
            except Exception:
                log.exception("a command could not be given", command=repr(command))

    def _ask_core(self, event: AnyEvent, now_ms: int) -> Output:
        try:
            return self.core.receive(event, now_ms)
        except Exception:
            # A fault of ours in one event must not end the calls of everybody. A replay meets it the same way.
            log.exception("the core failed on an event", core_event=repr(event)[:2000])
            self._failed()
            output = Output()
            if isinstance(event, Request):
                output.replies.append(Reply(id=event.id, tenant=event.tenant, error=CoreError(code="engine_unavailable")))
            return output

    def _failed(self) -> None:
        self._metrics.failures.inc()
        self._failed_at_s.append(time.monotonic())

    def _arm_timer(self) -> None:
        due_ms = self.core.next_timer()
        if due_ms == self._timer_due_ms and self._timer is not None:
            return
        self.stop()
        self._timer_due_ms = due_ms
        if due_ms is not None:
            wait_ms = max(0, due_ms - self.clock.now_ms()) + 1
            self._timer = asyncio.get_running_loop().call_later(wait_ms / 1000, self._timer_rang)

    def _timer_rang(self) -> None:
        self._timer = None
        if self._timer_due_ms is not None and self.clock.now_ms() >= self._timer_due_ms:
            self.receive(TimerDue())
        else:
            self._arm_timer()


def storable(event: AnyEvent) -> tuple[AnyEvent, bytes]:
    """The event and its JSON; texts in it that PostgreSQL or UTF-8 cannot hold (NUL, lone surrogates) have U+FFFD instead."""
    try:
        raw = encode_event(event)
    except UnicodeEncodeError:
        raw = None
    if raw is None or b"\\u0000" in raw:
        event = msgspec.convert(_clean(msgspec.to_builtins(event)), AnyEvent)
        raw = encode_event(event)
    return event, raw


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\0", "\ufffd").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, dict):
        return {_clean(key): _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(item) for item in value]
    return value
