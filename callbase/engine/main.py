"""The engine process: stands by until it leads, runs, and stops when told."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Sequence

import uvloop

from callbase.core.engine import Engine
from callbase.engine.alive import Alive
from callbase.engine.lease import Lease
from callbase.engine.process import EngineProcess
from callbase.engine.spool import Spool
from callbase.engine.standby import Standby
from callbase.engine.switches import any_reached
from callbase.engine.waiting_page import serve_waiting_page
from callbase.platform.environment import Environment
from callbase.platform.runtime import Runtime
from callbase.switch.asterisk.driver import all_nodes
from callbase.switch.base import SwitchDriver
from callbase.switch.csta.driver import CstaDriver


def run(environment: Environment, runtime: Runtime, number: int) -> None:
    """Runs the engine of that number (from 1) until SIGTERM or SIGINT, on Asterisk or on the switch that CALLBASE_PBX names."""
    uvloop.run(_run(environment, runtime, number))


async def _run(environment: Environment, runtime: Runtime, number: int) -> None:
    def drivers(check: Callable[[], None]) -> list[SwitchDriver]:
        if environment.pbx is not None:
            return [CstaDriver(environment.pbx, check=check)]
        return [*all_nodes(environment, runtime, check)]

    await run_until_stopped(environment, runtime, number, core_type=Engine, drivers=drivers)


async def run_until_stopped(
    environment: Environment,
    runtime: Runtime,
    number: int,
    *,
    core_type: type[Engine],
    drivers: Callable[[Callable[[], None]], Sequence[SwitchDriver]],
) -> None:
    """Runs an engine on any switch. `drivers` is given what must stand before whatever they send. Raises whatever ends it other
    than a signal."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    link = runtime.links()[number - 1]
    spool = Spool(environment.run_dir / ("journal" if number == 1 else f"journal-{number}"))
    alive = Alive(environment.run_dir / "engines")
    lease = Lease(runtime.database_url)
    standby = Standby(runtime.database_url, runtime.internal_token, alive, lease, spool, core_type)
    switches = drivers(lease.check)
    standby.reaches_switch = lambda: any_reached(switches)
    tokens = (runtime.internal_token, environment.metrics_token)
    page = await serve_waiting_page(*link, lambda: standby.health, tokens)
    leading = asyncio.create_task(standby.until_leading(), name="standby")
    stopping = asyncio.create_task(stopped.wait(), name="signal")
    await asyncio.wait({leading, stopping}, return_when=asyncio.FIRST_COMPLETED)
    page.close()
    await page.wait_closed()
    if not leading.done():
        leading.cancel()
        await asyncio.gather(leading, return_exceptions=True)
        return
    await EngineProcess(runtime, link, leading.result(), spool, switches, environment.metrics_token).run(stopping)
    alive.close()
