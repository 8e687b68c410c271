"""A backup is made while people talk, and brought back into another home: everything is there, and it takes calls."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.installation import Installation
from callbase.core.events import FinishWrapUp, SetNotReady
from callbase.platform.environment import ROOT
from tests.system.centre import AGENT_HZ, DID, Centre, opened, until

pytestmark = [pytest.mark.telephony, pytest.mark.usefixtures("house")]


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    password = tmp_path / "password"
    password.write_text("to be kept elsewhere\n")
    return {"CALLBASE_BACKUP_TO": str(tmp_path / "backups"), "CALLBASE_BACKUP_PASSWORD_FILE": str(password)}


async def callbase(installation: Installation, settings: dict[str, str], *arguments: str) -> str:
    """What the command prints; it must succeed."""
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-m", "callbase.cli", *arguments],
        cwd=ROOT,
        env=installation.environment() | settings,
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def uploaded(installation: Installation) -> dict[str, bytes]:
    """The recordings that are prompts, by their names."""
    folder = installation.home / "prompts" / "uploaded"
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*.wav")}


async def test_what_was_backed_up_while_people_talked_is_brought_back_and_takes_calls(
    installation: Installation, centre: Centre, settings: dict[str, str], tmp_path: Path
) -> None:
    recorded, talking, waiting = "13900000091", "13900000092", "13900000093"
    async with centre.customer(recorded) as customer, centre.agent_at_work("1011"):
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("2")
        await call.media.wait_for_tone(AGENT_HZ)
        await asyncio.sleep(1)
        call.hang_up()
        await until(lambda: centre.agent("1011").state == "working_after_call", "work after the call")
        await centre.ask(FinishWrapUp(agent="1011"))
        await centre.ask(SetNotReady(agent="1011"))
    recording = (await centre.recording((await centre.interaction(recorded))["id"]))["id"]
    before = await centre.interaction(recorded)
    sound = await centre.download(f"/api/recordings/{recording}/audio")
    prompts, greeting = uploaded(installation), await centre.download("/api/prompts/greeting/audio/en-US")
    assert greeting in prompts.values()
    async with centre.customer(talking) as talker, centre.customer(waiting) as waiter, centre.agent_at_work("1012"):
        talk = await talker.call(DID)
        await talk.wait_answered()
        await talk.press("2")
        await talk.media.wait_for_tone(AGENT_HZ)
        wait = await waiter.call(DID)
        await wait.wait_answered()
        await wait.press("2")
        await until(lambda: centre.phase(waiting) == "queue", "in the queue")
        await callbase(installation, settings, "backup")
        (backup,) = (await callbase(installation, settings, "backup", "--list")).split()
        talk.hang_up()
        wait.hang_up()
        while_backed_up = {number: (await centre.interaction(number))["id"] for number in (talking, waiting)}

    brought_back = Installation(tmp_path / "brought-back")
    await callbase(brought_back, settings, "restore")
    assert uploaded(brought_back) == prompts
    brought_back.start()
    try:
        await asyncio.to_thread(brought_back.wait_ready, 120)
        async with opened(brought_back) as copy:
            await copy.recovered()
            assert await copy.interaction(recorded) == before
            assert await copy.download(f"/api/recordings/{recording}/audio") == sound
            assert await copy.download("/api/prompts/greeting/audio/en-US") == greeting
            for number, interaction in while_backed_up.items():
                found = await copy.interaction(number)
                assert (found["id"], found["end_reason"]) == (interaction, "switch_lost")
            async with copy.agent_at_work("1011"), copy.customer("13900000094") as customer:
                call = await customer.call(DID)
                await call.wait_answered()
                await call.press("2")
                await call.media.wait_for_tone(AGENT_HZ)
                call.hang_up()
            assert (await copy.interaction("13900000094"))["agent"] == "1011"
        again = subprocess.run(
            [sys.executable, "-m", "callbase.cli", "restore", backup],
            cwd=ROOT,
            env=brought_back.environment() | settings,
            capture_output=True,
            text=True,
            timeout=110,
        )
        assert again.returncode == 1
        assert "is not empty" in again.stderr
    finally:
        brought_back.stop()
