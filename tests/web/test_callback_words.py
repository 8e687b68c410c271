"""The story of a callback and of a message, in both languages."""

from __future__ import annotations

from typing import get_args

import pytest

from callbase.apps.interactions import words
from callbase.apps.interactions.names import Names
from callbase.apps.interactions.timeline import TELLERS
from callbase.core import facts
from callbase.core.events import Cause

NAMES = Names({}, {}, {}, {})


def told(fact: facts.AnyFact) -> tuple[str, str]:
    text = TELLERS[type(fact)](fact, NAMES)
    return text["zh-CN"], text["en-US"]


def test_each_attempt_says_how_it_went() -> None:
    tried = facts.CallbackTried(
        tenant="demo", at_ms=0, interaction="i", queue="sales", number="13900139000", attempt=2, result="no_answer"
    )
    assert told(tried) == (
        "第 2 次回拨 13900139000：客户未接听",
        "Called back 13900139000, attempt 2: the customer did not answer",
    )


@pytest.mark.parametrize("result", ["answered", "given_up", "merged", "abandoned", "left"])
def test_how_the_waiting_for_a_callback_ended(result: str) -> None:
    ended = facts.SegmentEnded(
        tenant="demo", at_ms=120_000, interaction="i", segment="s", kind="callback", result=result, started_ms=0, queue="sales"
    )
    chinese, english = told(ended)
    assert chinese.startswith("等待回拨 2 分：")
    assert english.startswith("Waited 2 min to be called back: ")
    assert result not in english.split(": ")[1].split()


def test_a_callback_put_into_another_queue_is_not_told_as_cancelled() -> None:
    moved = facts.SegmentEnded(
        tenant="demo", at_ms=120_000, interaction="i", segment="s", kind="callback", result="left", started_ms=0, queue="sales"
    )
    assert told(moved) == ("等待回拨 2 分：转往别处或已取消", "Waited 2 min to be called back: sent elsewhere, or cancelled")


def test_a_talk_with_an_outside_number_says_so() -> None:
    talk = facts.SegmentStarted(tenant="demo", at_ms=0, interaction="i", segment="s", kind="talk")
    assert told(talk) == ("与外线通话", "Talking with an outside telephone")


def test_every_reason_of_an_end_has_its_words() -> None:
    assert set(words.END_REASONS) == set(get_args(facts.EndReason))


def test_every_difference_after_a_gap_has_its_words() -> None:
    assert set(words.DISCREPANCIES) == set(get_args(facts.Difference))


def test_every_way_an_attempt_may_fail_has_its_words() -> None:
    assert set(words.CALLBACK_ATTEMPTS) == {"answered", *get_args(Cause)}
