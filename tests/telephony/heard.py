"""A sink that keeps what a driver reports, and lets a test wait for it."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

from callbase.core.events import AnyEvent

E = TypeVar("E")


class Heard:
    """Events in the order they came. Waiting for one passes over those before it only in the sense of not returning them."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self._came = asyncio.Event()

    def __call__(self, event: AnyEvent) -> None:
        self.events.append(event)
        self._came.set()

    def all(self, kind: type[E], **fields: Any) -> list[E]:
        """Those of a kind whose fields have these values."""
        return [
            event
            for event in self.events
            if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items())
        ]

    async def wait(self, kind: type[E], *, count: int = 1, timeout_s: float = 8.0, **fields: Any) -> E:
        """The `count`th such event, already there or still to come. Raises AssertionError telling what came instead."""
        deadline = asyncio.get_running_loop().time() + timeout_s
        while len(found := self.all(kind, **fields)) < count:
            self._came.clear()
            left_s = deadline - asyncio.get_running_loop().time()
            try:
                await asyncio.wait_for(self._came.wait(), max(left_s, 0))
            except TimeoutError:
                came = "\n".join(f"  {event}" for event in self.events[-20:])
                raise AssertionError(f"no {kind.__name__} {fields or ''} within {timeout_s} s; came:\n{came}") from None
        return found[count - 1]
