"""Callback: the place is kept without the telephone, and when the turn comes both are brought together."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from callbase.core.call.callback import NETWORK_FAILURES
from callbase.core.commands import Originate
from callbase.core.config import (
    Calendar,
    Callback,
    Comparison,
    Device,
    OverflowRule,
    Relaxation,
    Requirement,
    Tenant,
    ToCallback,
    ToQueues,
    Trunk,
    WaitingStep,
    WaitingTreatment,
)
from callbase.core.config.calendars import Span, WeeklyHours
from callbase.core.engine import Engine
from callbase.core.events import (
    ClearCall,
    ConfigPublished,
    EngineStarted,
    FinishWrapUp,
    HoldCall,
    RejectCall,
    ReleaseInteraction,
    SetNotReady,
    SetReady,
    SignIn,
)
from callbase.core.facts import CallbackTried, InteractionEnded, Redirected, RoutingExplained, SegmentEnded, WaitingChanged
from callbase.switch.simulated import Telephone
from tests.core.centre import STRAIGHT, SUPPORT, Centre
from tests.core.test_keys_while_waiting import centre_with

CALLER = "13900139000"


def centre_calling(first: Any = "agent", **rules: Any) -> Centre:
    centre = centre_with()
    rules = {"attempts": 3, "retry_after_s": 60.0, "ring_s": 20.0, **rules}
    change(centre, Callback(first=first, **rules))
    return centre


def change(centre: Centre, callback: Callback) -> None:
    sales = msgspec.structs.replace(tenant_of(centre).queues["sales"], callback=callback)
    publish(centre, queues={**tenant_of(centre).queues, "sales": sales})


def one_line(centre: Centre) -> None:
    publish(centre, trunks={"demo-trunk": Trunk(id="demo-trunk", max_channels=1)})


def tenant_of(centre: Centre) -> Tenant:
    return centre.engine._core.state.config.tenants["demo"]


def publish(centre: Centre, **changes: Any) -> None:
    config = centre.engine._core.state.config
    new = msgspec.structs.replace(tenant_of(centre), **changes)
    centre.give(ConfigPublished(config=msgspec.structs.replace(config, version=config.version + 1, tenants={"demo": new})))


def ask_for_callback(centre: Centre, caller: str = CALLER) -> str:
    """A caller asks to be called back and hangs up; returns the interaction."""
    leg = centre.call(caller=caller)
    interaction = centre.interaction(leg).interaction
    centre.press(leg, "11")
    centre.run_for(1_500)
    assert leg not in centre.switch.legs
    return interaction


def customer(centre: Centre, **how: Any) -> None:
    centre.switch.telephones[CALLER] = Telephone(**how)


def test_who_asked_keeps_the_place_without_the_telephone() -> None:
    centre = centre_calling()
    first = ask_for_callback(centre)
    behind = centre.call(caller="2")
    shown = centre.view.interactions[first]
    assert (shown.phase, shown.position, shown.callback) == ("queue", 1, True)
    assert centre.interaction(behind).position == 2
    assert [fact.result for fact in centre.facts(SegmentEnded, kind="queue")] == ["callback"]
    centre.run_for(600_000)
    assert centre.view.interactions[first].position == 1
    assert (centre.queue().abandoned_today, centre.queue().waiting) == (0, 2)


def test_the_callers_own_hanging_up_is_no_abandoning() -> None:
    centre = centre_calling()
    leg = centre.call()
    centre.press(leg, "11")
    centre.hang_up(leg)
    assert centre.only().callback
    assert centre.queue().abandoned_today == 0


def test_agent_first_the_agent_answers_and_then_the_customer_is_called() -> None:
    centre = centre_calling()
    interaction = ask_for_callback(centre)
    customer(centre, answers_after_ms=3_000)
    centre.staff("1001", answers_after_ms=500)
    assert centre.agent("1001").state == "reserved"
    assert not centre.did(Originate, number=CALLER)
    centre.run_for(600)
    (call,) = centre.did(Originate, number=CALLER)
    assert (call.trunk, call.caller_number) == ("demo-trunk", STRAIGHT)
    assert (centre.agent("1001").state, centre.view.interactions[interaction].phase) == ("busy", "callback")
    assert centre.said(centre.agent_leg("1001")) == "回拨，正在呼叫客户。"
    centre.run_for(3_100)
    assert centre.view.interactions[interaction].phase == "talk"
    assert centre.switch.bridges[interaction] == {call.leg, centre.agent_leg("1001")}
    assert [fact.result for fact in centre.facts(SegmentEnded, kind="callback")] == ["answered"]
    assert centre.view.interactions[interaction].callback
    centre.hang_up(call.leg)
    assert centre.agent("1001").state == "working_after_call"
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["customer_hung_up"]


def test_customer_first_the_agent_is_reserved_and_rings_when_the_customer_is_there() -> None:
    centre = centre_calling("customer")
    interaction = ask_for_callback(centre)
    customer(centre, answers_after_ms=3_000)
    centre.staff("1001", answers_after_ms=500)
    assert (centre.agent("1001").state, centre.agent("1001").connection) == ("reserved", None)
    assert not centre.did(Originate, device="1001")
    (call,) = centre.did(Originate, number=CALLER)
    centre.run_for(3_050)
    assert len(centre.did(Originate, device="1001")) == 1
    assert centre.switch.legs[call.leg].music == "default"
    centre.run_for(600)
    assert centre.view.interactions[interaction].phase == "talk"
    assert centre.switch.bridges[interaction] == {call.leg, centre.agent_leg("1001")}


def test_customer_first_whose_agent_does_not_answer_waits_on_the_line_for_the_next() -> None:
    centre = centre_calling("customer")
    interaction = ask_for_callback(centre)
    customer(centre, answers_after_ms=1_000)
    centre.staff("1001")
    centre.run_for(2_000)
    centre.act(RejectCall(agent="1001"))
    assert centre.view.interactions[interaction].phase == "queue"
    centre.staff("1002", answers_after_ms=500)
    centre.run_for(1_000)
    assert centre.view.interactions[interaction].phase == "talk"


def test_who_was_called_back_and_waits_on_the_line_hears_what_the_queue_has_for_those_who_wait() -> None:
    centre = centre_calling("customer")
    told = WaitingTreatment(steps=(WaitingStep(at_s=5.0, what="place", every_s=10.0),))
    sales = msgspec.structs.replace(tenant_of(centre).queues["sales"], waiting=told)
    interaction = ask_for_callback(centre)
    publish(centre, queues={**tenant_of(centre).queues, "sales": sales})
    customer(centre, answers_after_ms=1_000)
    centre.staff("1001")
    centre.run_for(2_000)
    centre.act(RejectCall(agent="1001"))
    assert centre.view.interactions[interaction].phase == "queue"
    (line,) = (leg.id for leg in centre.switch.legs.values() if leg.called_number == CALLER)
    centre.run_for(11_000)
    assert centre.said(line) == "您是下一位，请稍候。"


def test_an_agent_who_rejects_before_the_customer_answered_stops_that_call() -> None:
    centre = centre_calling("customer")
    interaction = ask_for_callback(centre)
    centre.staff("1001")
    centre.run_for(2_000)
    centre.act(RejectCall(agent="1001"))
    shown = centre.view.interactions[interaction]
    assert (shown.phase, shown.position) == ("queue", 1)
    assert not centre.switch.legs


def test_a_customer_not_reached_is_tried_again_later_and_still_goes_first() -> None:
    for first in ("agent", "customer"):
        centre = centre_calling(first)
        interaction = ask_for_callback(centre)
        customer(centre, refuses="busy")
        centre.staff("1001", answers_after_ms=100)
        centre.run_for(500)
        assert [(fact.attempt, fact.result) for fact in centre.facts(CallbackTried)] == [(1, "busy")]
        assert centre.agent("1001").state == "ready"
        assert centre.view.interactions[interaction].phase == "callback"
        centre.run_for(1_000)
        waits = [centre.call(caller=str(n)) for n in range(3)]
        centre.run_for(58_000)
        customer(centre, answers_after_ms=1_000)
        assert centre.interaction(waits[0]).phase == "talk"
        centre.run_for(1_000)
        assert centre.view.interactions[interaction].position == 1
        centre.hang_up(waits[0])
        centre.act(FinishWrapUp(agent="1001"))
        centre.run_for(2_000)
        assert centre.view.interactions[interaction].phase == "talk"
        assert [fact.result for fact in centre.facts(CallbackTried)] == ["busy", "answered"]


def test_who_was_tried_by_an_agent_of_another_queue_keeps_the_place_in_its_own() -> None:
    centre = centre_calling()
    also = OverflowRule(
        id="also",
        when=Comparison(field="wait_s", operator="ge", value=2.0),
        target=ToQueues(queues=("support",), also=True),
    )
    sales = msgspec.structs.replace(tenant_of(centre).queues["sales"], overflow=(also,))
    publish(centre, queues={**tenant_of(centre).queues, "sales": sales})
    leg = centre.call()
    interaction = centre.interaction(leg).interaction
    centre.run_for(4_000)
    centre.press(leg, "11")
    centre.run_for(1_500)
    assert centre.view.interactions[interaction].also_in == ("support",)
    customer(centre, refuses="busy")
    centre.staff(SUPPORT, answers_after_ms=500)
    centre.run_for(2_000)
    assert [fact.result for fact in centre.facts(CallbackTried)] == ["busy"]
    centre.run_for(60_000)
    shown = centre.view.interactions[interaction]
    assert (shown.phase, shown.queue) == ("queue", "sales")


def test_what_had_been_relaxed_stays_so_at_the_next_attempt() -> None:
    centre = centre_calling("customer")
    french = Requirement(skill="fr", level=80, relax=(Relaxation(after_s=60, level=0),))
    publish(centre, queues={"sales": msgspec.structs.replace(tenant_of(centre).queues["sales"], requires=(french,))})
    interaction = ask_for_callback(centre)
    customer(centre, refuses="busy")
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(50_000)
    assert not centre.facts(CallbackTried)
    centre.run_for(10_000)
    assert [fact.result for fact in centre.facts(CallbackTried)] == ["busy"]
    customer(centre, answers_after_ms=100)
    centre.run_for(61_000)
    assert centre.view.interactions[interaction].phase == "talk", "nobody speaks French, and sixty seconds count once"


def test_after_the_last_attempt_it_is_given_up() -> None:
    centre = centre_calling(attempts=2)
    ask_for_callback(centre)
    customer(centre)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(200_000)
    assert [fact.result for fact in centre.facts(CallbackTried)] == ["no_answer", "no_answer"]
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["callback_failed"]
    assert [fact.result for fact in centre.facts(SegmentEnded, kind="callback")] == ["given_up"]
    assert centre.agent("1001").state == "ready"
    assert centre.queue().abandoned_today == 0


def test_an_agent_who_hangs_up_or_puts_on_hold_while_the_customer_is_called() -> None:
    centre = centre_calling()
    interaction = ask_for_callback(centre)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(500)
    error = centre.ask(HoldCall(agent="1001"))
    assert error is not None
    assert error.code == "wrong_state"
    centre.act(ClearCall(agent="1001"))
    assert centre.agent("1001").state == "ready"
    assert centre.view.interactions[interaction].phase == "callback"
    assert not centre.switch.legs


@pytest.mark.parametrize("first", ["agent", "customer"])
def test_without_a_line_no_agent_is_asked_and_no_attempt_is_lost(first: str) -> None:
    centre = centre_calling(first, attempts=1)
    interaction = ask_for_callback(centre)
    one_line(centre)
    taken = centre.call("4008001234", caller="2")
    centre.press(taken, "2")
    customer(centre, answers_after_ms=1_000)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(120_000)
    assert centre.agent("1001").state == "ready"
    assert not centre.did(Originate)
    assert not centre.facts(CallbackTried)
    assert centre.view.interactions[interaction].callback
    centre.hang_up(taken)
    centre.run_for(2_000)
    assert centre.view.interactions[interaction].phase == "talk"
    assert [(fact.attempt, fact.result) for fact in centre.facts(CallbackTried)] == [(1, "answered")]


def test_a_caller_behind_a_callback_without_a_line_is_served() -> None:
    centre = centre_calling()
    ask_for_callback(centre)
    one_line(centre)
    behind = centre.call(caller="2")
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(500)
    assert centre.interaction(behind).phase == "talk"


def test_a_line_taken_while_the_agent_rang_frees_the_agent_and_costs_no_attempt() -> None:
    centre = centre_calling(attempts=1)
    interaction = ask_for_callback(centre)
    one_line(centre)
    customer(centre, answers_after_ms=1_000)
    centre.staff("1001", answers_after_ms=1_000)
    taken = centre.call("4008001234", caller="2")
    centre.run_for(1_200)
    assert not centre.did(Originate, number=CALLER)
    assert (centre.agent("1001").state, centre.view.interactions[interaction].phase) == ("ready", "callback")
    centre.hang_up(taken)
    centre.run_for(4_000)
    assert centre.view.interactions[interaction].phase == "talk"


def test_while_there_is_no_line_nothing_is_done_about_it() -> None:
    centre = centre_calling()
    interaction = ask_for_callback(centre)
    publish(centre, trunks={})
    centre.staff("1001", answers_after_ms=100)
    assert centre.view.interactions[interaction].phase == "callback"
    assert [timer.kind for _, timer in centre.engine._core.clock.live() if timer.subject == interaction] == []


@pytest.mark.parametrize("line", ["a trunk", "more room", "a telephone of ours"])
def test_whatever_gives_a_line_calls_at_once_whoever_waited_for_it(line: str) -> None:
    centre = centre_calling("customer")
    interaction = ask_for_callback(centre)
    one_line(centre)
    taken = centre.call("4008001234", caller="2")
    centre.press(taken, "2")
    centre.staff("1001", answers_after_ms=100)
    assert centre.view.interactions[interaction].phase == "callback"
    if line == "a trunk":
        publish(centre, trunks={**tenant_of(centre).trunks, "second": Trunk(id="second")})
    elif line == "more room":
        publish(centre, trunks={"demo-trunk": Trunk(id="demo-trunk", max_channels=2)})
    else:
        publish(centre, devices={**tenant_of(centre).devices, "shop": Device(id="shop", kind="sip", number=CALLER)})
        assert not centre.did(Originate)
        centre.switch.register("shop", centre.now_ms)
        centre.settle()
    assert len(centre.did(Originate)) == 1
    assert centre.view.interactions[interaction].phase == "offer"


def test_of_those_who_wait_for_the_one_line_the_first_comes_first() -> None:
    centre = centre_calling("customer")
    first = ask_for_callback(centre)
    second = ask_for_callback(centre, caller="13900139001")
    one_line(centre)
    taken = centre.call("4008001234", caller="2")
    centre.press(taken, "2")
    centre.staff("1001", answers_after_ms=100)
    centre.staff("1002", answers_after_ms=100)
    assert {centre.view.interactions[one].phase for one in (first, second)} == {"callback"}
    centre.hang_up(taken)
    assert [call.number for call in centre.did(Originate)] == [CALLER]
    assert (centre.view.interactions[first].phase, centre.view.interactions[second].phase) == ("offer", "callback")


@pytest.mark.parametrize("first", ["agent", "customer"])
@pytest.mark.parametrize("cause", ["congestion", "error"])
def test_a_network_that_fails_again_and_again_ends_it(first: str, cause: Any) -> None:
    centre = centre_calling(first, attempts=1)
    ask_for_callback(centre)
    customer(centre, refuses=cause)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(24 * 3_600_000)
    assert [(fact.attempt, fact.result) for fact in centre.facts(CallbackTried)] == [(1, cause)] * NETWORK_FAILURES
    assert [(fact.reason, fact.cause) for fact in centre.facts(InteractionEnded)] == [("callback_failed", cause)]
    assert [fact.result for fact in centre.facts(SegmentEnded, kind="callback")] == ["given_up"]
    assert centre.agent("1001").state == "ready"


def test_only_failures_on_end_are_counted() -> None:
    centre = centre_calling(attempts=2)
    ask_for_callback(centre)
    centre.staff("1001", answers_after_ms=100)
    causes = [*["congestion"] * (NETWORK_FAILURES - 1), "busy"] * 2
    for number, cause in enumerate(causes, 1):
        assert not centre.facts(InteractionEnded)
        customer(centre, refuses=cause)
        centre.run_for(1_000 if number == 1 else 61_000)
        assert [fact.result for fact in centre.facts(CallbackTried)] == causes[:number]
    assert [fact.cause for fact in centre.facts(InteractionEnded)] == ["busy"]


@pytest.mark.parametrize("how", ["asks", "hangs_up", "vanishes"])
def test_an_agent_who_hangs_up_while_the_customer_is_called_costs_no_attempt(how: str) -> None:
    centre = centre_calling(attempts=1)
    interaction = ask_for_callback(centre)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(500)
    if how == "asks":
        centre.act(ClearCall(agent="1001"))
    else:
        centre.hang_up(centre.agent_leg("1001"), "normal" if how == "hangs_up" else "media_lost")
    assert not centre.switch.legs
    customer(centre, answers_after_ms=100)
    centre.run_for(62_000)
    assert centre.view.interactions[interaction].phase == "talk"
    assert [(fact.attempt, fact.result) for fact in centre.facts(CallbackTried)] == [(1, "cancelled"), (1, "answered")]


@pytest.mark.parametrize("first", ["agent", "customer"])
@pytest.mark.parametrize("cause", ["congestion", "error", "switch_lost"])
def test_a_network_or_switch_that_fails_costs_no_attempt(first: str, cause: Any) -> None:
    centre = centre_calling(first, attempts=1)
    interaction = ask_for_callback(centre)
    customer(centre, refuses=cause)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(500)
    assert centre.agent("1001").state == "ready"
    customer(centre, answers_after_ms=100)
    centre.run_for(62_000)
    assert centre.view.interactions[interaction].phase == "talk"
    assert [(fact.attempt, fact.result) for fact in centre.facts(CallbackTried)] == [(1, cause), (1, "answered")]


@pytest.mark.parametrize("first", ["agent", "customer"])
@pytest.mark.parametrize("away_ms", [1_000, 40_000])
def test_a_switch_lost_while_the_customer_is_called_costs_no_attempt(first: str, away_ms: int) -> None:
    """Whether it is back before the ringing should have ended or only afterwards."""
    centre = centre_calling(first, attempts=1)
    interaction = ask_for_callback(centre)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(500)
    assert centre.did(Originate, number=CALLER)
    centre.switch.disconnect(centre.now_ms)
    centre.settle()
    centre.switch.restart()
    centre.run_for(away_ms)
    centre.switch.connect(centre.now_ms)
    centre.switch.register("1001", centre.now_ms)
    centre.settle()
    assert [(fact.attempt, fact.result) for fact in centre.facts(CallbackTried)] == [(1, "switch_lost")]
    customer(centre, answers_after_ms=100)
    centre.run_for(70_000)
    assert centre.view.interactions[interaction].phase == "talk"


@pytest.mark.parametrize("first", ["agent", "customer"])
@pytest.mark.parametrize(
    "cause", ["busy", "no_user_responding", "no_answer", "rejected", "unallocated", "invalid_number", "unreachable", "cancelled"]
)
def test_what_the_customers_side_does_is_an_attempt(first: str, cause: Any) -> None:
    centre = centre_calling(first, attempts=1)
    ask_for_callback(centre)
    customer(centre, refuses=cause)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(500)
    told = "no_answer" if cause == "cancelled" else cause
    assert [(fact.attempt, fact.result) for fact in centre.facts(CallbackTried)] == [(1, told)]
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["callback_failed"]
    assert centre.agent("1001").state == "ready"


@pytest.mark.parametrize(("field", "value"), [("queue.longest_wait_s", 60.0), ("queue.waiting", 3.0)])
def test_no_more_are_to_be_called_back_than_it_takes(field: str, value: float) -> None:
    """Whoever is keeps the place, but waits no longer."""
    centre = centre_calling()
    rule = OverflowRule(id="long", when=Comparison(field=field, operator="ge", value=value), target=ToCallback())
    sales = msgspec.structs.replace(tenant_of(centre).queues["sales"], overflow=(rule,))
    publish(centre, queues={**tenant_of(centre).queues, "sales": sales})
    for caller in range(3):
        centre.call(caller=f"1390013900{caller}")
        centre.run_for(21_000)
    late = centre.call(caller="2")
    centre.run_for(2_000)
    assert centre.interaction(late).phase == "queue"
    assert sum(one.callback for one in centre.view.interactions.values()) == (1 if field == "queue.longest_wait_s" else 2)


@pytest.mark.parametrize("field", ["queue.expected_wait_s", "queue.sales.expected_wait_s"])
def test_by_the_expected_wait_only_those_are_to_be_called_back_who_would_wait_so_long(field: str) -> None:
    """The agent serves one in ten seconds. Whose turn comes sooner stays on the line, though newcomers are to wait for longer."""
    centre = centre_calling()
    legs = [centre.call(caller=f"1390013900{caller}") for caller in range(5)]
    centre.staff("1001")
    for leg in legs:
        centre.answer("1001")
        centre.run_for(10_000)
        centre.hang_up(leg)
        centre.ask(FinishWrapUp(agent="1001"))
    centre.call(caller="1")
    centre.answer("1001")
    waiting = [centre.call(caller=f"1390013901{caller}") for caller in range(8)]
    rule = OverflowRule(
        id="long", when=Comparison(field=field, operator="ge", value=45.0), target=ToCallback(), concerns="waiting"
    )
    sales = msgspec.structs.replace(tenant_of(centre).queues["sales"], overflow=(rule,))
    publish(centre, queues={**tenant_of(centre).queues, "sales": sales})
    centre.run_for(3_000)
    assert [leg in centre.switch.legs for leg in waiting] == [True] * 4 + [False] * 4
    told = [float(fact.measured[field]) for fact in centre.facts(Redirected)]
    assert len(told) == 4
    assert told == sorted(told, reverse=True), "the last in line first, each by its own"
    assert min(told) >= 45.0
    centre.run_for(60_000)
    assert len(centre.facts(Redirected)) == 4


def test_where_no_wait_can_be_foretold_who_has_waited_for_longest_is_to_be_called_back_first() -> None:
    centre = centre_calling()
    centre.staff("1001")
    centre.call(caller="1")
    centre.answer("1001")
    rule = OverflowRule(id="long", when=Comparison(field="queue.expected_wait_s", operator="ge", value=45.0), target=ToCallback())
    sales = msgspec.structs.replace(tenant_of(centre).queues["sales"], overflow=(rule,))
    publish(centre, queues={**tenant_of(centre).queues, "sales": sales})
    waiting = []
    for caller in range(3):
        waiting.append(centre.call(caller=f"1390013901{caller}"))
        centre.run_for(20_000)
    assert [leg in centre.switch.legs for leg in waiting] == [False, True, True]


def test_who_calls_in_again_takes_the_place_over() -> None:
    centre = centre_calling()
    callback = ask_for_callback(centre)
    behind = centre.call(caller="2")
    again = centre.call()
    assert (centre.interaction(again).position, centre.interaction(behind).position) == (1, 2)
    assert callback not in centre.view.interactions
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["merged"]
    assert [fact.result for fact in centre.facts(SegmentEnded, kind="callback")] == ["merged"]


def test_who_calls_in_again_by_a_trunk_that_writes_the_number_otherwise_takes_the_place_over_too() -> None:
    centre = centre_calling()
    callback = ask_for_callback(centre, caller="+8613900139000")
    behind = centre.call(caller="2")
    again = centre.call(caller="13900139000")
    assert (centre.interaction(again).position, centre.interaction(behind).position) == (1, 2)
    assert callback not in centre.view.interactions


def test_who_calls_in_while_being_called_back_is_given_to_an_agent_at_once() -> None:
    centre = centre_calling()
    ask_for_callback(centre)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(500)
    assert centre.agent("1001").state == "busy"
    again = centre.call()
    centre.run_for(500)
    assert centre.interaction(again).phase == "talk"
    assert len(centre.view.interactions) == 1


def test_another_number_or_another_queue_leaves_a_callback_alone() -> None:
    centre = centre_calling()
    callback = ask_for_callback(centre)
    centre.call(caller="2")
    leg = centre.call("4008001234")
    centre.press(leg, "2")
    centre.run_for(2_000)
    assert centre.view.interactions[callback].position == 1


def test_a_supervisor_cancels_a_callback() -> None:
    centre = centre_calling()
    callback = ask_for_callback(centre)
    centre.act(ReleaseInteraction(interaction=callback))
    assert not centre.view.interactions
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["supervisor_ended"]


def test_a_number_that_cannot_be_called_is_told_so_and_goes_on_waiting() -> None:
    centre = centre_calling()
    leg = centre.call(caller="anonymous")
    centre.press(leg, "1")
    assert centre.said(leg).startswith("抱歉")
    centre.run_for(1_000)
    assert centre.switch.legs[leg].music == "default"


def test_a_callback_outlives_the_engine_and_the_switch() -> None:
    centre = centre_calling()
    callback = ask_for_callback(centre)
    centre.engine = Engine.restore(centre.engine.snapshot())
    centre.give(EngineStarted(epoch=7))
    centre.switch.restart()
    centre.switch.connect(centre.now_ms)
    centre.settle()
    assert centre.view.interactions[callback].position == 1
    customer(centre, answers_after_ms=100)
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(500)
    assert centre.view.interactions[callback].phase == "talk"


def test_called_back_first_only_the_agent_kept_for_it_is_told_though_all_would_ring() -> None:
    centre = centre_calling(first="customer")
    sales = msgspec.structs.replace(tenant_of(centre).queues["sales"], algorithm="ring_all")
    publish(centre, queues={**tenant_of(centre).queues, "sales": sales})
    ask_for_callback(centre)
    centre.act(SignIn(agent="1002"))
    centre.staff("1001")
    why = centre.facts(RoutingExplained)[-1]
    assert (why.chosen, why.chosen_also, why.rule) == ("1001", (), "longest_idle")
    assert why.passed_over_count == len(why.passed_over) == 2
    centre.hang_up(next(iter(centre.switch.legs)), "busy")
    centre.staff("1002", "1003")
    centre.run_for(60_000)
    why = centre.facts(RoutingExplained)[-1]
    assert (why.chosen, why.chosen_also) == ("1001", ())
    assert [(one.agent, one.why) for one in why.passed_over] == [("1002", "less_idle"), ("1003", "less_idle")]


HOUR_MS = 3_600_000


def hours(centre: Centre, *days: int, opens: str = "09:00", closes: str = "17:00") -> None:
    """Queue sales is open on these days of the week. It is Monday (1), 16:00."""
    week = tuple(WeeklyHours(weekday=day, spans=(Span(start=opens, end=closes),)) for day in days)
    sales = msgspec.structs.replace(tenant_of(centre).queues["sales"], calendar="office")
    calendars = {"office": Calendar(id="office", name={}, hours=week)}
    publish(centre, calendars=calendars, queues={**tenant_of(centre).queues, "sales": sales})


@pytest.mark.parametrize("first", ["agent", "customer"])
def test_nobody_is_called_back_while_the_queue_is_closed(first: str) -> None:
    centre = centre_calling(first)
    hours(centre, 1, 2)
    interaction = ask_for_callback(centre)
    centre.run_for(HOUR_MS)
    centre.staff("1001", answers_after_ms=500)
    centre.run_for(15 * HOUR_MS)
    assert centre.agent("1001").state == "ready"
    assert not centre.did(Originate)
    shown = centre.view.interactions[interaction]
    assert (shown.phase, shown.until_open) == ("callback", True)
    assert [(fact.what, fact.queue) for fact in centre.facts(WaitingChanged)] == [("closed", "sales")]
    customer(centre, answers_after_ms=500)
    centre.run_for(HOUR_MS)
    shown = centre.view.interactions[interaction]
    assert (shown.phase, shown.until_open) == ("talk", False)


def test_at_the_opening_who_came_first_is_called_back_first() -> None:
    """Though the other began to wait for the opening before."""
    centre = centre_calling(retry_after_s=2 * 3600.0)
    hours(centre, 1, 2)
    ask_for_callback(centre)
    customer(centre, refuses="busy")
    centre.run_for(HOUR_MS - 60_000)
    centre.staff("1001", answers_after_ms=500)
    centre.run_for(10_000)
    assert centre.ask(SetNotReady(agent="1001", reason="lunch")) is None
    later = ask_for_callback(centre, "13900139001")
    centre.run_for(HOUR_MS)
    assert centre.ask(SetReady(agent="1001")) is None
    assert centre.view.interactions[later].until_open
    centre.run_for(14 * HOUR_MS)
    assert all(one.until_open for one in centre.view.interactions.values())
    centre.run_for(2 * HOUR_MS)
    assert [call.number for call in centre.did(Originate) if call.trunk is not None] == [CALLER, CALLER, "13900139001"]


def test_hours_changed_meanwhile_hold() -> None:
    centre = centre_calling()
    hours(centre, 1, closes="16:30")
    interaction = ask_for_callback(centre)
    centre.run_for(HOUR_MS)
    centre.staff("1001", answers_after_ms=500)
    assert centre.view.interactions[interaction].until_open
    hours(centre, 2)
    assert centre.view.interactions[interaction].until_open
    assert not centre.did(Originate)
    hours(centre, 1, closes="19:00")
    centre.run_for(1_000)
    assert [call.number for call in centre.did(Originate) if call.trunk is not None] == [CALLER]


def test_where_no_opening_is_in_sight_the_callback_is_kept_and_can_be_cancelled() -> None:
    centre = centre_calling()
    interaction = ask_for_callback(centre)
    hours(centre)
    centre.staff("1001", answers_after_ms=500)
    centre.run_for(50 * HOUR_MS)
    assert centre.view.interactions[interaction].until_open
    assert not centre.did(Originate)
    assert centre.ask(ReleaseInteraction(interaction=interaction)) is None
    assert interaction not in centre.view.interactions
