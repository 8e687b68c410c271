"""The console as built, over the mock server of frontend/mock: no platform, and a clock that stands still."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.request import urlopen

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
VENV_BIN = FRONTEND.parent / ".venv/bin"
STARTS_WITHIN_S = 30.0
SANDBOXED_PATH = os.pathsep.join([os.environ.get("PATH", ""), str(VENV_BIN)])


@contextmanager
def mock_server(now: datetime) -> Iterator[str]:
    """Its address; `now` is what its clock shows. Raises SystemExit where it does not start."""
    port = _free_port()
    node = shutil.which("node", path=SANDBOXED_PATH)
    if node is None:
        raise SystemExit("there is no node on PATH; make bootstrap-test installs one")
    server = subprocess.Popen(
        [node, "node_modules/vite/bin/vite.js", "preview", "--mode", "mock", "--port", str(port), "--strictPort"],
        cwd=FRONTEND,
        env={**os.environ, "CALLBASE_MOCK_NOW": str(int(now.timestamp() * 1000))},
        stdout=subprocess.DEVNULL,
    )
    try:
        address = f"http://127.0.0.1:{port}"
        _await(address, server)
        yield address
    finally:
        server.terminate()
        server.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _await(address: str, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + STARTS_WITHIN_S
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urlopen(f"{address}/api/auth/session", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the mock server did not start")
