"""The running parts, asked one by one."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import psutil
import psycopg

from callbase.platform import asterisk, installed, servers
from callbase.platform.doctor.finding import Finding, error, ok, warning
from callbase.platform.doctor.patient import Patient
from callbase.platform.health import get_health
from callbase.platform.listeners import process_name
from callbase.platform.pbx import Pbx

START = "start it with `make run`"
OLDEST_SERVER = 150000
CLOCK_TOLERANCE_S = 1.0


def supervisor(patient: Patient) -> Iterator[Finding]:
    if patient.running:
        yield ok("callbase", f"runs with {patient.environment.home} (process {patient.supervisor_pid})")
    else:
        yield warning("callbase", f"does not run with {patient.environment.home}", START)


def leftovers(patient: Patient) -> Iterator[Finding]:
    """Processes of an earlier run that nobody supervises any more: they hold ports and the database's folder."""
    if patient.running:
        return
    found = False
    home = str(patient.environment.home)
    for process in psutil.process_iter(["pid", "cmdline"]):
        command = process.info["cmdline"] or []
        if any(argument.startswith((f"{home}/postgres", f"{home}/asterisk")) for argument in command):
            found = True
            yield error(
                "leftovers", f"{process_name(process.info['pid'])} is left from an earlier run", f"kill {process.info['pid']}"
            )
    if not found:
        yield ok("leftovers", "no process is left from an earlier run")


def database(patient: Patient) -> Iterator[Finding]:
    url = _database_url(patient)
    if url is None:
        return
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            version = connection.info.server_version
        stamps = installed.read_stamps(url)
    except psycopg.Error as problem:
        remedy = "check CALLBASE_DATABASE_URL and that server" if patient.environment.database_url else "see log/postgres.log"
        yield error("database", f"cannot be reached: {str(problem).strip()}", remedy)
        return
    if version < OLDEST_SERVER:
        yield error("database", f"PostgreSQL {version // 10000} is too old", "use PostgreSQL 15 or later")
    elif stamps.get("migrations") != installed.migrations_stamp():
        yield error("database", "the tables are not those of this version", "start callbase once, or run `callbase migrate`")
    else:
        yield ok("database", f"PostgreSQL {version // 10000} answers, its tables are up to date")


def replica(patient: Patient) -> Iterator[Finding]:
    """Where there are several servers: one must take writes, and each other one have nearly all it has."""
    url = _database_url(patient)
    if url is None or len(servers.each(url)) == 1:
        return
    state = servers.state_of(asyncio.run(servers.look(url)))
    if state == "ok":
        yield ok("replica", "each has what the primary has")
    else:
        yield warning("replica", state, "until then what only one server has may be lost with it (docs/reliability.md)")


def database_clock(patient: Patient) -> Iterator[Finding]:
    url = _database_url(patient)
    if url is None:
        return
    try:
        with psycopg.connect(url, connect_timeout=5) as connection:
            row = connection.execute("SELECT clock_timestamp()").fetchone()
            here = datetime.now(UTC)
    except psycopg.Error:
        return  # said by `database`
    off_s = abs((here - row[0]).total_seconds()) if row else 0.0
    if off_s > CLOCK_TOLERANCE_S:
        yield warning("clock", f"this clock and the database's are {off_s:.1f} s apart", "let NTP keep both")
    else:
        yield ok("clock", "agrees with the database's")


def switch(patient: Patient) -> Iterator[Finding]:
    if not patient.running or patient.runtime is None:
        return
    if patient.environment.pbx is not None:
        yield _pbx(patient.environment.pbx)
        return
    several = len(patient.runtime.nodes) > 1
    for node in patient.runtime.nodes:
        name, which = (f"switch {node.name}", f"Asterisk {node.name}") if several else ("switch", "Asterisk")
        if asterisk.ready(patient.runtime, node):
            yield ok(name, f"{which} takes commands on port {node.ari_port}")
        else:
            here = node.ari_host == patient.runtime.ari_host
            log = _log(patient, asterisk.process_name(node.name), "" if here else node.ari_host)
            yield error(name, f"{which} does not take commands", log)


def _pbx(pbx: Pbx) -> Finding:
    try:
        socket.create_connection((pbx.host, pbx.port), timeout=3).close()
    except OSError as problem:
        return error("switch", f"{pbx.host}:{pbx.port} takes no connection: {problem}", "see CALLBASE_PBX, and that switch")
    return ok("switch", f"{pbx.host}:{pbx.port} takes connections")


def engine(patient: Patient) -> Iterator[Finding]:
    """Each of them: one must lead, and each other one be able to."""
    if not patient.running or patient.runtime is None:
        return
    links = patient.runtime.links()
    roles = []
    for number, (host, port) in enumerate(links, start=1):
        name = "engine" if number == 1 else f"engine-{number}"
        log = _log(patient, name)
        if host != links[0][0]:
            name, log = f"engine {host}:{port}", _log(patient, "engine", host)
        told = _health_of_engine(host, port)
        if isinstance(told, str):
            yield error(name, f"the link does not answer: {told}", log)
            continue
        status, said, role = told
        roles.append(role)
        if role == "leader":
            yield from _draining(said)
            yield ok(name, "leads; all is well") if status == 200 else error(name, f"leads and is not ready: {said}", log)
        elif len(links) > 1:
            yield ok(name, "stands by") if status == 200 else warning(name, f"could not take over now: {said}", log)
    if roles and "leader" not in roles:
        yield error("engine", "no engine leads", _log(patient, "engine"))


def _log(patient: Patient, process: str, machine: str = "") -> str:
    """Where to look; `machine`: another one's address."""
    return f"see {patient.environment.log_dir}/{process}.log{f' on {machine}' if machine else ''}"


def _draining(said: str) -> Iterator[Finding]:
    for node, calls in json.loads(said).get("draining", {}).items():
        back = f"`callbase node-drain {node} --back` has it take calls again"
        if calls:
            yield warning(f"switch {node}", f"takes no new calls; {calls} calls or telephones in calls are left there", back)
        else:
            yield warning(f"switch {node}", "takes no new calls, and none is left there: it may be stopped", back)


def _health_of_engine(host: str, port: int) -> tuple[int, str, str] | str:
    """Status, what it says, and its role; or why there is no answer."""
    connection = http.client.HTTPConnection(host, port, timeout=3)
    try:
        connection.request("GET", "/healthz")
        response = connection.getresponse()
        said = response.read().decode(errors="replace")
        return response.status, said, str(json.loads(said).get("role"))
    except (OSError, ValueError, http.client.HTTPException) as problem:
        return str(problem)
    finally:
        connection.close()


def web(patient: Patient) -> Iterator[Finding]:
    if not patient.running:
        return
    health = get_health(patient.environment)
    log = f"see {patient.environment.log_dir}/web.log"
    if health is None:
        yield error("web", "the web process does not answer", log)
    elif health.healthy:
        yield ok("web", "calls can be taken")
    else:
        yield error("web", f"calls cannot be taken: {health.answer}", log)


def _database_url(patient: Patient) -> str | None:
    """None: there is no database to ask, since the embedded one runs only with callbase."""
    if patient.environment.database_url is not None:
        return patient.environment.database_url
    return patient.runtime.database_url if patient.running and patient.runtime else None
