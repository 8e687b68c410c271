"""Who counts as passed over, and as served by the wrong agent."""

from __future__ import annotations

from benchmarks.same_trace import Arrival, arrivals, judged
from benchmarks.sip.agents import Talk
from benchmarks.sip.callers import TimedCall
from benchmarks.systems import Group

FIRST, SECOND = "4001", "4002"
GROUPS = (Group("first", FIRST, ("a", "both")), Group("second", SECOND, ("b", "both")))


def out_of_order(*served: tuple[str, str, float, str, float]) -> tuple[int, int]:
    """(caller, number, called, agent, rang) each; how many were out of order, and without the skill."""
    trace = [Arrival(called, caller, number, 1.0) for caller, number, called, _, _ in served]
    calls = [TimedCall(caller, number, called) for caller, number, called, _, _ in served]
    talks = [Talk(agent, caller, None, rang) for caller, _, _, agent, rang in served]
    found = judged(trace, GROUPS, calls, talks, 0)
    return found.out_of_order, found.skill_breaches


def test_in_the_order_they_came_nobody_is_passed_over() -> None:
    assert out_of_order(("1", FIRST, 0.0, "a", 5.0), ("2", FIRST, 1.0, "both", 6.0)) == (0, 0)


def test_who_came_later_and_was_served_sooner_is_out_of_order() -> None:
    assert out_of_order(("1", FIRST, 0.0, "a", 6.0), ("2", FIRST, 1.0, "both", 5.0)) == (1, 0)


def test_an_agent_of_both_who_takes_the_later_one_of_the_other_service_passes_the_first_over() -> None:
    assert out_of_order(("1", FIRST, 0.0, "a", 6.0), ("2", SECOND, 1.0, "both", 5.0)) == (1, 0)


def test_an_agent_without_the_skill_passes_nobody_over() -> None:
    assert out_of_order(("1", FIRST, 0.0, "a", 6.0), ("2", SECOND, 1.0, "b", 5.0)) == (0, 0)


def test_moments_close_together_are_no_decision() -> None:
    assert out_of_order(("1", FIRST, 0.0, "a", 5.05), ("2", FIRST, 1.0, "both", 5.0)) == (0, 0)


def test_an_agent_of_another_service_breaches_the_skill() -> None:
    assert out_of_order(("1", FIRST, 0.0, "b", 5.0)) == (0, 1)


def test_who_never_reached_an_agent_is_not_served() -> None:
    trace = [Arrival(0.0, "1", FIRST, 1.0), Arrival(1.0, "2", FIRST, 1.0)]
    found = judged(trace, GROUPS, [TimedCall("1", FIRST, 0.0), TimedCall("2", FIRST, 1.0)], [Talk("a", "1", None, 2.0)], 0)
    assert (found.not_served, [one.arrival.caller for one in found.served]) == (1, ["1"])


def test_the_trace_is_the_same_each_time() -> None:
    assert arrivals([FIRST, SECOND]) == arrivals([FIRST, SECOND])
