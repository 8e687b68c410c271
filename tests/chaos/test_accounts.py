"""That the accounts find what is wrong, each thing once, and nothing where nothing is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.chaos.accounts import MOMENT_S, Activity, Call, Interaction, Problem, Recording, Segment, Talk, Written, judge

AGENTS = ("3001", "3002")


def heard(*spans: tuple[float, float]) -> list[float]:
    """Ten times a second."""
    return [since + 0.1 * at for since, until in spans for at in range(round(10 * (until - since)))]


CALL = Call("1", called=100.0, answered=100.2, ended=110.0, heard=heard((103.3, 110.0)))
TALK = Talk("3001", "1", rang=103.0, connected=103.1, ended=110.0, by_agent=True, heard=heard((103.2, 110.0)))
INTERACTION = Interaction("a", "1", 100.1, 110.0)
QUEUED = Segment("a", "queue", 100.2, 103.1)
TALKED = Segment("a", "talk", 103.1, 110.0)
BUSY = Activity("3001", "busy", "a", 103.1, 110.0)
FREE = [Activity(agent, "ready", "", 110.0) for agent in AGENTS]
WRITTEN = Written([INTERACTION], [QUEUED, TALKED], [Recording("a", "stored")], activities=[BUSY, *FREE])


def kinds(problems: list[Problem]) -> list[str]:
    return [problem.kind for problem in problems]


def judged(call: Call = CALL, talks: tuple[Talk, ...] = (TALK,), written: Written = WRITTEN) -> list[str]:
    return kinds(judge([call], talks, written, AGENTS))


def test_a_call_served_and_written_once_is_no_problem() -> None:
    assert judged() == []


def test_a_caller_who_gave_up_waiting_is_no_problem() -> None:
    written = replace(WRITTEN, segments=[replace(QUEUED, ended=110.0)], recordings=[], activities=FREE)
    assert judged(replace(CALL, hung_up=True), (), written) == []


@pytest.mark.parametrize(("rang_s", "found"), [(8.0, ["facts_lost"]), (1.0, [])])
def test_a_caller_who_gave_up_before_anybody_answered_is_written_too(rang_s: float, found: list[str]) -> None:
    left = CALL.called + rang_s
    call = replace(CALL, rang=CALL.called, answered=0.0, left=left, ended=left + 5, hung_up=True)
    assert judged(call, (), Written(activities=FREE)) == found


@pytest.mark.parametrize(
    ("call", "talks", "found"),
    [
        (replace(CALL, answered=0.0), (), "dropped"),
        (CALL, (replace(TALK, by_agent=False),), "dropped"),
        (CALL, (), "lost_waiting"),
        (replace(CALL, ended=0.0), (TALK,), "lost_waiting"),
    ],
    ids=["not answered", "a talk ended by nobody", "ended while waiting", "never ended"],
)
def test_a_call_that_neither_of_the_two_ended(call: Call, talks: tuple[Talk, ...], found: str) -> None:
    assert found in judged(call, talks)


@pytest.mark.parametrize(
    "spans",
    [[], [(105.3, 110.0)], [(103.2, 105.0), (107.1, 110.0)], [(103.2, 107.8)], [(101.0, 103.0)]],
    ids=["never", "late", "not in between", "not to the end", "before the talk only"],
)
def test_who_talks_and_does_not_hear_the_other_was_dropped(spans: list[tuple[float, float]]) -> None:
    assert judged(replace(CALL, heard=heard(*spans))) == ["dropped"]
    assert judged(CALL, (replace(TALK, heard=heard(*spans)),)) == ["dropped"]


def test_who_does_not_hear_the_other_for_a_moment_is_no_problem() -> None:
    spans = heard((105.0, 106.0), (107.9, 108.2))
    assert judged(replace(CALL, heard=spans), (replace(TALK, heard=spans),)) == []
    short = Segment("a", "talk", 103.1, 105.0)
    written = replace(WRITTEN, segments=[QUEUED, short])
    assert judged(replace(CALL, ended=105.0, heard=()), (replace(TALK, ended=105.0, heard=()),), written) == []


def test_silence_counts_until_the_caller_has_hung_up_and_no_longer() -> None:
    left = replace(CALL, left=107.0, hung_up=True, heard=heard((103.3, 106.9)))
    assert judged(left, (replace(TALK, heard=heard((103.2, 107.0))),)) == []
    assert judged(left, (replace(TALK, heard=()),)) == ["dropped"]


def test_silence_does_not_count_while_nobody_led_or_the_switch_stood_still() -> None:
    mute = heard((103.2, 104.0), (108.0, 110.0))
    call, talks = replace(CALL, heard=mute), (replace(TALK, heard=mute),)
    assert judged(call, talks) == ["dropped", "dropped"]
    assert judged(replace(call, halts=[(104.5, 107.0)]), talks) == []
    assert judged(call, talks, replace(WRITTEN, unled=[(104.5, 107.0)])) == []
    assert judged(replace(call, halts=[(104.0, 105.5)]), talks, replace(WRITTEN, unled=[(104.5, 106.5)])) == []
    assert judged(replace(call, halts=[(104.0, 105.5)]), talks, replace(WRITTEN, unled=[(104.0, 105.5)])) != []


def test_who_hears_music_or_a_colleague_instead_is_no_problem() -> None:
    assert judged(replace(CALL, worked_on=True, heard=()), (replace(TALK, heard=()),)) == []


def test_a_call_that_died_with_the_switch_is_no_problem_but_must_be_over_in_the_database() -> None:
    cut = replace(CALL, cut=True)
    assert judged(cut, (replace(TALK, by_agent=False),)) == []
    assert judged(cut, (TALK,), replace(WRITTEN, interactions=[replace(INTERACTION, ended=0.0)])) == ["facts_lost"]


@pytest.mark.parametrize(
    "written",
    [
        replace(WRITTEN, interactions=[], segments=[TALKED]),
        replace(WRITTEN, interactions=[replace(INTERACTION, ended=0.0)]),
        replace(WRITTEN, segments=[QUEUED, replace(TALKED, ended=0.0)]),
        replace(WRITTEN, segments=[QUEUED]),
        replace(WRITTEN, recordings=[]),
        replace(WRITTEN, recordings=[Recording("a", "failed")]),
        replace(WRITTEN, missing_entries=1),
    ],
    ids=["interaction", "its end", "a segment's end", "talk", "recording", "what was recorded", "journal"],
)
def test_what_is_missing_is_lost(written: Written) -> None:
    assert set(judged(written=written)) == {"facts_lost"}


@pytest.mark.parametrize(
    "written",
    [
        replace(WRITTEN, interactions=[INTERACTION, replace(INTERACTION, id="b")]),
        replace(WRITTEN, segments=[QUEUED, TALKED, TALKED]),
        replace(WRITTEN, recordings=[Recording("a", "stored")] * 2),
    ],
    ids=["interaction", "talk", "recording"],
)
def test_what_is_there_twice_is_doubled(written: Written) -> None:
    assert set(judged(written=written)) == {"facts_doubled"}


def test_what_ended_before_it_began_has_lost_its_moment() -> None:
    backwards = replace(WRITTEN, segments=[QUEUED, replace(TALKED, ended=103.0)])
    assert judged(written=backwards) == ["facts_lost"]
    assert judged(replace(CALL, cut=True), written=backwards) == ["facts_lost"], "where the switch died, too"


def test_an_agent_who_is_not_ready_at_the_end_or_twice_something_is_stuck() -> None:
    assert judged(written=replace(WRITTEN, activities=[replace(BUSY, ended=0.0), FREE[1]])) == ["agents_stuck"]
    assert judged(written=replace(WRITTEN, activities=[BUSY, *FREE, FREE[0]])) == ["agents_stuck"]
    assert judged(written=replace(WRITTEN, activities=[BUSY, FREE[0]])) == ["agents_stuck"]


def test_who_came_first_and_is_served_after_somebody_else_has_lost_the_place() -> None:
    later = replace(CALL, caller="2", called=101.5)
    interactions = [INTERACTION, Interaction("b", "2", 101.6, 110.0)]
    segments = [QUEUED, TALKED, Segment("b", "queue", 101.7, 104.1), Segment("b", "talk", 104.1, 110.0)]
    recordings = [Recording("a", "stored"), Recording("b", "stored")]
    written = Written(interactions, segments, recordings, activities=[BUSY, replace(BUSY, agent="3002", interaction="b"), *FREE])
    talks = (TALK, replace(TALK, agent="3002", caller="2", rang=104.0))
    assert kinds(judge([CALL, later], talks, written, AGENTS)) == []
    early = (TALK, replace(TALK, agent="3002", caller="2", rang=102.4))
    assert kinds(judge([CALL, later], early, written, AGENTS)) == ["lost_waiting"]
    kept = replace(written, interactions=[INTERACTION, Interaction("b", "2", 99.5, 110.0)])  # while no engine led
    assert kinds(judge([CALL, replace(later, called=99.5)], early, kept, AGENTS)) == []


def test_who_waited_as_the_switch_died_and_calls_again_has_the_old_place() -> None:
    died = replace(CALL, caller="2", called=90.0, answered=90.1, ended=95.0, cut=True)
    again = replace(died, called=102.0, answered=102.1, ended=110.0, cut=False)
    interactions = [INTERACTION, Interaction("b", "2", 90.1, 95.0), Interaction("c", "2", 102.1, 110.0)]
    waited, waits = Segment("b", "queue", 90.1, 95.0), Segment("c", "queue", 102.1, 104.1)
    segments = [QUEUED, TALKED, waited, waits, Segment("c", "talk", 104.1, 110.0)]
    recordings = [Recording("a", "stored"), Recording("c", "stored")]
    busy = [BUSY, replace(BUSY, agent="3002", interaction="c")]
    written = Written(interactions, segments, recordings, activities=[*busy, *FREE])
    talk = replace(TALK, agent="3002", caller="2", rang=104.0)
    assert kinds(judge([died, CALL, again], (TALK, talk), written, AGENTS)) == ["lost_waiting"], "1 was served before"
    first = replace(talk, rang=102.9)
    assert kinds(judge([died, CALL, again], (TALK, first), written, AGENTS)) == []


def test_nobody_could_record_a_talk_in_which_no_engine_led() -> None:
    unrecorded = replace(WRITTEN, recordings=[Recording("a", "ended")])
    assert judged(CALL, (TALK,), unrecorded) == ["facts_lost"]
    assert judged(CALL, (TALK,), replace(unrecorded, unled=[(TALKED.started, TALKED.ended)])) == []
    assert judged(CALL, (TALK,), replace(unrecorded, unled=[(TALKED.started + 2 * MOMENT_S, TALKED.ended)])) == ["facts_lost"]


WORKED_ON = replace(CALL, worked_on=True, given_to="3002")
GIVEN = (
    replace(TALK, ended=106.0, by_agent=False),
    replace(TALK, agent="3002", rang=106.0, connected=106.1),
)
HANDED_ON = replace(
    WRITTEN,
    segments=[
        QUEUED,
        replace(TALKED, ended=105.0),
        Segment("a", "hold", 105.0, 106.1),
        Segment("a", "talk", 106.1, 110.0, "3002"),
    ],
    activities=[replace(BUSY, ended=106.1), replace(BUSY, agent="3002", started=106.1), *FREE],
)


def test_a_caller_who_is_put_on_hold_and_handed_on_is_no_problem() -> None:
    assert judged(WORKED_ON, GIVEN, HANDED_ON) == []


def test_a_caller_whose_last_agent_did_not_hang_up_was_dropped_though_an_earlier_one_did() -> None:
    talks = (replace(GIVEN[0], by_agent=True), replace(GIVEN[1], by_agent=False))
    assert judged(WORKED_ON, talks, HANDED_ON) == ["dropped"]


def test_a_caller_who_does_not_talk_with_whom_it_was_given_to_was_dropped() -> None:
    segments = [QUEUED, replace(TALKED, ended=105.0), Segment("a", "hold", 105.0, 110.0)]
    assert judged(WORKED_ON, GIVEN, replace(HANDED_ON, segments=segments)) == ["dropped"]


def test_a_gap_in_the_customers_time_is_lost_and_an_overlap_doubled() -> None:
    queued, talked, *rest = HANDED_ON.segments
    gap = replace(HANDED_ON, segments=[queued, replace(talked, ended=104.0), *rest])
    assert judged(WORKED_ON, GIVEN, gap) == ["facts_lost"]
    overlap = replace(HANDED_ON, segments=[queued, replace(talked, ended=105.5), *rest])
    assert judged(WORKED_ON, GIVEN, overlap) == ["facts_doubled"]


def test_an_agent_on_the_telephone_must_be_busy_by_it_and_one_who_is_busy_on_the_telephone() -> None:
    assert judged(WORKED_ON, GIVEN, replace(HANDED_ON, activities=[replace(BUSY, ended=106.1), *FREE])) == ["facts_lost"]
    for ended, found in ((110.0, ["agents_stuck"]), (106.02, [])):
        nowhere = [*HANDED_ON.activities, replace(BUSY, agent="3003", started=106.0, ended=ended)]
        assert judged(WORKED_ON, GIVEN, replace(HANDED_ON, activities=nowhere)) == found
