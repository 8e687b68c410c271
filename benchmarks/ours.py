"""callbase itself, all of it: journal, facts, recording, worker, web and gateway run and are counted."""

from __future__ import annotations

import asyncio
import contextlib
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import LiteralString

import msgspec
import psycopg

from benchmarks.api import api_token
from benchmarks.installation import DEMO_PASSWORD, Installation
from benchmarks.sip.agents import Account
from benchmarks.sip.digest import ha1
from benchmarks.sip.transport import Address
from benchmarks.systems import Group
from callbase.core.config import Agent, Config, Device, Did, Enqueue, Flow, HangUp, Member, Queue, WaitingTreatment
from callbase.core.events import AnyAction, SetReady, SignIn
from callbase.core.views import TenantView
from callbase.cti.client import LinkClient
from callbase.sealing import seal

_TENANT = "demo"
_NEWEST: LiteralString = "SELECT document FROM engine_config ORDER BY version DESC LIMIT 1"
_PUBLISH: LiteralString = "INSERT INTO engine_config (document) VALUES (%s) RETURNING version"
_NAMES = {"zh-CN": "测试", "en-US": "Bench"}


@dataclass(slots=True)
class Callbase:
    """The demo centre with the queues of `groups` added. Their agents sign in over the link, which pushes all events to us."""

    accounts: list[Account]
    groups: tuple[Group, ...]
    installation: Installation
    name: str = "callbase"
    park_returns_after_s: float = 60.0
    _link: LinkClient | None = None

    @property
    def sip(self) -> Address:
        return self.installation.sip

    async def start(self) -> None:
        """Raises NotReady, or TimeoutError where the engine does not take the configuration in."""
        self.installation.settings["CALLBASE_MEDIA_TIMEOUT_S"] = "0"  # the telephones send no audio: they would count as gone
        self.installation.start()
        await asyncio.to_thread(self.installation.wait_ready)
        version = await asyncio.to_thread(self._publish, self.installation.runtime.database_url)
        port = self.installation.http_port
        token = await asyncio.to_thread(api_token, port, "admin", DEMO_PASSWORD, "benchmark")
        self._link = LinkClient(f"ws://127.0.0.1:{port}/link", token, facts=True)
        self._link.start()
        await self._link.wait_connected()
        await _until(lambda: self._view.config_version >= version)

    async def make_ready(self) -> None:
        """Signs the agents in and waits until each is seen ready."""
        for account in self.accounts:
            await self._ask(SignIn(agent=account.user, device=account.user))
        await _until(lambda: all(self._view.agents[account.user].device_online for account in self.accounts))
        for account in self.accounts:
            await self._ask(SetReady(agent=account.user))
        await _until(lambda: all(self._view.agents[account.user].state == "ready" for account in self.accounts))

    @property
    def link(self) -> LinkClient:
        """Ours, with an administrator's rights; all that happens comes over it."""
        assert self._link
        return self._link

    @property
    def _view(self) -> TenantView:
        return self.link.view

    async def _ask(self, action: AnyAction) -> None:
        reply = await self.link.request(action)
        if reply.error:
            raise RuntimeError(f"{action}: {reply.error}")

    def cpu_ms(self) -> dict[str, float]:
        return self.installation.cpu_ms()

    async def stop(self) -> None:
        if self._link:
            await self._link.close()
        with contextlib.suppress(subprocess.TimeoutExpired):  # killed then; what was measured is good
            await asyncio.to_thread(self.installation.stop)

    def _publish(self, database_url: str) -> int:
        """Publishes the present configuration with our queues, flows, numbers and agents in it; its version."""
        with psycopg.connect(database_url, autocommit=True) as database:
            row = database.execute(_NEWEST).fetchone()
            assert row
            config = msgspec.convert(row[0], Config)
            document = msgspec.json.encode(self._with_bench(config)).decode()
            version = database.execute(_PUBLISH, [document]).fetchone()
            assert version
            database.execute("SELECT pg_notify('config_published', %s)", [str(version[0])])
            return int(version[0])

    def _with_bench(self, config: Config) -> Config:
        tenant = config.tenants[_TENANT]
        devices = {
            account.user: Device(
                id=account.user,
                kind="sip",
                ha1=seal(ha1(account.user, "callbase", account.password), self.installation.runtime.secret_key),
                agent=account.user,
            )
            for account in self.accounts
        }
        bench = msgspec.structs.replace(
            tenant,
            park_returns_after_s=self.park_returns_after_s,
            agents=tenant.agents | {user: Agent(id=user, name=user, devices=(user,)) for user in devices},
            devices=tenant.devices | devices,
            queues=tenant.queues | {group.id: _queue(group) for group in self.groups},
            flows=tenant.flows | {group.id: _flow(group) for group in self.groups},
            dids=tenant.dids | {group.number: Did(number=group.number, flow=group.id) for group in self.groups},
        )
        return msgspec.structs.replace(config, version=config.version + 1, tenants=config.tenants | {_TENANT: bench})


def _queue(group: Group) -> Queue:
    members = tuple(Member(agent=user) for user in group.members)
    return Queue(id=group.id, name=_NAMES, members=members, wrap_up_s=0, waiting=WaitingTreatment(steps=()))


def _flow(group: Group) -> Flow:
    return Flow(id=group.id, version=1, start="queue", nodes={"queue": Enqueue(queue=group.id, failed="end"), "end": HangUp()})


async def _until(condition: Callable[[], bool], timeout_s: float = 60) -> None:
    async with asyncio.timeout(timeout_s):
        while not condition():
            await asyncio.sleep(0.02)
