"""Playing simulations, beside everything else the worker does: in a process of its own, with the least right to the processor."""

from __future__ import annotations

import asyncio
import os
import sys

import structlog
from procrastinate.contrib.django import app

log = structlog.get_logger(__name__)


@app.task(name="simulations.play", lock="simulations.play")
async def play_simulation(simulation: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "callbase.cli", "simulate", simulation, preexec_fn=lambda: os.nice(15)
    )
    try:
        code = await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    if code != 0:
        log.error("simulation failed", simulation=simulation, code=code)
