"""A PostgreSQL primary and its streaming replica on this machine, which may be made to lag, and to take the primary's place."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from pathlib import Path
from typing import Self

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from callbase.platform import ports, unprivileged
from callbase.platform.postgres import EmbeddedPostgres
from tests.engine.proxy import Proxy

START_S = 20.0


class Replicated:
    """`async with` it: the replica then follows. What it hears comes through `stream`, and the primary's clients through `door`:
    both may be cut."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.primary = EmbeddedPostgres(folder / "primary", ports.pick(), "test-password")
        self.replica = EmbeddedPostgres(folder / "replica", ports.pick(), "test-password")
        self.stream, self.door = Proxy(self.primary.url), Proxy(self.primary.url)
        self.url = ""
        """Of both, as an operator writes it."""
        self._running: dict[EmbeddedPostgres, subprocess.Popen[bytes]] = {}

    async def __aenter__(self) -> Self:
        await self.stream.__aenter__()
        await self.door.__aenter__()
        login, _, door = self.door.url.rpartition("@")
        first, _, database = door.partition("/")
        self.url = f"{login}@{first},127.0.0.1:{self.replica.port}/{database}?target_session_attrs=read-write"
        await asyncio.to_thread(self._make)
        await asyncio.gather(self.start(self.primary), self.start(self.replica))
        return self

    async def __aexit__(self, *_: object) -> None:
        for server in tuple(self._running):
            self.kill(server)
        await self.stream.__aexit__()
        await self.door.__aexit__()

    async def start(self, server: EmbeddedPostgres) -> None:
        command = [*server.command(), "-c", f"port={server.port}", "-c", "fsync=off", "-c", "wal_retrieve_retry_interval=100ms"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        self._running[server] = process
        deadline = time.monotonic() + START_S
        while not await asyncio.to_thread(server.ready):
            assert process.poll() is None and time.monotonic() < deadline
            await asyncio.sleep(0.05)

    def kill(self, server: EmbeddedPostgres) -> None:
        process = self._running.pop(server)
        process.kill()
        process.wait()

    def caught_up(self) -> bool:
        """Whether the replica has replayed all that the primary has written."""
        with psycopg.connect(self.primary.url) as connection:
            written = connection.execute("SELECT pg_current_wal_lsn()").fetchone()
        with psycopg.connect(self.replica.url) as connection:
            return connection.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", written).fetchone() == (True,)

    async def promote(self) -> None:
        """The replica leads from now on."""
        await asyncio.to_thread(self.replica._run, "pg_ctl", "promote", "-D", str(self.replica.directory), "-w", "-t", "20")

    async def follow(self) -> None:
        """The primary that was killed comes back as the replica of the one that has been promoted."""
        self.primary, self.replica = self.replica, self.primary
        await self.stream.__aexit__()
        self.stream = Proxy(self.primary.url)
        await self.stream.__aenter__()
        await asyncio.to_thread(self._copy)
        await self.start(self.replica)

    def _copy(self) -> None:
        shutil.rmtree(self.replica.directory)
        unprivileged.owned_directory(self.replica.directory)
        self.primary._run("pg_basebackup", "-d", self.primary.url, "-D", str(self.replica.directory), "-c", "fast")
        self._have_it_follow()

    def _make(self) -> None:
        """The primary, and a copy of it while it does not run, which is a base backup."""
        self.primary.prepare()
        self.primary._execute("ALTER ROLE callbase REPLICATION")
        access = self.primary.directory / "pg_hba.conf"
        access.write_text(access.read_text() + "host replication callbase 127.0.0.1/32 scram-sha-256\n")
        subprocess.run(["cp", "-a", self.primary.directory, self.replica.directory], check=True)
        self._have_it_follow()

    def _have_it_follow(self) -> None:
        self.replica._write("standby.signal", "")
        follows = conninfo_to_dict(self.stream.url)
        follows.pop("dbname")
        self.replica._write("postgresql.auto.conf", f"primary_conninfo = '{make_conninfo(**follows)}'\n")
