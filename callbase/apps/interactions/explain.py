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


FIGURES: dict[str, words.Word] = {
    "average_idle_ms": words.both("平均空闲 {}", "idle for {} on average"),
    "talk_ms": words.both("通话 {}", "{} of talk"),
    "average_talk_ms": words.both("平均通话 {}", "{} of talk on average"),
    "calls": words.both("接听 {} 次", "calls: {}"),
    "level": words.both("等级 {}", "level {}"),
    "place": words.both("第 {} 位", "place {}"),
    "weight": words.both("权重 {}", "weight {}"),
}
PLAIN = words.both("{}", "{}")


def explanation(at: Any, fact: RoutingExplained, names: Names) -> dict[str, Any]:
    """As the API gives it: the decision's data, and its text in every language."""
    return {
        "at": at,
        "rule": fact.rule,
        "queue": fact.queue,
        "chosen": fact.chosen,
        "chosen_name": names.agent(fact.chosen),
        "chosen_idle_ms": fact.chosen_idle_ms,
        "chosen_also": list(fact.chosen_also),
        "figures": fact.figures,
        "requires": fact.requires,
        "preferred": fact.preferred,
        "states": fact.states,
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
    if fact.requires:
        sentences.append(_requires(fact, names, language))
    if fact.passed_over:
        sentences.append(_passed_over(fact, names, language))
    return ("" if language == "zh-CN" else " ").join(sentences)


def nobody(fact: RoutingExplained) -> words.Word:
    """Why nobody was chosen: nobody was free, or those who were may not serve this caller."""
    free = fact.states.get("ready", 0)
    if free and any(one.why in ("skill_missing", "ring_not_reached") for one in fact.passed_over):
        en = "The one agent who was free" if free == 1 else f"All {free} agents who were free"
        return words.both(f"空闲的 {free} 名座席都不能接听该来电", f"{en} may not serve this caller")
    return words.both("没有空闲的座席", "No agent was free")


def who(agent: str, names: Names) -> str:
    name = names.agent(agent)
    return agent if name in (None, agent) else f"{name} ({agent})"


def queue_name(queue: str, names: Names, language: Language) -> str:
    return (names.queue(queue) or {}).get(language) or queue


def _choice(fact: RoutingExplained, names: Names, language: Language) -> str:
    if fact.chosen is None and fact.preferred is not None:
        waits = who(fact.preferred, names)
        return {"zh-CN": f"来电等待指定座席 {waits}。", "en-US": f"The caller waits for {waits}."}[language]
    if fact.chosen is None:
        on = {"zh-CN": "，来电继续等待。", "en-US": "; the caller went on waiting."}[language]
        return nobody(fact)[language] + on
    chosen, rule = who(fact.chosen, names), word(words.RULES, fact.rule, language)
    if fact.chosen_also:
        comma = {"zh-CN": "、", "en-US": ", "}[language]
        all_of_them = comma.join(who(agent, names) for agent in (fact.chosen, *fact.chosen_also))
        return {
            "zh-CN": f"同时振铃：{all_of_them}，规则：{rule}。",
            "en-US": f"{all_of_them} rang at once, by the rule “{rule}”.",
        }[language]
    if fact.figures:
        figures = _figures(fact.figures, names, language)
        return {
            "zh-CN": f"选中 {chosen}：{figures}，规则：{rule}。",
            "en-US": f"{chosen} was chosen ({figures}) by the rule “{rule}”.",
        }[language]
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
    shown = _figures(one.data, names, language) if one.why != "not_preferred" else ""
    return f"{who(one.agent, names)}{' ' + shown if shown else ''}"


def _requires(fact: RoutingExplained, names: Names, language: Language) -> str:
    comma, stop = {"zh-CN": ("、", "。"), "en-US": (", ", ".")}[language]
    needed = comma.join(f"{_skill(skill, names, language)} ≥ {level}" for skill, level in fact.requires.items())
    return {"zh-CN": "要求技能：", "en-US": "Required: "}[language] + needed + stop


def _skill(skill: str, names: Names, language: Language) -> str:
    return names.skills.get(skill, {}).get(language) or skill


def _figures(data: dict[str, str], names: Names, language: Language) -> str:
    """What a rule measured of an agent: the rule's own figure where there is one, else how long it was idle."""
    if "skill" in data:
        return f"{_skill(data['skill'], names, language)} {data.get('level', '0')}/{data.get('required', '')}"
    own = [key for key in FIGURES if key in data]
    for key in own or (["idle_ms"] if "idle_ms" in data else []):
        value = data[key]
        if key.endswith("_ms"):
            value = duration(int(value), language) if value.isdigit() else ""
        return FIGURES.get(key, PLAIN)[language].format(value)
    return ""
