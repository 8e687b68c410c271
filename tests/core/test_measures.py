"""What boards and rules measure of a queue over its latest half hour, kept by events and a timer."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.core.events import FinishWrapUp
from tests.core.centre import Centre, tenant
from tests.core.invariants import Mirror


def measured(over_s: float = 600.0) -> Centre:
    queues: dict[str, Any] = tenant().queues
    return Centre(queues={**queues, "sales": msgspec.structs.replace(queues["sales"], measure_over_s=over_s)})


def served_after(centre: Centre, ms: int) -> None:
    """One caller is answered by 1001 after so long, and is gone."""
    leg = centre.call()
    centre.run_for(ms)
    if centre.agent("1001").state == "logged_off":
        centre.staff("1001")
    centre.answer("1001")
    centre.hang_up(leg)
    centre.ask(FinishWrapUp(agent="1001"))


def test_there_is_no_average_of_nothing() -> None:
    board = measured().queue()
    assert (board.average_wait_ms, board.service_level) == (None, None)


def test_waits_of_the_answered_are_averaged_and_the_abandoned_lower_the_service_level() -> None:
    centre = measured()
    gave_up = centre.call()
    centre.run_for(1000)
    centre.hang_up(gave_up)
    served_after(centre, 25_000)
    served_after(centre, 5_000)
    board = centre.queue()
    assert board.average_wait_ms is not None
    assert abs(board.average_wait_ms - 15_000) <= 2
    assert board.service_level == 0.3333, "one within 20 s, one later, one gave up"


def test_what_is_older_than_the_window_falls_away_by_itself() -> None:
    centre = measured(600.0)
    mirror = Mirror()
    mirror.take(centre.engine, centre.output)
    centre._watch = lambda output: mirror.take(centre.engine, output)
    served_after(centre, 10_000)
    centre.run_for(300_000)
    served_after(centre, 15_000)
    centre.run_for(310_000)
    average_ms = centre.queue().average_wait_ms
    assert average_ms is not None
    assert abs(average_ms - 15_000) <= 2
    centre.run_for(320_000)
    assert centre.queue().average_wait_ms is None
    assert not centre.engine._core.state.tenants["demo"].windows


def test_the_board_expects_a_wait_as_soon_as_it_has_seen_enough() -> None:
    centre = measured()
    assert centre.queue().expected_wait_ms is None, "nothing was seen yet"
    legs = [centre.call() for _ in range(6)]
    centre.staff("1001")
    for leg in legs[:5]:
        centre.answer("1001")
        centre.run_for(10_000)
        centre.hang_up(leg)
        centre.ask(FinishWrapUp(agent="1001"))
    expected_ms = centre.queue().expected_wait_ms
    assert expected_ms is not None
    assert abs(expected_ms - 10_000) < 500, "each is served in ten seconds, and one comes first"
