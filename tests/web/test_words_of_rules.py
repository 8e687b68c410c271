"""What rules did with a call, in the words of both languages."""

from __future__ import annotations

from typing import Any, get_args

import pytest

from callbase.apps.interactions import conditions as words_of
from callbase.apps.interactions.conditions import OPERATORS, decided, priority_added
from callbase.apps.interactions.names import Names
from callbase.apps.interactions.redirected import BY, TARGETS, redirected
from callbase.core.config.conditions import Operator
from callbase.core.config.targets import AnyTarget
from callbase.core.facts import Check, Decided, PriorityAdded, PrioritySource, Redirected, RedirectedBy
from callbase.core.stats.measures import MEASURES

NAMES = Names(
    queues={"sales": {"zh-CN": "销售", "en-US": "Sales"}, "support": {"zh-CN": "支持", "en-US": "Support"}},
    service_levels_s={},
    outcomes={},
    agents={"1001": "Li"},
)


def told(**fields: Any) -> dict[Any, str]:
    return redirected(
        Redirected(**{"tenant": "demo", "at_ms": 0, "interaction": "i", "rule": "", "queue": "sales", **fields}), NAMES
    )


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


def test_a_rule_that_is_still_on_says_for_how_long() -> None:
    words = told(by="overflow", rule="r", target="queues", to="support", at_ms=65_000, on_since_ms=0)
    assert words["zh-CN"] == "“销售”队列的溢出规则“r”（开启 1 分 5 秒后仍在生效），转往“支持”队列"
    assert words["en-US"] == "Overflow rule “r” of queue “Sales” (still on after 1 min 5 s): sent to queue “Support”"


def test_a_wait_without_end_is_told() -> None:
    words = told(by="overflow", rule="r", target="queues", to="support", measured={"queue.expected_wait_s": "inf"})
    assert "（预计等待 没有尽头：无人签入）" in words["zh-CN"]
    assert "(expected wait without end: nobody is signed in)" in words["en-US"]


def test_an_agent_is_told_by_name() -> None:
    assert told(by="key", rule="2", target="agent", to="1001")["en-US"] == "The caller pressed 2: sent to agent Li (1001)"


@pytest.mark.parametrize("by", get_args(RedirectedBy))
def test_every_kind_of_rule_has_words(by: str) -> None:
    assert BY[by]["zh-CN"] != BY[by]["en-US"]


@pytest.mark.parametrize("target", get_args(AnyTarget))
def test_every_kind_of_target_has_words(target: Any) -> None:
    assert TARGETS[target.__struct_config__.tag]["en-US"].startswith("to ")


def test_a_decision_is_told_comparison_by_comparison() -> None:
    checks = (
        Check(field="caller_number", operator="starts_with", value="021", found="02162783333", holds=True),
        Check(field="queue.average_wait_s", operator="ge", value="60", found="", holds=False),
        Check(field="nonsense", operator="eq", value="1", found="", holds=False, known=False),
    )
    words = decided(
        Decided(tenant="demo", at_ms=0, interaction="i", flow="f", node="n", port="p", next="vip", checks=checks), NAMES
    )
    assert words["en-US"] == (
        "Node “n” decided: caller's number 02162783333 starts with 021: yes; average wait — is at least 1 min: no;"
        " there is no field “nonsense”: no: on to node “vip”"
    )
    assert words["zh-CN"] == (
        "节点“n”判断：主叫号码 02162783333 开头为 021：是；平均等待 — 不小于 1 分：否；没有字段“nonsense”：否，转到节点“vip”"
    )


@pytest.mark.parametrize("source", get_args(PrioritySource))
def test_every_source_of_priority_has_words(source: Any) -> None:
    fact = PriorityAdded(tenant="demo", at_ms=0, interaction="i", source=source, rule="r", added=5, priority=7)
    assert priority_added(fact, NAMES)["zh-CN"].endswith("优先级 +5，现为 7")
    assert priority_added(fact, NAMES)["en-US"].endswith("priority +5, now 7")


@pytest.mark.parametrize("operator", get_args(Operator))
def test_every_operator_has_words(operator: str) -> None:
    assert set(OPERATORS[operator]) == {"zh-CN", "en-US"}


@pytest.mark.parametrize("measure", MEASURES)
def test_every_measure_has_words(measure: str) -> None:
    assert set(words_of.MEASURES[measure]) == {"zh-CN", "en-US"}
