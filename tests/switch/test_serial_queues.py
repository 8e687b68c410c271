"""Commands to one leg go one after the other; nothing is kept of what is done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from callbase.switch.asterisk.queues import SerialQueues


def work(done: list[str], name: str, gate: asyncio.Event) -> Callable[[], Awaitable[None]]:
    async def do() -> None:
        await gate.wait()
        done.append(name)

    return do


async def test_what_shares_a_key_waits_its_turn_and_the_rest_does_not() -> None:
    queues, done = SerialQueues(), list[str]()
    closed, open_ = asyncio.Event(), asyncio.Event()
    open_.set()
    queues.submit(("leg a",), work(done, "first", closed))
    queues.submit(("leg a", "leg b"), work(done, "second", open_))
    queues.submit(("leg b",), work(done, "third", open_))
    queues.submit(("leg c",), work(done, "beside", open_))
    async with asyncio.timeout(5):
        while not done:
            await asyncio.sleep(0)
    assert done == ["beside"]

    closed.set()
    async with asyncio.timeout(5):
        while queues._running:
            await asyncio.sleep(0)
    assert done == ["beside", "first", "second", "third"]
    assert queues._last == {}


async def test_stopping_drops_what_was_not_begun() -> None:
    queues, done = SerialQueues(), list[str]()
    for name in ("first", "second"):
        queues.submit(("leg",), work(done, name, asyncio.Event()))
    await asyncio.sleep(0)

    await queues.stop()
    await asyncio.sleep(0)

    assert done == []
    assert (queues._last, queues._running) == ({}, {})


async def test_stopping_begins_nothing_of_what_waits_though_work_before_it_is_slow_to_end() -> None:
    queues, done = SerialQueues(), list[str]()
    closed, open_ = asyncio.Event(), asyncio.Event()
    open_.set()

    async def slow() -> None:
        try:
            await closed.wait()
        finally:
            await asyncio.sleep(0)

    queues.submit(("leg a",), work(done, "first", closed))
    queues.submit(("leg a",), work(done, "second", open_))
    queues.submit(("leg a",), work(done, "third", open_))
    queues.submit(("leg b",), slow)
    queues.submit(("leg b", "leg a"), work(done, "fourth", open_))
    await asyncio.sleep(0)

    await queues.stop()
    await asyncio.sleep(0)

    assert done == []
    assert (queues._last, queues._running) == ({}, {})
