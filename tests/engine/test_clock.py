"""The time events bear never goes back, and follows the wall clock without racing."""

from __future__ import annotations

from callbase.engine.clock import Clock


class Hands:
    """A wall clock and the time that passes, both moved by the test."""

    def __init__(self) -> None:
        self.wall_s, self.passed_s = 1_790_000_000.0, 50.0

    def pass_s(self, seconds: float) -> None:
        self.wall_s += seconds
        self.passed_s += seconds

    def clock(self, at_least_ms: int = 0, going_on_from_ms: int | None = None) -> Clock:
        return Clock(at_least_ms, going_on_from_ms=going_on_from_ms, wall=lambda: self.wall_s, passed=lambda: self.passed_s)


def test_it_runs_with_the_wall_clock() -> None:
    hands = Hands()
    clock = hands.clock()
    assert clock.now_ms() == 1_790_000_000_000
    hands.pass_s(1.5)
    assert clock.now_ms() == 1_790_000_001_500


def test_a_wall_clock_set_back_makes_it_slower_never_going_back() -> None:
    hands = Hands()
    clock = hands.clock()
    before_ms = clock.now_ms()
    hands.wall_s -= 3600
    hands.pass_s(10)
    assert clock.now_ms() == before_ms + 9_500
    clock.leap()
    assert clock.now_ms() == before_ms + 9_500


def test_a_wall_clock_set_ahead_makes_it_faster_and_it_leaps_only_when_told_to() -> None:
    hands = Hands()
    clock = hands.clock()
    before_ms = clock.now_ms()
    hands.wall_s += 3600
    hands.pass_s(10)
    assert clock.now_ms() == before_ms + 10_500
    clock.leap()
    assert clock.now_ms() == before_ms + 3_610_000


def test_an_hour_is_taken_up_in_less_than_a_day() -> None:
    hands = Hands()
    clock = hands.clock()
    clock.now_ms()
    hands.wall_s += 3600
    for _ in range(24 * 60):
        hands.pass_s(60)
        clock.now_ms()
    assert clock.now_ms() == int(hands.wall_s * 1000)


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
    hands.pass_s(7200)
    assert clock.now_ms() == before_ms + 7_200_000


def test_started_with_a_wall_clock_behind_the_journal_it_goes_on_from_the_journal() -> None:
    hands = Hands()
    clock = hands.clock(at_least_ms=1_790_000_060_000)
    assert clock.now_ms() == 1_790_000_060_000
    hands.pass_s(100)
    assert clock.now_ms() == 1_790_000_155_000


def test_started_with_a_wall_clock_ahead_of_the_journal_it_starts_there() -> None:
    assert Hands().clock(at_least_ms=1_789_996_400_000).now_ms() == 1_790_000_000_000


def test_who_takes_over_goes_on_from_what_the_leaders_clock_shows() -> None:
    hands = Hands()
    clock = hands.clock(at_least_ms=1_789_996_400_000, going_on_from_ms=1_789_996_402_000)
    assert clock.now_ms() == 1_789_996_402_000
    hands.pass_s(10)
    assert clock.now_ms() == 1_789_996_412_500
