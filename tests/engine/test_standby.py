"""Two engines on one database: one leads, the other takes over by itself, and never do both act."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
import psycopg
import pytest

from callbase.core import events
from callbase.cti.client import LinkClient, LinkLost
from callbase.cti.messages import ReplyMessage
from callbase.engine import journal
from callbase.engine.alive import Alive
from callbase.engine.entry import Entry
from callbase.engine.follower import Follower
from callbase.engine.lease import LEASE_S, RENEW_EVERY_S, STRANGER_AFTER_S, Lease, NobodyStandsBy, switch_over
from callbase.engine.recovery import Recovered, recover, save_entries
from callbase.engine.spool import Spool
from callbase.engine.standby import Standby
from callbase.engine.stream import Told
from tests.engine.conftest import TOKEN, StartEngine, ended, rows, until
from tests.engine.fake_core import FakeCore
from tests.engine.pair import START_S, Pair, ends_itself, nothing_is_lost_or_doubled
from tests.engine.proxy import Proxy
from tests.engine.test_journal import end, offer

SOON_S = 5.0
"""Far more than a take-over takes; how long it takes is `make bench ONLY=take_over`'s to say."""


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
    async with LinkClient(pair.addresses, TOKEN, "demo") as link:
        await link.wait_connected()
        stopped_at = time.monotonic()
        leader.send_signal(signal.SIGSTOP)
        took_over_at = await pair.led_by(standby)
        assert took_over_at - stopped_at < SOON_S
        assert (await answered(link, events.SetReady(agent="1001"))).error is None, "a client goes to the one that leads"
        leader.send_signal(signal.SIGCONT)
        await ends_itself(leader)
    assert pair.last(leader) < stopped_at + 0.1
    standby.terminate()
    assert await asyncio.to_thread(standby.wait, 20) == 0
    nothing_is_lost_or_doubled(url, pair.told())


async def answered(link: LinkClient, action: events.AnyAction) -> ReplyMessage:
    """Asks again where the one it asked is gone."""
    async with asyncio.timeout(20):
        while True:
            with suppress(LinkLost):
                return await link.request(action, timeout_s=20)


async def test_a_switch_over_when_asked_for(pair: Pair, url: str) -> None:
    leader = pair.start(1)
    await pair.led_by(leader)
    with pytest.raises(NobodyStandsBy):
        await switch_over(url)
    standby = pair.start(2)
    await pair.armed()
    assert await switch_over(url) < SOON_S
    await pair.led_by(standby)
    assert pair.last(leader) < pair.first(standby)
    assert await asyncio.to_thread(leader.wait, 20) == 0
    standby.terminate()
    assert await asyncio.to_thread(standby.wait, 20) == 0
    nothing_is_lost_or_doubled(url, pair.told())


def test_a_follower_knows_what_the_leaders_clock_shows_but_for_what_it_read_in_the_database() -> None:
    follower = Follower(FakeCore)
    assert follower.present_ms() is None
    follower.hear(Told(seq=1, at_ms=1_000_000, event=msgspec.Raw(b"{}"), epoch=1))
    time.sleep(0.05)
    assert 1_000_050 <= (follower.present_ms() or 0) < 1_010_000
    follower.forget()
    assert follower.present_ms() is None


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


async def test_the_follower_has_the_leaders_state_bit_for_bit(start_engine: StartEngine, url: str, tmp_path: Path) -> None:
    async with start_engine() as engine, engine.client("demo") as link:
        alive, lease = Alive(tmp_path / "engines"), Lease(url, end=ended)
        standby = Standby(url, TOKEN, alive, lease, Spool(tmp_path / "journal-2"), FakeCore)
        taking_over = asyncio.create_task(standby.until_leading())
        for number in range(50):
            engine.switch.sink(offer(f"before-{number}"))
        await until(lambda: standby.follower.seq == engine.process.seq)
        assert standby.follower.core is not None
        for number in range(50):
            engine.switch.sink(offer(f"leg-{number}"))
            engine.switch.sink(end(f"before-{number}"))
            await link.request(events.SetReady(agent="1001") if number % 2 else events.SetNotReady(agent="1001"))
        await until(lambda: standby.follower.seq == engine.process.seq)
        assert standby.follower.core.snapshot() == engine.core.snapshot()
    recovered = await taking_over
    assert recovered.core is standby.follower.core, "warm"
    assert recovered.core.snapshot() == engine.core.snapshot()
    await lease.stop()
    await recovered.connection.close()
    alive.close()


async def test_what_the_database_lacks_comes_by_the_stream(
    start_engine: StartEngine, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal, "GATHER_S", 3600)
    monkeypatch.setattr("callbase.engine.process.DRAIN_TIMEOUT_S", 0.1)
    async with start_engine() as engine:
        alive, lease = Alive(tmp_path / "engines"), Lease(url, end=ended)
        standby = Standby(url, TOKEN, alive, lease, Spool(tmp_path / "elsewhere" / "journal"), FakeCore)
        taking_over = asyncio.create_task(standby.until_leading())
        await until(lambda: standby.follower.seq == engine.process.seq)
        for number in range(50):
            engine.switch.sink(offer(f"leg-{number}"))
        await until(lambda: engine.process.seq == 3 + 2 * 50)  # each is looked up
        await until(lambda: standby.follower.seq == engine.process.seq)
        assert rows(url, "SELECT coalesce(max(seq), 0) < %s FROM engine_journal", engine.process.seq) == [(True,)]
        live = engine.core.snapshot()
        with psycopg.connect(url, autocommit=True) as connection:  # as if the leader were cut off and ended by its lease
            connection.execute("UPDATE engine_lease SET holder = ''")
        recovered = await taking_over
        assert recovered.core.snapshot() == live
        await lease.stop()
        await recovered.connection.close()
        alive.close()
    assert rows(url, "SELECT count(*) FROM engine_fact WHERE type = 'InteractionStarted'") == [(50,)]


async def test_of_a_local_copy_with_a_gap_the_database_gets_what_is_before_it(url: str) -> None:
    """While a disk is full some entries are written and some are not; the standby that heard them all has the rest."""
    entries = [Entry(seq=seq, at_ms=seq, event=msgspec.Raw(b'{"type":"TimerDue"}')) for seq in range(1, 7)]
    on_disk = [entry for entry in entries if entry.seq not in (3, 5)]
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        await save_entries(connection, iter(on_disk))
        assert rows(url, "SELECT array_agg(seq ORDER BY seq) FROM engine_journal") == [([1, 2],)]
        await save_entries(connection, iter(entries))
        assert rows(url, "SELECT array_agg(seq ORDER BY seq) FROM engine_journal") == [([1, 2, 3, 4, 5, 6],)]


async def test_a_leader_cut_off_from_the_database_is_followed(pair: Pair, url: str) -> None:
    async with Proxy(url) as proxy:
        leader = pair.start(1, proxy.url)
        await pair.led_by(leader)
        standby = pair.start(2)
        await pair.armed()
        cut_at = time.monotonic()
        proxy.cut()
        took_over_at = await pair.led_by(standby)
        assert took_over_at - cut_at < SOON_S
        assert pair.last(leader) < took_over_at
        await ends_itself(leader)
    standby.terminate()
    assert await asyncio.to_thread(standby.wait, 20) == 0
    nothing_is_lost_or_doubled(url, pair.told())


async def test_where_both_lose_the_database_the_leader_leads_on(pair: Pair, url: str) -> None:
    async with Proxy(url) as proxy:
        leader, standby = pair.start(1, proxy.url), pair.start(2, proxy.url)
        await until(pair.told, START_S)
        await pair.armed()
        if pair.first(standby):
            leader, standby = standby, leader
        proxy.cut()
        await asyncio.sleep(3 * LEASE_S)
        await pair.leads_on(leader)
        proxy.mend()
        await until(lambda: rows(url, "SELECT armed <> '' AND epoch = 1 FROM engine_lease") == [(True,)])
        written = rows(url, "SELECT coalesce(max(seq), 0) FROM engine_journal")
        await until(lambda: rows(url, "SELECT coalesce(max(seq), 0) FROM engine_journal") > written)
        assert not pair.first(standby)
        leader.kill()
        await pair.led_by(standby)
        standby.terminate()
        assert await asyncio.to_thread(standby.wait, 20) == 0
    nothing_is_lost_or_doubled(url, pair.told())


async def test_where_the_standby_has_the_database_back_first_the_leader_leads_on(pair: Pair, url: str) -> None:
    async with Proxy(url) as first, Proxy(url) as second:
        leader, standby = pair.start(1, first.url), pair.start(2, second.url)
        proxies = [first, second]
        await until(pair.told, START_S)
        await pair.armed()
        if pair.first(standby):
            leader, standby = standby, leader
            proxies.reverse()
        for proxy in proxies:
            proxy.cut()
        await asyncio.sleep(2 * LEASE_S)
        proxies[1].mend()
        await asyncio.sleep(1.2 * LEASE_S)
        proxies[0].mend()
        await until(lambda: rows(url, "SELECT armed <> '' AND epoch = 1 FROM engine_lease") == [(True,)])
        await pair.leads_on(leader)
        assert not pair.first(standby)


async def test_an_engine_alone_is_led_by_nobody_elses_lease(pair: Pair, url: str) -> None:
    leader = pair.start(1)
    await pair.led_by(leader)
    leader.send_signal(signal.SIGSTOP)
    await asyncio.sleep(2 * LEASE_S)
    leader.send_signal(signal.SIGCONT)
    seen = len(pair.told())
    await until(lambda: len(pair.told()) > seen)
    assert rows(url, "SELECT epoch, armed FROM engine_lease") == [(1, "")]


async def test_who_armed_nobody_and_stood_still_until_it_was_followed_has_no_effect_when_it_goes_on(pair: Pair) -> None:
    leader = pair.start(1)
    await pair.led_by(leader)
    leader.send_signal(signal.SIGSTOP)
    follower = pair.start(2)
    followed_at = await pair.led_by(follower)
    leader.send_signal(signal.SIGCONT)
    await ends_itself(leader)
    assert pair.last(leader) < followed_at


async def test_who_armed_nobody_and_has_no_database_is_not_followed_while_it_is_heard(pair: Pair, url: str) -> None:
    async with Proxy(url) as proxy:
        leader = pair.start(1, proxy.url)
        await until(lambda: rows(url, "SELECT address <> '' FROM engine_lease") == [(True,)], START_S)
        proxy.cut()
        standby = pair.start(2)
        await until(lambda: "hears everything" in pair.log(1), START_S)
        await asyncio.sleep(1.2 * STRANGER_AFTER_S)
        await pair.leads_on(leader)
        assert not pair.first(standby)
        proxy.mend()
        await pair.armed()
    leader.kill()
    await pair.led_by(standby)
    standby.terminate()
    assert await asyncio.to_thread(standby.wait, 20) == 0
    nothing_is_lost_or_doubled(url, pair.told())


async def test_who_cannot_bring_what_it_knows_to_the_database_goes_on_trying_and_leads_under_the_same_epoch(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where it has no room: whoever is started meanwhile knows less, and must not lead."""
    tries: list[int] = []

    async def without_room(*given: Any) -> Recovered:
        tries.append(given[1].epoch)
        if len(tries) < 4:
            raise psycopg.errors.DiskFull("could not extend file")
        return await recover(*given)

    monkeypatch.setattr("callbase.engine.standby.recover", without_room)
    alive, lease = Alive(tmp_path / "engines"), Lease(url, end=ended)
    standby = Standby(url, TOKEN, alive, lease, Spool(tmp_path / "journal"), FakeCore)
    late = Standby(url, TOKEN, Alive(tmp_path / "engines"), Lease(url, end=ended), Spool(tmp_path / "journal-2"), FakeCore)
    taking_over = asyncio.create_task(standby.until_leading())
    await until(lambda: tries)
    late_taking_over = asyncio.create_task(late.until_leading())
    recovered = await taking_over
    assert tries == [1, 1, 1, 1]
    await asyncio.sleep(2 * RENEW_EVERY_S)
    assert not late_taking_over.done()
    assert rows(url, "SELECT epoch, holder = %s FROM engine_lease", alive.name) == [(1, True)]
    late_taking_over.cancel()
    await asyncio.gather(late_taking_over, return_exceptions=True)
    await lease.stop()
    await recovered.connection.close()
    alive.close()


async def test_a_leader_that_led_for_hours_is_proven_dead_to_the_next_process(tmp_path: Path) -> None:
    before = Alive(tmp_path / "engines")
    hours_ago = time.time() - 5 * 3600
    os.utime(tmp_path / "engines" / before.name, (hours_ago, hours_ago))
    before.close()
    after = Alive(tmp_path / "engines")
    assert after.proves_dead(before.name)
    after.tidy()
    assert [path.name for path in (tmp_path / "engines").iterdir()] == [after.name]
    after.close()
