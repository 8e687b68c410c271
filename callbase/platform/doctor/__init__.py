"""`callbase doctor`: finds what is wrong with this installation, explains it, and says what to do.

Each check is a small function from the Patient to findings; it never raises and changes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator

import msgspec

from callbase.platform.doctor import machine, network, services, storage
from callbase.platform.doctor.finding import Finding, Level
from callbase.platform.doctor.patient import Patient
from callbase.platform.environment import Environment

Check = Callable[[Patient], Iterable[Finding]]

CHECKS: tuple[Check, ...] = (
    machine.python,
    machine.programs,
    machine.asterisk_version,
    machine.postgres_version,
    machine.console_built,
    machine.processor_and_memory,
    machine.open_files,
    machine.clock,
    storage.home_writable,
    storage.disk_space,
    storage.backups,
    network.microphone,
    network.public_ports,
    network.rtp_ports,
    services.supervisor,
    services.leftovers,
    services.database,
    services.database_clock,
    services.replica,
    services.switch,
    services.engine,
    services.web,
)


def examine(patient: Patient) -> Iterator[Finding]:
    for check in CHECKS:
        yield from check(patient)


def doctor(environment: Environment, *, as_json: bool) -> int:
    """Prints the findings; 1 when one of them is an error."""
    worst_is_error = False
    for finding in examine(Patient.of(environment)):
        worst_is_error |= finding.level is Level.ERROR
        sys.stdout.write((msgspec.json.encode(finding).decode() if as_json else _readable(finding)) + "\n")
        sys.stdout.flush()
    return 1 if worst_is_error else 0


_MARKS = {Level.OK: "ok     ", Level.WARNING: "WARNING", Level.ERROR: "ERROR  "}


def _readable(finding: Finding) -> str:
    line = f"{_MARKS[finding.level]}  {finding.check:<12} {finding.message}"
    return f"{line}\n{'':23}→ {finding.remedy}" if finding.remedy else line
