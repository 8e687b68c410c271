"""PostgreSQL servers that other machines reach, each at an address of its own."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

from callbase.platform import ports, unprivileged
from callbase.platform.postgres import EmbeddedPostgres

_START_S = 20.0


class Server:
    """One of them: made, and not started yet."""

    def __init__(self, folder: Path, address: str, within: Sequence[str] = ()) -> None:
        """`within`: the command that runs it where that address is."""
        self.address, self._within = address, within
        self._cluster = EmbeddedPostgres(folder, ports.pick(), "test-password")
        self._process: subprocess.Popen[bytes] | None = None
        self._cluster.prepare()
        self._cluster._execute("ALTER ROLE callbase REPLICATION")
        with (folder / "pg_hba.conf").open("a") as rules:
            rules.write("host all,replication all 10.0.0.0/8 scram-sha-256\n")

    @property
    def url(self) -> str:
        return self._cluster.url.replace("127.0.0.1", self.address)

    def start(self) -> None:
        """And waits until it answers."""
        command = [*self._within, *self._cluster.command(), "-c", "listen_addresses=*", "-c", "fsync=off"]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + _START_S
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)

    def stop(self) -> None:
        """As quickly as it does cleanly; nothing where it was killed with its machine."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait()

    def promote(self) -> None:
        """The replica takes writes from now on."""
        self._cluster._run("pg_ctl", "promote", "-D", str(self._cluster.directory), "-w")

    def follow(self, primary: Server) -> None:
        """A copy of that one takes the place of what was here, which does not run, and follows it."""
        folder = self._cluster.directory
        shutil.rmtree(folder)
        unprivileged.owned_directory(folder)
        self._cluster._run("pg_basebackup", "-d", primary.url, "-D", str(folder), "-c", "fast")
        self._cluster._write("standby.signal", "")
        self._cluster._write("callbase.conf", (folder / "callbase.conf").read_text() + f"port = {self._cluster.port}\n")
        self._cluster._write("postgresql.auto.conf", f"primary_conninfo = '{make_conninfo(primary.url, dbname=None)}'\n")
        self.start()

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=1).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def running(servers: Sequence[Server]) -> Iterator[None]:
    """The first as the primary, the others as its replicas."""
    primary, *replicas = servers
    try:
        primary.start()
        for replica in replicas:
            replica.follow(primary)
        yield
    finally:
        for server in servers:
            server.stop()


def url_of(servers: Sequence[Server]) -> str:
    """Of all of them, as an operator writes it."""
    if len(servers) == 1:
        return servers[0].url
    login, _, _ = servers[0].url.rpartition("@")
    hosts = ",".join(server.url.rpartition("@")[2].partition("/")[0] for server in servers)
    return f"{login}@{hosts}/callbase?target_session_attrs=read-write"
