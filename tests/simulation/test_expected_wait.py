"""The expected wait that callers are told, on simulated days with rush hours, breaks, ringing and wrap-up: nearer to what really
happened than the average of the day, and than the wait of who was answered last."""

from __future__ import annotations

import pytest

from benchmarks.expected_wait import DAYS, a_day


@pytest.mark.parametrize(
    "days", ["one queue, patient callers", "one queue, impatient callers", "two queues share agents, one goes first"]
)
def test_it_errs_less_than_the_average_and_than_the_last_wait(days: str) -> None:
    config, loads = DAYS[days]
    day = a_day(config, loads, range(2))
    assert len(day.guesses) > 300
    assert sum(one.foretold is not None for one in day.guesses) > 0.9 * len(day.guesses)
    assert day.error_ms("foretold") < 0.75 * day.error_ms("average")
    assert day.error_ms("foretold") < 0.75 * day.error_ms("last")
