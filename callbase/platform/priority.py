"""Work that must never take time from a call."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

NICENESS = 10


def give_way() -> None:
    """This process, and what it starts, get the time that others leave.

    Where the kernel shares the time out among sessions first (autogroup, sched(7)), niceness counts only among the processes of
    one session, and each process of ours leads one. Then the session's own is what matters.
    """
    os.nice(NICENESS)
    with suppress(OSError):
        Path("/proc/self/autogroup").write_text(str(NICENESS))
