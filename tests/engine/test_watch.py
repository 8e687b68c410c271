"""When a standby takes over, by what it sees in the lease's row."""

from __future__ import annotations

import msgspec
import pytest

from callbase.engine import lease
from callbase.engine.lease import LEASE_S, STRANGER_AFTER_S, TAKE_OVER_AFTER_S, LeaseRow, Watch

ROW = LeaseRow(epoch=3, author=3, beat=100, holder="leader", address="", armed="", written=0)


class Watched:
    """A standby named "me", its time, and who is proven dead."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *, goes_back: bool = False) -> None:
        self.now_s = 1000.0
        self.dead: set[str] = set()
        monkeypatch.setattr(lease, "passed_s", lambda: self.now_s)
        self.watch = Watch("me", self.dead.__contains__, goes_back=goes_back)
        self.watch.connected()

    def after(self, row: LeaseRow) -> float:
        """How many seconds this row must stay as it is; infinite: it does not end (within a minute)."""
        began_s = self.now_s
        while not self.watch.may_take_over(row):
            self.now_s += 0.01
            if self.now_s > began_s + 60:
                return float("inf")
        return self.now_s - began_s


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    return Watched(monkeypatch)


def row(**changes: object) -> LeaseRow:
    return msgspec.structs.replace(ROW, **changes)


def soon(seconds: float, after_s: float) -> bool:
    return after_s < seconds < after_s + 0.05


def test_the_armed_one_waits_for_longer_than_a_lease_and_for_no_time_where_the_leader_is_dead_or_has_let_go(
    watched: Watched,
) -> None:
    assert LEASE_S < TAKE_OVER_AFTER_S
    assert soon(watched.after(row(armed="me")), TAKE_OVER_AFTER_S)
    assert watched.after(row(armed="me", holder="", beat=101)) == 0
    watched.dead = {"leader"}
    watched.watch = Watch("me", watched.dead.__contains__)
    assert watched.after(row(armed="me")) == 0


def test_a_beat_begins_the_wait_anew(watched: Watched) -> None:
    assert not watched.watch.may_take_over(row(armed="me"))
    watched.now_s += TAKE_OVER_AFTER_S - 0.1
    assert soon(watched.after(row(armed="me", beat=101)), TAKE_OVER_AFTER_S)


def test_who_is_not_armed_leaves_a_dead_leaders_place_to_the_one_that_is(watched: Watched) -> None:
    watched.dead.add("leader")
    assert soon(watched.after(row(armed="another")), STRANGER_AFTER_S)
    watched.dead.add("another")
    assert watched.after(row(armed="another", epoch=4)) == 0


def test_who_is_not_armed_leaves_a_place_that_was_let_go_to_the_one_that_is(watched: Watched) -> None:
    assert soon(watched.after(row(holder="", armed="another")), STRANGER_AFTER_S)


def test_while_the_armed_one_may_live_it_may_have_let_a_silent_leader_lead_on(watched: Watched) -> None:
    assert watched.after(row(armed="another")) == float("inf")


def test_a_silent_leader_whose_armed_one_is_proven_dead_has_nobody_who_lets_it_lead_on(watched: Watched) -> None:
    watched.dead.add("another")
    assert soon(watched.after(row(armed="another")), TAKE_OVER_AFTER_S)


def test_a_silent_leader_of_another_machine_that_armed_nobody_is_taken_for_dead_at_last(watched: Watched) -> None:
    assert soon(watched.after(row()), STRANGER_AFTER_S)


def test_where_the_database_may_have_gone_back_a_free_place_is_left_to_a_leader_it_does_not_know(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    watched = Watched(monkeypatch, goes_back=True)
    assert soon(watched.after(row(holder="")), TAKE_OVER_AFTER_S)
    watched.watch.connected()
    watched.dead.add("leader")
    assert soon(watched.after(row(epoch=4)), TAKE_OVER_AFTER_S)
    watched.watch.connected()
    assert watched.after(row(epoch=5, armed="me")) == 0, "only this one may follow that leader"


def test_one_that_goes_back_is_not_believed(watched: Watched) -> None:
    assert not watched.watch.may_take_over(row(epoch=5, armed="another"))
    assert watched.after(row(epoch=4, holder="")) == float("inf")
