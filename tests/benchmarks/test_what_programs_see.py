"""What screens and CSTA programs were told is held against what happened; what is missing is found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from benchmarks import command_to_event, csta_events
from benchmarks.command_to_event import Outcome
from benchmarks.context import Context
from benchmarks.csta_events import Followed, Story
from benchmarks.screens import Act, Card, Seen
from benchmarks.sip.agents import Talk
from callbase.cti.messages import Change
from tests.web.fake_engine import agent

CONTEXT = Context(home=Path(), work=Path(), agents=(10,), loads=(10,), window_s=1.0)


def outcome(**fields: Any) -> Outcome:
    usual: dict[str, Any] = {
        "calls": 2, "window_s": 1.0, "acts": [], "cards": [], "rang": [], "screens": Seen(), "cpu_ms": {}, "failed": 0,
        "load_cpu_ms": {},
    }  # fmt: skip
    return Outcome(**(usual | fields))


def test_an_act_that_nobody_saw_took_for_ever_and_a_refused_one_counts_apart() -> None:
    acts = [Act("hold", 1.0, 1.01), Act("set data", 1.0, 0.0), Act("retrieve", 1.0, 0.0, "no_call")]
    p99, *_ = command_to_event._figures(CONTEXT, 10, outcome(acts=acts))
    assert p99.ours is None
    assert (p99.detail["never_seen"], p99.detail["refused"]) == (1, ["retrieve: no_call"])
    assert p99.detail["commands"]["hold"]["max"] == 10.0


def test_a_card_must_be_there_before_its_own_telephone_rings() -> None:
    cards = [Card("3001", "138", 5.0), Card("3002", "139", 7.0), Card("3001", "140", 5.0)]
    rang = [Talk("3001", "138", None, 5.5), Talk("3002", "139", None, 6.5), Talk("3003", "140", None, 9.0)]
    _, desk = command_to_event._figures(CONTEXT, 10, outcome(cards=cards, rang=rang))
    assert desk.ours == round(1 / 3, 3)
    assert outcome(cards=cards, rang=rang).leads_ms()[:2] == [500.0, -500.0]


def followed() -> Story:
    """One call of agent 3001, as the link told of it."""
    there = Followed()
    for now_ms, interaction, connection in (
        (0, None, None), (10, "i1", "alerting"), (20, "i1", "connected"), (25, "i1", "connected"), (90, None, None)
    ):  # fmt: skip
        one = agent("3001", interaction=interaction, connection=connection)
        there._take(Change(seq=0, now_ms=now_ms, tenant="demo", agents=(one,)))
    return there.happened


def csta(*told: tuple[str, float]) -> list[Any]:
    story: Story = {("3001", "i1"): list(told)}
    return csta_events._figures(CONTEXT, 500, 10.0, (0.0, 50.0), followed(), story, {})


WHOLE = (
    ("Delivered", 12.0),
    ("Established", 25.0),
    ("AgentBusy", 25.0),
    ("ConnectionCleared", 91.0),
    ("ConnectionCleared", 91.0),
)


def test_what_csta_tells_is_compared_with_the_link() -> None:
    assert followed() == {("3001", "i1"): [("Delivered", 10), ("Established", 20), ("ConnectionCleared", 90)]}
    rate, delay, wrong = csta(*WHOLE)
    assert (rate.detail["calls"], delay.ours, wrong.ours) == (1, 5.0, 0.0)


def test_an_event_lost_or_out_of_order_is_found() -> None:
    assert csta(WHOLE[0], *WHOLE[2:])[0].detail["lost"] == 1
    assert csta(WHOLE[1], WHOLE[0], *WHOLE[2:])[0].detail["out_of_order"] == 1
    assert csta()[2].ours == 1.0


def test_of_a_call_that_goes_on_the_program_may_know_more_than_the_link_had_told() -> None:
    going_on: Story = {("3001", "i1"): [("Delivered", 10.0)]}
    for told, wrong in ((WHOLE, 0.0), (WHOLE[1:], 1.0)):
        _, _, found = csta_events._figures(CONTEXT, 500, 10.0, (0.0, 50.0), going_on, {("3001", "i1"): list(told)}, {})
        assert found.ours == wrong
