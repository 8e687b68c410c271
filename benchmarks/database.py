"""A PostgreSQL of its own for a benchmark."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.installation import NotReady
from benchmarks.ports import free_port
from callbase.platform.dependent import dependent
from callbase.platform.postgres import EmbeddedPostgres

START_S = 60.0


@contextmanager
def running(work: Path) -> Iterator[str]:
    """Its address, while it runs; its files are under `work`. Raises NotReady."""
    server = EmbeddedPostgres(work / "postgres", free_port(), "benchmark")
    server.prepare()
    log = work / "log"
    with log.open("wb") as written:
        process = subprocess.Popen(dependent(server.command(), signal.SIGINT), stdout=written, stderr=written)
    try:
        deadline = time.monotonic() + START_S
        while not server.ready():
            if process.poll() is not None or time.monotonic() > deadline:
                raise NotReady(log.read_text())
            time.sleep(0.05)
        yield server.url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def server_pid(work: Path) -> int:
    """Of the process that all others of the server under `work` are children of."""
    (file,) = work.rglob("postmaster.pid")
    return int(file.read_text().split()[0])
