"""An installation that things are done to: two engines, each connection to the database and to Asterisk through a proxy."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec

from benchmarks.installation import Installation
from benchmarks.ours import Callbase
from benchmarks.ports import free_port
from benchmarks.sip.agents import AgentPhones
from benchmarks.sip.callers import TimedCallers
from benchmarks.sip.voices import Voices
from benchmarks.systems import Group, agent_accounts
from callbase.core.events import SetReady, SignIn
from callbase.platform.runtime import runtime_file, write_runtime
from tests.chaos.accounts import Call
from tests.chaos.clocks import Clocks
from tests.chaos.desks import Desks
from tests.chaos.disks import Disks
from tests.chaos.load import Load
from tests.chaos.proxy import Proxy
from tests.chaos.resources import Resources
from tests.chaos.sipp_callers import SippCallers
from tests.replicated import Replicated

ENGINES = 2
NODES = ("asterisk", "asterisk-b")
"""Their folders."""
EXPERTS = 3
"""Agents who are no members of the queue that callers come to."""
PARK_RETURNS_AFTER_S = 6.0
REGISTERED_AGAIN_S = 120.0
"""As telephones do, before what Asterisk grants (ten minutes) is over."""
HEALTHY_WITHIN_S = 60.0
STUCK_AFTER_S = 5.0
_LOOK_EVERY_S = 0.2
_PART_MARKS = {
    "engine": "callbase.cli engine",
    "web": "callbase.cli web",
    "worker": "callbase.cli worker",
    "csta": "callbase.cli csta",
    "asterisk": "/asterisk/etc/asterisk.conf",
    "asterisk-b": "/asterisk-b/etc/asterisk.conf",
    "postgres": "bin/postgres",
    "switch": "sbin/asterisk",
    "database": "postgres",
}


class NotHealthy(Exception):
    """It did not recover in time; the message says what was missing last."""


class Site:
    """`start` it, then use `load`; `stop` it whatever happened."""

    def __init__(
        self,
        home: Path,
        agents: int,
        talk_s: float,
        chance: random.Random,
        disks: Disks | None,
        replicated: Replicated | None = None,
        nodes: int = 1,
    ) -> None:
        """`chance`: callers and agents draw from it; `replicated`: a primary and a replica, in place of the embedded database."""
        self.disks, self.replicated, self.nodes = disks, replicated, nodes
        self.accounts = agent_accounts(agents + EXPERTS)
        users = tuple(account.user for account in self.accounts)
        self.group = Group("bench", "4008009999", users[:agents])
        self.team = Group("team", "4008009998", users)
        self.clocks = Clocks()
        self._csta_port = free_port()
        settings = {"CALLBASE_ENGINES": str(ENGINES), "CALLBASE_ASTERISK_NODES": str(nodes)}
        settings |= {"CALLBASE_CSTA_PORT": str(self._csta_port)}
        settings |= {"CALLBASE_DATABASE_URL": replicated.url} if replicated else {}
        self.installation = Installation(home, settings | self.clocks.settings)
        self.system = Callbase(
            self.accounts, (self.group, self.team), self.installation, park_returns_after_s=PARK_RETURNS_AFTER_S
        )
        self.database, self.switch = Proxies(), Proxies()
        self.recordings_full: list[tuple[float, float]] = []
        """From when to when there was no room for any."""
        self.halts: list[tuple[float, float]] = []
        """From when to when the switch stood still."""
        self.sent_s = 0.0
        """When the last signal went to a process, by the processes' clock."""
        self.resources = Resources()
        self._voices = Voices()
        phones = AgentPhones(talk_s=talk_s, media_port=self._voices.port, voices=self._voices)
        self._callers = [TimedCallers(self.installation.sip_at(node), self._voices.port, self._voices) for node in range(nodes)]
        sipp = [
            SippCallers(
                node=node,
                target=self.installation.sip_at(node),
                number=self.group.number,
                at_once=agents // 2 // nodes,
                media_port=self._voices.port,
                folder=home.with_name("sipp"),
            )
            for node in range(nodes)
        ]
        self.load = Load(phones, self._callers, sipp, self._voices, self.group.number, 2 * agents - agents // 2, chance)
        desks_chance = random.Random(chance.random())
        self.desks = Desks(lambda: self.system.link, users[:agents], users[agents:], self.team.id, desks_chance)
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        await self.load.phones.open()
        for callers in self._callers:
            await callers.open()
        self._voices.start()
        await asyncio.gather(self.system.start(), self._put_proxies_between())
        await self.register()
        await self.system.make_ready()
        await self.healthy(HEALTHY_WITHIN_S)
        self._tasks = [
            asyncio.create_task(self.load.run(), name="load"),
            asyncio.create_task(self.desks.run(), name="desks"),
            asyncio.create_task(self._stay_registered(), name="registrations"),
            asyncio.create_task(self._watch_resources(), name="resources"),
        ]

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for callers in self._callers:
            callers.close()
        for sipp in self.load.sipp:
            await sipp.stop()
        self.load.phones.close()
        self._voices.close()
        await self.system.stop()
        await self.database.cut()
        await self.switch.cut()
        self.clocks.remove()

    def calls(self) -> list[Call]:
        """So far, with what agents did with them."""
        desks = self.desks
        return [
            replace(
                call,
                worked_on=call.caller in desks.worked_on | self.load.interrupted,
                given_to=desks.transfers.get(call.caller, ""),
                unrecordable=any(call.called < until and call.ended > since for since, until in self.recordings_full),
                halts=self.halts,
            )
            for call in (*self.load.calls(), *(call for sipp in self.load.sipp for call in sipp.calls()))
        ]

    async def register(self, but_at: int | None = None) -> None:
        """The agents' telephones, spread over the nodes; those of one that is dead with the next. Raises NotHealthy."""
        try:
            for node in range(self.nodes):
                there = (node + 1) % self.nodes if node == but_at else node
                await self.load.phones.register(self.accounts[node :: self.nodes], self.installation.sip_at(there))
        except (TimeoutError, RuntimeError) as failed:
            raise NotHealthy(f"telephones could not register: {failed or 'no answer'}") from failed

    async def _stay_registered(self) -> None:
        while True:
            await asyncio.sleep(REGISTERED_AGAIN_S)
            with suppress(NotHealthy):  # it is tried again
                await self.register()

    async def _put_proxies_between(self) -> None:
        """Before the first process reads where the others are. The supervisor itself needs no reading, and sees them directly."""
        while not runtime_file(self.installation.home).exists():
            await asyncio.sleep(0.01)
        runtime = self.installation.runtime
        ari, ami = await self.switch.add(runtime.ari_port), await self.switch.add(runtime.ami_port)
        further = [
            msgspec.structs.replace(
                node, ari_port=await self.switch.add(node.ari_port), ami_port=await self.switch.add(node.ami_port)
            )
            for node in runtime.further_nodes
        ]
        url = runtime.database_url
        if self.replicated is None:
            postgres = await self.database.add(runtime.postgres_port)
            url = url.replace(f":{runtime.postgres_port}/", f":{postgres}/")
        write_runtime(
            self.installation.home,
            msgspec.structs.replace(runtime, database_url=url, ari_port=ari, ami_port=ami, further_nodes=tuple(further)),
        )

    # --- processes ---------------------------------------------------------------------------------------------------

    async def pids(self, part: str) -> list[int]:
        """Of `leader`, `standby`, `engine` (all of them), `web`, `worker`, `csta`, `asterisk`, `asterisk-b`, `switch` (both of
        them), `postgres` (its first process), `database` (all of them). Waits for one. Raises NotHealthy."""
        found: list[int] = []

        async def none_found() -> str:
            found[:] = await self._pids(part)
            return "" if found else f"no process {part}"

        await until_none(none_found, HEALTHY_WITHIN_S)
        return found

    async def _pids(self, part: str) -> list[int]:
        if part == "leader":
            return [pid for pid in [await asyncio.to_thread(self.installation.leading_engine)] if pid]
        processes = await asyncio.to_thread(self.installation.processes)
        found = [pid for pid, line in processes.items() if _PART_MARKS["engine" if part == "standby" else part] in line]
        return [pid for pid in found if pid not in await self._pids("leader")] if part == "standby" else found

    async def send(self, part: str, number: signal.Signals) -> list[int]:
        pids = await self.pids(part)
        self.sent_s = time.time() + self.clocks.ahead_s
        signal_all(pids, number)
        return pids

    async def _watch_resources(self) -> None:
        while True:
            processes = await asyncio.to_thread(self.installation.processes)
            parts = {
                pid: part
                for pid, line in processes.items()
                if (part := next((part for part, mark in _PART_MARKS.items() if mark in line), "")) not in ("", "database")
            }
            await asyncio.to_thread(self.resources.take, parts)
            await asyncio.sleep(2)

    # --- health ------------------------------------------------------------------------------------------------------

    async def healthy(self, within_s: float) -> float:
        """Until all is as it should be; the seconds that took. Raises NotHealthy."""
        return await until_none(lambda: asyncio.to_thread(self._lacks), within_s)

    def _lacks(self) -> str:
        """What is not as it should be; empty: nothing."""
        engines = self.installation.engines()
        leaders = [said for said in engines.values() if said["role"] == "leader"]
        if len(leaders) != 1:
            return f"{len(leaders)} engines lead: {engines}"
        if lacks := _of_leader(leaders[0]):
            return lacks
        if not self.installation.may_take_over():
            return f"no engine could take over: {engines}"
        status, body = self.installation.health()
        if status != 200:
            return f"web says {status} {body}"
        for part in ("worker", "csta", *NODES[: self.nodes], *(() if self.replicated else ("postgres",))):
            try:
                self.installation.pid_of(part)
            except LookupError as missing:
                return str(missing)
        try:
            socket.create_connection(("127.0.0.1", self._csta_port), timeout=2).close()
        except OSError as failed:
            return f"CSTA is not offered: {failed}"
        return ""

    async def agents_free(self, within_s: float) -> None:
        """Until no agent is taken by a call its telephone does not have. Raises NotHealthy."""
        await until_none(self._stuck, within_s)

    async def _stuck(self) -> str:
        if unlinked := await self._unlinked():
            return unlinked
        now_ms = time.time() * 1000
        stuck = [
            f"{agent.agent} is {agent.state} without a call"
            for account in self.accounts
            if (agent := self.system.link.view.agents[account.user]).state in ("reserved", "busy")
            and now_ms - agent.since_ms > STUCK_AFTER_S * 1000
            and not self.load.phones.calls_at(account.user)
        ]
        return ", ".join(stuck)

    async def back_to_work(self) -> list[str]:
        """Makes ready who is not, and says who was not, and why. Raises NotHealthy where nothing can be asked."""
        await until_none(self._unlinked, STUCK_AFTER_S)
        idle = [
            agent
            for account in self.accounts
            if (agent := self.system.link.view.agents[account.user]).state in ("not_ready", "logged_off")
        ]
        for agent in idle:
            if agent.state == "logged_off":
                await self.system.link.request(SignIn(agent=agent.agent, device=agent.agent))
            await self.system.link.request(SetReady(agent=agent.agent))
        return [f"{agent.agent} was {agent.state} ({agent.reason})" for agent in idle]

    async def _unlinked(self) -> str:
        return "" if self.system.link.connected else "the link is not connected"

    async def agents_ready(self, within_s: float) -> None:
        """Until all are. Raises NotHealthy."""

        async def not_ready() -> str:
            if unlinked := await self._unlinked():
                return unlinked
            agents = self.system.link.view.agents
            states = {account.user: agents[account.user].state for account in self.accounts}
            return ", ".join(f"{agent} is {state}" for agent, state in states.items() if state != "ready")

        await until_none(not_ready, within_s)


class Proxies:
    """Those before one server."""

    def __init__(self) -> None:
        self._all: list[Proxy] = []

    async def add(self, port: int) -> int:
        """One before that port; its own."""
        proxy = Proxy(port)
        await proxy.start()
        self._all.append(proxy)
        return proxy.port

    async def cut(self) -> None:
        await asyncio.gather(*(proxy.cut() for proxy in self._all))

    async def mend(self) -> None:
        await asyncio.gather(*(proxy.start() for proxy in self._all))

    def bar(self, pid: int | None) -> None:
        """One process from all of them."""
        for proxy in self._all:
            proxy.bar(pid)

    def slow_down(self, delay_s: float) -> None:
        for proxy in self._all:
            proxy.delay_s = delay_s


def signal_all(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _of_leader(said: dict[str, Any]) -> str:
    switch = said["switch"]
    if said["database"] == said["core"] == "ok" and all(state == "ok" for state in switch.values()):
        return ""
    return f"the leader says {said}"


async def until_none(lacks: Callable[[], Awaitable[str]], within_s: float) -> float:
    """Until nothing is lacking; the seconds that took. Raises NotHealthy with what was."""
    started = time.monotonic()
    while lacking := await lacks():
        if time.monotonic() - started > within_s:
            raise NotHealthy(f"not within {within_s:g} s: {lacking}")
        await asyncio.sleep(_LOOK_EVERY_S)
    return time.monotonic() - started
