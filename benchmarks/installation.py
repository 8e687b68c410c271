"""A callbase of its own: started with `callbase up` in a fresh home on free ports, beside whatever else runs here."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from benchmarks.cpu import command_line, family, used_ms
from benchmarks.ports import free_port, free_rtp_range, free_sip_port
from benchmarks.sip.transport import Address
from callbase.platform.dependent import dependent
from callbase.platform.environment import ROOT
from callbase.platform.runtime import Runtime, read_runtime
from callbase.platform.supervisor import left_over

DEMO_PASSWORD = "benchmark-4008001234"


class NotReady(RuntimeError):
    """It did not come up; the message says where its log is and what it said last."""


@dataclass(slots=True)
class Installation:
    """`settings`: further environment variables. Start it, wait for it, stop it; starting again keeps home and ports."""

    home: Path
    settings: dict[str, str] = field(default_factory=dict)
    http_port: int = field(default_factory=free_port)
    sip_port: int = field(default_factory=free_sip_port)
    rtp_ports: tuple[int, int] = field(default_factory=free_rtp_range)
    host: str = "127.0.0.1"
    """Where it is reached."""
    within: tuple[str, ...] = ()
    """The command that runs it somewhere else than here."""
    _process: subprocess.Popen[bytes] | None = None

    @property
    def sip(self) -> Address:
        return (self.host, self.sip_port)

    def sip_at(self, node: int) -> Address:
        """Of the node at that place, from 0."""
        return (self.host, self.sip_port + node)

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.http_port}"

    @property
    def runtime(self) -> Runtime:
        return read_runtime(self.home)

    @property
    def console(self) -> Path:
        """What `callbase up` printed."""
        return self.home.with_name(self.home.name + "-console.log")

    @property
    def pid(self) -> int:
        assert self._process
        return self._process.pid

    def environment(self) -> dict[str, str]:
        # of the caller's, neither its installation nor, in a test, its test settings
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(("CALLBASE_", "DJANGO_", "PYTEST_"))
        }
        return inherited | {
            "CALLBASE_HOME": str(self.home),
            "CALLBASE_HTTP_PORT": str(self.http_port),
            "CALLBASE_SIP_PORT": str(self.sip_port),
            "CALLBASE_RTP_PORTS": f"{self.rtp_ports[0]}-{self.rtp_ports[1]}",
            "CALLBASE_DEMO_PASSWORD": DEMO_PASSWORD,
            **self.settings,
        }

    def start(self) -> None:
        """It stops by itself, as cleanly, when whoever started it dies."""
        self.console.parent.mkdir(parents=True, exist_ok=True)
        with self.console.open("ab") as console:
            self._process = subprocess.Popen(
                dependent([*self.within, sys.executable, "-m", "callbase.cli", "up"], signal.SIGTERM),
                cwd=ROOT,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_ready(self, timeout_s: float = 90) -> float:
        """Until /healthz says calls can be taken; the seconds that took from now. Raises NotReady."""
        started = time.monotonic()
        health = "nobody answers"
        while time.monotonic() - started < timeout_s:
            assert self._process
            if self._process.poll() is not None:
                raise NotReady(f"`callbase up` ended with {self._process.returncode}: {self._last_words()}")
            status, health = self.health()
            if status == 200:
                return time.monotonic() - started
            time.sleep(0.1)
        raise NotReady(f"not ready after {timeout_s} s ({health}): {self._last_words()}")

    def health(self) -> tuple[int, str]:
        """Status and body of /healthz; status 0 where nobody answers."""
        connection = http.client.HTTPConnection(self.host, self.http_port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            response = connection.getresponse()
            return response.status, response.read().decode()
        except (OSError, http.client.HTTPException) as error:
            return 0, str(error)
        finally:
            connection.close()

    def processes(self) -> dict[int, str]:
        """Pid and command line of `callbase up` and all it started, or took over, that live."""
        return {pid: command_line(pid) for pid in family([self.pid])} | self._taken_over()

    def _taken_over(self) -> dict[int, str]:
        """Asterisk outlives a `callbase up` that is killed."""
        files = (self.home / "run").glob("asterisk*.pid")
        found = [left_over(file, str(self.home / file.stem / "etc" / "asterisk.conf")) for file in files]
        return {pid: command_line(pid) for pid in found if pid is not None}

    def cpu_ms(self) -> dict[str, float]:
        """CPU time used so far by each part: asterisk, engine, web, worker, csta, postgres, supervisor."""
        parts: dict[str, float] = dict.fromkeys(("asterisk", "engine", "web", "worker", "csta", "postgres", "supervisor"), 0.0)
        for pid, used in used_ms([self.pid]).items():
            parts[_part_of(command_line(pid))] += used
        return parts

    def pid_of(self, part: str) -> int:
        """The pid of `engine`, `web`, `worker`, `asterisk`, `asterisk-b` or `postgres`. Raises LookupError while it is down."""
        mark = "bin/postgres" if part == "postgres" else f"callbase.cli {part}"
        if part.startswith("asterisk"):
            mark = f"/{part}/etc/asterisk.conf"
        for pid, line in self.processes().items():
            if mark in line:
                return pid
        raise LookupError(f"no process {part}")

    def engines(self) -> dict[int, Any]:
        """What each engine that answers says of itself, by number."""
        said = {}
        for number, (host, port) in enumerate(self.runtime.links(), start=1):
            connection = http.client.HTTPConnection(host, port, timeout=2)
            with closing(connection), suppress(OSError, http.client.HTTPException):
                connection.request("GET", "/healthz")
                said[number] = json.load(connection.getresponse())
        return said

    def may_take_over(self) -> bool:
        """Whether an engine stands by that could lead now."""
        return any(said["role"] == "standby" and said["armed"] for said in self.engines().values())

    def leading_engine(self) -> int:
        """Its pid; 0 where none leads."""
        for number, said in self.engines().items():
            if said["role"] == "leader":
                mark = "callbase.cli engine" if number == 1 else f"callbase.cli engine --number {number}"
                return next((pid for pid, line in self.processes().items() if line.endswith(mark)), 0)
        return 0

    def first_commands_s(self) -> set[float]:
        """When engines that began to lead gave the switch their first command, as their logs have it."""
        times = set()
        for log in self.home.glob("log/engine*.log"):
            for line in log.read_bytes().splitlines():
                if b"first command to the switch" in line:
                    times.add(datetime.fromisoformat(json.loads(line)["timestamp"]).timestamp())
        return times

    def first_command_s(self, after_s: float) -> float:
        """The first of them since then; 0: there is none."""
        return min((at_s for at_s in self.first_commands_s() if at_s > after_s), default=0.0)

    def stop(self, timeout_s: float = 30) -> int:
        """As Ctrl-C does; the exit code. What does not end in time is killed, and TimeoutExpired raised."""
        assert self._process
        if self._process.poll() is None:
            everyone = list(self.processes())
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                for pid in everyone:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
                self._process.wait()
                raise
        for left in self._taken_over():  # where it was killed, and not started again
            os.kill(left, signal.SIGKILL)
        return self._process.returncode

    def _last_words(self) -> str:
        return f"{self.console}: …{self.console.read_text(errors='replace')[-1500:]}"


def _part_of(line: str) -> str:
    """By its command line; what none of them is, the supervisor has started for a moment."""
    for part in ("engine", "web", "worker", "csta"):
        if f"callbase.cli {part}" in line:
            return part
    return next((part for part in ("postgres", "asterisk") if part in line), "supervisor")
