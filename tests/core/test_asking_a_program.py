"""A flow asks a program outside where the caller goes; whatever it says, or says nothing, the caller goes somewhere."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callbase.core.config import AskProgram, Enqueue, Flow, Greet, HangUp, Say, ToAgent, ToFlow, ToNumber, ToQueues
from callbase.core.events import Party, SelectRoute
from callbase.core.facts import FlowStep, Redirected
from callbase.core.output import Output
from callbase.core.views import AsksView
from tests.core.centre import STRAIGHT, Centre, flows
from tests.core.invariants import Mirror, check

ROUTED = {
    "straight": Flow(
        id="straight",
        version=1,
        start="hello",
        nodes={
            "hello": Greet(say=Say(prompt="welcome"), next="ask"),
            "ask": AskProgram(device="vdn1", timeout_s=3.0, otherwise="sales"),
            "sales": Enqueue(queue="sales"),
        },
    ),
    "bye": Flow(id="bye", version=1, start="bye", nodes={"bye": HangUp(say=Say(prompt="bye"))}),
}


class Mirrored(Centre):
    """What a client is shown is compared with what is, after each event."""

    def __init__(self) -> None:
        self._mirror = Mirror()
        super().__init__(flows=flows() | ROUTED)
        self._watch = self._look

    def _look(self, output: Output) -> None:
        self._mirror.take(self.engine, output)


def asking() -> Centre:
    """A caller whose flow has just asked."""
    centre = Mirrored()
    centre.call()
    until_asked(centre)
    return centre


def until_asked(centre: Centre) -> None:
    """The greeting is over."""
    for _ in range(100):
        if centre.only().asks is not None:
            return
        centre.run_for(100)


def asks(centre: Centre) -> AsksView:
    found = centre.only().asks
    assert found is not None
    return found


def say(centre: Centre, to: Party | None) -> Any:
    return centre.ask(SelectRoute(interaction=centre.only().interaction, asked=asks(centre).id, to=to))


def test_what_is_asked_and_until_when_is_shown() -> None:
    centre = asking()
    found = asks(centre)
    assert found.device == "vdn1"
    assert 0 < found.until_ms - centre.now_ms <= 3_000


def test_the_program_says_a_queue() -> None:
    centre = asking()
    assert say(centre, ToQueues(queues=("support",))) is None
    assert (centre.only().phase, centre.only().queue, centre.only().asks) == ("queue", "support", None)
    (sent,) = centre.facts(Redirected)
    assert (sent.by, sent.rule, sent.to) == ("program", "vdn1", "support")


def test_the_program_says_an_agent_who_rings_and_does_not_answer() -> None:
    centre = asking()
    centre.staff("1002")
    assert say(centre, ToAgent(agent="1002")) is None
    assert centre.agent("1002").connection == "alerting"
    centre.run_for(30_000)
    assert centre.only().queue == "sales"


def test_the_program_says_one_of_our_numbers_a_flow_or_one_outside() -> None:
    assert say(centre := asking(), ToNumber(number="4008001234")) is None
    assert centre.facts(FlowStep, flow="main")
    assert say(centre := asking(), ToFlow(flow="bye")) is None
    assert centre.facts(FlowStep, flow="bye")
    assert say(centre := asking(), ToNumber(number="02155556666")) is None
    assert centre.only().dialled == "02155556666"


def test_without_a_word_in_time_the_flow_goes_its_own_way() -> None:
    centre = asking()
    found = asks(centre)
    centre.run_for(3_000)
    assert (centre.only().queue, centre.only().asks) == ("sales", None)
    late = centre.ask(SelectRoute(interaction=centre.only().interaction, asked=found.id, to=ToQueues(queues=("support",))))
    assert late is not None
    assert (late.code, late.field) == ("wrong_state", "asked")
    assert centre.only().queue == "sales"


def test_a_program_that_does_not_know_leaves_it_to_the_flow_at_once() -> None:
    centre = asking()
    assert say(centre, None) is None
    assert centre.only().queue == "sales"


@pytest.mark.parametrize("to", [ToQueues(queues=("none",)), ToAgent(agent="1002"), ToFlow(flow="none")])
def test_where_it_cannot_go_is_refused_and_another_may_be_said(to: Party) -> None:
    centre = asking()
    error = say(centre, to)
    assert error is not None
    assert (error.code, error.field) == ("target_impossible", "to")
    assert say(centre, ToQueues(queues=("support",))) is None
    assert centre.only().queue == "support"


def test_after_a_refusal_the_time_goes_on_from_where_it_was() -> None:
    centre = asking()
    until_ms = asks(centre).until_ms
    centre.run_for(500)
    assert say(centre, ToAgent(agent="1002")) is not None
    centre.run_for(until_ms - centre.now_ms)
    assert centre.only().queue == "sales"


def test_a_caller_who_hangs_up_is_asked_about_no_more() -> None:
    centre = asking()
    found, interaction = asks(centre), centre.only().interaction
    centre.hang_up(next(iter(centre.switch.legs)))
    error = centre.ask(SelectRoute(interaction=interaction, asked=found.id, to=None))
    assert error is not None
    assert error.code == "interaction_unknown"


WORDS: list[Party | None] = [
    None,
    ToQueues(queues=("sales",)),
    ToQueues(queues=("none", "support")),
    ToQueues(queues=("sales", "support"), also=True),
    ToAgent(agent="1001"),
    ToAgent(agent="1002"),
    ToFlow(flow="straight"),
    ToFlow(flow="bye"),
    ToNumber(number="02155556666", timeout_s=3.0),
    ToNumber(number=STRAIGHT),
    ToNumber(number=""),
]
WHAT = st.one_of(
    st.tuples(st.sampled_from(["say", "late"]), st.sampled_from(range(len(WORDS)))),
    st.tuples(st.sampled_from(["wait", "hang_up", "answer", "call"]), st.sampled_from([1, 500, 3_000, 20_000])),
)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(story=st.lists(WHAT, max_size=14))
def test_whatever_programs_say_and_when_nobody_is_stuck_and_what_is_shown_is_what_is(story: list[tuple[str, int]]) -> None:
    centre = Mirrored()
    centre.staff("1001")
    asked = [("unknown", "unknown")]
    centre.call()
    until_asked(centre)
    for what, number in story:
        if what == "call":
            centre.call()
        elif what == "wait":
            centre.run_for(number)
        elif what == "hang_up" and centre.switch.legs:
            centre.hang_up(sorted(centre.switch.legs)[number % len(centre.switch.legs)])
        elif what == "answer":
            for leg in [leg.id for leg in centre.switch.legs.values() if leg.alerting and not leg.up][:1]:
                centre.switch.answer(leg, centre.now_ms)
                centre.settle()
        elif what in ("say", "late"):
            now = [(one.interaction, one.asks.id) for one in centre.view.interactions.values() if one.asks is not None]
            asked += now
            interaction, question = (now or asked)[-1] if what == "say" else asked[0]
            centre.ask(SelectRoute(interaction=interaction, asked=question, to=WORDS[number]))
        check(centre.engine)
    centre.run_for(20_000)
    check(centre.engine)
    assert not [one for one in centre.view.interactions.values() if one.asks is not None]
