"""A switch that offers a call every few milliseconds, and writes down whose command came when, for all engines in one file."""

from __future__ import annotations

import asyncio
import itertools
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from callbase.core.commands import AnyCommand
from callbase.core.events import CallOffered, LegEnded
from callbase.switch.base import Sink
from tests.engine.fake_switch import FakeSwitch

EVERY_S = 0.005
AT_A_TIME = 20


class Told(msgspec.Struct, frozen=True):
    pid: int
    at_s: float
    """By CLOCK_MONOTONIC, when it was decided: a process may be stopped between the check of its lease and what it does then."""
    leg: str


class BusySwitch(FakeSwitch):
    def __init__(self, file: Path, check: Callable[[], None]) -> None:
        super().__init__()
        self._descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        self._check = check
        self._calling: asyncio.Task[None] | None = None

    async def start(self, sink: Sink) -> None:
        await super().start(sink)
        self._calling = asyncio.create_task(self._call())

    async def stop(self) -> None:
        if self._calling is not None:
            self._calling.cancel()
            with suppress(asyncio.CancelledError):
                await self._calling

    def execute(self, command: AnyCommand) -> None:
        told = Told(os.getpid(), time.monotonic(), getattr(command, "leg", ""))
        self._check()
        os.write(self._descriptor, msgspec.json.encode(told) + b"\n")

    async def _call(self) -> None:
        for number in itertools.count():
            self.sink(
                CallOffered(leg=f"{os.getpid()}-{number}", node="a", caller_number="13800138001", called_number="4008001234")
            )
            if number >= AT_A_TIME:
                self.sink(LegEnded(leg=f"{os.getpid()}-{number - AT_A_TIME}", cause="normal"))
            await asyncio.sleep(EVERY_S)
