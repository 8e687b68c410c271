"""Recordings that Asterisk refuses, and such as it may or may not have begun."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from callbase.core.events import AnyEvent, RecordingEnded, RecordingFailed, RecordingStarted
from callbase.switch.asterisk.ami import Manager, ManagerError, ManagerLost
from callbase.switch.asterisk.client import AriClient
from callbase.switch.asterisk.legs import Leg
from callbase.switch.asterisk.recordings import Recorder
from tests.telephony.tones import write_tone


class HangsUpMeanwhile(Manager):
    """The party does, and Asterisk, which has the channel a moment longer, begins to record it."""

    def __init__(self, leg: Leg, file: str) -> None:
        self.leg, self.file = leg, file

    async def action(self, name: str, **fields: str) -> dict[str, str]:
        self.leg.ended = True
        for direction in "rt":
            write_tone(Path(f"{self.file}-{direction}.wav"), 800, 1.0)
        return {}


class Failing(Manager):
    def __init__(self, problem: ManagerError) -> None:
        self.problem = problem

    async def action(self, name: str, **fields: str) -> dict[str, str]:
        raise self.problem


class Agreeing(Manager):
    def __init__(self) -> None:
        self.begun: list[str] = []

    async def action(self, name: str, **fields: str) -> dict[str, str]:
        if name == "MixMonitor":
            self.begun.append(fields["Options"])
        return {}


async def started(home: Path, min_free_bytes: int = 0) -> tuple[list[str], AnyEvent]:
    """What was asked of Asterisk, and what is said of the recording."""
    happened: list[AnyEvent] = []
    manager = Agreeing()
    recorder = Recorder(home, min_free_bytes, AriClient("127.0.0.1", 1, "", ""), manager, happened.append)
    await recorder.start(Leg("leg", "trunk", outbound=False), "one", "recordings/demo/2026-01-31/one")
    (event,) = happened
    return manager.begun, event


async def test_each_direction_has_a_file_in_a_folder_made_for_it(tmp_path: Path) -> None:
    folder = tmp_path / "recordings/demo/2026-01-31"
    for _ in range(2):
        begun, event = await started(tmp_path)
        assert event == RecordingStarted(leg="leg", recording="one")
        assert begun == [f"r({folder}/one-r.wav)t({folder}/one-t.wav)"]
        assert folder.is_dir()


@pytest.mark.parametrize("direction", ["r", "t"])
async def test_one_that_a_driver_began_before_it_died_is_not_begun_again(tmp_path: Path, direction: str) -> None:
    folder = tmp_path / "recordings/demo/2026-01-31"
    folder.mkdir(parents=True)
    (folder / f"one-{direction}.wav").touch()
    assert await started(tmp_path) == ([], RecordingStarted(leg="leg", recording="one"))


async def test_where_the_disk_is_full_or_no_folder_can_be_none_is_begun(tmp_path: Path) -> None:
    begun, event = await started(tmp_path, min_free_bytes=2**80)
    assert not begun
    assert isinstance(event, RecordingFailed)
    assert event.reason.startswith("disk full: ")

    folder = tmp_path / "other/recordings/demo/2026-01-31"
    folder.parent.mkdir(parents=True)
    folder.touch()
    assert await started(tmp_path / "other") == (
        [],
        RecordingFailed(leg="leg", recording="one", reason=f"{folder}: File exists"),
    )


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


async def test_one_that_begins_on_a_leg_that_has_just_ended_ends_with_it(tmp_path: Path) -> None:
    happened: asyncio.Queue[AnyEvent] = asyncio.Queue()
    leg = Leg("leg", "trunk", outbound=True, answered=True)
    manager = HangsUpMeanwhile(leg, f"{tmp_path}/recordings/one")
    recorder = Recorder(tmp_path, 0, AriClient("127.0.0.1", 1, "", ""), manager, happened.put_nowait)
    await recorder.start(leg, "recording", "recordings/one")
    assert await happened.get() == RecordingStarted(leg="leg", recording="recording")
    async with asyncio.timeout(20):
        assert await happened.get() == RecordingEnded(leg="leg", recording="recording")
