"""What is done to a centre at work. One row each; a run draws them by its seed."""

from __future__ import annotations

import asyncio
import random
import resource
import signal
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Literal

from tests.chaos.site import HEALTHY_WITHIN_S, NODES, Site, signal_all, until_none

Strike = Callable[[Site, float, random.Random], Awaitable[None]]
_SLOW_S = 0.1
_FLOOD_CALLS = 60
_NO_BYTES = 0
_HOUR_S = 3600


@dataclass(frozen=True, slots=True)
class Fault:
    name: str
    strike: Strike
    """Does it to the site, and undoes it after so many seconds; what it leaves to chance is drawn from its own generator."""
    short_s: float = 0.0
    """How long it lasts in the test suite; 0: a moment."""
    long_s: float = 0.0
    takes_over: bool = False
    """The leader is gone, and another one can lead at once. Not where the database, its disk, the switch or the other engine is
    gone too: nobody can lead then until that is back."""
    fills_disk: bool = False
    """Needs disks of its own."""
    kills_node: bool = False
    """Needs another one."""
    database: Literal["any", "embedded", "replicated"] = "any"
    """The only one it can be done to."""

    def fits(self, *, disks: bool, replica: bool, nodes: int) -> bool:
        """Whether it can be done to an installation with disks of its own, with that kind of database, with so many nodes."""
        if (self.fills_disk and not disks) or (self.kills_node and nodes == 1):
            return False
        return self.database in ("any", "replicated" if replica else "embedded")


def _kill(part: str) -> Strike:
    async def strike(site: Site, lasts_s: float, chance: random.Random) -> None:
        await site.send(part, signal.SIGKILL)

    return strike


def _hang(part: str) -> Strike:
    """It stands still, as a machine does that swaps, or is moved."""

    async def strike(site: Site, lasts_s: float, chance: random.Random) -> None:
        pids = await site.send(part, signal.SIGSTOP)
        try:
            await asyncio.sleep(lasts_s)
        finally:
            signal_all(pids, signal.SIGCONT)

    return strike


async def _switch_hangs(site: Site, lasts_s: float, chance: random.Random) -> None:
    """All nodes."""
    since = time.time()
    try:
        await _hang("switch")(site, lasts_s, chance)
    finally:
        site.halts.append((since, time.time()))


async def _halfway(site: Site, lasts_s: float, chance: random.Random, then: Strike | None) -> None:
    await asyncio.sleep(lasts_s / 2)
    if then is not None:
        await then(site, 0.0, chance)
    await asyncio.sleep(lasts_s / 2)


async def _database_away(site: Site, lasts_s: float, chance: random.Random) -> None:
    await site.database.cut()
    await asyncio.sleep(lasts_s)
    await site.database.mend()


async def _database_slow(site: Site, lasts_s: float, chance: random.Random) -> None:
    site.database.slow_down(_SLOW_S)
    await asyncio.sleep(lasts_s)
    site.database.slow_down(0.0)


async def _switch_cut(site: Site, lasts_s: float, chance: random.Random) -> None:
    await site.switch.cut()
    await asyncio.sleep(lasts_s)
    await site.switch.mend()


async def _leader_cut(site: Site, lasts_s: float, chance: random.Random) -> None:
    """From the switch, and the other engine is not: until that one leads."""
    (leader,) = await site.pids("leader")

    async def none_other() -> str:
        return "" if await asyncio.to_thread(site.installation.leading_engine) not in (0, leader) else "no other engine leads"

    site.switch.bar(leader)
    try:
        await until_none(none_other, HEALTHY_WITHIN_S)
    finally:
        site.switch.bar(None)


async def _switch_killed(site: Site, lasts_s: float, chance: random.Random) -> None:
    """All nodes."""
    await site.send("switch", signal.SIGKILL)
    site.load.died(*range(site.nodes))
    await site.healthy(HEALTHY_WITHIN_S)
    site.load.back(*range(site.nodes))
    await site.register()


async def _node_killed(site: Site, lasts_s: float, chance: random.Random) -> None:
    """Its telephones register at another one meanwhile, as telephones do, and come back."""
    node = chance.randrange(site.nodes)
    await site.send(NODES[node], signal.SIGKILL)
    site.load.died(node)
    await site.register(but_at=node)
    await site.healthy(HEALTHY_WITHIN_S)
    site.load.back(node)
    await site.register()


async def _disk_full(site: Site, lasts_s: float, chance: random.Random) -> None:
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


def _fill(*parts: Literal["home", "recordings"], then: Strike | None = None) -> Strike:
    """`home` has all but the recordings: the database, what engines write before they act, logs."""

    async def strike(site: Site, lasts_s: float, chance: random.Random) -> None:
        assert site.disks
        folders = [getattr(site.disks, part) for part in parts]
        since = time.time()
        try:
            for folder in folders:
                await asyncio.to_thread(site.disks.fill, folder)
            await _halfway(site, lasts_s, chance, then)
        finally:
            for folder in folders:
                site.disks.make_room(folder)
        if "recordings" in parts:
            site.recordings_full.append((since, time.time()))

    return strike


async def _flood(site: Site, lasts_s: float, chance: random.Random) -> None:
    site.load.flood(_FLOOD_CALLS)


async def _killed_in_flood(site: Site, lasts_s: float, chance: random.Random) -> None:
    site.load.flood(_FLOOD_CALLS)
    await asyncio.sleep(chance.uniform(0.0, 1.0))
    await site.send("leader", signal.SIGKILL)


def _kill_without_database(part: str) -> Strike:
    """What the database has not heard of is in a file of the engine's, and with the other engine."""

    async def strike(site: Site, lasts_s: float, chance: random.Random) -> None:
        await site.database.cut()
        await asyncio.sleep(lasts_s / 2)
        try:
            await site.send(part, signal.SIGKILL)
            await asyncio.sleep(lasts_s / 2)
        finally:
            await site.database.mend()

    return strike


async def _killed_twice(site: Site, lasts_s: float, chance: random.Random) -> None:
    """The other one too, in the midst of its taking over."""
    engines = await site.pids("engine")
    (leader,) = await site.send("leader", signal.SIGKILL)
    await asyncio.sleep(chance.uniform(0.0, 0.5))
    signal_all((pid for pid in engines if pid != leader), signal.SIGKILL)


def _clock_set(by_s: int, then: Strike | None = None) -> Strike:
    """Of all processes, and back again. Asterisk takes registrations for over where its clock is ahead, and may even end one that
    is renewed in that moment: telephones register again both times."""

    async def strike(site: Site, lasts_s: float, chance: random.Random) -> None:
        site.clocks.set_ahead(by_s)
        try:
            if by_s > 0:
                await site.register()
            await _halfway(site, lasts_s, chance, then)
        finally:
            site.clocks.set_ahead(0)
            await site.register()

    return strike


async def _killed_with_switch(site: Site, lasts_s: float, chance: random.Random) -> None:
    await site.send("leader", signal.SIGKILL)
    await _switch_killed(site, lasts_s, chance)


async def _fails_over(site: Site, lasts_s: float, chance: random.Random) -> None:
    """The primary dies with some that its replica has not received, which takes its place after a while. It comes back as the
    other one's replica."""
    assert site.replicated
    site.replicated.stream.cut()
    await asyncio.sleep(lasts_s)
    site.replicated.kill(site.replicated.primary)
    await asyncio.sleep(lasts_s)
    await site.replicated.promote()
    await site.replicated.follow()


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
    Fault("csta killed", _kill("csta")),
    Fault("csta hangs", _hang("csta"), 2.0, 8.0),
    Fault("database away", _database_away, 4.0, 60.0, database="embedded"),
    Fault("database killed", _kill("postgres"), database="embedded"),
    Fault("database hangs", _hang("database"), 4.0, 20.0, database="embedded"),
    Fault("database slow", _database_slow, 3.0, 15.0, database="embedded"),
    Fault("switch cut off", _switch_cut, 1.5, 5.0),
    Fault("leader cut off from the switch", _leader_cut),
    Fault("switch killed", _switch_killed),
    Fault("switch hangs", _switch_hangs, 2.0, 8.0),
    Fault("one of two nodes killed", _node_killed, kills_node=True),
    Fault("engines' disk full", _disk_full, 3.0, 15.0),
    Fault("recordings' disk full", _fill("recordings"), 4.0, 20.0, fills_disk=True),
    Fault("disk full but for recordings", _fill("home"), 4.0, 20.0, fills_disk=True),
    Fault("disk full", _fill("home", "recordings"), 4.0, 20.0, fills_disk=True),
    Fault("leader killed with the disk full", _fill("home", then=_kill("leader")), 6.0, 10.0, fills_disk=True),
    Fault(
        "database killed with the disk full",
        _fill("home", then=_kill("postgres")),
        6.0,
        10.0,
        fills_disk=True,
        database="embedded",
    ),
    Fault("flood of calls", _flood),
    Fault("leader killed in a flood of calls", _killed_in_flood, takes_over=True),
    Fault("leader killed, then the one that takes over", _killed_twice),
    Fault("leader killed without the database", _kill_without_database("leader"), 3.0, 20.0, database="embedded"),
    Fault("both engines killed without the database", _kill_without_database("engine"), 3.0, 20.0, database="embedded"),
    Fault("leader and switch killed", _killed_with_switch),
    Fault("clocks an hour ahead", _clock_set(_HOUR_S), 3.0, 8.0),
    Fault("clocks an hour behind", _clock_set(-_HOUR_S), 3.0, 8.0),
    Fault("leader killed with clocks an hour ahead", _clock_set(_HOUR_S, _kill("leader")), 6.0, 10.0, takes_over=True),
    Fault("leader killed with clocks an hour behind", _clock_set(-_HOUR_S, _kill("leader")), 6.0, 10.0, takes_over=True),
    Fault("database fails over to its replica", _fails_over, 1.0, 5.0, database="replicated"),
)


def named(name: str) -> Fault:
    """Raises LookupError."""
    for fault in FAULTS:
        if fault.name == name:
            return fault
    raise LookupError(f"no fault {name!r}; there are {', '.join(fault.name for fault in FAULTS)}")
