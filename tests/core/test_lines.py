"""Standing in line: by priority and age, with aging so that nobody starves, and in several lines at once."""

from __future__ import annotations

import random
from typing import Any

import msgspec
import pytest

from callbase.core.call.arrivals import LOOKUP_MS
from callbase.core.commands import LookUpCustomer, Originate
from callbase.core.config import Enqueue, Flow, Member, Queue
from callbase.core.events import ConfigPublished, Customer, FinishWrapUp, RejectCall
from callbase.core.facts import PriorityAdded, RoutingExplained, SegmentEnded, SegmentStarted, WaitingChanged
from callbase.core.queue import places
from callbase.core.queue.line import Line, line_key
from callbase.core.state import Interaction, Place
from tests.core.centre import MAIN, STRAIGHT, Centre, config, tenant

AGING_S = 30.0


def aging() -> dict[str, Queue]:
    queues = tenant().queues
    return {**queues, "sales": msgspec.structs.replace(queues["sales"], aging_s=AGING_S)}


def two_numbers(**changes: Any) -> Centre:
    """MAIN leads straight to sales with priority 3, STRAIGHT with none."""
    flows = {
        "main": Flow(id="main", version=1, start="q", nodes={"q": Enqueue(queue="sales", priority=3)}),
        "straight": Flow(id="straight", version=1, start="q", nodes={"q": Enqueue(queue="sales")}),
    }
    return Centre(flows=flows, **changes)


def test_a_priority_is_worth_so_many_seconds_of_waiting() -> None:
    centre = two_numbers(queues=aging())
    early = centre.call(STRAIGHT)
    centre.run_for(89_000)
    within = centre.call(MAIN, caller="2")
    centre.run_for(2_000)
    beyond = centre.call(MAIN, caller="3")
    assert [centre.interaction(leg).position for leg in (within, early, beyond)] == [1, 2, 3]


def test_without_aging_a_higher_priority_always_goes_first() -> None:
    centre = two_numbers()
    early = centre.call(STRAIGHT)
    centre.run_for(3_600_000)
    urgent = centre.call(MAIN, caller="2")
    assert [centre.interaction(leg).position for leg in (urgent, early)] == [1, 2]


def person(number: int, arrival_ms: int) -> Interaction:
    return Interaction(id=f"i{number:04}", tenant="t", node="a", direction="inbound", caller_number="1", caller_name="",
        called_number="2", trunk=None, language="zh-CN", started_ms=0, leg="l", arrival_ms=arrival_ms)  # fmt: skip


def test_nobody_is_passed_by_more_than_the_bound() -> None:
    """Callers of priorities 0…5 come faster than they are served: a caller of priority p is passed only by those of a higher
    priority q who arrived within (q - p) x aging after it."""
    chance = random.Random(11)
    line, aging_ms = Line(int(AGING_S * 1000)), int(AGING_S * 1000)
    there: dict[str, tuple[int, int]] = {}
    now_ms = passed = 0
    for number in range(3_000):
        now_ms += chance.randrange(2_000)
        one, priority = person(number, now_ms), chance.choice([0, 1, 3, 5, 5, 5])
        line.stand(line_key(one, Place(entered_ms=now_ms, priority=priority), aging_ms))
        there[one.id] = (now_ms, priority)
        if number % 2:
            head = next(iter(line))
            line.step_out(head)
            served = head[3]
            arrived_ms, served_priority = there.pop(served)
            for other_arrived_ms, other_priority in there.values():
                if other_arrived_ms < arrived_ms:
                    passed += 1
                    assert served_priority > other_priority
                    assert arrived_ms <= other_arrived_ms + (served_priority - other_priority) * aging_ms
    assert passed > 100, "the story has nobody passing anybody"


def test_in_an_engine_too_nobody_is_passed_by_more_than_the_bound() -> None:
    """Told from the facts alone: who was served while others waited who had come before."""
    chance = random.Random(4)
    centre = two_numbers(queues=aging(), customer_levels={"silver": 1, "gold": 4})
    centre.customers |= {
        str(n): Customer(id=str(n), name=str(n), level=chance.choice(["", "silver", "gold"])) for n in range(200)
    }
    centre.staff("1001", "1002", answers_after_ms=500)
    for number in range(200):
        centre.call(chance.choice([MAIN, STRAIGHT]), caller=str(number))
        centre.run_for(chance.randrange(9_000))
        talking = [leg.id for leg in centre.switch.legs.values() if leg.up and leg.device is None and leg.bridge is not None]
        if talking and number % 3:
            centre.hang_up(talking[0])
        for agent in ("1001", "1002"):
            centre.ask(FinishWrapUp(agent=agent))
    waiting: dict[str, int] = {}
    priorities = {fact.interaction: fact.priority for fact in centre.facts(RoutingExplained)}
    passed = 0
    for fact in centre.output.facts:
        if isinstance(fact, SegmentStarted) and fact.kind == "queue":
            waiting[fact.interaction] = fact.at_ms
        elif isinstance(fact, SegmentStarted) and fact.kind == "offer":
            del waiting[fact.interaction]
        elif isinstance(fact, SegmentEnded) and fact.kind == "queue":
            waiting.pop(fact.interaction, None)
        elif isinstance(fact, RoutingExplained) and fact.chosen is not None:
            came_ms = waiting[fact.interaction]
            for other, other_came_ms in waiting.items():
                if other != fact.interaction and other_came_ms < came_ms:
                    passed += 1
                    more = priorities[fact.interaction] - priorities[other]
                    assert came_ms <= other_came_ms + more * AGING_S * 1000
    assert passed > 100, "the story has nobody passing anybody"


def in_two_lines(**changes: Any) -> tuple[Centre, str]:
    """A caller of sales who stands in support besides."""
    centre = Centre(**changes)
    leg = centre.call()
    core = centre.engine._core
    assert places.take(core, core.state.interactions[centre.interaction(leg).interaction], "support")
    return centre, leg


def test_who_stands_in_two_lines_is_served_by_whoever_is_free_first() -> None:
    centre, leg = in_two_lines()
    assert (centre.interaction(leg).queue, centre.interaction(leg).also_in) == ("sales", ("support",))
    assert [centre.queue(queue).waiting for queue in ("sales", "support")] == [1, 1]
    centre.staff("1011")
    centre.staff("1001")
    assert centre.interaction(leg).agent == "1011"
    assert centre.agent("1001").state == "ready", "one caller rings at one agent"
    assert centre.facts(RoutingExplained)[-1].queue == "support"
    centre.answer("1011")
    assert (centre.interaction(leg).queue, centre.interaction(leg).also_in) == ("support", ())
    assert [centre.queue(queue).waiting for queue in ("sales", "support")] == [0, 0]
    assert (centre.queue("sales").answered_today, centre.queue("support").answered_today) == (1, 0)
    assert [fact.queue for fact in centre.facts(SegmentEnded, kind="offer")] == ["support"]


def test_a_failed_offer_puts_the_caller_back_into_both_lines() -> None:
    centre, leg = in_two_lines()
    centre.staff("1011")
    centre.act(RejectCall(agent="1011"))
    assert centre.interaction(leg).position == 1
    assert centre.queue("support").waiting == 1
    centre.staff("1001")
    assert [offer.device for offer in centre.did(Originate)] == ["1011", "1001"]


def test_who_hangs_up_leaves_both_lines() -> None:
    centre, leg = in_two_lines()
    centre.hang_up(leg)
    assert [centre.queue(queue).waiting for queue in ("sales", "support")] == [0, 0]
    assert (centre.queue("sales").abandoned_today, centre.queue("support").abandoned_today) == (1, 0)


def test_an_additional_line_that_is_deleted_is_left_and_the_offer_from_it_withdrawn() -> None:
    centre, leg = in_two_lines()
    centre.staff("1011")
    sales = tenant().queues["sales"]
    centre.give(ConfigPublished(config=config(2, queues={"sales": sales})))
    assert centre.agent("1011").state == "ready"
    assert (centre.interaction(leg).position, centre.interaction(leg).also_in) == (1, ())


def test_of_two_lines_an_agent_in_both_is_asked_once() -> None:
    queues = tenant().queues
    support = msgspec.structs.replace(queues["support"], members=(Member(agent="1001"),))
    centre, leg = in_two_lines(queues={**queues, "support": support})
    centre.staff("1001")
    assert centre.interaction(leg).agent == "1001"
    assert len(centre.did(Originate)) == 1


def test_a_customer_s_level_found_while_it_waits_takes_the_place_again(monkeypatch: pytest.MonkeyPatch) -> None:
    centre = two_numbers(customer_levels={"gold": 2})
    centre.customers["7"] = Customer(id="c7", name="Li", level="gold")
    early = centre.call(STRAIGHT, caller="1")
    asked: list[LookUpCustomer] = []
    monkeypatch.setattr(centre, "_look_up", asked.append)
    gold = centre.call(STRAIGHT, caller="7")
    centre.run_for(LOOKUP_MS)
    assert [centre.interaction(leg).position for leg in (early, gold)] == [1, 2]
    monkeypatch.undo()
    centre._look_up(asked[0])
    assert [centre.interaction(leg).position for leg in (gold, early)] == [1, 2]
    assert centre.interaction(gold).priority == 2
    (change,) = centre.facts(WaitingChanged)
    assert (change.what, change.data) == ("priority", {"why": "customer_level", "added": "2", "priority": "2"})


def test_a_level_known_before_it_enters_counts_from_the_beginning() -> None:
    centre = two_numbers(customer_levels={"gold": 2})
    centre.customers["7"] = Customer(id="c7", name="Li", level="gold")
    early, gold = centre.call(STRAIGHT, caller="1"), centre.call(STRAIGHT, caller="7")
    assert [centre.interaction(leg).position for leg in (gold, early)] == [1, 2]


def test_each_addition_to_a_priority_is_noted_with_its_source() -> None:
    whole = tenant()
    queues = {**whole.queues, "sales": msgspec.structs.replace(whole.queues["sales"], priority=4)}
    main = Flow(id="main", version=1, start="q", nodes={"q": Enqueue(queue="sales", priority=5)})
    centre = Centre(queues=queues, flows={**whole.flows, "main": main}, customer_levels={"gold": 2})
    centre.customers["7"] = Customer(id="c7", name="Li", level="gold")
    leg = centre.call(MAIN, caller="7")
    assert centre.interaction(leg).priority == 11
    assert [(fact.source, fact.rule, fact.added, fact.priority) for fact in centre.facts(PriorityAdded)] == [
        ("customer_level", "gold", 2, 2),
        ("flow_node", "q", 5, 7),
        ("queue", "sales", 4, 11),
    ]


def test_a_queue_with_aging_and_one_without_are_compared_by_what_waiting_has_made_of_the_priority() -> None:
    """An agent of both serves the higher; the queue without aging counts its priority alone."""
    whole = tenant()
    both = tuple(Member(agent=agent) for agent in ("1001",))
    for priority, waited_s, first in ((500, 600, "sales"), (0, 60, "support"), (0, 120, "sales")):
        queues = {
            "sales": msgspec.structs.replace(whole.queues["sales"], members=both, aging_s=30.0, priority=priority),
            "support": msgspec.structs.replace(whole.queues["support"], members=both, priority=3),
        }
        other = Flow(id="main", version=1, start="q", nodes={"q": Enqueue(queue="support")})
        centre = Centre(queues=queues, flows={**whole.flows, "main": other})
        aged = centre.call(STRAIGHT, caller="1")
        centre.run_for(waited_s * 1000)
        newcomer = centre.call(MAIN, caller="2")
        centre.staff("1001")
        assert centre.interaction(aged if first == "sales" else newcomer).agent == "1001"
