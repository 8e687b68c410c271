"""Two engine processes on one home, and what the switch was told by whom."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import psycopg

from callbase.engine.lease import EXIT_CODE
from callbase.platform import ports
from callbase.platform.dependent import dependent
from callbase.platform.environment import ROOT
from callbase.platform.runtime import write_runtime
from tests.engine.busy_switch import Told
from tests.engine.conftest import a_runtime, rows, until

Process = subprocess.Popen[bytes]
START_S = 60.0
"""For a process to start on a busy machine."""


class Pair:
    """Engines 1 and 2; `leader` and `standby` once both are there."""

    def __init__(self, url: str, home: Path) -> None:
        self._url, self._home = url, home
        links = ports.pick(), ports.pick()
        runtime = a_runtime(url, links[0])
        write_runtime(home, msgspec.structs.replace(runtime, standby_links=(f"127.0.0.1:{links[1]}",)))
        self.addresses = [f"ws://127.0.0.1:{port}" for port in links]
        self.processes: dict[int, Process] = {}

    def start(self, number: int, database: str = "") -> Process:
        with (self._home / f"engine-{number}.log").open("ab") as log:
            command = [sys.executable, "-m", "tests.engine.engine_process", str(self._home), str(number)]
            self.processes[number] = subprocess.Popen(
                dependent([*command, *filter(None, [database])]), cwd=ROOT, stdout=log, stderr=log
            )
        return self.processes[number]

    async def led_by(self, process: Process, timeout_s: float = START_S) -> float:
        """Waits for its first command, and says when that was (monotonic)."""
        return float(await until(lambda: self.first(process), timeout_s))

    async def armed(self) -> None:
        """Until the standby may take over."""
        await until(lambda: rows(self._url, "SELECT armed FROM engine_lease WHERE armed <> '' AND armed = standby"), START_S)

    def told(self) -> list[Told]:
        file = self._home / "commands"
        return [msgspec.json.decode(line, type=Told) for line in file.read_bytes().splitlines()] if file.exists() else []

    def first(self, process: Process) -> float:
        """When its first command came; 0: none did."""
        return next((told.at_s for told in self.told() if told.pid == process.pid), 0.0)

    def last(self, process: Process) -> float:
        return max((told.at_s for told in self.told() if told.pid == process.pid), default=0.0)

    async def leads_on(self, process: Process) -> None:
        """Until it gives a command more."""
        last = self.last(process)
        await until(lambda: self.last(process) > last)

    def stop(self) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()

    def log(self, number: int) -> str:
        return (self._home / f"engine-{number}.log").read_text()


async def ends_itself(process: Process, within_s: float = 10.0) -> None:
    """By what it found in the lease, not by a signal."""
    deadline = time.monotonic() + within_s
    await until(lambda: process.poll() is not None, max(0.1, deadline - time.monotonic()))
    assert process.returncode == EXIT_CODE


def nothing_is_lost_or_doubled(url: str, told: list[Told]) -> None:
    """Every call the switch was told to answer is in the journal and the facts once; the journal has no gap."""
    with psycopg.connect(url) as connection:
        (count, first, last) = (
            connection.execute("SELECT count(*), min(seq), max(seq) FROM engine_journal").fetchone() or (0,) * 3
        )
        assert count == last - first + 1
        offered = connection.execute(
            "SELECT event->>'leg', count(*) FROM engine_journal WHERE event->>'type' = 'CallOffered' GROUP BY 1"
        ).fetchall()
        facts = connection.execute("SELECT count(*) FROM engine_fact WHERE type = 'InteractionStarted'").fetchone()
        projected = connection.execute("SELECT seq FROM engine_projection").fetchone()
    assert {times for _, times in offered} == {1}
    assert {one.leg for one in told} <= {leg for leg, _ in offered}
    assert facts == (len(offered),)
    assert projected == (last,)
