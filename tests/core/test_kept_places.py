"""Who waited on a switch node that died, and calls again."""

from __future__ import annotations

from callbase.core.facts import WaitingChanged
from tests.core.centre import MAIN, Centre
from tests.core.test_nodes import NODES, back, dies


def called_again(centre: Centre, number: str, node: str) -> str:
    return centre.call(node=node, caller=number)


def positions(centre: Centre, *legs: str) -> list[int | None]:
    return [centre.interaction(leg).position for leg in legs]


def test_who_waited_on_a_node_that_died_has_the_old_place_by_calling_again() -> None:
    centre = Centre(nodes=NODES)
    first = centre.call(node="a", caller="13900000001")
    lost = centre.interaction(first).interaction
    arrived_ms = centre.now_ms
    centre.run_for(1_000)
    centre.call(node="a", caller="13900000002")
    centre.run_for(1_000)
    third = centre.call(node="b", caller="13900000003")
    dies(centre, "a")
    back(centre, "a")
    assert positions(centre, third) == [1]
    centre.run_for(60_000)
    new = centre.call(node="b", caller="13900000004")
    second_again = called_again(centre, "13900000002", "b")
    first_again = called_again(centre, "+8613900000001", "a")
    assert positions(centre, first_again, second_again, third, new) == [1, 2, 3, 4]
    fact = centre.facts(WaitingChanged, what="place_kept")[-1]
    assert fact.data == {"interaction": lost, "arrival_ms": str(arrived_ms)}
    assert positions(centre, called_again(centre, "13900000001", "a")) == [5], "it is had once"
    assert not centre.engine._core.state.tenants["demo"].kept_places


def test_whoever_calls_again_while_the_node_may_still_come_back_has_the_place_already() -> None:
    centre = Centre(nodes=NODES)
    centre.call(node="a", caller="13900000001")
    centre.run_for(1_000)
    second = centre.call(node="b", caller="13900000002")
    dies(centre, "a")
    centre.run_for(2_000)
    again = called_again(centre, "13900000001", "b")
    assert positions(centre, again, second) == [2, 3], "after who may still be there"
    back(centre, "a")
    assert positions(centre, again, second) == [1, 2]
    centre.hang_up(again)
    assert positions(centre, second, called_again(centre, "13900000001", "b")) == [1, 2], "it is had once"


def test_a_place_is_kept_for_as_long_as_the_centre_has_it_and_in_its_own_queue() -> None:
    centre = Centre(nodes=NODES)
    for number in ("13900000001", "13900000002"):
        centre.call(node="a", caller=number)
    there = centre.call(node="b", caller="13900000003")
    dies(centre, "a")
    back(centre, "a")
    elsewhere = centre.call(MAIN, node="b", caller="13900000002")
    centre.run_for(3_000)
    centre.press(elsewhere, "2")
    assert centre.interaction(elsewhere).queue == "support"
    centre.run_for(298_000)
    assert positions(centre, there, called_again(centre, "13900000001", "b")) == [1, 2]
    assert not centre.facts(WaitingChanged, what="place_kept")


def test_where_the_centre_keeps_no_places_nobody_has_one() -> None:
    centre = Centre(nodes=NODES, place_kept_s=0.0)
    centre.call(node="a", caller="13900000001")
    there = centre.call(node="b", caller="13900000003")
    dies(centre, "a")
    back(centre, "a")
    assert positions(centre, there, called_again(centre, "13900000001", "b")) == [1, 2]


def test_who_hung_up_while_only_the_link_was_cut_has_no_place_any_more() -> None:
    centre = Centre()
    first = centre.call(caller="13900000001")
    second = centre.call(caller="13900000002")
    centre.switch.disconnect(centre.now_ms)
    centre.settle()
    centre.switch.hang_up(first, centre.now_ms, "normal")
    back(centre, "a")
    assert positions(centre, second, called_again(centre, "13900000001", "a")) == [1, 2]


def test_an_only_nodes_callers_have_their_places_too_when_it_is_started_anew() -> None:
    centre = Centre()
    for number in ("13900000001", "13900000002"):
        centre.call(caller=number)
        centre.run_for(10)
    dies(centre, "a")
    centre.run_for(3_000)
    back(centre, "a")
    second, first = (called_again(centre, number, "a") for number in ("13900000002", "13900000001"))
    assert positions(centre, first, second) == [1, 2]
