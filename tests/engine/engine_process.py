"""An engine around the see-through core as a process of its own, to be killed: `python -m tests.engine.engine_process HOME
[NUMBER [DATABASE]]`. With a number its switch offers calls all the time, and what it is told is in HOME/commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import uvloop

from callbase.engine.main import run_until_stopped
from callbase.platform.environment import read_environment
from callbase.platform.logs import configure_logging
from callbase.platform.runtime import read_runtime
from callbase.switch.base import SwitchDriver
from tests.engine.busy_switch import BusySwitch
from tests.engine.fake_core import FakeCore
from tests.engine.fake_switch import FakeSwitch

if __name__ == "__main__":
    home = Path(sys.argv[1])
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    os.environ["CALLBASE_HOME"] = str(home)
    runtime = read_runtime(home)
    if len(sys.argv) > 3:
        runtime = msgspec.structs.replace(runtime, database_url=sys.argv[3])

    def drivers(check: Callable[[], None]) -> list[SwitchDriver]:
        return [BusySwitch(home / "commands", check)] if number else [FakeSwitch()]

    configure_logging("engine")
    uvloop.run(run_until_stopped(read_environment(), runtime, number or 1, core_type=FakeCore, drivers=drivers))
