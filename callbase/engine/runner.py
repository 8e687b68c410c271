"""The one loop around the core: stamps an event with its time, asks the core, queues what changed for whoever watches, journals
the event, and does what the core decides.

Events that come together are journaled together, before anything is done about any of them and before anything leaves the queues:
so a flood is taken an eighth faster. What is shown goes out before what is done: so the customer is on the agent's screen before
the telephone rings.
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable, Sequence
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
from callbase.engine.lease import end_process
from callbase.engine.metrics import Metrics

log = structlog.get_logger(__name__)

Publish = Callable[[Output, int], None]


FAILING_EVENTS, FAILING_WITHIN_S = 3, 30
TOGETHER = 64
"""Events journaled together, at most: about 2 ms until the commands of the first."""


class Journal(Protocol):
    def __call__(self, entries: Sequence[Entry], *, awaited: bool) -> None: ...


class Runner:
    """Nothing waits. Whatever comes while an event is handled waits its turn, in order."""

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
        end: Callable[[str], object] = end_process,
    ) -> None:
        """`check` does not return where this engine does not lead any more: it stands before anything is journaled, and again
        before anything is done or leaves the queues."""
        self.core = core
        self.clock = clock
        self.seq = seq
        """Of the last event."""
        self._journal, self._execute, self._publish, self._metrics = journal, execute, publish, metrics
        self._epoch, self._check, self._end = epoch, check, end
        self._inbox: deque[AnyEvent] = deque()
        self._busy = False
        self._soon = False
        self._timer: asyncio.TimerHandle | None = None
        self._timer_due_ms: int | None = None
        self._failed_at_s: deque[float] = deque(maxlen=FAILING_EVENTS)

    @property
    def status(self) -> str:
        """ "ok", or that the core keeps failing."""
        failing = len(self._failed_at_s) == FAILING_EVENTS and time.monotonic() - self._failed_at_s[0] < FAILING_WITHIN_S
        return f"{FAILING_EVENTS} events failed within {FAILING_WITHIN_S} s; the log says why" if failing else "ok"

    def receive(self, event: AnyEvent) -> None:
        """Takes an event in, from wherever it comes. When it returns all is done about it, unless it came within another's turn.
        Never blocks, never raises."""
        self._inbox.append(event)
        self._work()

    def receive_soon(self, event: AnyEvent) -> None:
        """Takes an event in that may be one of many: its turn comes, with theirs, once who tells of them has no more at hand, or
        enough have come."""
        self._inbox.append(event)
        if len(self._inbox) >= TOGETHER:
            self._work()
        elif not self._soon:
            self._soon = True
            asyncio.get_running_loop().call_soon(self._soon_is_now)

    def stop(self) -> None:
        """No more timers."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _soon_is_now(self) -> None:
        self._soon = False
        self._work()

    def _work(self) -> None:
        if self._busy:
            return
        self._busy = True
        try:
            while self._inbox:
                self._step()
        finally:
            self._busy = False
            self._arm_timer()

    def _step(self) -> None:
        entries: list[Entry] = []
        outputs: list[Output] = []
        while self._inbox and len(entries) < TOGETHER:
            event = self._inbox.popleft()
            try:
                entry, output = self._take(event)
            except Exception:
                log.exception("an event could not be taken in", core_event=repr(event)[:2000])
                self._failed()
            else:
                entries.append(entry)
                outputs.append(output)
        if entries:
            self._check()
            try:
                self._journal(entries, awaited=any(output.replies for output in outputs))
            except Exception:
                log.exception("what happened could not be journaled", events=len(entries))
                self._end("nothing is done that is in no journal; who leads next asks the switch")
                return
            self._check()  # who was stopped since the first one may have journaled what nobody goes on from
        for output in outputs:
            for command in output.commands:
                self._metrics.commands[type(command)].inc()
                try:
                    self._execute(command)
                except Exception:
                    log.exception("a command could not be given", command=repr(command))

    def _take(self, event: AnyEvent) -> tuple[Entry, Output]:
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
        try:
            self._publish(output, now_ms)
        except Exception:
            log.exception("a change could not be published", seq=self.seq)
        return entry, output

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
