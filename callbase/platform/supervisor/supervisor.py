"""All processes of one machine: start order by stages, stop order the reverse, pid files for those who look from outside."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Collection, Iterable
from pathlib import Path

from callbase.platform.dependent import dependent
from callbase.platform.supervisor.log_file import LogEvent, LogFile
from callbase.platform.supervisor.process import ProcessSpec, SupervisedProcess

Listener = Callable[[str, str], None]
"""Called with a process's name and a sentence about it."""


class Supervisor:
    def __init__(self, log_dir: Path, run_dir: Path, listener: Listener, outliving: Collection[str] = ()) -> None:
        """`outliving`: processes that may have been left by a supervisor that was killed, to be taken over."""
        self._log_dir = log_dir
        self._run_dir = run_dir
        self._listener = listener
        for left in run_dir.glob("*.pid"):  # by one that was killed
            if left.stem not in outliving:
                left.unlink()
        self.processes: dict[str, SupervisedProcess] = {}

    def start(self, *specs: ProcessSpec) -> None:
        """Starts them beside each other. Those started later are stopped earlier."""
        for spec in specs:
            log = LogFile(self._log_dir / f"{spec.name}.log", spec.name, listener=self._show)
            process = SupervisedProcess(spec, log, self._run_dir / f"{spec.name}.pid", self._report)
            self.processes[spec.name] = process
            process.start()

    async def wait_ready(self, *names: str) -> None:
        await asyncio.gather(*(self.processes[name].wait_ready() for name in names))

    async def run_once(self, name: str, command: list[str], environment: dict[str, str]) -> int:
        """A preparing step, such as a migration: until it ends, logged like the others. Its exit code."""
        log = LogFile(self._log_dir / f"{name}.log", name, listener=self._show)
        process = await asyncio.create_subprocess_exec(
            *dependent(command, signal.SIGTERM),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        )
        try:
            while process.stdout and (data := await process.stdout.read(65536)):
                log.feed(data)
            return await process.wait()
        finally:
            if process.returncode is None:
                process.terminate()
                await process.wait()
            log.close()

    async def stop(self, *stages: Iterable[str]) -> None:
        """Stops the stages one after another, the processes of a stage together; then every other."""
        for stage in (*stages, list(self.processes)):
            await asyncio.gather(*(self.processes[name].stop() for name in stage if name in self.processes))
        for process in self.processes.values():
            process.log.close()
        self.processes.clear()

    def _report(self, process: SupervisedProcess, text: str) -> None:
        self._listener(process.spec.name, text)

    def _show(self, event: LogEvent) -> None:
        if event.get("level") in ("warning", "error", "critical"):
            self._listener(str(event.get("process", "")), f"{event['level']}: {_sentence(event)}")


_FRAME = {"event", "level", "logger", "process", "timestamp", "exception", "parsed"}


def _sentence(event: LogEvent) -> str:
    values = " ".join(f"{key}={value}" for key, value in event.items() if key not in _FRAME)
    last_line = str(event.get("exception", "")).strip().rpartition("\n")[2]
    return " ".join(part for part in (str(event.get("event", "")), values, last_line) if part)
