"""Special treatment of those who enter a queue: words, more priority, a flow walked with the place taken, another target."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.core.config import (
    Calendar,
    Comparison,
    EntryRule,
    Flow,
    Greet,
    Menu,
    Say,
    SetLanguage,
    ToFlow,
    ToGoodbye,
    ToNumber,
    ToQueues,
)
from callbase.core.events import FinishWrapUp
from callbase.core.facts import InteractionEnded, PriorityAdded, Redirected
from tests.core.centre import Centre, flows, tenant, text

OURS = Comparison(field="caller_number", operator="starts_with", value="139")


def centre_with(*rules: EntryRule, **changes: Any) -> Centre:
    whole = tenant().queues
    return Centre(**{"queues": {**whole, "sales": msgspec.structs.replace(whole["sales"], entry=rules)}, **changes})


def test_those_concerned_hear_their_words_and_then_music() -> None:
    centre = centre_with(EntryRule(when=OURS, say=Say(text=text("尊敬的客户", "Dear customer"))))
    leg, other = centre.call(), centre.call(caller="02162783333")
    assert centre.said(leg) == "尊敬的客户"
    assert centre.interaction(leg).phase == "queue"
    assert centre.switch.legs[other].music is not None
    centre.run_for(1_500)
    assert centre.switch.legs[leg].music is not None


def test_words_never_hold_up_an_agent() -> None:
    centre = centre_with(EntryRule(say=Say(text=text("请稍候", "One moment"))))
    centre.staff("1001", answers_after_ms=100)
    leg = centre.call()
    centre.run_for(200)
    assert centre.interaction(leg).phase == "talk"
    assert centre.switch.legs[leg].playback is None


def test_that_all_are_busy_is_said_only_while_they_are() -> None:
    nobody_free = Comparison(field="queue.ready", operator="eq", value=0.0)
    centre = centre_with(EntryRule(when=nobody_free, say=Say(text=text("座席全忙", "All our agents are busy"))))
    centre.staff("1001", answers_after_ms=100)
    served = centre.call()
    assert centre.said(served) == ""
    behind = centre.call()
    assert centre.said(behind) == "座席全忙", "the one agent rings"
    centre.run_for(200)
    centre.hang_up(served)
    assert centre.agent("1001").state == "working_after_call"
    last = centre.call()
    assert centre.said(last) == "座席全忙", "the one agent works after a call"
    centre.hang_up(behind)
    centre.hang_up(last)
    centre.act(FinishWrapUp(agent="1001"))
    assert centre.said(centre.call()) == ""


def test_all_that_hold_add_their_priority() -> None:
    centre = centre_with(EntryRule(priority=2), EntryRule(when=OURS, priority=3), EntryRule(when=None, priority=-1))
    plain, ours = centre.call(caller="02162783333"), centre.call()
    assert [centre.interaction(leg).priority for leg in (plain, ours)] == [1, 4]
    assert [centre.interaction(leg).position for leg in (ours, plain)] == [1, 2]
    assert {(fact.source, fact.rule) for fact in centre.facts(PriorityAdded)} == {("entry", "sales")}


def test_a_target_instead_of_entering() -> None:
    centre = centre_with(EntryRule(when=OURS, target=ToQueues(queues=("support",))))
    assert centre.interaction(centre.call()).queue == "support"
    (fact,) = centre.facts(Redirected)
    assert (fact.by, fact.rule, fact.measured) == ("entry", "sales", {"caller_number": "13900139000"})


def test_a_target_that_cannot_be_reached_lets_them_in() -> None:
    centre = centre_with(EntryRule(target=ToQueues(queues=("gone",))))
    assert centre.interaction(centre.call()).queue == "sales"


ASKS = Flow(
    id="asks",
    version=1,
    start="ask",
    nodes={
        "ask": Menu(say=Say(text=text("请按一", "Press one")), choices={"1": "thanks"}, timeout_s=5, attempts=1),
        "thanks": Greet(say=Say(text=text("谢谢", "Thanks"))),
    },
)


def asking(**changes: Any) -> Centre:
    return centre_with(EntryRule(when=OURS, flow="asks"), flows={**flows(), "asks": ASKS}, **changes)


def test_a_target_where_nobody_answers_lets_them_in_by_the_rules_that_follow() -> None:
    away = EntryRule(priority=1, target=ToNumber(number="02188886666", timeout_s=5))
    centre = centre_with(EntryRule(say=Say(text=text("您好", "Hello"))), away, EntryRule(priority=2))
    leg = centre.call()
    assert centre.interaction(leg).phase == "flow"
    centre.run_for(6_500)
    assert (centre.interaction(leg).phase, centre.interaction(leg).priority) == ("queue", 3)
    assert centre.said(leg) == "您好"
    centre.run_for(60_000)
    assert len(centre.facts(Redirected)) == 1


def test_a_flow_is_walked_and_the_place_is_as_of_its_beginning() -> None:
    centre = asking()
    leg = centre.call()
    assert (centre.interaction(leg).phase, centre.said(leg)) == ("flow", "请按一")
    centre.run_for(500)
    later = centre.call(caller="02162783333")
    assert centre.interaction(later).position == 1
    centre.press(leg, "1")
    centre.run_for(1_500)
    assert [centre.interaction(one).position for one in (leg, later)] == [1, 2]
    assert centre.queue().offered_today == 2


def test_who_presses_nothing_stands_in_line_all_the_same() -> None:
    centre = asking()
    leg = centre.call()
    centre.run_for(10_000)
    assert (centre.interaction(leg).phase, centre.interaction(leg).queue) == ("queue", "sales")


def test_who_hangs_up_in_that_flow_was_never_offered_to_the_queue() -> None:
    centre = asking()
    leg = centre.call()
    centre.hang_up(leg)
    assert centre.facts(InteractionEnded)[0].reason == "customer_hung_up"
    assert (centre.queue().offered_today, centre.queue().abandoned_today) == (0, 0)


def test_a_flow_that_is_gone_is_no_hindrance() -> None:
    centre = centre_with(EntryRule(flow="gone", say=Say(text=text("您好", "Hello"))))
    leg = centre.call()
    assert (centre.interaction(leg).phase, centre.said(leg)) == ("queue", "您好")


def test_a_closed_queue_treats_nobody() -> None:
    whole = tenant().queues
    sales = msgspec.structs.replace(
        whole["sales"],
        calendar="never",
        closed=ToGoodbye(say=Say(text=text("已下班", "Closed"))),
        entry=(EntryRule(say=Say(text=text("您好", "Hello"))),),
    )
    centre = Centre(queues={**whole, "sales": sales}, calendars={"never": Calendar(id="never", name=text("从不", "Never"))})
    leg = centre.call()
    assert centre.said(leg) == "已下班"
    assert [(fact.by, fact.queue) for fact in centre.facts(Redirected)] == [("calendar", "sales")]


def test_the_rules_after_a_flow_hold_too_and_may_go_by_what_it_learned() -> None:
    english = Comparison(field="language", operator="eq", value="en-US")
    flow = Flow(id="asks", version=1, start="a", nodes={"a": SetLanguage(language="en-US", next="b"), "b": ASKS.nodes["ask"]})
    rules = (EntryRule(flow="asks"), EntryRule(when=english, priority=7))
    centre = centre_with(*rules, flows={**flows(), "asks": flow})
    leg = centre.call()
    assert centre.interaction(leg).phase == "flow"
    centre.run_for(10_000)
    seen = centre.interaction(leg)
    assert (seen.phase, seen.priority) == ("queue", 7)


def test_words_before_a_flow_and_its_own_are_heard_in_line_once_in_order() -> None:
    hello, wait = Say(text=text("您好", "Hello")), Say(text=text("请稍候", "One moment"))
    centre = centre_with(EntryRule(say=hello), EntryRule(flow="asks", say=wait), flows={**flows(), "asks": ASKS})
    leg = centre.call()
    assert centre.said(leg) == "请按一"
    centre.run_for(6_100)
    assert (centre.interaction(leg).phase, centre.said(leg)) == ("queue", "您好 请稍候")


def test_after_a_flow_a_rule_may_still_lead_elsewhere_for_good() -> None:
    bye = Flow(id="bye", version=1, start="a", nodes={"a": Greet(say=Say(text=text("再见", "Goodbye")))})
    rules = (EntryRule(flow="asks"), EntryRule(target=ToFlow(flow="bye")))
    centre = centre_with(*rules, flows={**flows(), "asks": ASKS, "bye": bye})
    centre.call()
    centre.run_for(20_000)
    assert [ended.reason for ended in centre.facts(InteractionEnded)] == ["flow_ended"]


def test_two_flows_are_walked_one_after_the_other_each_once() -> None:
    thanks = Flow(id="thanks", version=1, start="a", nodes={"a": ASKS.nodes["thanks"]})
    rules = (EntryRule(flow="asks"), EntryRule(flow="thanks"))
    centre = centre_with(*rules, flows={**flows(), "asks": ASKS, "thanks": thanks})
    leg = centre.call()
    centre.run_for(30_000)
    assert centre.interaction(leg).phase == "queue"
    assert [fact.to for fact in centre.facts(Redirected)] == ["asks", "thanks"]
