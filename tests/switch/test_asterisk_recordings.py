"""Recordings that Asterisk refuses, and such as it may or may not have begun."""

from __future__ import annotations

from pathlib import Path

import pytest

from callbase.core.events import AnyEvent, RecordingFailed
from callbase.switch.asterisk.ami import Manager, ManagerError, ManagerLost
from callbase.switch.asterisk.client import AriClient
from callbase.switch.asterisk.legs import Leg
from callbase.switch.asterisk.recordings import Recorder


class Failing(Manager):
    def __init__(self, problem: ManagerError) -> None:
        self.problem = problem

    async def action(self, name: str, **fields: str) -> dict[str, str]:
        raise self.problem


@pytest.mark.parametrize(("problem", "failed"), [(ManagerError("refused"), True), (ManagerLost("connection lost"), False)])
async def test_one_that_is_refused_has_failed_and_one_whose_answer_was_lost_is_asked_for_again(
    tmp_path: Path, problem: ManagerError, failed: bool
) -> None:
    happened: list[AnyEvent] = []
    client = AriClient("127.0.0.1", 1, "", "")
    recorder = Recorder(tmp_path, 0, client, Failing(problem), happened.append)
    leg = Leg("leg", "trunk", outbound=False)
    await recorder.start(leg, "recording", "recordings/demo/2026-01-31/recording")
    assert [type(event) for event in happened] == ([RecordingFailed] if failed else [])
    assert not leg.recordings
