"""One process kept running.

    waiting → starting → ready → ended → (back-off) → starting → …      and, from anywhere, stopped

A process that ends without having been asked to is started again: at once the first time, then after ever longer pauses
while it keeps failing (0.1 s doubling up to 15 s), at once again after it has been ready for half a minute. One that does
not become ready within its start limit is killed and treated the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from callbase.platform.dependent import dependent
from callbase.platform.priority import keep_behind
from callbase.platform.supervisor.log_file import LogFile
from callbase.platform.supervisor.outliving import Adopted, Outlet, exit_of, left_over

Ready = Callable[[], Awaitable[bool]]
PROBE_EVERY_S = 0.05


class State(StrEnum):
    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    BACKING_OFF = "backing off"
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True)
class BackOff:
    first_s: float = 0.1
    longest_s: float = 15.0
    forgiven_after_s: float = 30.0
    """Having been ready for so long wipes out earlier failures."""

    def pause_s(self, failures: int) -> float:
        """How long to wait before the start that follows this many failures in a row (1, 2 …)."""
        return float(min(self.first_s * 2 ** min(failures - 1, 20), self.longest_s))


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    name: str
    command: tuple[str, ...]
    ready: Ready
    stop_signal: signal.Signals = signal.SIGTERM
    stop_within_s: float = 2.0
    """After that its whole process group is killed."""
    start_within_s: float = 60.0
    with_us: signal.Signals | None = signal.SIGKILL
    """Sent by the kernel when the supervisor dies; None: the command arranges it itself, or it outlives the supervisor."""
    outlives_known_by: str | None = None
    """Given: it goes on where the supervisor is killed, and the next one takes it over, which knows it by this argument."""
    environment: Mapping[str, str] = field(default_factory=dict)
    """Variables set besides the supervisor's own."""
    directory: Path | None = None
    niceness: int = 0
    """Above 0: it gives way to what has less (`platform/priority.py`)."""
    back_off: BackOff = BackOff()


Report = Callable[["SupervisedProcess", str], None]
"""Told when something worth a line on the console has happened to a process."""


class SupervisedProcess:
    def __init__(self, spec: ProcessSpec, log: LogFile, pid_file: Path, report: Report) -> None:
        self.spec = spec
        self.log = log
        self.state = State.WAITING
        self.pid: int | None = None
        self.starts = 0
        self._pid_file = pid_file
        self._outlet = Outlet(pid_file.with_suffix(".out")) if spec.outlives_known_by is not None else None
        self._report = report
        self._failures = 0
        self._ready_at = 0.0
        self._is_ready = asyncio.Event()
        self._keeper: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._keeper = asyncio.create_task(self._keep(), name=f"keep {self.spec.name}")

    async def wait_ready(self) -> None:
        await self._is_ready.wait()

    async def stop(self) -> None:
        """Asks it to end, kills what is left of its group after `stop_within_s`. Returns when it is gone."""
        if self._keeper is None:
            return
        self._keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._keeper
        self._keeper = None
        self.state = State.STOPPED

    async def _keep(self) -> None:
        while True:
            began = time.monotonic()
            process = self._adopt() or await self._spawn()
            reader = asyncio.create_task(self._read(process))
            behind = asyncio.create_task(keep_behind(process.pid, self.spec.niceness)) if self.spec.niceness else None
            try:
                in_time = await self._run(process, began)
            finally:
                if behind is not None:
                    behind.cancel()
                await self._end(process, reader)
            if self._ready_at and time.monotonic() - self._ready_at >= self.spec.back_off.forgiven_after_s:
                self._failures = 0
            self._ready_at = 0.0
            self._failures += 1
            pause_s = self.spec.back_off.pause_s(self._failures)
            self.state = State.BACKING_OFF
            how = _how_it_ended(process.returncode) if in_time else "did not become ready"
            self._report(self, f"{how}; starting it again in {pause_s:.1f} s")
            await asyncio.sleep(pause_s)

    def _adopt(self) -> Adopted | None:
        """One that a killed supervisor has left."""
        known_by = self.spec.outlives_known_by
        pid = left_over(self._pid_file, known_by) if known_by is not None and not self.starts else None
        if pid is None:
            return None
        self._note_start(pid)
        self._report(self, "runs still, and is taken over")
        return Adopted(pid)

    async def _spawn(self) -> asyncio.subprocess.Process:
        command = self.spec.command
        if self.spec.with_us is not None:
            command = dependent(command, self.spec.with_us)
        output = subprocess.PIPE if self._outlet is None else self._outlet.open()
        try:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **self.spec.environment},
                cwd=self.spec.directory,
                start_new_session=True,
            )
        finally:
            if self._outlet is not None:
                os.close(output)
        with contextlib.suppress(OSError):  # a full disk must keep nothing from running
            self._pid_file.write_text(f"{process.pid}\n")
        self._note_start(process.pid)
        return process

    def _note_start(self, pid: int) -> None:
        self.pid = pid
        self.starts += 1
        self.state = State.STARTING

    async def _run(self, process: asyncio.subprocess.Process | Adopted, began: float) -> bool:
        """Until it ends. False: it did not become ready in time, and runs still."""
        prober = asyncio.create_task(self._probe(began))
        ended = asyncio.create_task(exit_of(process.pid))
        try:
            await asyncio.wait({prober, ended}, return_when=asyncio.FIRST_COMPLETED)
            if not ended.done() and not prober.result():
                return False
            await ended
            return True
        finally:
            prober.cancel()
            ended.cancel()

    async def _read(self, process: asyncio.subprocess.Process | Adopted) -> None:
        try:
            output = process.stdout if self._outlet is None else await self._outlet.reader()
            while output and (data := await output.read(65536)):
                self.log.feed(data)
        finally:
            if self._outlet is not None:
                self._outlet.close()

    async def _probe(self, began: float) -> bool:
        while not await self.spec.ready():
            if time.monotonic() - began > self.spec.start_within_s:
                return False
            await asyncio.sleep(PROBE_EVERY_S)
        self._ready_at = time.monotonic()
        self.state = State.READY
        self._is_ready.set()
        self._report(self, f"ready in {self._ready_at - began:.1f} s")
        return True

    async def _end(self, process: asyncio.subprocess.Process | Adopted, reader: asyncio.Task[None]) -> None:
        """Leaves nothing of it: asks, waits, then kills whatever is left of its process group."""
        self._is_ready.clear()
        try:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process.pid, self.spec.stop_signal)  # not send_signal: it would reap the child, code and all
                await asyncio.wait_for(exit_of(process.pid), self.spec.stop_within_s)
        except TimeoutError:
            self._report(self, f"did not stop within {self.spec.stop_within_s:g} s and was killed")
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            await process.wait()
            self.pid = None
            self._pid_file.unlink(missing_ok=True)
            await asyncio.wait({reader}, timeout=0.5)
            reader.cancel()


def _how_it_ended(returncode: int | None) -> str:
    if returncode is None:
        return "ended"
    if returncode < 0:
        return f"ended by {signal.Signals(-returncode).name}"
    return f"ended with exit code {returncode}"
