"""What boards and rules measure of a queue over its latest half hour, kept by events and a timer."""

from __future__ import annotations

import math
from typing import Any

import msgspec

from callbase.core.config import Calendar, Did, Requirement, ToCallback
from callbase.core.events import FinishWrapUp, SetNotReady, SignIn
from callbase.core.facts import SegmentStarted
from callbase.core.stats import measures
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


# --- as rules see them ------------------------------------------------------------------------------------------------------


def reads(centre: Centre, measure: str) -> float | None:
    core = centre.engine._core
    core.now_ms = centre.now_ms
    return measures.MEASURES[measure](core, "demo", "sales")


def test_with_nobody_to_answer_rules_see_how_long_all_wait() -> None:
    centre = measured()
    assert [reads(centre, measure) for measure in ("service_level", "average_wait_s")] == [None, None]
    for n in range(20):
        centre.call(caller=str(n))
    centre.run_for(15_000)
    assert reads(centre, "service_level") is None, "nobody has waited for too long yet"
    centre.run_for(585_000)
    assert reads(centre, "service_level") == 0.0
    assert reads(centre, "average_wait_s") == 600.0
    assert reads(centre, "expected_wait_s") == math.inf
    board = centre.queue()
    assert (board.service_level, board.average_wait_ms, board.expected_wait_ms) == (None, None, None)


def test_who_waits_for_longer_than_the_average_raises_it_and_who_came_just_now_does_not_lower_it() -> None:
    centre = measured()
    served_after(centre, 10_000)
    centre.ask(SetNotReady(agent="1001", reason="lunch"))
    centre.call()
    centre.run_for(9_000)
    assert round(reads(centre, "average_wait_s") or 0, 1) == 10.0
    centre.run_for(21_000)
    assert round(reads(centre, "average_wait_s") or 0, 1) == 20.0, "10 s and 30 s"


def test_before_a_wait_can_be_foretold_the_longest_one_stands_for_it() -> None:
    centre = measured()
    assert centre.ask(SignIn(agent="1001")) is None
    assert reads(centre, "expected_wait_s") is None
    centre.call()
    centre.run_for(90_000)
    assert reads(centre, "expected_wait_s") == 90.0


def test_who_waits_to_be_called_back_is_late_for_nobody() -> None:
    queues: dict[str, Any] = tenant().queues
    centre = Centre(
        queues={**queues, "sales": msgspec.structs.replace(queues["sales"], calendar="never", closed=ToCallback())},
        calendars={"never": Calendar(id="never", name={})},
    )
    centre.call()
    centre.run_for(120_000)
    assert centre.queue().waiting == 1, "the place is there"
    assert [reads(centre, measure) for measure in ("waiting", "longest_wait_s")] == [0.0, 0.0]
    assert [reads(centre, measure) for measure in ("service_level", "average_wait_s")] == [None, None]


def test_ready_agents_who_lack_the_skill_promise_nobody_a_short_wait() -> None:
    """Of three agents the one who speaks French talks; callers need French."""
    whole = tenant()
    french = {"skills": {"french": 80}}
    agents = {key: msgspec.structs.replace(agent, **(french if key == "1001" else {})) for key, agent in whole.agents.items()}
    sales = msgspec.structs.replace(whole.queues["sales"], requires=(Requirement(skill="french", level=50),))
    centre = Centre(agents=agents, queues={**whole.queues, "sales": sales})
    centre.staff("1001", "1002", "1003")
    centre.call()
    centre.answer("1001")
    for n in range(5):
        centre.call(caller=str(n))
    waits = [seg.expected_ms for seg in centre.facts(SegmentStarted, kind="queue")]
    assert waits == [0, None, None, None, None, None]
    assert centre.queue().expected_wait_ms is None


def test_those_nobody_ready_can_serve_keep_others_from_no_agent() -> None:
    whole = tenant()
    sales = msgspec.structs.replace(whole.queues["sales"], requires=(Requirement(skill="french", level=50, language="en-US"),))
    centre = Centre(
        queues={**whole.queues, "sales": sales},
        dids={**whole.dids, "1": Did(number="1", flow="straight", language="en-US")},
    )
    centre.staff("1001")
    for n in range(3):
        centre.call("1", caller=str(n))
    assert [centre.queue().waiting, centre.queue().expected_wait_ms] == [3, 0]
