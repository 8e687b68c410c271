"""The machine and what is installed on it."""

from __future__ import annotations

import os
import platform
import resource
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime

from callbase.platform import asterisk
from callbase.platform.doctor.finding import Finding, error, ok, warning
from callbase.platform.doctor.patient import Patient
from callbase.platform.environment import ROOT
from callbase.platform.postgres import PostgresFailed, binaries

OPEN_FILES_WANTED = 8192
"""Two sockets and two files per call, a few hundred browsers."""
MEMORY_WANTED_MB = 1900
WRITTEN_IN = 2025
"""A clock before this year is wrong."""


def python(_patient: Patient) -> Iterator[Finding]:
    yield ok("python", f"Python {platform.python_version()} ({sys.executable})")


def programs(_patient: Patient) -> Iterator[Finding]:
    for program, package, why in (
        ("setpriv", "util-linux", "processes are tied to their supervisor by it"),
        ("espeak-ng", "espeak-ng", "prompts are spoken by it"),
    ):
        if shutil.which(program) is None:
            yield error("programs", f"{program} is missing: {why}", f"apt-get install {package}")
        else:
            yield ok("programs", f"{program} is there")


def asterisk_version(patient: Patient) -> Iterator[Finding]:
    if patient.environment.pbx is not None:
        yield ok("asterisk", "CALLBASE_PBX is set; Asterisk is not used")
        return
    cached = asterisk.cache_dir() / "asterisk-22"
    found = shutil.which("asterisk", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if not cached.is_dir() and (found is None or patient.environment.private_asterisk):
        yield error("asterisk", "there is no Asterisk yet", "`make run` fetches one, or install asterisk 20 or later")
        return
    try:
        installation = asterisk.find_or_make_tree(
            asterisk.cache_dir(), lambda _text: None, use_system=not patient.environment.private_asterisk
        )
    except asterisk.AsteriskUnavailable as problem:
        yield error("asterisk", str(problem), "`make run` fetches a new one")
    else:
        yield ok("asterisk", f"Asterisk {installation.version} ({installation.program[-1]})")


def postgres_version(patient: Patient) -> Iterator[Finding]:
    if patient.environment.database_url is not None:
        yield ok("postgres", "CALLBASE_DATABASE_URL is set; the embedded PostgreSQL is not used")
        return
    try:
        done = subprocess.run([binaries() / "postgres", "--version"], capture_output=True, text=True, check=True)
    except (PostgresFailed, OSError, subprocess.CalledProcessError) as problem:
        yield error(
            "postgres", f"the embedded PostgreSQL does not run: {problem}", "run `make clean run`, or set CALLBASE_DATABASE_URL"
        )
        return
    ours = done.stdout.split()[-1]
    version_file = patient.environment.home / "postgres" / "PG_VERSION"
    try:
        data = version_file.read_text().strip()
    except OSError:
        data = ""
    if data and data != ours.partition(".")[0]:
        yield error(
            "postgres", f"the data was made by PostgreSQL {data}, this is {ours}", "dump it with the old one and restore it here"
        )
    else:
        yield ok("postgres", f"PostgreSQL {ours}, embedded")


def console_built(_patient: Patient) -> Iterator[Finding]:
    if (ROOT / "frontend" / "dist" / "index.html").exists():
        yield ok("console", "the console is built")
        return
    node = shutil.which("node") or "no Node on PATH"
    yield error("console", f"the console is not built ({node})", "run `make run`, which builds it")


def processor_and_memory(_patient: Patient) -> Iterator[Finding]:
    cores = len(os.sched_getaffinity(0))
    memory_mb = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    if cores < 2:
        yield warning("processor", "there is one processor core", "two or more keep calls free of the web's work")
    else:
        yield ok("processor", f"{cores} cores")
    if memory_mb < MEMORY_WANTED_MB:
        yield warning("memory", f"{memory_mb} MB of memory", "2 GB or more are wanted for everything on one machine")
    else:
        yield ok("memory", f"{memory_mb} MB of memory")


def open_files(_patient: Patient) -> Iterator[Finding]:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < OPEN_FILES_WANTED:
        yield warning(
            "open files",
            f"a process may open {hard} files",
            f"raise the hard limit to {OPEN_FILES_WANTED} (limits.conf, LimitNOFILE=)",
        )
    else:
        yield ok("open files", "unlimited" if hard == resource.RLIM_INFINITY else f"a process may open {hard} files")


def clock(_patient: Patient) -> Iterator[Finding]:
    now = datetime.now(UTC)
    if now.year < WRITTEN_IN:
        yield error(
            "clock", f"the clock says {now:%Y-%m-%d}", "set it (`timedatectl set-ntp true`): reports and recordings go by it"
        )
        return
    synchronized = _synchronized()
    if synchronized is False:
        yield warning("clock", "the clock is not kept by NTP", "`timedatectl set-ntp true`, or run chrony")
    else:
        kept = "kept by NTP" if synchronized else "whether NTP keeps it is not known here"
        yield ok("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, {kept}")


def _synchronized() -> bool | None:
    """None where the system does not tell (no systemd, a container)."""
    try:
        done = subprocess.run(
            ["timedatectl", "show", "--property=NTPSynchronized", "--value"],
            capture_output=True,
            text=True,
            timeout=5,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return {"yes": True, "no": False}.get(done.stdout.strip())
