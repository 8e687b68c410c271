"""Conditions told to a person: fields, what was measured of them, and how a flow decided by them."""

from __future__ import annotations

import math

from callbase.apps.interactions.explain import queue_name
from callbase.apps.interactions.names import Names
from callbase.apps.interactions.words import Word, duration
from callbase.core.facts import Check, Decided, PriorityAdded
from callbase.web.language import LANGUAGES, Language


def _(zh: str, en: str) -> Word:
    return {"zh-CN": zh, "en-US": en}


FIELDS = {
    "caller_number": _("主叫号码", "caller's number"),
    "called_number": _("被叫号码", "number called"),
    "trunk": _("中继", "trunk"),
    "trunk_group": _("中继组", "trunk group"),
    "language": _("语言", "language"),
    "caller_list": _("主叫名单", "caller list"),
    "customer.level": _("客户级别", "customer level"),
    "customer.name": _("客户姓名", "customer name"),
    "customer.company": _("客户公司", "customer company"),
    "time": _("时间", "time"),
    "weekday": _("星期", "weekday"),
    "wait_s": _("已等待", "had waited"),
    "priority": _("优先级", "priority"),
    "day": _("特殊日", "special day"),
    "lines_open": _("开放线路", "open lines"),
    "agents_on_duty": _("当班座席", "agents on duty"),
}

MEASURES = {
    "waiting": _("排队人数", "callers waiting"),
    "longest_wait_s": _("最长等待", "longest wait"),
    "average_wait_s": _("平均等待", "average wait"),
    "expected_wait_s": _("预计等待", "expected wait"),
    "service_level": _("服务水平", "service level"),
    "signed_in": _("签入座席", "agents signed in"),
    "ready": _("就绪座席", "agents ready"),
}

OPERATORS = {
    "eq": _("等于", "is"),
    "ne": _("不等于", "is not"),
    "lt": _("小于", "is below"),
    "le": _("不大于", "is at most"),
    "gt": _("大于", "is above"),
    "ge": _("不小于", "is at least"),
    "in": _("属于", "is one of"),
    "starts_with": _("开头为", "starts with"),
}

SOURCES = {
    "trunk_group": _("中继组“{rule}”", "Trunk group “{rule}”"),
    "number": _("接入号码 {rule}", "Number {rule}"),
    "red_list": _("VIP 名单“{rule}”", "Red list “{rule}”"),
    "customer_level": _("客户等级“{rule}”", "Customer level “{rule}”"),
    "flow_node": _("流程节点“{rule}”", "Flow node “{rule}”"),
    "queue": _("“{rule}”队列", "Queue “{rule}”"),
    "entry": _("“{rule}”队列的进入规则", "An entry rule of queue “{rule}”"),
}


def decided(fact: Decided, names: Names) -> Word:
    """ "Decided at area: caller's number 02162783333 starts with 021: yes → to node vip"."""
    told: Word = {}
    for language in LANGUAGES:
        checks = [checked(check, names, language) for check in fact.checks]
        if language == "zh-CN":
            told[language] = f"节点“{fact.node}”判断：{'；'.join(checks) or '无条件'}，" + (
                f"转到节点“{fact.next}”" if fact.next else "流程结束"
            )
        else:
            to = f"on to node “{fact.next}”" if fact.next else "the flow ends"
            told[language] = f"Node “{fact.node}” decided: {'; '.join(checks) or 'no condition'}: {to}"
    return told


def priority_added(fact: PriorityAdded, names: Names) -> Word:
    told: Word = {}
    for language in LANGUAGES:
        rule = queue_name(fact.rule, names, language) if fact.source in ("entry", "queue") else fact.rule
        source = SOURCES[fact.source][language].format(rule=rule)
        if language == "zh-CN":
            told[language] = f"{source}：优先级 {fact.added:+d}，现为 {fact.priority}"
        else:
            told[language] = f"{source}: priority {fact.added:+d}, now {fact.priority}"
    return told


def checked(check: Check, names: Names, language: Language) -> str:
    """ "caller's number 02162783333 starts with 021: yes"."""
    if not check.known:
        return {"zh-CN": f"没有字段“{check.field}”：否", "en-US": f"there is no field “{check.field}”: no"}[language]
    found = measured(check.field, check.found, names, language)
    value = value_shown(check.field, check.value, language)
    answer = {"zh-CN": ("否", "是"), "en-US": ("no", "yes")}[language][check.holds]
    return {
        "zh-CN": f"{found} {OPERATORS[check.operator][language]} {value}：{answer}",
        "en-US": f"{found} {OPERATORS[check.operator][language]} {value}: {answer}",
    }[language]


def measured(field: str, value: str, names: Names, language: Language) -> str:
    """A field of a condition and its value: "longest wait 65 s"; "“Sales”: callers waiting 12"."""
    name, _, measure = field.rpartition(".")
    of = ""
    if name.startswith("queue.") and measure in MEASURES:
        of = {"zh-CN": "“{}”", "en-US": "“{}”: "}[language].format(queue_name(name.removeprefix("queue."), names, language))
    word = MEASURES[measure][language] if name.startswith("queue") and measure in MEASURES else _field(field, language)
    return f"{of}{word} {value_shown(field, value, language)}"


def _field(field: str, language: Language) -> str:
    kind, _, rest = field.partition(".")
    if kind == "data":
        return {"zh-CN": "随路数据 {}", "en-US": "attached data {}"}[language].format(rest)
    if kind == "calendar":
        return {"zh-CN": "营业日历 {}", "en-US": "calendar {}"}[language].format(rest)
    return FIELDS[field][language] if field in FIELDS else field


def value_shown(field: str, value: str, language: Language) -> str:
    """In the field's unit; a dash where there is none."""
    if not value:
        return "—"
    measure = field.rpartition(".")[2]
    try:
        number = float(value)
    except ValueError:
        return value
    if math.isinf(number):
        return {"zh-CN": "没有尽头：无人签入", "en-US": "without end: nobody is signed in"}[language]
    if measure.endswith("_s"):
        return duration(number * 1000, language)
    return f"{number:.0%}" if measure == "service_level" else value
