from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from callbase.platform.lock import AlreadyRunning, HomeLock, holder

HOLD = """
import sys, time
from pathlib import Path
from callbase.platform.lock import HomeLock
with HomeLock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_home_is_held_by_one_process(tmp_path: Path) -> None:
    with HomeLock(tmp_path):
        with pytest.raises(AlreadyRunning, match=f"process {os.getpid()}") as refused, HomeLock(tmp_path):
            pass
        assert refused.value.pid == os.getpid() == holder(tmp_path)
    assert holder(tmp_path) is None


def test_two_homes_are_held_beside_each_other(tmp_path: Path) -> None:
    with HomeLock(tmp_path / "a"), HomeLock(tmp_path / "b"):
        pass


def test_a_killed_holder_leaves_no_lock_behind(tmp_path: Path) -> None:
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE)
    assert other.stdout and other.stdout.readline() == b"held\n"
    assert holder(tmp_path) == other.pid
    other.send_signal(signal.SIGKILL)
    other.wait()
    other.stdout.close()
    assert holder(tmp_path) is None
