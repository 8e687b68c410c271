"""Order where it is wanted, and none where it is not: work on the same leg or bridge is done in turn, other work at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from functools import partial

Work = Callable[[], Coroutine[None, None, None]]


class _Piece:
    """A piece of work: it begins once no piece before it is left."""

    __slots__ = ("after", "before", "keys", "work")

    def __init__(self, keys: tuple[str, ...], work: Work) -> None:
        self.keys, self.work = keys, work
        self.before = 0
        self.after: list[_Piece] = []


class SerialQueues:
    """Runs each piece of work after all earlier pieces that share one of its keys. Work must not raise."""

    def __init__(self) -> None:
        self._last: dict[str, _Piece] = {}
        self._running: dict[asyncio.Task[None], _Piece] = {}

    def submit(self, keys: Iterable[str], work: Work) -> None:
        piece = _Piece(tuple(keys), work)
        for earlier in {self._last[key] for key in piece.keys if key in self._last}:
            earlier.after.append(piece)
            piece.before += 1
        for key in piece.keys:
            self._last[key] = piece
        if not piece.before:
            self._begin(piece)

    async def stop(self) -> None:
        """Drops what has not been done."""
        self._last.clear()
        running = dict(self._running)
        for task, piece in running.items():
            piece.after.clear()
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)

    def _begin(self, piece: _Piece) -> None:
        task = asyncio.create_task(piece.work())
        self._running[task] = piece
        task.add_done_callback(partial(self._done, piece))

    def _done(self, piece: _Piece, task: asyncio.Task[None]) -> None:
        del self._running[task]
        for key in piece.keys:
            if self._last.get(key) is piece:
                del self._last[key]
        for later in piece.after:
            later.before -= 1
            if not later.before:
                self._begin(later)
