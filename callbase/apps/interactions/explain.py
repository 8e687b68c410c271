"""A routing decision told to a person: who was chosen and why, who was passed over and why."""

from __future__ import annotations

from typing import Any

from callbase.apps.interactions import words
from callbase.apps.interactions.names import Names
from callbase.apps.interactions.words import duration, word
from callbase.core.facts import PassedOver, RoutingExplained
from callbase.web.language import LANGUAGES, Language

NAMED = 8
"""So many of those passed over are named in the text; the rest are counted there, and listed beside it."""


def explanation(at: Any, fact: RoutingExplained, names: Names) -> dict[str, Any]:
    """As the API gives it: the decision's data, and its text in every language."""
    return {
        "at": at,
        "rule": fact.rule,
        "queue": fact.queue,
        "chosen": fact.chosen,
        "chosen_name": names.agent(fact.chosen),
        "chosen_idle_ms": fact.chosen_idle_ms,
        "waited_ms": fact.waited_ms,
        "position": fact.position,
        "priority": fact.priority,
        "passed_over": [
            {"agent": one.agent, "name": names.agent(one.agent), "why": one.why, "data": one.data} for one in fact.passed_over
        ],
        "passed_over_count": fact.passed_over_count,
        "text": {language: text(fact, names, language) for language in LANGUAGES},
    }


def text(fact: RoutingExplained, names: Names, language: Language) -> str:
    sentences = [_choice(fact, names, language), _caller(fact, names, language)]
    if fact.passed_over:
        sentences.append(_passed_over(fact, names, language))
    return ("" if language == "zh-CN" else " ").join(sentences)


def who(agent: str, names: Names) -> str:
    name = names.agent(agent)
    return agent if name in (None, agent) else f"{name} ({agent})"


def queue_name(queue: str, names: Names, language: Language) -> str:
    return (names.queue(queue) or {}).get(language) or queue


def _choice(fact: RoutingExplained, names: Names, language: Language) -> str:
    if fact.chosen is None:
        return {"zh-CN": "没有空闲的座席，来电继续等待。", "en-US": "No agent was free; the caller went on waiting."}[language]
    chosen, rule = who(fact.chosen, names), word(words.RULES, fact.rule, language)
    if fact.chosen_idle_ms is None:
        return {"zh-CN": f"选中 {chosen}，规则：{rule}。", "en-US": f"{chosen} was chosen by the rule “{rule}”."}[language]
    idle = duration(fact.chosen_idle_ms, language)
    return {
        "zh-CN": f"选中 {chosen}：已空闲 {idle}，规则：{rule}。",
        "en-US": f"{chosen} was chosen, idle for {idle}, by the rule “{rule}”.",
    }[language]


def _caller(fact: RoutingExplained, names: Names, language: Language) -> str:
    waited, queue = duration(fact.waited_ms, language), queue_name(fact.queue, names, language)
    priority = {"zh-CN": f"，优先级 {fact.priority}", "en-US": f", priority {fact.priority}"}[language] if fact.priority else ""
    return {
        "zh-CN": f"来电在“{queue}”队列中排第 {fact.position} 位，已等待 {waited}{priority}。",
        "en-US": f"The caller was number {fact.position} in “{queue}” and had waited {waited}{priority}.",
    }[language]


def _passed_over(fact: RoutingExplained, names: Names, language: Language) -> str:
    """By reason, in the order the first of each reason was looked at."""
    comma, colon, semicolon, stop = {"zh-CN": ("、", "：", "；", "。"), "en-US": (", ", ": ", "; ", ".")}[language]
    groups: dict[str, list[str]] = {}
    for one in fact.passed_over[:NAMED]:
        groups.setdefault(word(words.PASSED_OVER, one.why, language), []).append(_one(one, names, language))
    shown = [f"{why}{colon}{comma.join(agents)}" for why, agents in groups.items()]
    more = fact.passed_over_count - min(len(fact.passed_over), NAMED)
    if more > 0:
        shown.append({"zh-CN": f"另有 {more} 名座席", "en-US": f"and {more} more"}[language])
    return {"zh-CN": "未选中的座席，", "en-US": "Passed over, "}[language] + semicolon.join(shown) + stop


def _one(one: PassedOver, names: Names, language: Language) -> str:
    idle = one.data.get("idle_ms", "")
    return f"{who(one.agent, names)}{' ' + duration(int(idle), language) if idle.isdigit() else ''}"
