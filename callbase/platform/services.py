"""The processes of one installation as the supervisor wants them: command, readiness, how to stop."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Awaitable, Callable

from callbase.platform import asterisk, ports, priority
from callbase.platform.asterisk import AsteriskInstallation
from callbase.platform.environment import MOST_ENGINES, MOST_NODES, ROOT, Environment
from callbase.platform.health import get_health
from callbase.platform.postgres import EmbeddedPostgres
from callbase.platform.prepare import NODE_NAMES
from callbase.platform.runtime import Runtime, SwitchNode
from callbase.platform.supervisor import ProcessSpec

STOP_ORDER = (
    ("web", "worker", "csta"),
    ("engine", *(f"engine-{number}" for number in range(2, MOST_ENGINES + 1))),
    tuple(map(asterisk.process_name, NODE_NAMES[:MOST_NODES])),
    ("postgres",),
)
"""Who talks to people first, who keeps their data last. The stages' stop_within_s add up to less than ten seconds."""


def own_command(*arguments: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "callbase.cli", *arguments)


def postgres_spec(server: EmbeddedPostgres) -> ProcessSpec:
    return ProcessSpec(
        "postgres",
        tuple(server.command()),
        _blocking(server.ready),
        stop_signal=signal.SIGINT,
        stop_within_s=3.0,
        with_us=None,
        niceness=priority.AFTER_CALLS,
    )


def asterisk_spec(
    environment: Environment, runtime: Runtime, installation: AsteriskInstallation, node: SwitchNode
) -> ProcessSpec:
    return ProcessSpec(
        asterisk.process_name(node.name),
        tuple(asterisk.command(environment, installation, node.name)),
        _blocking(lambda: asterisk.ready(runtime, node)),
        stop_within_s=1.5,
        environment=asterisk.surroundings(environment, node.name),
        with_us=None,
        outlives_known_by=asterisk.known_by(environment, node.name),
    )


def engine_specs(environment: Environment, runtime: Runtime) -> list[ProcessSpec]:
    """Those of this machine."""
    return [_engine_spec(number, *link) for number, link in enumerate(runtime.links()[: environment.engines], start=1)]


def _engine_spec(number: int, host: str, port: int) -> ProcessSpec:
    async def listens() -> bool:
        try:
            _, writer = await asyncio.open_connection(host, port)
        except OSError:
            return False
        writer.close()
        return True

    if number == 1:
        return _python("engine", listens, stop_within_s=2.0)
    return _python(f"engine-{number}", listens, "engine", "--number", str(number), stop_within_s=2.0)


def web_spec(environment: Environment) -> ProcessSpec:
    async def answers() -> bool:
        return await asyncio.to_thread(get_health, environment) is not None

    return _python("web", answers, stop_within_s=2.0, niceness=priority.AFTER_CALLS)


def csta_spec(environment: Environment) -> ProcessSpec:
    async def listens() -> bool:
        return environment.csta_port is None or not ports.is_free(environment.csta_port, host=environment.bind)

    return _python("csta", listens, stop_within_s=2.0, niceness=priority.AFTER_CALLS)


def worker_spec() -> ProcessSpec:
    async def started() -> bool:
        return True

    return _python("worker", started, stop_within_s=2.0, niceness=priority.LATER)


def _python(
    name: str, ready: Callable[[], Awaitable[bool]], *arguments: str, stop_within_s: float, niceness: int = 0
) -> ProcessSpec:
    """`arguments`: of `callbase`; the name alone if none are given."""
    return ProcessSpec(
        name,
        own_command(*(arguments or (name,))),
        ready,
        stop_within_s=stop_within_s,
        environment={"PYTHONUNBUFFERED": "1"},
        directory=ROOT,
        niceness=niceness,
    )


def _blocking(probe: Callable[[], bool]) -> Callable[[], Awaitable[bool]]:
    async def ready() -> bool:
        return await asyncio.to_thread(probe)

    return ready
