"""The installation being examined."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from callbase.platform.environment import Environment
from callbase.platform.lock import holder
from callbase.platform.runtime import NotRunning, Runtime, read_runtime


@dataclass(frozen=True, slots=True)
class Patient:
    environment: Environment
    runtime: Runtime | None
    """None: never prepared, or its file cannot be read."""
    supervisor_pid: int | None
    """Of the `callbase up` that runs now."""

    @classmethod
    def of(cls, environment: Environment) -> Patient:
        try:
            runtime = read_runtime(environment.home)
        except (NotRunning, OSError, msgspec.DecodeError):
            runtime = None
        try:
            pid = holder(environment.home) if environment.run_dir.is_dir() else None
        except OSError:
            pid = None
        return cls(environment, runtime, pid)

    @property
    def running(self) -> bool:
        return self.supervisor_pid is not None
