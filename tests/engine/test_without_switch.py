"""A leader that reaches no switch gives way to a standby that reaches one, and to no other."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from callbase.core import events
from callbase.engine import without_switch
from callbase.engine.alive import Alive
from callbase.engine.lease import Lease
from callbase.engine.recovery import Recovered
from callbase.engine.spool import Spool
from callbase.engine.standby import Standby
from callbase.engine.without_switch import ASK_EVERY_S, LOST_AFTER_S, NEVER_REACHED_S, SILENT_AFTER_S, STEADY_S, WithoutSwitch
from tests.engine.conftest import TOKEN, StartEngine, ended, until
from tests.engine.fake_core import FakeCore


class Leader:
    """Its time, its nodes, and a standby that answers as it should."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, reached: bool = True) -> None:
        self.now_s, self.asked, self.reaches = 1000.0, 0, True
        self.nodes = dict.fromkeys(("a", "b"), "ok" if reached else "not connected")
        monkeypatch.setattr(without_switch, "passed_s", lambda: self.now_s)
        self.part = WithoutSwitch(lambda: self.nodes, self._ask)
        assert not self.part._better()

    def _ask(self) -> None:
        self.asked += 1
        if self.reaches:
            self.part.reached()

    def gives_way_after(self, most_s: float = 30.0) -> float:
        """Infinite: not within so long."""
        began_s = self.now_s
        while not self.part._better():
            self.now_s += ASK_EVERY_S
            if self.now_s > began_s + most_s:
                return float("inf")
        return self.now_s - began_s


@pytest.fixture
def leader(monkeypatch: pytest.MonkeyPatch) -> Leader:
    return Leader(monkeypatch)


def test_one_that_has_only_begun_to_lead_tries_for_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    leader = Leader(monkeypatch, reached=False)
    assert leader.gives_way_after(NEVER_REACHED_S + 10) >= NEVER_REACHED_S
    leader = Leader(monkeypatch, reached=False)
    assert leader.gives_way_after(NEVER_REACHED_S / 2) == float("inf")
    leader.nodes["a"] = "ok"
    assert leader.gives_way_after(1.0) == float("inf")
    leader.nodes["a"] = "not connected"
    assert leader.gives_way_after() < LOST_AFTER_S + STEADY_S + 2 * ASK_EVERY_S


def test_it_leads_on_while_it_reaches_one_of_several_nodes_and_asks_nobody(leader: Leader) -> None:
    leader.nodes["a"] = "not connected"
    assert leader.gives_way_after() == float("inf")
    assert not leader.asked


def test_it_gives_way_once_it_has_reached_none_for_a_while_that_the_standby_reaches(leader: Leader) -> None:
    leader.nodes = dict.fromkeys(leader.nodes, "not connected")
    assert LOST_AFTER_S + STEADY_S <= leader.gives_way_after() <= LOST_AFTER_S + STEADY_S + ASK_EVERY_S


def test_it_leads_on_where_the_standby_reaches_none_either(leader: Leader) -> None:
    leader.nodes, leader.reaches = dict.fromkeys(leader.nodes, "not connected"), False
    assert leader.gives_way_after() == float("inf")
    assert leader.asked


def test_a_switch_that_is_just_back_is_the_leaders_again(leader: Leader) -> None:
    leader.nodes, leader.reaches = dict.fromkeys(leader.nodes, "not connected"), False
    assert leader.gives_way_after(5.0) == float("inf")
    leader.reaches = True
    assert leader.gives_way_after(STEADY_S - ASK_EVERY_S) == float("inf")
    leader.nodes["b"] = "ok"
    assert leader.gives_way_after() == float("inf")


def test_what_the_standby_said_long_ago_does_not_count(leader: Leader) -> None:
    leader.nodes = dict.fromkeys(leader.nodes, "not connected")
    assert leader.gives_way_after(LOST_AFTER_S) == float("inf")
    leader.reaches = False
    assert leader.gives_way_after(SILENT_AFTER_S + ASK_EVERY_S) == float("inf")
    leader.reaches = True
    assert leader.gives_way_after() >= STEADY_S


class StandingBy:
    def __init__(self, url: str, home: Path) -> None:
        self.alive, self.lease = Alive(home / "engines"), Lease(url, end=ended)
        self.part = Standby(url, TOKEN, self.alive, self.lease, Spool(home / "journal-2"), FakeCore)
        self.reaches = False
        self.part.reaches_switch = self._reaches
        self.looked = 0
        self.leading: asyncio.Task[Recovered] = asyncio.create_task(self.part.until_leading())

    async def _reaches(self) -> bool:
        self.looked += 1
        return self.reaches

    async def stop(self) -> None:
        recovered = await self.leading
        await self.lease.stop()
        await recovered.connection.close()
        self.alive.close()


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(without_switch, "LOST_AFTER_S", 0.2)
    monkeypatch.setattr(without_switch, "STEADY_S", 0.2)
    monkeypatch.setattr(without_switch, "ASK_EVERY_S", 0.05)


@pytest.mark.usefixtures("short")
async def test_the_standby_leads_once_only_it_reaches_the_switch_with_all_that_the_leader_knew(
    start_engine: StartEngine, url: str, tmp_path: Path
) -> None:
    async with start_engine() as engine:
        standby = StandingBy(url, tmp_path)
        await until(lambda: standby.part.follower.seq == engine.process.seq and engine.process._lease.standby)
        engine.switch.sink(events.SwitchLost(node="a"))
        await until(lambda: standby.looked > 3)
        assert not standby.leading.done(), "it reaches none either"
        standby.reaches = True
        recovered = await asyncio.wait_for(standby.leading, 20)
        await asyncio.wait_for(engine.running, 20)
        assert recovered.warm
        assert recovered.core.snapshot() == engine.core.snapshot()
    await standby.stop()
