"""What the gateway tells the engine of its own accord, one thing after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from callbase.cti.client import LinkLost
from callbase.cti.messages import CardPage, CardShown, ConsoleClosed, ConsoleOpened, OpenConsoles

Report = CardPage | CardShown | ConsoleOpened | ConsoleClosed | OpenConsoles


class Reports:
    """`say` gives the engine a report, or raises LinkLost: then it is dropped, for once the link is back all is told anew."""

    def __init__(self, say: Callable[[Report], Awaitable[None]]) -> None:
        self._say = say
        self._waiting: asyncio.Queue[Report] = asyncio.Queue()

    def add(self, report: Report) -> None:
        self._waiting.put_nowait(report)

    async def run(self) -> None:
        while True:
            report = await self._waiting.get()
            try:
                await self._say(report)
            except LinkLost:
                pass
