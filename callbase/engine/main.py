"""The engine process: waits for its database, recovers, runs, and stops when told."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Sequence

import uvloop

from callbase.core.engine import Engine
from callbase.engine.process import EngineProcess
from callbase.engine.recovery import recover
from callbase.engine.spool import Spool
from callbase.platform.environment import Environment
from callbase.platform.runtime import Runtime
from callbase.switch.asterisk.driver import AsteriskDriver
from callbase.switch.base import SwitchDriver
from callbase.switch.csta.driver import CstaDriver


def run(environment: Environment, runtime: Runtime) -> None:
    """Runs the engine until SIGTERM or SIGINT, on Asterisk or on the switch that CALLBASE_PBX names."""
    uvloop.run(_run(environment, runtime))


async def _run(environment: Environment, runtime: Runtime) -> None:
    driver: SwitchDriver
    if environment.pbx is not None:
        driver = CstaDriver(environment.pbx)
    else:
        driver = AsteriskDriver(environment=environment, runtime=runtime)
    await run_until_stopped(environment, runtime, core_type=Engine, drivers=[driver])


async def run_until_stopped(
    environment: Environment, runtime: Runtime, *, core_type: type[Engine], drivers: Sequence[SwitchDriver]
) -> None:
    """Runs an engine on any switch. Raises whatever ends it other than a signal."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    spool = Spool(environment.run_dir / "journal")
    recovering = asyncio.create_task(recover(runtime.database_url, spool, core_type), name="recovery")
    stopping = asyncio.create_task(stopped.wait(), name="signal")
    await asyncio.wait({recovering, stopping}, return_when=asyncio.FIRST_COMPLETED)
    if not recovering.done():
        recovering.cancel()
        return
    await EngineProcess(runtime, recovering.result(), spool, drivers).run(stopping)
