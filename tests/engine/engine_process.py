"""An engine around the see-through core as a process of its own, to be killed: `python -m tests.engine.engine_process HOME`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import uvloop

from callbase.engine.main import run_until_stopped
from callbase.platform.environment import read_environment
from callbase.platform.runtime import read_runtime
from tests.engine.fake_core import FakeCore
from tests.engine.fake_switch import FakeSwitch

if __name__ == "__main__":
    os.environ["CALLBASE_HOME"] = sys.argv[1]
    uvloop.run(run_until_stopped(read_environment(), read_runtime(Path(sys.argv[1])), core_type=FakeCore, drivers=[FakeSwitch()]))
