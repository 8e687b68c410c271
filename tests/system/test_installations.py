"""Whole installations: two side by side, one whose disk is full and whose telephones vanish, a second start, a clean end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from benchmarks.installation import Installation
from callbase.core.events import FinishWrapUp
from callbase.platform.environment import ROOT
from tests.system.audio import is_sound
from tests.system.centre import AGENT_HZ, DID, Centre, opened, until, until_looked
from tests.system.house import waited_for

pytestmark = pytest.mark.telephony


@pytest.fixture(scope="module")
def beside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A second installation, which wants more free space for recordings than any disk has, soon misses a telephone, and has two
    engines."""
    settings = {"CALLBASE_RECORDING_MIN_FREE_MB": str(10**9), "CALLBASE_MEDIA_TIMEOUT_S": "3", "CALLBASE_ENGINES": "2"}
    made = Installation(tmp_path_factory.mktemp("beside") / "home", settings)
    made.start()
    try:
        made.wait_ready(120)
        yield made
    finally:
        made.stop()


@pytest.fixture
async def full_centre(beside: Installation) -> AsyncIterator[Centre]:
    async with opened(beside) as centre:
        yield centre


async def test_two_installations_beside_each_other_take_their_own_calls(centre: Centre, full_centre: Centre) -> None:
    for one, number in ((centre, "13900000051"), (full_centre, "13900000053")):
        async with one.agent_at_work("1017"), one.customer(number) as customer:
            call = await customer.call(DID)
            await call.wait_answered()
            await call.press("2")
            await call.media.wait_for_tone(AGENT_HZ)
            other = full_centre if one is centre else centre
            assert not other.interactions(number)
            call.hang_up()


async def test_with_a_full_disk_calls_go_on_and_the_missing_recording_is_explained(full_centre: Centre) -> None:
    async with full_centre.agent_at_work("1018") as agent, full_centre.customer("13900000052") as customer:
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("2")
        await call.media.wait_for_tone(AGENT_HZ)
        answered = await asyncio.wait_for(agent.incoming.get(), 10)
        call.hang_up()
        await answered.wait_ended()
    found = await full_centre.interaction("13900000052")
    assert found["agent"] == "1018"
    recording = await full_centre.recording(found["id"])
    assert recording["state"] == "failed"
    assert "disk full" in recording["error"]


async def test_who_talked_with_a_desk_phone_that_lost_its_power_hears_music_and_then_a_colleague(full_centre: Centre) -> None:
    number = "13900000054"
    async with (
        waited_for(full_centre, "support", grace_s=3),
        full_centre.agent_at_work("1019") as agent,
        full_centre.customer(number) as customer,
    ):
        call = await customer.call(DID)
        await call.wait_answered()
        await call.press("2")
        await call.media.wait_for_tone(AGENT_HZ)
        agent.lose_power()
        await until(lambda: full_centre.phase(number) == "reconnecting", "the loss is noticed", 20)
        await until(lambda: is_sound(call.media.heard()), "music")
        async with full_centre.agent_at_work("1020", hz=700.0):
            await call.media.wait_for_tone(700.0, timeout_s=10)
            lost = full_centre.agent("1019")
            assert (lost.state, lost.reason) == ("not_ready", "device_lost")
            async with full_centre.telephone("1019") as again:
                await again.register()
                await until(lambda: full_centre.agent("1019").state == "ready", "back at work with its telephone")
            call.hang_up()
            await until(lambda: not full_centre.interactions(number), "the call and the seven seconds after it are over", 20)
    found = await full_centre.interaction(number)
    assert (found["agent"], found["end_reason"]) == ("1020", "customer_hung_up")


async def test_when_the_leading_engine_is_killed_talks_go_on_and_who_waits_keeps_the_place(
    beside: Installation, full_centre: Centre
) -> None:
    """Then the other one is asked to lead again, and nobody notices that either."""
    centre, talker, waiter = full_centre, "13900000055", "13900000056"
    async with centre.customer(talker) as talking, centre.customer(waiter) as waiting, centre.agent_at_work("1017"):
        talk = await talking.call(DID)
        await talk.wait_answered()
        await talk.press("2")
        await talk.media.wait_for_tone(AGENT_HZ)
        wait = await waiting.call(DID)
        await wait.wait_answered()
        await wait.press("2")
        await until(lambda: centre.phase(waiter) == "queue", "in the queue")
        since_ms = centre.interactions(waiter)[0].phase_since_ms
        await until_looked(beside.may_take_over, "another engine may take over", 30)
        leading, losses = await asyncio.to_thread(beside.leading_engine), centre.losses
        killed_at = time.monotonic()
        os.kill(leading, signal.SIGKILL)
        await until(lambda: centre.losses > losses and centre.engine_there, "the other one leads")
        assert (centre.phase(talker), centre.phase(waiter)) == ("talk", "queue")
        assert centre.interactions(waiter)[0].phase_since_ms == since_ms
        await until_looked(beside.may_take_over, "the killed one is back", 30)
        before, losses = await asyncio.to_thread(beside.leading_engine), centre.losses
        assert await asyncio.to_thread(switched_over, beside) == 0
        await until_looked(lambda: beside.leading_engine() not in (0, before), "the one that is back leads")
        await until(lambda: centre.losses > losses and centre.engine_there, "and is followed")
        await talk.media.wait_for_tone(AGENT_HZ)
        assert talk.media.lost_since(killed_at) < 0.2
        talk.hang_up()
        await until(lambda: centre.agent("1017").state == "working_after_call", "the agent works after the call")
        await centre.ask(FinishWrapUp(agent="1017"))
        await wait.media.wait_for_tone(AGENT_HZ)
        wait.hang_up()
    assert [segment["kind"] for segment in (await centre.interaction(waiter))["segments"]].count("queue") == 1
    assert (await centre.interaction(talker))["end_reason"] == "customer_hung_up"


async def test_nobody_hears_a_long_silence_while_another_engine_takes_over(beside: Installation, full_centre: Centre) -> None:
    """One is being greeted, one hears music. `make bench ONLY=take_over` has the time."""
    centre = full_centre
    async with centre.customer("13900000057") as greeted, centre.customer("13900000058") as waiting:
        wait = await waiting.call(DID)
        await wait.wait_answered()
        await wait.press("2")
        await until(lambda: centre.phase(waiting.user) == "queue", "in the queue")
        await until_looked(beside.may_take_over, "another engine may take over", 30)
        leading = await asyncio.to_thread(beside.leading_engine)
        call = await greeted.call(DID)
        await call.wait_answered()
        await until(lambda: is_sound(call.media.heard()), "the greeting")
        killed_at = time.monotonic()
        os.kill(leading, signal.SIGKILL)
        await asyncio.sleep(5)
        silences = [one.media.longest_silence_s(killed_at) for one in (call, wait)]
        assert max(silences) < 3, silences
        for one in (call, wait):
            one.hang_up()


def switched_over(installation: Installation) -> int:
    command = [sys.executable, "-m", "callbase.cli", "engine-switch"]
    return subprocess.run(command, cwd=ROOT, env=installation.environment(), timeout=30).returncode


def test_a_second_start_in_the_same_home_says_so_and_ends(beside: Installation) -> None:
    again = subprocess.run(
        [sys.executable, "-m", "callbase.cli", "up"],
        cwd=ROOT,
        env=beside.environment(),
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert again.returncode == 1
    assert "already runs" in again.stderr
    assert beside.health()[0] == 200


def test_a_clean_end_leaves_no_process_behind(beside: Installation) -> None:
    everyone = beside.processes()
    assert len(everyone) > 5
    assert beside.stop() == 0
    assert [line for pid, line in everyone.items() if _alive(pid)] == []


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "zombie" not in Path(f"/proc/{pid}/status").read_text()
