"""A statement for which a thread waits."""

from __future__ import annotations

import asyncio
import time
from typing import Any
from unittest.mock import Mock

import pytest

from callbase.engine.database import run_in_thread


class Slow:
    """A connection whose statement takes a while."""

    def __init__(self) -> None:
        self.used = False
        self.pgconn = Mock(exec_params=self._take)
        self.fileno = Mock(side_effect=OSError)

    def _take(self, *_: Any) -> None:
        self.used = True
        time.sleep(0.3)
        self.used = False


async def _run(connection: Any, used_after: list[bool]) -> None:
    try:
        await run_in_thread(connection, b"SELECT", [])
    finally:
        used_after.append(connection.used)


async def test_however_often_it_is_cancelled_the_thread_is_waited_for() -> None:
    used_after = list[bool]()
    running = asyncio.create_task(_run(Slow(), used_after))
    for _ in range(3):
        await asyncio.sleep(0.02)
        running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert used_after == [False]


def test_so_it_is_where_the_loop_ends() -> None:
    used_after, tasks = list[bool](), list[asyncio.Task[None]]()

    async def main() -> None:
        tasks.append(asyncio.create_task(_run(Slow(), used_after)))
        await asyncio.sleep(0.05)

    asyncio.run(main())
    assert used_after == [False]
