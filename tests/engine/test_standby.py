"""Two engines on one database: one leads, the other takes over by itself, and never do both act."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from callbase.engine.lease import LEASE_S
from tests.engine.conftest import rows, until
from tests.engine.pair import START_S, Pair, ends_itself, nothing_is_lost_or_doubled

SOON_S = 5.0
"""Far more than a take-over takes; how long it takes is a benchmark's to say."""


@pytest.fixture
def pair(url: str, tmp_path: Path) -> Iterator[Pair]:
    pair = Pair(url, tmp_path / "home")
    yield pair
    pair.stop()


async def test_the_standby_takes_over_from_a_killed_leader_and_nothing_is_lost(pair: Pair, url: str) -> None:
    leader = pair.start(1)
    await pair.led_by(leader)
    standby = pair.start(2)
    await pair.armed()
    assert not pair.first(standby)
    killed_at = time.monotonic()
    leader.kill()
    assert await pair.led_by(standby) - killed_at < SOON_S
    assert pair.last(leader) < pair.first(standby)
    back = pair.start(1)
    await pair.armed()
    assert not pair.first(back), "it stands by now"
    standby.terminate()
    assert await asyncio.to_thread(standby.wait, 20) == 0
    await pair.led_by(back)
    back.terminate()
    assert await asyncio.to_thread(back.wait, 20) == 0
    nothing_is_lost_or_doubled(url, pair.told())


async def test_a_leader_that_was_stopped_has_no_effect_when_it_goes_on(pair: Pair, url: str) -> None:
    leader = pair.start(1)
    await pair.led_by(leader)
    standby = pair.start(2)
    await pair.armed()
    stopped_at = time.monotonic()
    leader.send_signal(signal.SIGSTOP)
    took_over_at = await pair.led_by(standby)
    assert LEASE_S < took_over_at - stopped_at < SOON_S
    leader.send_signal(signal.SIGCONT)
    await ends_itself(leader)
    assert pair.last(leader) < stopped_at + 0.1
    standby.terminate()
    assert await asyncio.to_thread(standby.wait, 20) == 0
    nothing_is_lost_or_doubled(url, pair.told())


async def test_of_two_that_start_at_once_one_leads(pair: Pair, url: str) -> None:
    processes = pair.start(1), pair.start(2)
    await until(pair.told, START_S)
    await pair.armed()
    assert len({told.pid for told in pair.told()}) == 1
    for process in processes:
        process.terminate()
    for process in processes:
        assert await asyncio.to_thread(process.wait, 20) == 0
    nothing_is_lost_or_doubled(url, pair.told())


async def test_an_engine_alone_is_led_by_nobody_elses_lease(pair: Pair, url: str) -> None:
    leader = pair.start(1)
    await pair.led_by(leader)
    leader.send_signal(signal.SIGSTOP)
    await asyncio.sleep(2 * LEASE_S)
    leader.send_signal(signal.SIGCONT)
    seen = len(pair.told())
    await until(lambda: len(pair.told()) > seen)
    assert rows(url, "SELECT epoch, armed FROM engine_lease") == [(1, "")]
