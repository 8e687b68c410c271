"""The parts of a running engine and who tells whom, put together and taken apart in the right order."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import structlog

from callbase.core.commands import AnswerDevice, AnyCommand, LookUpCustomer
from callbase.core.config import Config
from callbase.core.events import ConfigPublished, EngineStarted, TimerDue
from callbase.core.output import Changed
from callbase.engine.clock import Clock
from callbase.engine.configuration import Configuration
from callbase.engine.health import Health
from callbase.engine.journal import Journal
from callbase.engine.link_connection import LinkConnection
from callbase.engine.link_server import LinkServer
from callbase.engine.lookups import Lookups
from callbase.engine.metrics import Metrics
from callbase.engine.presence import Presence
from callbase.engine.recovery import Recovered
from callbase.engine.runner import Runner
from callbase.engine.spool import Spool
from callbase.engine.stream import Stream
from callbase.engine.switches import Switches
from callbase.engine.without_switch import WithoutSwitch
from callbase.platform import garbage
from callbase.platform.runtime import Runtime
from callbase.platform.scraping import CONTENT_TYPE
from callbase.switch.base import SwitchDriver

log = structlog.get_logger(__name__)

SNAPSHOT_EVERY_S = 10.0
QUIET_S = 10.0
"""After so long without an event, while there are calls, the journal gets one all the same."""
SNAPSHOT_SHARE = 0.002
"""Most of the time that making snapshots may hold up events; a large state is snapshotted less often."""
DRAIN_TIMEOUT_S = 5.0


class EngineProcess:
    """The parts of a running engine and who tells whom."""

    def __init__(
        self,
        runtime: Runtime,
        link: tuple[str, int],
        recovered: Recovered,
        spool: Spool,
        drivers: Sequence[SwitchDriver],
        metrics_token: str = "",
    ) -> None:
        """`link`: host and port to listen on. `metrics_token`: also opens the metrics."""
        self._link_address, self._recovered, self._spool = link, recovered, spool
        self._metrics = Metrics()
        self._clock = Clock(recovered.at_ms, going_on_from_ms=recovered.present_ms)
        self._lease = recovered.lease
        self._journal = Journal(
            runtime.database_url,
            spool,
            recovered.seq,
            epoch=self._lease.epoch,
            holder=self._lease.holder,
            tail=recovered.tail,
        )
        self._journal.on_written = self._metrics.written
        self._stream = Stream(self._lease, runtime.internal_token, self._journal.unwritten)
        self._journal.on_entries = self._stream.send
        self._metrics.journal_backlog.set_function(lambda: self._journal.backlog)
        self._metrics.refresh = self._refresh_metrics
        self._switches = Switches(drivers)
        self._without_switch = WithoutSwitch(lambda: self._switches.status, self._stream.ask_for_switch)
        self._stream.on_switch_reached = self._without_switch.reached
        self._runner = Runner(
            recovered.core,
            self._clock,
            recovered.seq,
            journal=self._journal.append,
            execute=self._execute,
            publish=lambda output, now_ms: self._link.publish(output, now_ms),
            metrics=self._metrics,
            epoch=self._lease.epoch,
            check=self._lease.check,
        )
        self._lookups = Lookups(runtime.database_url, self._runner.receive)
        self._configuration = Configuration(runtime.database_url, self._publish_config, self._core_config_version)
        self._link = LinkServer(
            recovered.core,
            token=runtime.internal_token,
            now_ms=self._clock.now_ms,
            submit=self._runner.receive,
            metrics=self._metrics,
            pages={
                "/healthz": lambda: self._health().page(),
                "/metrics": lambda: (HTTPStatus.OK, CONTENT_TYPE, self._metrics.text()),
            },
            pass_on=self._switches.execute,
            metrics_token=metrics_token,
        )
        self._browsers: dict[str, tuple[str, str]] = {}
        """Telephones that are browsers → tenant and agent: told to answer over the link."""
        self._acts = False
        self.started = False
        """Whether everything is up, so that calls can be taken."""

    @property
    def backlog(self) -> int:
        """Journal entries the database does not have yet."""
        return self._journal.backlog

    @property
    def seq(self) -> int:
        """Of the last event."""
        return self._runner.seq

    @property
    def database_status(self) -> str:
        """ "ok", or why the database is away."""
        return self._journal.status

    @property
    def link_connections(self) -> tuple[LinkConnection, ...]:
        return self._link.connections

    @property
    def presence(self) -> Presence:
        return self._link.presence

    async def run(self, stopping: asyncio.Task[bool]) -> None:
        """Until `stopping` is done, the standby is to lead, or a part fails that the engine cannot do without."""
        self._runner.receive(EngineStarted(epoch=secrets.randbits(32)))
        await self._configuration.start(self._recovered.connection)
        self._publish_config(self._configuration.current)
        await self._lookups.start()
        tasks: list[asyncio.Task[Any]] = [
            stopping,
            asyncio.create_task(self._journal.run(self._recovered.connection), name="journal"),
            asyncio.create_task(self._configuration.follow(), name="configuration"),
            asyncio.create_task(self._keep_snapshots(), name="snapshots"),
            asyncio.create_task(self._lease.stepping_down.wait(), name="stepping down"),
            asyncio.create_task(self._without_switch.until_giving_way(), name="without a switch"),
        ]
        await self._stream.start(self._link_address[0])
        await self._link.start(*self._link_address)
        await self._switches.start(self._runner.receive_soon)
        self.started = True
        if self._recovered.warm:
            garbage.keep_what_is_there()
        else:
            garbage.collect()
        log.info("engine started", link=self._link_address, seq=self._runner.seq)
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done - {stopping}:
                task.result()
        finally:
            await self._stop(tasks[1:])

    async def _stop(self, tasks: list[asyncio.Task[Any]]) -> None:
        if not tasks[0].done():
            self._runner.receive(TimerDue())  # until now it is known who talks
        self._runner.stop()
        await self._switches.stop()
        await self._link.stop()
        await self._lookups.stop()
        if not tasks[0].done():
            self._snapshot()
            if await self._journal.drain(DRAIN_TIMEOUT_S):
                await self._lease.let_go()
            else:
                log.warning(
                    "stopping before the database has everything; the next start brings it there", backlog=self._journal.backlog
                )
        await self._lease.stop()
        await self._stream.stop()
        self._journal.stop()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._spool.close()
        log.info("engine stopped", seq=self._runner.seq)

    def _execute(self, command: AnyCommand) -> None:
        match command:
            case LookUpCustomer():
                self._lookups.execute(command)
            case AnswerDevice(leg=leg, device=device) if device in self._browsers:
                tenant, agent = self._browsers[device]
                self._link.answer_now(tenant, agent, device, leg)
            case _:
                if not self._acts:
                    self._acts = True
                    log.info("first command to the switch", command=type(command).__name__)
                self._link.cards.execute(command)

    def _publish_config(self, config: Config) -> None:
        self._browsers = {
            device.id: (tenant.id, device.agent or "")
            for tenant in config.tenants.values()
            for device in tenant.devices.values()
            if device.kind == "browser"
        }
        self._link.cards.owners = {
            device.id: (tenant.id, device.agent)
            for tenant in config.tenants.values()
            for device in tenant.devices.values()
            if device.kind != "browser" and device.agent
        }
        if config.version and config.version != self._core_config_version():
            self._runner.receive(ConfigPublished(config=config))
        self._switches.provision(config)

    def _core_config_version(self) -> int:
        """What the core runs on; 0 where it has no tenant."""
        views = (self._runner.core.view(tenant, Changed()) for tenant in self._runner.core.tenants()[:1])
        return next((view.config_version for view in views if view is not None), 0)

    def _health(self) -> Health:
        return Health(
            standby=bool(self._lease.standby),
            database=self._journal.status,
            core=self._runner.status,
            switch=self._switches.status,
            draining=self._switches.draining,
            journal_backlog=self._journal.backlog,
            trunks={"/".join(trunk): state for trunk, state in self._switches.trunks.items()},
            config_version=self._core_config_version(),
        )

    def _refresh_metrics(self) -> None:
        metrics, since_ms = self._metrics, self._journal.waiting_since_ms
        metrics.leading.set(1)
        metrics.epoch.set(self._lease.epoch)
        metrics.lease_age_seconds.set(self._lease.age_s)
        metrics.standby_armed.set(bool(self._lease.standby))
        metrics.journal_lag_seconds.set(0 if since_ms is None else max(0, self._clock.now_ms() - since_ms) / 1000)
        metrics.followed.set(self._runner.seq)
        for node, state in self._switches.status.items():
            metrics.node_online.labels(node).set(state == "ok")
            metrics.node_drained.labels(node).set(node in self._switches.draining)
        for node, legs in self._switches.legs.items():
            metrics.node_legs.labels(node).set(legs)
        for node, count in self._switches.telephones.items():
            metrics.telephones.labels(node).set(count)
        metrics.trunk_up.clear()
        for trunk, state in self._switches.trunks.items():
            metrics.trunk_up.labels(*trunk).set(state == "ok")

    async def _keep_snapshots(self) -> None:
        pause_s, last_seq, quiet_s = SNAPSHOT_EVERY_S, self._recovered.seq, 0.0
        while True:
            await asyncio.sleep(pause_s)
            quiet_s = quiet_s + pause_s if self._runner.seq == last_seq else 0.0
            if quiet_s >= QUIET_S and self._runner.core.in_call:
                self._runner.receive(TimerDue())  # the journal tells until when it is known who talks
            if self._runner.seq > last_seq:
                last_seq = self._runner.seq
                pause_s = max(SNAPSHOT_EVERY_S, self._snapshot() / SNAPSHOT_SHARE)

    def _snapshot(self) -> float:
        """Takes one; how long that held everything up, in seconds."""
        started_s = time.perf_counter()
        self._journal.keep_snapshot(self._runner.seq, self._clock.now_ms(), self._runner.core.snapshot())
        took_s = time.perf_counter() - started_s
        self._metrics.snapshot_seconds.set(took_s)
        return took_s
