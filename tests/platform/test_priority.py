"""A process that gives way does so by itself and, where the kernel knows of it, by its session."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from callbase.platform.priority import NICENESS

AUTOGROUP = Path("/proc/self/autogroup")


def test_it_gives_way_as_a_process_and_as_a_session() -> None:
    code = (
        "import os, pathlib; from callbase.platform.priority import give_way; give_way(); "
        f"print(os.nice(0)); print(pathlib.Path('{AUTOGROUP}').read_text() if pathlib.Path('{AUTOGROUP}').exists() else '')"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, start_new_session=True)
    niceness, session = ran.stdout.split("\n", 1)
    assert int(niceness) == NICENESS
    if AUTOGROUP.exists() and AUTOGROUP.read_text():
        assert session.split() == [session.split()[0], "nice", str(NICENESS)]
