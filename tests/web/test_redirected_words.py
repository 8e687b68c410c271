"""A rule that sent a call somewhere, in the words of both languages."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from callbase.apps.interactions.names import Names
from callbase.apps.interactions.redirected import BY, TARGETS, redirected
from callbase.core.config.targets import AnyTarget
from callbase.core.facts import Redirected, RedirectedBy

NAMES = Names(
    queues={"sales": {"zh-CN": "销售", "en-US": "Sales"}, "support": {"zh-CN": "支持", "en-US": "Support"}},
    service_levels_s={},
    outcomes={},
    agents={"1001": "Li"},
)


def told(**fields: Any) -> dict[Any, str]:
    return redirected(Redirected(tenant="demo", at_ms=0, interaction="i", **{"rule": "", "queue": "sales", **fields}), NAMES)


def test_overflow_is_told_with_its_rule_and_what_was_measured() -> None:
    measured = {"queue.longest_wait_s": "65.0", "queue.support.waiting": "0", "queue.service_level": "0.75"}
    words = told(by="overflow", rule="too_long", target="queues", to="support", measured=measured)
    assert words["zh-CN"] == (
        "“销售”队列的溢出规则“too_long”（最长等待 1 分 5 秒，“支持”排队人数 0，服务水平 75%），转往“支持”队列"
    )
    assert words["en-US"] == (
        "Overflow rule “too_long” of queue “Sales” (longest wait 1 min 5 s, “Support”: callers waiting 0, service level 75%):"
        " sent to queue “Support”"
    )


def test_an_agent_is_told_by_name() -> None:
    assert told(by="key", rule="2", target="agent", to="1001")["en-US"] == "The caller pressed 2: sent to agent Li (1001)"


@pytest.mark.parametrize("by", get_args(RedirectedBy))
def test_every_kind_of_rule_has_words(by: str) -> None:
    assert BY[by]["zh-CN"] != BY[by]["en-US"]


@pytest.mark.parametrize("target", get_args(AnyTarget))
def test_every_kind_of_target_has_words(target: Any) -> None:
    assert TARGETS[target.__struct_config__.tag]["en-US"].startswith("to ")
