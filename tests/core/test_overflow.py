"""Overflow: who enters or waits goes elsewhere while a rule holds, no more of them than it takes, and never in a circle."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.commands import Originate
from callbase.core.config import (
    All,
    AnyCondition,
    AnyNode,
    AnyTarget,
    Calendar,
    Comparison,
    Enqueue,
    Flow,
    Greet,
    HangUp,
    OverflowRule,
    Queue,
    Say,
    SendTo,
    ToAgent,
    ToFlow,
    ToGoodbye,
    ToNumber,
    ToQueues,
)
from callbase.core.config.calendars import Span, WeeklyHours
from callbase.core.events import ConfigPublished, SignIn, SignOut, SingleStepTransferCall
from callbase.core.facts import InteractionEnded, Redirected
from callbase.core.rules import targets
from tests.core.centre import STRAIGHT, Centre, flows, tenant, text

SUPPORT = ToQueues(queues=("support",))
BYE = ToGoodbye(say=Say(text=text("人太多", "Too many")))


def when(field: str, operator: Any, value: Any) -> Comparison:
    return Comparison(field=field, operator=operator, value=value)


def rule(condition: AnyCondition, target: AnyTarget = SUPPORT, *, id: str = "r", **more: Any) -> OverflowRule:
    return OverflowRule(id=id, when=condition, target=target, **more)


def centre_with(*rules: OverflowRule, support: tuple[OverflowRule, ...] = (), **changes: Any) -> Centre:
    queues: dict[str, Queue] = tenant().queues
    change = msgspec.structs.replace
    queues = {"sales": change(queues["sales"], overflow=rules), "support": change(queues["support"], overflow=support)}
    return Centre(**{"queues": queues, **changes})


def publish_without_rules(centre: Centre) -> None:
    config = centre.engine._core.state.config
    changed = msgspec.structs.replace(config.tenants["demo"], queues=tenant().queues)
    centre.give(ConfigPublished(config=msgspec.structs.replace(config, version=2, tenants={"demo": changed})))


def queues_of(centre: Centre, *legs: str) -> list[str | None]:
    return [centre.interaction(leg).queue for leg in legs]


# --- on entering --------------------------------------------------------------------------------------------------------


def test_past_a_length_those_who_come_go_to_the_other_queue() -> None:
    centre = centre_with(rule(when("queue.waiting", "ge", 2.0), concerns="entering"))
    legs = [centre.call(caller=str(n)) for n in range(4)]
    assert queues_of(centre, *legs) == ["sales", "sales", "support", "support"]
    first, _ = centre.facts(Redirected)
    assert (first.by, first.rule, first.queue, first.to) == ("overflow", "r", "sales", "support")
    assert first.measured == {"queue.waiting": "2"}


def test_when_nobody_is_signed_in_callers_hear_so_at_once() -> None:
    centre = centre_with(rule(when("queue.signed_in", "eq", 0.0), BYE))
    leg = centre.call()
    assert centre.said(leg) == "人太多"
    centre.act(SignIn(agent="1001"))
    assert queues_of(centre, centre.call()) == ["sales"]


def test_a_rule_about_the_caller_is_decided_for_each() -> None:
    centre = centre_with(rule(when("caller_number", "starts_with", "138"), concerns="entering"))
    assert queues_of(centre, centre.call(caller="13800000000"), centre.call(caller="13900139000")) == ["support", "sales"]


def test_the_first_rule_that_holds_goes_before_the_others() -> None:
    yes = when("queue.waiting", "ge", 0.0)
    centre = centre_with(rule(yes, ToQueues(queues=("gone",)), id="a"), rule(yes, id="b"), rule(yes, BYE, id="c"))
    assert queues_of(centre, centre.call()) == ["support"]
    assert [fact.rule for fact in centre.facts(Redirected)] == ["b"]


# --- while waiting ------------------------------------------------------------------------------------------------------


def test_who_waits_too_long_goes_and_is_served_there() -> None:
    centre = centre_with(rule(when("wait_s", "ge", 60.0)))
    centre.staff("1011", answers_after_ms=100)
    first = centre.call()
    centre.run_for(30_000)
    second = centre.call(caller="2")
    centre.run_for(29_000)
    assert queues_of(centre, first, second) == ["sales", "sales"]
    centre.run_for(1_500)
    assert centre.interaction(first).phase == "talk"
    assert centre.interaction(first).agent == "1011"
    assert queues_of(centre, second) == ["sales"]
    (fact,) = centre.facts(Redirected)
    assert fact.measured["wait_s"].startswith("60")


def test_only_so_many_go_as_it_takes_the_longest_waiting_first() -> None:
    centre = centre_with(rule(when("queue.longest_wait_s", "ge", 60.0)))
    legs = []
    for n in range(3):
        legs.append(centre.call(caller=str(n)))
        centre.run_for(20_000)
    centre.run_for(500)
    assert queues_of(centre, *legs) == ["support", "sales", "sales"]


def test_with_until_it_goes_on_until_then() -> None:
    three, one = when("queue.waiting", "ge", 3.0), when("queue.waiting", "le", 1.0)
    centre = centre_with(rule(three, until=one, concerns="waiting"))
    legs = [centre.call(caller=str(n)) for n in range(3)]
    assert queues_of(centre, *legs) == ["support", "support", "sales"]
    assert not centre.queue().overflowing
    assert queues_of(centre, centre.call(caller="4")) == ["sales"], "two wait: below three it does not begin again"


def test_who_goes_while_it_holds_on_is_told_so_and_no_figure_that_contradicts_it() -> None:
    three, none = when("queue.waiting", "ge", 3.0), when("queue.waiting", "le", 0.0)
    centre = centre_with(rule(three, until=none, concerns="waiting"))
    for n in range(3):
        centre.call(caller=str(n))
    began_ms = centre.facts(Redirected)[0].at_ms
    assert [(fact.measured, fact.on_since_ms) for fact in centre.facts(Redirected)] == [
        ({"queue.waiting": "3"}, None),
        ({}, began_ms),
        ({}, began_ms),
    ]


def test_an_until_that_looks_at_a_caller_keeps_no_rule_on_for_ever() -> None:
    """Kept from before that was refused."""
    centre = centre_with(rule(when("queue.signed_in", "eq", 0.0), until=when("wait_s", "lt", 5.0), concerns="entering"))
    assert queues_of(centre, centre.call(caller="1")) == ["support"]
    centre.act(SignIn(agent="1001"))
    assert queues_of(centre, centre.call(caller="2")) == ["sales"]


def test_it_holds_for_at_least_the_time_given() -> None:
    centre = centre_with(rule(when("queue.signed_in", "eq", 0.0), hold_s=60.0, concerns="entering"))
    first = centre.call()
    centre.staff("1001")
    assert queues_of(centre, first, centre.call(caller="2")) == ["support", "support"]
    assert centre.queue().overflowing == ("r",)
    centre.run_for(61_000)
    assert queues_of(centre, centre.call(caller="3")) == ["sales"]
    assert centre.queue().overflowing == ()


def test_agents_who_leave_set_it_off() -> None:
    centre = centre_with(rule(when("queue.signed_in", "eq", 0.0)))
    centre.act(SignIn(agent="1001"))
    leg = centre.call()
    assert queues_of(centre, leg) == ["sales"]
    centre.act(SignOut(agent="1001"))
    assert queues_of(centre, leg) == ["support"]


def test_the_state_of_another_queue_sets_it_off_too() -> None:
    centre = centre_with(rule(when("queue.support.signed_in", "ge", 1.0)))
    leg = centre.call()
    centre.act(SignIn(agent="1011"))
    assert queues_of(centre, leg) == ["support"]


def test_measures_are_combined() -> None:
    both = All(of=(when("queue.waiting", "ge", 1.0), when("queue.support.signed_in", "ge", 1.0)))
    centre = centre_with(rule(both))
    centre.staff("1011")
    first = centre.call()
    second = centre.call(caller="2")
    assert queues_of(centre, first, second) == ["support", "support"]
    assert centre.facts(Redirected)[0].measured == {"queue.waiting": "1", "queue.support.signed_in": "1"}


def test_when_the_queue_closes_who_waits_stays_unless_a_rule_says_otherwise() -> None:
    """It is Monday, 16:00; the queue closes at 16:05."""
    until_five_past = WeeklyHours(weekday=1, spans=(Span(start="09:00", end="16:05"),))
    calendars = {"office": Calendar(id="office", name=text("办公", "Office"), hours=(until_five_past,))}
    whole = tenant().queues
    for rules, expected in (((), "sales"), ((rule(when("calendar.office", "eq", "closed")),), "support")):
        sales = msgspec.structs.replace(whole["sales"], calendar="office", closed=BYE, overflow=rules)
        centre = Centre(queues={**whole, "sales": sales}, calendars=calendars)
        leg = centre.call()
        centre.run_for(301_000)
        assert queues_of(centre, leg) == [expected]
        late = centre.call(caller="2")
        assert centre.said(late) == "人太多"


def test_who_is_being_offered_stays() -> None:
    centre = centre_with(rule(when("wait_s", "ge", 10.0)))
    centre.staff("1001")
    leg = centre.call()
    centre.run_for(15_000)
    assert centre.interaction(leg).phase == "offer"
    assert queues_of(centre, leg) == ["sales"]
    centre.run_for(8_000)
    assert queues_of(centre, leg) == ["support"], "the agent did not answer"


# --- targets ------------------------------------------------------------------------------------------------------------


def test_in_addition_it_keeps_its_place_and_whoever_is_free_first_serves() -> None:
    centre = centre_with(rule(when("wait_s", "ge", 10.0), ToQueues(queues=("support",), also=True)))
    leg = centre.call()
    centre.run_for(11_000)
    seen = centre.interaction(leg)
    assert (seen.queue, seen.also_in, seen.position) == ("sales", ("support",), 1)
    centre.staff("1011")
    centre.answer("1011")
    assert queues_of(centre, leg) == ["support"]
    assert centre.queue("sales").waiting == 0
    assert len(centre.facts(Redirected)) == 1


def test_in_addition_from_the_beginning() -> None:
    centre = centre_with(rule(when("queue.ready", "eq", 0.0), ToQueues(queues=("support",), also=True)))
    seen = centre.interaction(centre.call())
    assert (seen.queue, seen.also_in) == ("sales", ("support",))


def test_to_an_announcement_and_the_end() -> None:
    centre = centre_with(rule(when("wait_s", "ge", 10.0), BYE))
    leg = centre.call()
    centre.run_for(10_500)
    assert centre.said(leg) == "人太多"
    centre.run_for(2_000)
    assert [ended.reason for ended in centre.facts(InteractionEnded)] == ["overflowed"]


def test_to_a_flow() -> None:
    centre = centre_with(rule(when("wait_s", "ge", 10.0), ToFlow(flow="main")))
    leg = centre.call()
    centre.run_for(10_500)
    assert centre.said(leg) == "欢迎致电 Welcome"


def test_to_an_outside_number_and_back_if_nobody_answers_but_once_only() -> None:
    centre = centre_with(rule(when("wait_s", "ge", 10.0), ToNumber(number="02188886666", timeout_s=5)))
    leg = centre.call()
    centre.run_for(12_000)
    assert centre.interaction(leg).phase == "flow"
    centre.run_for(10_000)
    assert queues_of(centre, leg) == ["sales"]
    centre.run_for(60_000)
    assert len(centre.facts(Redirected)) == 1


@pytest.mark.parametrize("target", [ToNumber(number="02188886666", timeout_s=5), ToAgent(agent="1011")])
def test_who_was_about_to_enter_stands_in_line_if_nobody_answers_there_as_of_when_it_came(target: AnyTarget) -> None:
    centre = centre_with(rule(when("queue.ready", "eq", 0.0), target, concerns="entering"))
    centre.staff("1011")
    first = centre.call(caller="1")
    assert centre.interaction(first).phase == "flow"
    publish_without_rules(centre)
    second = centre.call(caller="2")
    centre.run_for(30_000)
    assert queues_of(centre, first, second) == ["sales", "sales"]
    assert [centre.interaction(leg).position for leg in (first, second)] == [1, 2]
    assert len(centre.facts(Redirected)) == 1


def test_who_was_about_to_enter_and_was_answered_there_enters_no_more() -> None:
    bye = Flow(id="bye", version=1, start="bye", nodes={"bye": Greet(say=Say(prompt="bye"))})
    to_agent = rule(when("queue.ready", "eq", 0.0), ToAgent(agent="1011"), concerns="entering")
    centre = centre_with(to_agent, flows={**flows(), "bye": bye})
    centre.staff("1011", answers_after_ms=500)
    leg = centre.call()
    centre.run_for(1_000)
    assert centre.interaction(leg).phase == "talk"
    centre.act(SingleStepTransferCall(agent="1011", to=ToFlow(flow="bye")))
    centre.run_for(5_000)
    assert leg not in centre.switch.legs, "the flow's end is the end"


def test_a_number_of_ours_is_its_flow_and_no_line_is_taken_for_it() -> None:
    """Over a trunk it would come in again as another call, wait here, go out again, and so on while there are lines."""
    centre = centre_with(rule(when("wait_s", "ge", 10.0), ToNumber(number=STRAIGHT)))
    leg = centre.call()
    centre.run_for(60_000)
    assert not centre.did(Originate)
    assert [(fact.target, fact.to) for fact in centre.facts(Redirected)] == [("number", STRAIGHT)]
    assert queues_of(centre, leg) == ["sales"], "where it was led out of, whose rule has moved it"


def test_to_an_agent_as_soon_as_that_agent_is_free() -> None:
    centre = centre_with(rule(when("wait_s", "ge", 10.0), ToAgent(agent="1011")))
    leg = centre.call()
    centre.run_for(15_000)
    assert queues_of(centre, leg) == ["sales"]
    assert not centre.facts(Redirected), "the agent is signed out"
    centre.staff("1011", answers_after_ms=100)
    centre.run_for(2_000)
    assert (centre.interaction(leg).phase, centre.interaction(leg).agent) == ("talk", "1011")
    assert centre.queue().answered_today == 1


def test_an_agent_who_does_not_become_free_is_waited_for_alone_and_then_all_are_asked() -> None:
    centre = centre_with(rule(when("wait_s", "ge", 10.0), ToAgent(agent="1011")))
    centre.act(SignIn(agent="1011"))
    leg = centre.call()
    centre.run_for(11_000)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(20_000)
    assert centre.interaction(leg).phase == "queue"
    centre.run_for(12_000)
    assert (centre.interaction(leg).phase, centre.interaction(leg).agent) == ("talk", "1001")


# --- circles ------------------------------------------------------------------------------------------------------------


def test_nobody_goes_back_into_a_queue_that_overflow_led_out_of() -> None:
    yes = when("queue.signed_in", "eq", 0.0)
    centre = centre_with(rule(yes, id="there"), support=(rule(yes, ToQueues(queues=("sales",)), id="back"),))
    leg = centre.call()
    centre.run_for(600_000)
    assert queues_of(centre, leg) == ["support"]
    assert [fact.rule for fact in centre.facts(Redirected)] == ["there"]


def test_a_circle_through_flows_ends_in_a_line() -> None:
    """sales overflows to a flow that puts its callers into sales."""
    yes = when("queue.signed_in", "eq", 0.0)
    again = Flow(id="again", version=1, start="a", nodes={"a": Enqueue(queue="sales")})
    centre = centre_with(rule(yes, ToFlow(flow="again")), flows={**flows(), "again": again})
    leg = centre.call()
    assert queues_of(centre, leg) == ["sales"]
    centre.run_for(600_000)
    assert len(centre.facts(Redirected)) == 1


@pytest.mark.parametrize("back", [Enqueue(queue="sales"), SendTo(target=ToQueues(queues=("sales",)))])
def test_nor_does_a_flow_lead_back_there(back: AnyNode) -> None:
    """sales overflows to support, support to a flow that puts its callers into sales."""
    again = Flow(id="again", version=1, start="a", nodes={"a": back})
    there = rule(when("queue.signed_in", "eq", 0.0), id="there")
    out = rule(when("wait_s", "ge", 10.0), ToFlow(flow="again"), id="out")
    centre = centre_with(there, support=(out,), flows={**flows(), "again": again})
    leg = centre.call()
    centre.run_for(600_000)
    assert queues_of(centre, leg) == ["support"]
    assert [fact.rule for fact in centre.facts(Redirected, by="overflow")] == ["there", "out"]


def test_a_flow_that_cannot_lead_back_goes_on_by_failed() -> None:
    again = Flow(id="again", version=1, start="a", nodes={"a": Enqueue(queue="sales", failed="b"), "b": HangUp(say=BYE.say)})
    there = rule(when("queue.signed_in", "eq", 0.0), id="there")
    out = rule(when("wait_s", "ge", 10.0), ToFlow(flow="again"), id="out")
    centre = centre_with(there, support=(out,), flows={**flows(), "again": again})
    leg = centre.call()
    centre.run_for(10_500)
    assert centre.said(leg) == "人太多"


def test_a_closed_queue_whose_flow_leads_to_it_again_ends_with_words() -> None:
    """Each round takes as long as its greeting: nobody is kept in it for ever."""
    whole = tenant().queues
    sales = msgspec.structs.replace(whole["sales"], calendar="never", closed=ToFlow(flow="back"))
    nodes = {"a": Greet(say=Say(text=text("已下班", "Closed")), next="b"), "b": Enqueue(queue="sales")}
    centre = Centre(
        queues={**whole, "sales": sales},
        calendars={"never": Calendar(id="never", name=text("从不", "Never"))},
        flows={**flows(), "back": Flow(id="back", version=1, start="a", nodes=nodes)},
    )
    centre.call()
    centre.run_for(300_000)
    assert [ended.reason for ended in centre.facts(InteractionEnded)] == ["closed"]
    assert [fact.target for fact in centre.facts(Redirected)] == ["flow"] * targets.MOST_ON_THE_WAY + ["goodbye"]


def test_closed_queues_that_send_to_one_another_end_with_words() -> None:
    whole = tenant().queues
    closed = {
        name: msgspec.structs.replace(whole[name], calendar="never", closed=ToQueues(queues=(other,)))
        for name, other in (("sales", "support"), ("support", "sales"))
    }
    centre = Centre(queues=closed, calendars={"never": Calendar(id="never", name=text("从不", "Never"))})
    leg = centre.call()
    assert centre.said(leg).startswith("您好，现在是非工作时间")
    centre.run_for(3_000)
    assert [ended.reason for ended in centre.facts(InteractionEnded)] == ["closed"]


@pytest.mark.parametrize("waiting", [0, 5])
def test_without_rules_no_timer_runs(waiting: int) -> None:
    centre = centre_with()
    for n in range(waiting):
        centre.call(caller=str(n))
    assert not [timer for _, timer in centre.engine._core.clock.live() if timer.kind == "overflow"]


def test_a_timer_runs_only_while_somebody_waits() -> None:
    centre = centre_with(rule(when("wait_s", "ge", 60.0)))
    leg = centre.call()
    assert [timer for _, timer in centre.engine._core.clock.live() if timer.kind == "overflow"]
    centre.hang_up(leg)
    assert not [timer for _, timer in centre.engine._core.clock.live() if timer.kind == "overflow"]
