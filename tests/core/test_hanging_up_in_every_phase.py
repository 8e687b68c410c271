"""Whoever hangs up, whenever: it ends for the right reason, nobody is left over, and the agent is free or wraps up."""

from __future__ import annotations

from callbase.core.commands import Release
from callbase.core.events import CallOffered, ClearCall, ConsoleLost, HoldCall, LegEnded, ReleaseInteraction, SetReady, SignIn
from callbase.core.facts import InteractionEnded, SegmentEnded
from tests.core.centre import MAIN, Centre


def nothing_is_left(centre: Centre) -> None:
    assert not centre.switch.legs
    assert not centre.switch.bridges
    assert not centre.view.interactions
    assert centre.queue().waiting == 0
    assert centre.view.trunks["demo-trunk"].calls == 0


def ended(centre: Centre) -> InteractionEnded:
    (fact,) = centre.facts(InteractionEnded)
    assert isinstance(fact, InteractionEnded)
    return fact


def test_before_it_was_answered() -> None:
    centre = Centre()
    offered = CallOffered(leg="x", node="a", caller_number="1", called_number=MAIN, trunk="demo-trunk")
    centre.engine.receive(offered, centre.now_ms)
    output = centre.engine.receive(LegEnded(leg="x", cause="cancelled"), centre.now_ms)
    assert [fact.reason for fact in output.facts if isinstance(fact, InteractionEnded)] == ["customer_hung_up"]
    nothing_is_left(centre)


def test_in_the_flow() -> None:
    centre = Centre()
    leg = centre.call(MAIN)
    centre.run_for(1500)
    centre.hang_up(leg)
    assert ended(centre).reason == "customer_hung_up"
    nothing_is_left(centre)


def test_while_waiting() -> None:
    centre = Centre()
    leg = centre.call()
    centre.run_for(7000)
    centre.hang_up(leg)
    assert ended(centre).reason == "abandoned"
    assert ended(centre).queue_ms == 7000
    assert centre.queue().abandoned_today == 1
    nothing_is_left(centre)


def test_while_an_agent_rings() -> None:
    centre = Centre()
    centre.staff("1001")
    leg = centre.call()
    centre.run_for(1000)
    centre.hang_up(leg)
    assert ended(centre).reason == "abandoned"
    assert centre.agent("1001").state == "ready"
    nothing_is_left(centre)


def test_while_talking() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.hang_up(customer)
    assert ended(centre).reason == "customer_hung_up"
    assert centre.agent("1001").state == "working_after_call"
    centre.run_for(30_000)
    nothing_is_left(centre)


def test_while_held() -> None:
    centre = Centre()
    customer, _ = centre.talk()
    centre.run_for(1000)
    centre.act(HoldCall(agent="1001"))
    centre.run_for(4000)
    centre.hang_up(customer)
    assert (ended(centre).talk_ms, ended(centre).hold_ms) == (1000, 4000)
    assert centre.agent("1001").state == "working_after_call"
    centre.run_for(30_000)
    nothing_is_left(centre)


def test_while_the_agent_is_being_waited_for() -> None:
    centre = Centre()
    centre.staff("1001", device="{}-web")
    customer, _ = centre.talk()
    centre.act(ConsoleLost(agent="1001"))
    centre.run_for(3000)
    assert centre.only().phase == "reconnecting"
    centre.hang_up(customer)
    assert ended(centre).reason == "customer_hung_up"
    centre.run_for(30_000)
    assert (centre.agent("1001").state, centre.agent("1001").reason) == ("not_ready", "console_lost")
    nothing_is_left(centre)


def test_the_agent_hangs_up_at_the_telephone() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    centre.hang_up(agent)
    assert ended(centre).reason == "agent_hung_up"
    assert customer not in centre.switch.legs
    assert centre.agent("1001").state == "working_after_call"


def test_the_agent_hangs_up_at_the_screen() -> None:
    centre = Centre()
    centre.talk()
    centre.act(ClearCall(agent="1001"))
    assert ended(centre).reason == "agent_hung_up"
    assert not centre.switch.legs
    assert centre.agent("1001").state == "working_after_call"


def test_both_hang_up_at_once() -> None:
    centre = Centre()
    customer, agent = centre.talk()
    centre.switch.hang_up(customer, centre.now_ms)
    centre.switch.hang_up(agent, centre.now_ms)
    centre.settle()
    assert ended(centre).reason == "customer_hung_up"
    centre.run_for(30_000)
    assert centre.agent("1001").state == "ready"
    nothing_is_left(centre)


def test_a_supervisor_ends_it_in_the_queue() -> None:
    centre = Centre()
    centre.call()
    centre.act(ReleaseInteraction(interaction=centre.only().interaction))
    assert ended(centre).reason == "supervisor_ended"
    assert centre.facts(SegmentEnded)[-1].result == "left"
    nothing_is_left(centre)


def test_a_supervisor_ends_a_talk() -> None:
    centre = Centre()
    centre.talk()
    centre.act(ReleaseInteraction(interaction=centre.only().interaction))
    assert ended(centre).reason == "supervisor_ended"
    assert centre.agent("1001").state == "working_after_call"


def test_the_end_is_told_once_however_often_the_switch_says_it() -> None:
    centre = Centre()
    leg = centre.call()
    for _ in range(3):
        centre.give(LegEnded(leg=leg, cause="normal"))
    assert len(centre.facts(InteractionEnded)) == 1


def test_nobody_is_released_twice() -> None:
    centre = Centre()
    centre.talk()
    centre.act(ClearCall(agent="1001"))
    released = [release.leg for release in centre.did(Release)]
    assert len(released) == len(set(released)) == 2


def test_the_agent_then_takes_the_next_caller() -> None:
    centre = Centre()
    first, _ = centre.talk()
    second = centre.call(caller="2")
    centre.hang_up(first)
    assert centre.interaction(second).phase == "queue"
    centre.act(SetReady(agent="1001"))
    assert centre.agent("1001").interaction == centre.interaction(second).interaction
    assert centre.ask(SignIn(agent="1001", device="1001-web")) is not None, "not while it rings"
