"""What a flow's node sends to a target goes there; where that cannot be, on by `failed`."""

from __future__ import annotations

from typing import Any

import pytest

from callbase.core.call.arrivals import LOOKUP_MS
from callbase.core.commands import Answer, Originate, Release
from callbase.core.config import (
    AnyTarget,
    Flow,
    HangUp,
    Say,
    SendTo,
    ToAgent,
    ToFlow,
    ToGoodbye,
    ToNumber,
    ToQueues,
    Trunk,
)
from callbase.core.engine import Output
from callbase.core.facts import InteractionEnded, Redirected
from callbase.core.rules import targets
from callbase.core.rules.why import Why
from callbase.core.state import Interaction
from callbase.switch.simulated import Telephone
from tests.core.centre import MAIN, STRAIGHT, Centre, flows, text

FAILED = HangUp(say=Say(text=text("失败", "Failed")))


def sent(target: AnyTarget, **changes: Any) -> tuple[Centre, str]:
    """A caller whose flow sends to the target at once."""
    flow = Flow(id="straight", version=2, start="send", nodes={"send": SendTo(target=target, failed="failed"), "failed": FAILED})
    centre = Centre(flows={**flows(), "straight": flow}, **changes)
    return centre, centre.call(STRAIGHT)


def waiting(centre: Centre, leg: str) -> Interaction:
    state = centre.engine._core.state
    return state.interactions[state.legs[leg].interaction]


def send(centre: Centre, leg: str, target: AnyTarget) -> bool:
    """As an overflow rule would while nothing else happens."""
    core, interaction = centre.engine._core, waiting(centre, leg)
    core.now_ms = centre.now_ms
    core.out = Output()
    done = targets.send(core, interaction, target, Why(by="overflow", rule="r", queue=interaction.queue))
    centre.output.facts += core.out.facts
    centre.output.commands += core.out.commands
    for command in core.out.commands:
        centre.switch.execute(command, centre.now_ms)
    centre.settle()
    return done


def test_to_the_first_queue_there_is() -> None:
    centre, leg = sent(ToQueues(queues=("gone", "support", "sales")))
    assert centre.interaction(leg).queue == "support"
    (fact,) = centre.facts(Redirected)
    assert (fact.by, fact.rule, fact.target, fact.to) == ("flow", "send", "queues", "support")


def test_to_an_agent_who_alone_is_asked() -> None:
    flow = Flow(id="straight", version=2, start="send", nodes={"send": SendTo(target=ToAgent(agent="1002"))})
    centre = Centre(flows={**flows(), "straight": flow})
    centre.staff("1001", "1002")
    leg = centre.call(STRAIGHT)
    assert centre.agent("1002").interaction == centre.interaction(leg).interaction
    assert centre.agent("1001").state == "ready"
    centre.answer("1002")
    assert centre.interaction(leg).phase == "talk"


def test_to_a_flow() -> None:
    centre, leg = sent(ToFlow(flow="main"))
    assert centre.said(leg) == "欢迎致电 Welcome"


def test_to_an_outside_number_by_the_trunk_named() -> None:
    centre, _ = sent(
        ToNumber(number="02188886666", trunk="other"), trunks={"demo-trunk": Trunk(id="demo-trunk"), "other": Trunk(id="other")}
    )
    (originate,) = centre.did(Originate)
    assert (originate.trunk, originate.number) == ("other", "02188886666")


def test_to_words_of_goodbye() -> None:
    centre, leg = sent(ToGoodbye(say=Say(text=text("已下班", "Closed"))))
    assert centre.said(leg) == "已下班"
    centre.run_for(1000)
    assert [ended.reason for ended in centre.facts(InteractionEnded)] == ["flow_ended"]


@pytest.mark.parametrize(
    "target",
    [
        ToQueues(queues=("gone",)),
        ToAgent(agent="1009"),
        ToAgent(agent="1001"),  # signed out, its telephone not registered
        ToFlow(flow="gone"),
        ToNumber(number="02188886666", trunk="gone"),
    ],
)
def test_what_cannot_be_reached_goes_on_by_failed(target: AnyTarget) -> None:
    centre, leg = sent(target)
    assert centre.said(leg) == "失败"
    assert not centre.facts(Redirected)


def test_a_number_of_ours_is_its_flow() -> None:
    centre, leg = sent(ToNumber(number=MAIN))
    assert centre.said(leg) == "欢迎致电 Welcome"
    assert not centre.did(Originate)


def test_a_number_that_does_not_answer_goes_on_by_failed() -> None:
    centre, leg = sent(ToNumber(number="02188886666", timeout_s=10))
    centre.run_for(10_500)
    assert centre.said(leg) == "失败"


def test_who_waited_keeps_the_place_when_the_number_does_not_answer() -> None:
    centre = Centre()
    first = centre.call()
    centre.run_for(1000)
    second = centre.call()
    assert send(centre, first, ToNumber(number="02188886666", timeout_s=10))
    assert centre.interaction(first).phase == "flow"
    assert centre.interaction(second).position == 1
    centre.run_for(13_000)
    assert [centre.interaction(leg).position for leg in (first, second)] == [1, 2]


def test_who_waited_talks_to_the_number_that_answers() -> None:
    centre = Centre()
    centre.switch.telephones["02188886666"] = Telephone(answers_after_ms=500)
    leg = centre.call()
    assert send(centre, leg, ToNumber(number="02188886666"))
    centre.run_for(1000)
    assert centre.interaction(leg).phase == "talk"


def test_who_waited_says_goodbye_and_counts_as_left_not_as_abandoned() -> None:
    centre = Centre()
    leg = centre.call()
    assert send(centre, leg, ToGoodbye(say=Say(text=text("请稍后再拨", "Call later"))))
    assert centre.said(leg) == "请稍后再拨"
    centre.run_for(2000)
    (ended,) = centre.facts(InteractionEnded)
    assert (ended.reason, ended.queue) == ("overflowed", "sales")
    assert centre.queue().abandoned_today == 0


def test_music_goes_on_while_a_number_is_dialled_through_a_lost_link() -> None:
    centre = Centre()
    leg = centre.call()
    assert send(centre, leg, ToNumber(number="02188886666"))
    centre.switch.disconnect(centre.now_ms)
    centre.settle()
    centre.switch.legs[leg].music = None
    centre.switch.connect(centre.now_ms)
    centre.settle()
    assert centre.switch.legs[leg].music is not None


def test_nobody_is_sent_in_a_circle_for_ever() -> None:
    centre = Centre()
    leg = centre.call()
    done = [send(centre, leg, ToQueues(queues=("support", "sales"))) for _ in range(12)]
    assert done == [True] * targets.MOST_AT_ONCE + [False] * 2
    centre.run_for(1)
    assert send(centre, leg, ToQueues(queues=("support", "sales")))


def test_one_who_is_being_offered_or_talks_is_not_sent_away() -> None:
    centre = Centre()
    centre.staff("1001")
    leg = centre.call()
    assert not send(centre, leg, ToFlow(flow="main"))
    centre.answer("1001")
    assert not send(centre, leg, ToFlow(flow="main"))


def ringing() -> tuple[Centre, str]:
    """A call that was offered and is not yet answered."""
    centre = Centre()
    leg = centre.switch.dial(STRAIGHT, centre.now_ms, caller="139", trunk="demo-trunk")
    (offered,) = centre.switch.events(centre.now_ms)
    centre.engine.receive(offered, centre.now_ms)
    return centre, leg


def test_before_the_answer_busy_is_a_refusal_without_a_word() -> None:
    centre, leg = ringing()
    assert send(centre, leg, ToGoodbye(busy=True, say=Say(text=text("忙", "Busy"))))
    assert centre.did(Release) == [Release(leg=leg, cause="busy")]
    assert not centre.did(Answer)


def test_before_the_answer_anything_else_is_done_once_answered() -> None:
    centre, leg = ringing()
    assert send(centre, leg, ToGoodbye(say=Say(text=text("已下班", "Closed"))))
    assert centre.did(Answer)
    centre.run_for(LOOKUP_MS)
    assert centre.said(leg) == "已下班"
