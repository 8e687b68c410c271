"""What supervisors do to routing while it runs: move agents, put callers first, send them elsewhere, and ask why."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.config import Member, Prefer, Queue, Relaxation, Requirement
from callbase.core.events import (
    ConfigPublished,
    ExplainAgent,
    MoveAgent,
    RejectCall,
    Reprioritize,
    Request,
    Reroute,
    SetNotReady,
    SignIn,
    SignOut,
)
from callbase.core.facts import AgentMoved, RoutingExplained, SegmentEnded, WaitingChanged
from callbase.core.routing.explained import AgentExplained
from tests.core.centre import MAIN, Centre, config, tenant
from tests.core.invariants import check
from tests.core.test_preferred import NAMED, preferring
from tests.core.test_skills import ringed, speakers


def explained(centre: Centre, agent: str) -> AgentExplained:
    output = centre.give(Request(id="why", tenant="demo", actor="boss", action=ExplainAgent(agent=agent)))
    answer = output.replies[0].answer
    assert isinstance(answer, AgentExplained)
    assert not output.facts
    assert not output.changed
    return answer


def why(centre: Centre, agent: str) -> list[tuple[str, str, int, dict[str, str]]]:
    return [(one.queue, one.why, one.waiting, one.data) for one in explained(centre, agent).queues]


# --- agents ----------------------------------------------------------------------------------------------------------


def test_an_agent_moved_to_another_queue_gets_its_callers_at_once_and_its_own_no_more() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.act(SetNotReady(agent="1001"))
    support = centre.call(MAIN, caller="5")
    centre.press(support, "2")
    sales = centre.call(caller="6")
    centre.act(MoveAgent(agent="1001", queues=("support",)))
    assert (centre.agent("1001").queues, centre.agent("1001").moved) == (("support",), True)
    centre.staff("1001")
    assert centre.interaction(support).agent == "1001"
    assert centre.interaction(sales).agent is None
    assert [(fact.queues, fact.for_now) for fact in centre.facts(AgentMoved)] == [(("support",), True)]
    check(centre.engine)


def test_undone_or_signed_out_it_serves_its_own_queues_again() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.act(MoveAgent(agent="1001", queues=("support", "sales")))
    assert centre.queue("support").signed_in == 1
    centre.act(MoveAgent(agent="1001", queues=None))
    assert (centre.agent("1001").queues, centre.agent("1001").moved) == (("sales",), False)
    centre.act(MoveAgent(agent="1001", queues=("support",)))
    centre.act(SignOut(agent="1001"))
    centre.act(SignIn(agent="1001"))
    assert (centre.agent("1001").queues, centre.agent("1001").moved) == (("sales",), False)
    assert centre.queue("support").signed_in == 0
    assert [fact.for_now for fact in centre.facts(AgentMoved)] == [True, False, True, False]


def test_a_queue_deleted_meanwhile_gives_the_agent_its_own_again() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.act(MoveAgent(agent="1001", queues=("support",)))
    centre.give(ConfigPublished(config=config(2, queues={"sales": tenant().queues["sales"]})))
    assert (centre.agent("1001").queues, centre.agent("1001").moved) == (("sales",), False)
    check(centre.engine)


def test_a_decision_names_whom_it_counts_the_moved_here_and_not_the_moved_away() -> None:
    centre = Centre()
    centre.staff("1001", "1011")
    centre.act(MoveAgent(agent="1011", queues=("sales",)))
    centre.act(MoveAgent(agent="1001", queues=("support",)))
    centre.call()
    assert centre.agent("1011").state == "reserved"
    centre.call(caller="2")
    why = centre.facts(RoutingExplained)[-1]
    assert [(one.agent, one.why) for one in why.passed_over] == [
        ("1002", "signed_out"),
        ("1003", "signed_out"),
        ("1011", "reserved"),
    ]
    assert why.passed_over_count == 3


def test_a_preferred_agent_who_is_no_member_is_not_counted_off_the_members() -> None:
    centre = Centre(**preferring(Prefer(by="agent", agent="1011", for_s=20)))
    centre.staff("1011")
    centre.call(MAIN)
    why = centre.facts(RoutingExplained)[-1]
    assert (why.chosen, why.passed_over_count) == ("1011", 3)
    assert [one.agent for one in why.passed_over] == ["1001", "1002", "1003"]


@pytest.mark.parametrize(
    ("action", "code", "field"),
    [
        (MoveAgent(agent="1001", queues=("none",)), "queue_unknown", "queues"),
        (MoveAgent(agent="1001", queues=()), "value_invalid", "queues"),
        (MoveAgent(agent="1003", queues=("sales",)), "agent_signed_out", "agent"),
        (MoveAgent(agent="nobody", queues=None), "agent_unknown", "agent"),
        (ExplainAgent(agent="nobody"), "agent_unknown", "agent"),
        (Reprioritize(interaction="none", priority=1), "interaction_unknown", "interaction"),
        (Reroute(interaction="none", queue="support"), "interaction_unknown", "interaction"),
    ],
)
def test_what_cannot_be_is_refused(action: Any, code: str, field: str) -> None:
    centre = Centre()
    centre.staff("1001")
    error = centre.ask(action)
    assert error is not None
    assert (error.code, error.field) == (code, field)


# --- callers ---------------------------------------------------------------------------------------------------------


def test_a_caller_put_first_goes_first() -> None:
    centre = Centre()
    first, second = centre.call(), centre.call(caller="2")
    centre.act(Reprioritize(interaction=centre.interaction(second).interaction, priority=5))
    assert [centre.interaction(leg).position for leg in (second, first)] == [1, 2]
    assert centre.interaction(second).priority == 5
    (change,) = centre.facts(WaitingChanged)
    assert (change.what, change.data["why"], change.actor) == ("priority", "supervisor", "test")
    centre.act(Reprioritize(interaction=centre.interaction(second).interaction, priority=0))
    assert [centre.interaction(leg).position for leg in (first, second)] == [1, 2]


def aging(aging_s: float, priority: int) -> Centre:
    sales = msgspec.structs.replace(tenant().queues["sales"], aging_s=aging_s, priority=priority)
    return Centre(queues={**tenant().queues, "sales": sales})


@pytest.mark.parametrize("aging_s", [0.0, 30.0])
def test_put_first_it_is_first_however_long_others_wait_and_rings_first(aging_s: float) -> None:
    centre = aging(aging_s, priority=5)
    centre.call(caller="1")
    centre.run_for(600_000)
    centre.act(Reprioritize(interaction=centre.interaction(centre.call(caller="2")).interaction, priority=9))
    last = centre.call(caller="3")
    centre.act(Reprioritize(interaction=centre.interaction(last).interaction, first=True))
    assert centre.interaction(last).position == 1
    priority = centre.interaction(last).priority
    centre.act(Reprioritize(interaction=centre.interaction(last).interaction, first=True))
    assert centre.interaction(last).priority == priority, "it is first already"
    centre.staff("1001")
    assert centre.interaction(last).agent == "1001"


def test_put_first_it_stays_first_when_the_offer_to_another_fails() -> None:
    centre = aging(0.0, priority=0)
    centre.staff("1001")
    ringing, last = centre.call(caller="1"), centre.call(caller="2")
    centre.act(Reprioritize(interaction=centre.interaction(last).interaction, first=True))
    centre.act(RejectCall(agent="1001"))
    assert [centre.interaction(leg).position for leg in (last, ringing)] == [1, 2]


def test_the_priority_set_is_the_one_shown_noted_and_explained() -> None:
    centre = aging(0.0, priority=5)
    leg = centre.call()
    centre.act(Reprioritize(interaction=centre.interaction(leg).interaction, priority=6))
    assert centre.interaction(leg).priority == 6
    assert centre.facts(WaitingChanged)[-1].data == {"why": "supervisor", "added": "1", "priority": "6"}
    centre.staff("1001")
    assert centre.facts(RoutingExplained)[-1].priority == 6


def test_a_caller_sent_to_another_queue_keeps_its_age_there() -> None:
    centre = Centre()
    older = centre.call()
    centre.run_for(10_000)
    other = centre.call(MAIN, caller="2")
    centre.press(other, "1")
    for leg in (older, other):
        centre.act(Reroute(interaction=centre.interaction(leg).interaction, queue="support"))
    assert [centre.interaction(leg).position for leg in (older, other)] == [1, 2]
    assert (centre.queue("sales").waiting, centre.queue("support").waiting) == (0, 2)
    assert centre.facts(SegmentEnded, kind="queue")[0].result == "left"
    centre.staff("1011")
    assert centre.interaction(older).agent == "1011"


def test_a_caller_may_be_taken_from_a_ringing_telephone_to_another_queue() -> None:
    centre = Centre()
    centre.staff("1001")
    leg = centre.call()
    assert centre.agent("1001").state == "reserved"
    centre.act(Reroute(interaction=centre.interaction(leg).interaction, queue="support"))
    assert centre.agent("1001").state == "ready"
    assert (centre.interaction(leg).queue, centre.interaction(leg).position) == ("support", 1)


def test_a_caller_given_to_one_agent_waits_for_it_until_it_signs_out() -> None:
    centre = Centre()
    centre.talk("1002")
    leg = centre.call(caller="2")
    centre.act(Reroute(interaction=centre.interaction(leg).interaction, agent="1002"))
    centre.staff("1001")
    centre.run_for(600_000)
    assert centre.interaction(leg).agent is None
    centre.hang_up(next(leg for leg, one in centre.switch.legs.items() if one.device is None))
    centre.act(SignOut(agent="1002"))
    assert centre.agent("1002").state == "logged_off"
    assert centre.interaction(leg).agent == "1001"


def test_a_caller_given_to_one_agent_may_be_given_back_to_its_queue_while_that_agent_rings() -> None:
    centre = Centre()
    centre.staff("1011")
    leg = centre.call()
    one = centre.interaction(leg).interaction
    centre.act(Reroute(interaction=one, agent="1011"))
    assert centre.agent("1011").state == "reserved"
    centre.act(Reroute(interaction=one, queue="sales"))
    assert centre.agent("1011").state == "ready"
    assert (centre.interaction(leg).queue, centre.interaction(leg).position) == ("sales", 1)
    assert centre.facts(WaitingChanged, what="preferred_over")[-1].data == {"agent": "1011", "why": "moved"}
    centre.staff("1001")
    assert centre.interaction(leg).agent == "1001"


def test_sent_nowhere_or_to_where_it_stands_is_refused() -> None:
    centre = Centre()
    leg = centre.call()
    one = centre.interaction(leg).interaction
    for action, code in (
        (Reroute(interaction=one), "value_invalid"),
        (Reroute(interaction=one, queue="sales"), "value_invalid"),
        (Reroute(interaction=one, queue="support", agent="1001"), "value_invalid"),
        (Reroute(interaction=one, queue="none"), "queue_unknown"),
        (Reroute(interaction=one, agent="1001"), "agent_signed_out"),
        (Reprioritize(interaction=one, priority=5000), "out_of_range"),
        (Reprioritize(interaction=one), "value_invalid"),
        (Reprioritize(interaction=one, priority=1, first=True), "value_invalid"),
    ):
        error = centre.ask(action)
        assert error is not None
        assert error.code == code
    assert centre.interaction(leg).position == 1


# --- why does it get no calls? ---------------------------------------------------------------------------------------


def test_the_agent_s_own_state_is_the_first_reason() -> None:
    centre = Centre()
    centre.staff("1001")
    centre.act(SetNotReady(agent="1001", reason="lunch"))
    centre.call()
    answer = explained(centre, "1001")
    assert (answer.state, answer.reason) == ("not_ready", "lunch")
    assert why(centre, "1001") == [("sales", "may_serve", 1, {})]


def test_nobody_waits_and_so_many_are_asked_before() -> None:
    centre = Centre()
    centre.staff("1001", "1002", "1003")
    assert why(centre, "1001") == [("sales", "nobody_waits", 0, {})]
    assert why(centre, "1003") == [
        ("sales", "nobody_waits", 0, {}),
        ("sales", "others_first", 0, {"ahead": "2", "rule": "longest_idle"}),
    ]


def test_in_turn_those_are_before_whose_turn_comes_first() -> None:
    sales = msgspec.structs.replace(tenant().queues["sales"], algorithm="round_robin")
    centre = Centre(queues={"sales": sales})
    centre.staff("1001", "1002", "1003")
    centre.hang_up(centre.call())
    assert why(centre, "1001")[1][3] == {"ahead": "2", "rule": "round_robin"}
    assert why(centre, "1002") == [("sales", "nobody_waits", 0, {})]


def test_those_who_wait_ask_for_a_skill_it_lacks() -> None:
    centre = Centre(**speakers())
    centre.staff("1003")
    centre.call(MAIN)
    assert why(centre, "1003") == [("sales", "skill_missing", 1, {"skill": "fr", "required": "80", "level": "0"})]


def test_what_the_queue_requires_and_it_lacks_is_told_though_nobody_waits() -> None:
    centre = Centre(**speakers(requires=(Requirement(skill="fr", level=80),)))
    centre.staff("1003")
    unmet = {"skill": "fr", "required": "80", "level": "0"}
    assert why(centre, "1003") == [("sales", "nobody_waits", 0, {}), ("sales", "requirement_unmet", 0, unmet)]
    centre.call()
    assert why(centre, "1003") == [("sales", "skill_missing", 1, unmet)]


def test_a_requirement_of_one_language_or_for_a_time_is_told_with_that() -> None:
    relaxed = Requirement(
        skill="fr", level=80, language="en-US", relax=(Relaxation(after_s=30, level=70), Relaxation(after_s=60, level=50))
    )
    centre = Centre(**speakers(requires=(relaxed,)))
    centre.staff("1002")
    unmet = {"skill": "fr", "required": "80", "level": "60", "language": "en-US", "after_ms": "60000"}
    assert why(centre, "1002")[-1] == ("sales", "requirement_unmet", 0, unmet)


def test_only_those_who_may_serve_are_before_it_and_by_what_the_queue_ranks() -> None:
    french = Requirement(skill="fr", level=50)
    centre = Centre(**speakers(requires=(french,), algorithm="highest_skill"))
    centre.staff("1003", "1002", "1001")
    assert why(centre, "1001") == [("sales", "nobody_waits", 0, {})]
    assert why(centre, "1002")[-1] == ("sales", "others_first", 0, {"ahead": "1", "rule": "highest_skill"})
    assert [one[1] for one in why(centre, "1003")] == ["nobody_waits", "requirement_unmet"]
    assert centre.interaction(centre.call()).agent == "1001"


def test_its_ring_is_not_reached() -> None:
    centre = Centre(**ringed())
    centre.staff("1003")
    centre.call()
    assert why(centre, "1003") == [("sales", "ring_not_reached", 1, {"priority": "2", "level": "20"})]


def test_those_who_wait_are_kept_for_another() -> None:
    centre = Centre(**preferring(NAMED))
    centre.talk("1002")
    centre.staff("1001")
    centre.call(MAIN, caller="2")
    assert why(centre, "1001") == [("sales", "kept_for_others", 1, {})]


def test_those_who_wait_for_it_are_told_as_such_even_in_a_queue_it_does_not_serve() -> None:
    centre = Centre(**preferring(Prefer(by="agent", agent="1002", for_s=600)))
    centre.talk("1002")
    centre.call(MAIN, caller="2")
    assert why(centre, "1002") == [("sales", "waits_for_it", 1, {})]
    centre.act(MoveAgent(agent="1002", queues=("support",)))
    assert why(centre, "1002") == [("support", "nobody_waits", 0, {}), ("sales", "waits_for_it", 1, {})]


def test_a_switch_out_of_reach_is_a_reason() -> None:
    centre = Centre()
    centre.call()
    centre.staff("1002")
    centre.call(caller="2")
    centre.switch.disconnect(centre.now_ms)
    centre.settle()
    assert ("sales", "switch_away", 1, {}) in why(centre, "1001")


def test_who_serves_no_queue_has_no_reasons_but_that() -> None:
    queues: dict[str, Queue] = {"support": msgspec.structs.replace(tenant().queues["support"], members=(Member(agent="1011"),))}
    centre = Centre(queues=queues)
    centre.staff("1001")
    assert explained(centre, "1001").queues == ()
