"""Order where it is wanted, and none where it is not: work on the same leg or bridge is done in turn, other work at once."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable

Work = Callable[[], Awaitable[None]]


class SerialQueues:
    """Runs each piece of work after all earlier pieces that share one of its keys. Work must not raise."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Task[None]] = {}
        self._running: set[asyncio.Task[None]] = set()

    def submit(self, keys: Iterable[str], work: Work) -> None:
        names = tuple(keys)
        before = {self._last[name] for name in names if name in self._last}
        task = asyncio.create_task(self._run(before, work))
        self._running.add(task)
        for name in names:
            self._last[name] = task
        task.add_done_callback(lambda done: self._forget(names, done))

    async def stop(self) -> None:
        """Drops what has not been done."""
        tasks = list(self._running)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @staticmethod
    async def _run(before: set[asyncio.Task[None]], work: Work) -> None:
        if before:
            await asyncio.wait(before)
        await work()

    def _forget(self, names: tuple[str, ...], task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        for name in names:
            if self._last.get(name) is task:
                del self._last[name]
