"""Keys while waiting: the place is kept until the caller has decided, and an agent who answers meanwhile ends all of it."""

from __future__ import annotations

from typing import Any

import msgspec

from callbase.core.config import (
    Enqueue,
    Flow,
    Greet,
    HangUp,
    Menu,
    Say,
    ToCallback,
    ToFlow,
    ToGoodbye,
    ToQueues,
    ToVoicemail,
    WaitingTreatment,
)
from callbase.core.config.targets import Target
from callbase.core.facts import InteractionEnded, Redirected, SegmentEnded
from tests.core.centre import Centre, tenant, text

HOURS = Flow(
    id="hours",
    version=1,
    start="ask",
    nodes={
        "ask": Menu(
            say=Say(text=text("营业时间请按一", "For opening hours press one")),
            choices={"1": "hours", "2": "support", "3": "bye", "4": "same"},
            attempts=1,
        ),
        "hours": Greet(say=Say(text=text("九点到五点", "Nine to five"))),
        "support": Enqueue(queue="support"),
        "same": Enqueue(queue="sales"),
        "bye": HangUp(),
    },
)


def centre_with(**changes: Any) -> Centre:
    whole = tenant()
    keys: dict[str, Target] = {
        "1": ToCallback(),
        "2": ToVoicemail(),
        "3": ToFlow(flow="hours"),
        "4": ToQueues(queues=("support",)),
        "5": ToGoodbye(say=Say(text=text("再见", "Bye"))),
        "6": ToFlow(flow="gone"),
    }
    sales = msgspec.structs.replace(whole.queues["sales"], waiting=WaitingTreatment(keys=keys, steps=()))  # type: ignore[arg-type]
    return Centre(queues={**whole.queues, "sales": sales}, flows={**whole.flows, "hours": HOURS}, **changes)


def test_a_key_that_means_nothing_changes_nothing() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.press(leg, "96*#")
    assert centre.switch.legs[leg].music == "default"
    assert centre.interaction(leg).position == 1


def test_another_group_by_a_key_moves_at_once() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.press(leg, "4")
    assert (centre.interaction(leg).queue, centre.interaction(leg).position) == ("support", 1)
    (why,) = centre.facts(Redirected)
    assert (why.by, why.rule, why.queue, why.to) == ("key", "4", "sales", "support")


def test_a_flow_is_walked_while_the_place_is_kept_and_afterwards_the_caller_waits_on() -> None:
    centre = centre_with()
    leg = centre.call()
    behind = centre.call(caller="2")
    centre.press(leg, "3")
    assert centre.said(leg) == "营业时间请按一"
    assert (centre.interaction(leg).phase, centre.interaction(leg).position) == ("queue", 1)
    centre.run_for(1_000)
    centre.press(leg, "1")
    assert centre.said(leg) == "九点到五点"
    assert (centre.interaction(leg).position, centre.interaction(behind).position) == (1, 2)
    centre.run_for(1_000)
    assert centre.switch.legs[leg].music == "default"


def test_nobody_who_says_nothing_in_such_a_flow_is_hung_up_on() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.press(leg, "3")
    centre.run_for(10_000)
    assert centre.switch.legs[leg].music == "default"
    assert centre.interaction(leg).position == 1


def test_an_agent_who_answers_cuts_the_flow_short() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.press(leg, "3")
    centre.staff("1001", answers_after_ms=100)
    assert centre.interaction(leg).phase == "offer"
    centre.press(leg, "1")
    centre.run_for(150)
    assert centre.interaction(leg).phase == "talk"
    assert centre.switch.legs[leg].playback is None


def test_a_node_that_leads_elsewhere_takes_the_caller_out_of_line() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.press(leg, "32")
    assert (centre.interaction(leg).queue, centre.queue("sales").waiting) == ("support", 0)
    gone = centre.call(caller="2")
    centre.press(gone, "33")
    assert gone not in centre.switch.legs
    assert [fact.reason for fact in centre.facts(InteractionEnded)] == ["flow_ended"]
    assert [fact.result for fact in centre.facts(SegmentEnded, kind="queue")] == ["left", "left"]


def test_a_node_that_leads_to_the_same_line_keeps_the_place() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.call(caller="2")
    centre.press(leg, "34")
    assert (centre.interaction(leg).position, centre.queue().offered_today) == (1, 2)
    assert centre.switch.legs[leg].music == "default"


def test_who_leaves_while_a_telephone_rings_stops_it_and_the_agent_keeps_the_turn() -> None:
    centre = centre_with()
    centre.staff("1001")
    leg = centre.call()
    assert centre.interaction(leg).phase == "offer"
    centre.press(leg, "4")
    assert centre.interaction(leg).queue == "support"
    assert centre.agent("1001").state == "ready"


def test_a_message_is_asked_about_and_refused_by_any_other_key() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.press(leg, "2")
    assert centre.said(leg) == "留言请按一，继续等待请按二。"
    assert centre.interaction(leg).position == 1
    centre.press(leg, "2")
    assert centre.switch.legs[leg].music == "default"
    assert centre.interaction(leg).position == 1


def test_who_does_not_answer_the_question_goes_on_waiting() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.press(leg, "1")
    centre.run_for(8_000)
    assert centre.switch.legs[leg].music == "default"
    assert not centre.interaction(leg).callback


def test_an_agent_who_answers_ends_the_question() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.press(leg, "1")
    centre.staff("1001", answers_after_ms=100)
    centre.run_for(150)
    assert centre.interaction(leg).phase == "talk"
    centre.press(leg, "1")
    assert centre.interaction(leg).phase == "talk"
    assert not centre.interaction(leg).callback


def test_a_goodbye_by_a_key_ends_the_call_politely() -> None:
    centre = centre_with()
    leg = centre.call()
    centre.press(leg, "5")
    assert centre.said(leg) == "再见"
    centre.run_for(1_000)
    assert leg not in centre.switch.legs
