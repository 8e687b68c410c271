"""`callbase up`: prepares this machine's installation, starts everything, says how to sign in, keeps it running."""

from __future__ import annotations

import asyncio
import contextlib
import os
import resource
import secrets
import signal
import sys
import time

from callbase.platform import asterisk, installed, ports
from callbase.platform.console_output import ConsoleOutput
from callbase.platform.environment import Environment
from callbase.platform.health import get_health
from callbase.platform.listeners import listener_on
from callbase.platform.lock import AlreadyRunning, HomeLock
from callbase.platform.logs import configure_logging
from callbase.platform.postgres import PostgresFailed, check_reachable, refuses
from callbase.platform.prepare import NODE_NAMES, embedded_postgres, prepare_folders, prepare_runtime
from callbase.platform.runtime import DatabaseUnreachable, Runtime, SwitchNode
from callbase.platform.services import (
    STOP_ORDER,
    asterisk_spec,
    csta_spec,
    engine_specs,
    own_command,
    postgres_spec,
    web_spec,
    worker_spec,
)
from callbase.platform.supervisor import Supervisor
from callbase.platform.unprivileged import UserMissing

OPEN_FILES = 65536
LARGE_PAGES = "glibc.malloc.hugetlb=1"
"""Has the C library ask for memory in pages of 2 MB, where the kernel gives them to who asks. What an event needs is seldom in
the processor's caches, nor is where it is in memory: with large pages Asterisk takes a twentieth less of its time."""


_PASSING = ("session is read-only", "hot standby", "too many clients", "remaining connection slots")
"""A server says so that takes connections, but only for now, or while the one that takes writes is away."""


class CannotStart(RuntimeError):
    """What is wrong and what to do, in a sentence."""


def up(environment: Environment, *, demo: bool = True) -> int:
    """Until SIGINT or SIGTERM; the exit code. One clear sentence on standard error where it cannot start.
    Raises DatabaseUnreachable."""
    configure_logging("supervisor", level="WARNING")
    _raise_open_files_limit()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling everything anew doubles the time of each process's start
    os.environ.setdefault("GLIBC_TUNABLES", LARGE_PAGES)
    try:
        prepare_folders(environment)
        with HomeLock(environment.home):
            _check_public_ports(environment)
            return asyncio.run(_Installation(environment, demo=demo).run())
    except (
        AlreadyRunning,
        CannotStart,
        ports.CannotListen,
        PostgresFailed,
        UserMissing,
        asterisk.AsteriskUnavailable,
    ) as problem:
        sys.stderr.write(f"callbase: {problem}\n")
        return 1
    except OSError as problem:
        sys.stderr.write(f"callbase: {environment.home} cannot be used: {problem}\n")
        return 1


def _raise_open_files_limit() -> None:
    """For all processes we start. Not without bound: some programs walk through all possible descriptors."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, OPEN_FILES)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _check_public_ports(environment: Environment) -> None:
    """Raises CannotStart, CannotListen."""
    nodes = zip(environment.sip_ports if environment.pbx is None else (), NODE_NAMES, strict=False)
    sip_ports = [port for port, node in nodes if not asterisk.runs_still(environment, node)]
    sip = [(port, environment.bind, udp, "CALLBASE_SIP_PORT") for port in sip_ports for udp in (True, False)]
    for port, host, udp, variable in (
        (environment.http_port, environment.bind, False, "CALLBASE_HTTP_PORT"),
        *sip,
        (environment.csta_port, environment.bind, False, "CALLBASE_CSTA_PORT"),
        (environment.lines_port, environment.bind, False, "CALLBASE_LINES_PORT"),
    ):
        if port is not None and not _free_soon(port, host=host, udp=udp):
            kind = "UDP" if udp else "TCP"
            holder = listener_on(port, udp=udp)
            raise CannotStart(
                f"{kind} port {port} is taken{f' by {holder}' if holder else ''}; stop that, or set {variable} to another"
            )


def _free_soon(port: int, *, host: str, udp: bool) -> bool:
    """The processes of a `callbase up` that was killed a moment ago may still be ending."""
    deadline = time.monotonic() + 1.5
    while not ports.is_free(port, host=host, udp=udp):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


class _Installation:
    def __init__(self, environment: Environment, *, demo: bool) -> None:
        self._environment = environment
        self._demo = demo
        self._console = ConsoleOutput()
        self._supervisor = Supervisor(
            environment.log_dir, environment.run_dir, self._console.line, outliving=tuple(map(asterisk.process_name, NODE_NAMES))
        )
        self._drawn_password: str | None = None
        self._welcomed = False

    async def run(self) -> int:
        loop = asyncio.get_running_loop()
        stop = asyncio.Event()
        signals = {signal.SIGINT, signal.SIGTERM, signal.SIGHUP}
        if signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:  # started under nohup
            signals.remove(signal.SIGHUP)
        for number in signals:
            loop.add_signal_handler(number, stop.set)
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                await stopping
            return 0
        finally:
            starting.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await starting
            await self._stop()
            if self._drawn_password and not self._welcomed:
                self._console.line("demo", f"its password is {self._drawn_password} (drawn now, shown this once)")

    async def _start(self) -> None:
        runtime = prepare_runtime(self._environment)
        self._console.line("callbase", f"home {self._environment.home}")
        database = asyncio.create_task(self._start_database(runtime))
        switch = asyncio.create_task(self._start_switch(runtime))
        try:
            await database
            self._supervisor.start(*engine_specs(self._environment, runtime), web_spec(self._environment))
            await switch
            await self._supervisor.wait_ready(
                "engine", "web", *(asterisk.process_name(node.name) for node in self._nodes(runtime))
            )
            await self._wait_healthy()
            self._supervisor.start(worker_spec())  # last: no call waits for it
            await self._supervisor.wait_ready("worker")
            if self._environment.csta_port is not None:
                self._supervisor.start(csta_spec(self._environment))
                await self._supervisor.wait_ready("csta")
        finally:
            database.cancel()
            switch.cancel()
            await asyncio.gather(database, switch, return_exceptions=True)
        self._console.block(self._welcome())
        self._welcomed = True

    def _nodes(self, runtime: Runtime) -> tuple[SwitchNode, ...]:
        """Of the switch, if it is ours: those of this machine."""
        return runtime.nodes[: self._environment.asterisk_nodes] if self._environment.pbx is None else ()

    async def _start_database(self, runtime: Runtime) -> None:
        if self._environment.database_url is None:
            server = embedded_postgres(self._environment, runtime)
            if await asyncio.to_thread(server.prepare):
                self._console.line("postgres", f"made a new database in {server.directory}")
            self._supervisor.start(postgres_spec(server))
            await self._supervisor.wait_ready("postgres")
        else:
            await self._reach_database(runtime.database_url)
        await self._install(runtime)

    async def _reach_database(self, url: str) -> None:
        """Waits for one's own server, however long it is away: after a power cut it may start later than we do.
        Raises DatabaseUnreachable where it runs and refuses us."""
        said, refused = "", False
        while True:
            try:
                return await asyncio.to_thread(check_reachable, url, embedded=False)
            except DatabaseUnreachable as problem:
                if refused:
                    raise
                refused = not any(passing in str(problem) for passing in _PASSING) and await asyncio.to_thread(refuses, url)
                if not refused and str(problem) != said:
                    said = str(problem)
                    self._console.line("callbase", f"{said}; trying again until it answers")
            await asyncio.sleep(0.5)

    async def _install(self, runtime: Runtime) -> None:
        """Migrations and the demo centre, where the stamps in the database say that something has changed."""
        stamps = await asyncio.to_thread(installed.read_stamps, runtime.database_url)
        wanted = {"migrations": installed.migrations_stamp()}
        if stamps.get("migrations") != wanted["migrations"]:
            await self._step("migrate", "bringing the tables up to date")
        if self._demo:
            password = self._environment.demo_password
            wanted["demo"] = installed.demo_stamp()
            if "demo" not in stamps and password is None:
                password = self._drawn_password = secrets.token_urlsafe(9)
            if password is not None:
                wanted["demo password"] = installed.password_stamp(runtime.secret_key, password)
            if any(stamps.get(step) != wanted[step] for step in wanted if step != "migrations"):
                await self._step("demo", "making the demo centre", CALLBASE_DEMO_PASSWORD=password or "")
        if wanted.items() - stamps.items():
            await asyncio.to_thread(installed.write_stamps, runtime.database_url, wanted)

    async def _step(self, name: str, doing: str, **variables: str) -> None:
        self._console.line(name, doing)
        code = await self._supervisor.run_once(name, list(own_command(name)), {**os.environ, **variables})
        if code:
            log = self._environment.log_dir / f"{name}.log"
            raise CannotStart(f"`callbase {name}` failed with exit code {code}; its last words are at the end of {log}")

    async def _start_switch(self, runtime: Runtime) -> None:
        if self._environment.pbx is not None:
            return

        def say(text: str) -> None:
            self._console.line("asterisk", text)

        installation = await asyncio.to_thread(
            asterisk.find_or_make_tree, asterisk.cache_dir(), say, use_system=not self._environment.private_asterisk
        )
        for node in self._nodes(runtime):
            await asyncio.to_thread(asterisk.configure, self._environment, runtime, installation, node)
            self._supervisor.start(asterisk_spec(self._environment, runtime, installation, node))

    async def _wait_healthy(self) -> None:
        said = ""
        waited_since = self._console.elapsed_s
        while True:
            health = await asyncio.to_thread(get_health, self._environment)
            if health is not None and health.healthy:
                return
            parts = str(health.answer) if health else "the web process does not answer"
            if parts != said and self._console.elapsed_s - waited_since > 3:
                said = parts
                self._console.line("callbase", f"not ready for calls yet: {parts}")
            await asyncio.sleep(0.1)

    def _welcome(self) -> str:
        bind = self._environment.bind
        host = "localhost" if bind in ("127.0.0.1", "0.0.0.0", "::", "::1") else bind  # noqa: S104  (compared with)
        site = f"http://{host}:{self._environment.http_port}"
        lines = [f"Ready in {self._console.elapsed_s:.1f} s:  {site}"]
        if self._demo:
            if self._drawn_password:
                sign_in_with = f"{self._drawn_password}   (drawn now, shown this once)"
            elif self._environment.demo_password:
                sign_in_with = "as set in CALLBASE_DEMO_PASSWORD"
            else:
                sign_in_with = "as shown at the first start; set CALLBASE_DEMO_PASSWORD to have another"
            lines += [
                "",
                "  tenant    demo",
                "  agents    1001 … 1020   supervisor  2001   administrator  admin",
                f"  password  {sign_in_with}",
                f"  customer  {site}/demo/phone  dials 4008001234",
                f"  SIP       desk phones register at port {self._environment.sip_port} as 1001 … 1020, same password",
            ]
        pbx = self._environment.pbx
        if pbx is not None:
            lines += ["", f"  telephones and calls are on the switch at {pbx.host}:{pbx.port}, not here"]
        return "\n".join([*lines, "", "Ctrl-C stops everything.", ""])

    async def _stop(self) -> None:
        if self._supervisor.processes:
            self._console.line("callbase", "stopping")
        await self._supervisor.stop(*STOP_ORDER)
        self._console.line("callbase", "stopped")
