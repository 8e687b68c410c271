"""Playing simulations, beside everything else the worker does: in a process of its own, with the least right to the processor."""

from __future__ import annotations

import asyncio
import sys

import structlog
from procrastinate.contrib.django import app

NICELY = ("nice", "-n", "15", "setpriv", "--pdeathsig", "TERM", "--")
"""It goes when the worker does; another plays it again."""

log = structlog.get_logger(__name__)


@app.task(name="simulations.play")
async def play_simulation(simulation: str) -> None:
    process = await asyncio.create_subprocess_exec(*NICELY, sys.executable, "-m", "callbase.cli", "simulate", simulation)
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if code != 0:
        log.error("simulation failed", simulation=simulation, code=code)
