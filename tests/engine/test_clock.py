"""The time events bear never goes back, and follows the wall clock without racing."""

from __future__ import annotations

from callbase.engine.clock import Clock


class Hands:
    """A wall clock and a monotonic clock the test moves."""

    def __init__(self) -> None:
        self.wall_s, self.monotonic_s = 1_790_000_000.0, 50.0

    def pass_s(self, seconds: float) -> None:
        self.wall_s += seconds
        self.monotonic_s += seconds

    def clock(self, at_least_ms: int = 0) -> Clock:
        return Clock(at_least_ms, wall=lambda: self.wall_s, monotonic=lambda: self.monotonic_s)


def test_it_runs_with_the_wall_clock() -> None:
    hands = Hands()
    clock = hands.clock()
    assert clock.now_ms() == 1_790_000_000_000
    hands.pass_s(1.5)
    assert clock.now_ms() == 1_790_000_001_500


def test_a_wall_clock_set_back_makes_it_a_little_slower_never_going_back() -> None:
    hands = Hands()
    clock = hands.clock()
    before_ms = clock.now_ms()
    hands.wall_s -= 3600
    hands.pass_s(10)
    assert clock.now_ms() == before_ms + 9_900


def test_a_small_lead_of_the_wall_clock_is_taken_up_slowly() -> None:
    hands = Hands()
    clock = hands.clock()
    before_ms = clock.now_ms()
    hands.wall_s += 2
    hands.pass_s(10)
    assert clock.now_ms() == before_ms + 10_100


def test_after_a_sleep_of_the_machine_it_is_right_at_once() -> None:
    hands = Hands()
    clock = hands.clock()
    before_ms = clock.now_ms()
    hands.wall_s += 7200
    hands.pass_s(0.001)
    assert clock.now_ms() - before_ms >= 7_200_000


def test_started_with_a_wall_clock_behind_the_journal_it_goes_on_from_the_journal() -> None:
    hands = Hands()
    clock = hands.clock(at_least_ms=1_790_000_060_000)
    assert clock.now_ms() == 1_790_000_060_000
    hands.pass_s(100)
    assert clock.now_ms() == 1_790_000_159_000
