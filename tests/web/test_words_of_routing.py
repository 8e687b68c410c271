"""Routing's decisions in the words of both languages: who was chosen and why, what changed, why an agent gets no calls."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from callbase.apps.interactions import words
from callbase.apps.interactions.explain import nobody, text
from callbase.apps.interactions.names import Names
from callbase.apps.interactions.waiting_words import agent_explained, waiting_changed
from callbase.core.config import Algorithm
from callbase.core.facts import AgentState, PassedOver, RoutingExplained, WaitingChanged
from callbase.core.routing.algorithms import STRATEGIES
from callbase.core.routing.explained import AgentExplained, QueueReason, Why
from tests.core.centre import MAIN, Centre
from tests.core.test_skills import speakers

NAMES = Names(
    queues={"sales": {"zh-CN": "销售", "en-US": "Sales"}},
    service_levels_s={},
    outcomes={},
    agents={"1001": "Li", "1002": "Wang"},
    skills={"fr": {"zh-CN": "法语", "en-US": "French"}},
    reasons={"lunch": {"zh-CN": "午餐", "en-US": "Lunch"}},
)
I18N = Path(__file__).parents[2] / "frontend/src/i18n"


def decision(**fields: Any) -> RoutingExplained:
    usual: dict[str, Any] = {
        "tenant": "demo",
        "at_ms": 0,
        "interaction": "i",
        "queue": "sales",
        "rule": "fewest_calls",
        "chosen": "1001",
        "chosen_idle_ms": 4_000,
        "waited_ms": 60_000,
        "position": 2,
        "priority": 0,
        "passed_over": (),
        "passed_over_count": 0,
    }
    return RoutingExplained(**{**usual, **fields})


def test_the_figure_a_rule_went_by_is_told_of_who_was_chosen_and_of_who_was_not() -> None:
    fact = decision(
        figures={"calls": "2"},
        passed_over=(PassedOver(agent="1002", why="more_calls", data={"idle_ms": "9000", "calls": "5"}),),
        passed_over_count=1,
    )
    assert text(fact, NAMES, "en-US") == (
        "Li (1001) was chosen (calls: 2) by the rule “fewest calls first”. The caller was number 2 in “Sales” and had waited "
        "1 min. Passed over, more calls: Wang (1002) calls: 5."
    )
    assert text(fact, NAMES, "zh-CN").startswith("选中 Li (1001)：接听 2 次，规则：接听次数最少者优先。")


def test_a_skill_lacked_is_told_with_both_levels() -> None:
    lacks = PassedOver(agent="1002", why="skill_missing", data={"skill": "fr", "required": "80", "level": "20"})
    fact = decision(chosen=None, chosen_idle_ms=None, requires={"fr": 80}, passed_over=(lacks,), passed_over_count=1)
    assert text(fact, NAMES, "en-US").endswith(
        "Required: French ≥ 80. Passed over, lacks a skill required: Wang (1002) French 20/80."
    )
    assert "要求技能：法语 ≥ 80。" in text(fact, NAMES, "zh-CN")


def test_nobody_free_and_nobody_fit_are_two_things() -> None:
    centre = Centre(**speakers())
    centre.staff("1003")
    centre.call(MAIN)
    (fact,) = centre.facts(RoutingExplained)
    assert text(fact, NAMES, "en-US").startswith(
        "The one agent who was free may not serve this caller; the caller went on waiting."
    )
    assert text(fact, NAMES, "zh-CN").startswith("空闲的 1 名座席都不能接听该来电，来电继续等待。")
    assert nobody(decision(chosen=None, states={"busy": 3}))["en-US"] == "No agent was free"


def test_all_who_rang_are_named() -> None:
    fact = decision(rule="ring_all", chosen_also=("1002",))
    assert text(fact, NAMES, "en-US").startswith("Li (1001), Wang (1002) rang at once")


def test_who_waits_for_one_agent_is_told_so() -> None:
    assert text(decision(chosen=None, chosen_idle_ms=None, preferred="1002"), NAMES, "en-US").startswith(
        "The caller waits for Wang (1002)."
    )


@pytest.mark.parametrize(
    ("what", "data", "zh", "en"),
    [
        (
            "relaxed",
            {"skill": "fr", "level": "50", "before": "80"},
            "等待较久：法语的要求由 80 降为 50",
            "After so long a wait French at 50 is enough, 80 was asked for before",
        ),
        (
            "relaxed",
            {"skill": "fr", "level": "0", "before": "50"},
            "等待较久：不再要求法语",
            "After so long a wait French is no longer required",
        ),
        (
            "ring",
            {"priority": "2", "level": "50"},
            "等待较久：扩大到优先级 2 以内、等级不低于 50 的成员",
            "After so long a wait members up to priority 2 and from level 50 on are asked",
        ),
        (
            "priority",
            {"why": "supervisor", "added": "3", "priority": "3"},
            "优先级变为 3（班长调整）",
            "The priority became 3 (by a supervisor)",
        ),
        (
            "preferred_over",
            {"agent": "1002", "why": "timed_out"},
            "不再只等待 Wang：等待时间已到，改由全体成员接听",
            "It waits for Wang no longer: it has waited long enough; all are asked now",
        ),
        (
            "preference_dropped",
            {"agent": "1002", "why": "signed_out"},
            "本应优先由 Wang 接听，但该座席已签出，改由全体成员接听",
            "Wang was to have it before all others, but was signed out; all are asked",
        ),
        (
            "preference_dropped",
            {"agent": "9999", "why": "removed"},
            "本应优先由 9999 接听，但没有该座席，改由全体成员接听",
            "9999 was to have it before all others, but there is no such agent; all are asked",
        ),
        ("moved", {"from": "other"}, "班长将来电转到“销售”队列", "A supervisor put the call into “Sales”"),
        ("moved", {"agent": "1001"}, "班长指定由 Li 接听", "A supervisor gave the call to Li"),
        (
            "closed",
            {},
            "“销售”队列已下班：待其再次开放后回拨，保留排队位置",
            "“Sales” is closed: called back once it is open again, and the place is kept",
        ),
    ],
)
def test_what_changed_while_it_waited_is_told(what: Any, data: dict[str, str], zh: str, en: str) -> None:
    fact = WaitingChanged(tenant="demo", at_ms=0, interaction="i", queue="sales", what=what, data=data, actor="system")
    assert waiting_changed(fact, NAMES) == {"zh-CN": zh, "en-US": en}


def test_the_reason_an_agent_chose_is_told_by_the_centre_s_own_name_for_it() -> None:
    answer = AgentExplained(agent="1001", state="not_ready", reason="lunch", since_ms=0, queues=())
    assert agent_explained(answer, NAMES, "en-US").startswith("Li cannot be asked now: not ready (Lunch).")
    assert agent_explained(answer, NAMES, "zh-CN").startswith("Li 现在不能接听：示忙（午餐）。")


def test_why_an_agent_gets_no_calls_is_told() -> None:
    answer = AgentExplained(
        agent="1001",
        state="not_ready",
        reason="device_lost",
        since_ms=0,
        queues=(
            QueueReason(queue="sales", why="skill_missing", waiting=2, data={"skill": "fr", "required": "80", "level": "0"}),
            QueueReason(queue="other", why="nobody_waits"),
        ),
    )
    assert agent_explained(answer, NAMES, "en-US") == (
        "Li cannot be asked now: not ready (telephone offline). Sales: 2 callers wait for French at 80 or more; this agent has "
        "0. other: nobody waits."
    )
    assert agent_explained(answer, NAMES, "zh-CN") == (
        "Li 现在不能接听：示忙（话机离线）。“销售”：2 个来电要求法语不低于 80，该座席为 0。“other”：没有来电在等待。"
    )


@pytest.mark.parametrize(
    ("more", "zh", "en"),
    [
        (
            {},
            "队列的所有来电要求法语不低于 80，该座席为 0，不会得到这些来电。",
            "the queue requires French at 80 or more for all callers; this agent has 0: it never gets those.",
        ),
        (
            {"language": "en-US", "after_ms": "60000"},
            "队列的英文来电要求法语不低于 80，该座席为 0，来电等待 1 分后才会振铃。",
            "the queue requires French at 80 or more for callers in English; this agent has 0: it is asked only once a "
            "caller has waited 1 min.",
        ),
    ],
)
def test_what_the_queue_requires_is_told(more: dict[str, str], zh: str, en: str) -> None:
    data = {"skill": "fr", "required": "80", "level": "0", **more}
    unmet = (QueueReason(queue="sales", why="requirement_unmet", data=data),)
    answer = AgentExplained(agent="1001", state="ready", reason=None, since_ms=0, queues=unmet)
    assert agent_explained(answer, NAMES, "zh-CN").endswith(zh)
    assert agent_explained(answer, NAMES, "en-US").endswith(en)


@pytest.mark.parametrize("why", get_args(Why))
def test_every_reason_has_its_sentence_in_both_languages(why: Why) -> None:
    data = {"skill": "fr", "required": "1", "level": "0", "priority": "1", "ahead": "3", "rule": "round_robin"}
    answer = AgentExplained(
        agent="1001", state="ready", reason=None, since_ms=0, queues=(QueueReason(queue="sales", why=why, waiting=3, data=data),)
    )
    zh, en = agent_explained(answer, NAMES, "zh-CN"), agent_explained(answer, NAMES, "en-US")
    assert zh.startswith("Li 已就绪。“销售”：")
    assert en.startswith("Li is ready. Sales: ")
    assert not re.search("[a-z_]{5,}", zh), "nothing is left untranslated"
    assert "None" not in zh + en


def test_the_screen_has_a_word_for_every_rule_and_reason() -> None:
    whys = {strategy.later for strategy in STRATEGIES.values()} | set(words.PASSED_OVER)
    for language in ("zh-CN", "en-US"):
        texts = json.loads((I18N / f"{language}.json").read_text(encoding="utf-8"))
        assert set(get_args(Algorithm)) <= set(texts["rule"])
        assert set(get_args(Algorithm)) <= set(words.RULES)
        assert whys <= set(texts["passed_over"])
        assert set(words.OFFER_RESULTS) <= set(texts["segment_result"])
    assert set(get_args(AgentState)) - {"ready"} == set(words.AGENT_STATES)


@pytest.mark.parametrize("language", ["zh-CN", "en-US"])
def test_sentence_and_table_of_a_decision_say_it_in_the_same_words(language: Any) -> None:
    texts = json.loads((I18N / f"{language}.json").read_text(encoding="utf-8"))
    for told, shown in ((words.RULES, texts["rule"]), (words.PASSED_OVER, texts["passed_over"])):
        assert {name: word[language] for name, word in told.items()} == {
            name: shown[name][0].lower() + shown[name][1:] for name in told
        }
