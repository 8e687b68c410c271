"""What is done to a centre at work. One row each; a run draws them by its seed."""

from __future__ import annotations

import asyncio
import resource
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from tests.chaos.site import Site, signal_all

Strike = Callable[[Site, float], Awaitable[None]]
_SLOW_S = 0.1
_FLOOD_CALLS = 60
_NO_BYTES = 0


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    strike: Strike
    """Does it to the site, and undoes it after so many seconds."""
    short_s: float = 0.0
    """How long it lasts in the test suite; 0: a moment."""
    long_s: float = 0.0
    takes_over: bool = False
    """The standby must lead afterwards."""
    ends_calls: bool = False
    """Calls end with it."""


def _kill(part: str) -> Strike:
    async def strike(site: Site, lasts_s: float) -> None:
        await site.send(part, signal.SIGKILL)

    return strike


def _hang(part: str) -> Strike:
    """It stands still, as a machine does that swaps, or is moved."""

    async def strike(site: Site, lasts_s: float) -> None:
        pids = await site.send(part, signal.SIGSTOP)
        try:
            await asyncio.sleep(lasts_s)
        finally:
            signal_all(pids, signal.SIGCONT)

    return strike


async def _database_away(site: Site, lasts_s: float) -> None:
    await site.database.cut()
    await asyncio.sleep(lasts_s)
    await site.database.mend()


async def _database_slow(site: Site, lasts_s: float) -> None:
    site.database.slow_down(_SLOW_S)
    await asyncio.sleep(lasts_s)
    site.database.slow_down(0.0)


async def _switch_cut(site: Site, lasts_s: float) -> None:
    await site.switch.cut()
    await asyncio.sleep(lasts_s)
    await site.switch.mend()


async def _switch_killed(site: Site, lasts_s: float) -> None:
    await site.send("asterisk", signal.SIGKILL)
    site.load.switch_died()
    await site.healthy(60)
    await site.register()


async def _disk_full(site: Site, lasts_s: float) -> None:
    """No engine can write to any file: a limit of the process stands for the disk's."""
    engines = await site.pids("engine")
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in engines}
    for pid, (_, most) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (_NO_BYTES, most))
    await asyncio.sleep(lasts_s)
    for pid, limits in before.items():
        try:
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)
        except ProcessLookupError:
            continue


async def _flood(site: Site, lasts_s: float) -> None:
    site.load.flood(_FLOOD_CALLS)


FAULTS = (
    Fault("leader killed", _kill("leader"), takes_over=True),
    Fault("leader hangs", _hang("leader"), 2.5, 8.0, takes_over=True),
    Fault("standby killed", _kill("standby")),
    Fault("standby hangs", _hang("standby"), 2.0, 8.0),
    Fault("both engines killed", _kill("engine")),
    Fault("web killed", _kill("web")),
    Fault("web hangs", _hang("web"), 2.0, 8.0),
    Fault("worker killed", _kill("worker")),
    Fault("worker hangs", _hang("worker"), 2.0, 8.0),
    Fault("database away", _database_away, 4.0, 60.0),
    Fault("database killed", _kill("postgres")),
    Fault("database slow", _database_slow, 3.0, 15.0),
    Fault("switch cut off", _switch_cut, 1.5, 5.0),
    Fault("switch killed", _switch_killed, ends_calls=True),
    Fault("engines' disk full", _disk_full, 3.0, 15.0),
    Fault("flood of calls", _flood),
)


def named(name: str) -> Fault:
    """Raises LookupError."""
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise LookupError(f"no fault {name!r}; there are {', '.join(fault.name for fault in FAULTS)}")
