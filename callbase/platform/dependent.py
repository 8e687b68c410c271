"""A process that ends when the one that started it does, however that ends: nothing outlives a killed supervisor or test run."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable


def dependent(command: Iterable[str], ending: signal.Signals = signal.SIGKILL) -> tuple[str, ...]:
    """The command line that runs `command`, started by this process, so that the kernel sends it `ending` when the thread that
    started it is gone (PR_SET_PDEATHSIG). That holds for this process, not for those it starts in turn.

    The kernel tells of no death before it is asked to, so whether the starter lives is looked at once it is."""
    asked = ("setpriv", "--pdeathsig", ending.name.removeprefix("SIG"), "--")
    return (*asked, "/bin/sh", "-c", '[ "$PPID" = "$0" ] && exec "$@"', str(os.getpid()), *command)
