"""Whole installations: two side by side, a clean end, a disk that is full."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.installation import Installation
from callbase.platform.environment import ROOT
from tests.system.centre import AGENT_HZ, DID, Centre

pytestmark = pytest.mark.telephony


async def test_a_second_one_beside_takes_its_own_calls_and_leaves_no_process(centre: Centre, tmp_path: Path) -> None:
    beside = Installation(tmp_path / "beside")
    beside.start()
    try:
        beside.wait_ready(120)
        everyone = beside.processes()
        assert {"postgres", "asterisk"} <= {
            word for line in everyone.values() for word in ("postgres", "asterisk") if word in line
        }
        async with centre.agent_at_work("1017"), centre.customer("13900000051") as customer:
            call = await customer.call(DID)
            await call.wait_answered()
            await call.press("2")
            await call.media.wait_for_tone(AGENT_HZ)
            call.hang_up()
    finally:
        code = beside.stop()
    assert code == 0
    assert [line for pid, line in everyone.items() if Path(f"/proc/{pid}").exists() and line] == []


def test_a_second_start_in_the_same_home_says_so_and_ends(installation: Installation) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "callbase.cli", "up"],
        cwd=ROOT,
        env=installation.environment(),
        capture_output=True,
        text=True,
        timeout=20,
    )
    assert again.returncode == 1
    assert "already runs" in again.stderr
    assert installation.health()[0] == 200
    assert os.path.exists(f"/proc/{installation.pid}")
