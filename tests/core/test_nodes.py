"""Several switch nodes under one core."""

from __future__ import annotations

import pytest

from callbase.core.call import callback
from callbase.core.commands import AnswerDevice, Connect, Originate
from callbase.core.engine import Engine
from callbase.core.events import AnswerCall, ClearCall, EngineStarted, LegEnded, MakeCall, NodeDrained, ToNumber
from callbase.core.facts import InteractionEnded
from tests.core.centre import Centre

NODES = ("a", "b")


def dies(centre: Centre, node: str) -> None:
    """All that was on it is gone; telephones are, too."""
    switch = centre.switches[node]
    switch.disconnect(centre.now_ms)
    centre.run_for(100)
    switch.restart(centre.now_ms)


def back(centre: Centre, node: str) -> None:
    centre.switches[node].connect(centre.now_ms)
    centre.settle()


def test_callers_of_both_nodes_stand_in_one_line_and_are_served_in_the_order_they_came() -> None:
    centre = Centre(nodes=NODES)
    first, second, third = (centre.call(node=node, caller=f"1390000000{i}") for i, node in enumerate("bab"))
    assert [centre.interaction(leg).position for leg in (first, second, third)] == [1, 2, 3]
    centre.staff("1001", "1002", "1003", node="a")
    offers = centre.did(Originate)
    assert [(offer.node, offer.by_way_of) for offer in offers] == [("b", "a"), ("a", ""), ("b", "a")]


def test_an_agent_of_the_other_node_answers_and_the_talk_is_on_the_callers_node() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", node="b")
    customer = centre.call(node="a")
    assert centre.ask(AnswerCall(agent="1001")) is None
    centre.run_for(100)
    assert centre.did(AnswerDevice)[-1].by_way_of == "b"
    agent = centre.agent_leg("1001")
    assert centre.only().phase == "talk"
    (connect,) = centre.did(Connect)
    assert (connect.node, set(connect.legs)) == ("a", {customer, agent})


def test_a_telephone_that_registers_elsewhere_is_there_and_its_old_nodes_goodbye_means_nothing() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", node="a")
    centre.switches["b"].register("1001", centre.now_ms)
    centre.switches["a"].unregister("1001", centre.now_ms)
    centre.settle()
    assert centre.agent("1001").state == "ready"
    centre.call(node="a")
    assert centre.did(Originate)[-1].by_way_of == "b"


def test_a_nodes_reconnection_says_nothing_of_telephones_at_another() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", node="b")
    back(centre, "a")
    assert centre.agent("1001").state == "ready"


def test_the_death_of_a_node_ends_its_talks_and_no_others() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", "1002", node="b")
    centre.call(node="a", caller="13900000001")
    centre.answer("1001")
    kept = centre.call(node="b", caller="13900000002")
    centre.answer("1002")
    dies(centre, "a")
    back(centre, "a")
    (ended,) = centre.facts(InteractionEnded)
    assert ended.reason == "switch_lost"
    assert centre.interaction(kept).phase == "talk"
    assert centre.agent("1001").state == "working_after_call"
    assert centre.agent("1002").state == "busy"


def test_a_node_that_does_not_come_back_has_lost_its_talks_as_of_when_it_was_last_heard_of() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", node="b")
    centre.call(node="a")
    centre.answer("1001")
    centre.run_for(5_000)
    lost_ms = centre.now_ms
    dies(centre, "a")
    centre.run_for(14_000)
    assert centre.only().phase == "talk", "its Asterisk may be back any moment, or only the link is cut"
    centre.run_for(2_000)
    (ended,) = centre.facts(InteractionEnded)
    assert (ended.reason, ended.at_ms) == ("switch_lost", lost_ms)
    assert centre.agent("1001").state == "working_after_call"


def test_an_only_node_is_waited_for() -> None:
    centre = Centre()
    centre.talk()
    centre.switch.disconnect(centre.now_ms)
    centre.run_for(3_600_000)
    assert centre.only().phase == "talk"
    assert not centre.engine._core.state.node_timers


def test_a_node_found_dead_after_a_restart_of_the_engine_is_not_waited_for_without_end() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", node="a")
    centre.call(node="a")
    centre.answer("1001")
    for switch in centre.switches.values():
        switch.leave(centre.now_ms)
    centre.engine = Engine.restore(centre.engine.snapshot())
    centre.give(EngineStarted(epoch=7))
    back(centre, "b")
    centre.run_for(16_000)
    assert centre.facts(InteractionEnded)
    assert not centre.agent("1001").device_online


def test_agents_of_a_dead_node_get_no_calls_until_their_telephone_is_at_another() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", node="a")
    centre.staff("1002", node="b")
    dies(centre, "a")
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "device_lost")
    centre.switches["b"].register("1001", centre.now_ms)
    centre.settle()
    assert centre.agent("1001").state == "ready"
    leg = centre.call(node="b")
    assert centre.did(Originate)[-1].by_way_of == ""
    assert centre.interaction(leg).phase == "offer"


@pytest.mark.parametrize("known_dead_first", [False, True])
def test_an_agent_whom_a_dying_node_cannot_call_is_ready_again_for_the_other_one(known_dead_first: bool) -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", node="a")
    centre.call(node="b")
    refused = LegEnded(leg=centre.did(Originate)[-1].leg, cause="error", by_far_end=False)
    if known_dead_first:
        dies(centre, "b")
    centre.give(refused)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "unreachable")
    (back if known_dead_first else dies)(centre, "b")
    assert centre.agent("1001").state == "ready"


def test_an_agent_whose_telephone_was_not_found_where_it_was_before_is_ready() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", node="b")
    centre.call(node="a")
    offered = centre.did(Originate)[-1]
    assert offered.by_way_of == "b"
    centre.switches["a"].register("1001", centre.now_ms)
    centre.settle()
    centre.give(LegEnded(leg=offered.leg, cause="unreachable"))
    assert centre.agent("1001").state == "reserved", "it is called again"
    assert (centre.did(Originate)[-1].leg != offered.leg, centre.did(Originate)[-1].by_way_of) == (True, "")


def test_a_browser_that_comes_back_by_another_node_is_called_again_into_its_talk() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", device="{}-web", node="b")
    customer = centre.call(node="a")
    old = centre.answer("1001")
    dies(centre, "b")
    assert centre.only().phase == "talk", "its audio is still waited for"
    centre.switches["a"].register("1001-web", centre.now_ms)
    centre.run_for(100)
    again = centre.did(Originate)[-1]
    assert (again.leg != old, again.by_way_of, again.auto_answer) == (True, "", True)
    assert centre.only().phase == "talk"
    assert centre.switches["a"].legs[customer].bridge == centre.switches["a"].legs[again.leg].bridge


def test_an_agents_own_call_begins_where_its_telephone_is() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", node="b")
    centre.act(MakeCall(agent="1001", to=ToNumber(number="02155556666")))
    assert (centre.did(Originate)[-1].node, centre.did(Originate)[-1].by_way_of) == ("b", "")


def test_who_waits_to_be_called_back_is_called_from_a_node_that_lives() -> None:
    centre = Centre(nodes=NODES)
    leg = centre.call(node="a")
    core = centre.engine._core
    interaction = core.state.interactions[centre.interaction(leg).interaction]
    callback.agree(core, interaction)
    callback.part(core, interaction)
    dies(centre, "a")
    centre.run_for(16_000)
    assert interaction.node == "b"
    centre.staff("1001", node="b")
    assert centre.did(Originate)[-1].node == "b"


def test_a_drained_node_begins_no_calls_of_ours_while_another_can() -> None:
    centre = Centre(nodes=NODES)
    centre.staff("1001", node="b")
    centre.give(NodeDrained(node="b", drained=True))
    centre.act(MakeCall(agent="1001", to=ToNumber(number="02155556666")))
    assert (centre.did(Originate)[-1].node, centre.did(Originate)[-1].by_way_of) == ("a", "b")
    centre.act(ClearCall(agent="1001"))
    centre.give(NodeDrained(node="b", drained=False))
    centre.act(MakeCall(agent="1001", to=ToNumber(number="02155556666")))
    assert centre.did(Originate)[-1].node == "b"
