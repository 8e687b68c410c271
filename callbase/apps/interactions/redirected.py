"""A rule that sent a call somewhere, told to a person: which rule, what it had measured, and where the call went."""

from __future__ import annotations

from callbase.apps.interactions.explain import queue_name, who
from callbase.apps.interactions.names import Names
from callbase.apps.interactions.words import Word, duration
from callbase.core.facts import Redirected
from callbase.web.language import LANGUAGES, Language


def _(zh: str, en: str) -> Word:
    return {"zh-CN": zh, "en-US": en}


BY = {
    "calendar": _("营业日历“{rule}”显示非工作时间", "Calendar “{rule}” says closed"),
    "black_list": _("主叫在黑名单“{rule}”中", "The caller stands in black list “{rule}”"),
    "trunk_group": _("中继组“{rule}”开放的线路已满", "Trunk group “{rule}” had no open line left"),
    "flow": _("流程节点“{rule}”", "The flow's node “{rule}”"),
    "key": _("客户按键 {rule}", "The caller pressed {rule}"),
    "entry": _("“{queue}”队列的进入规则", "An entry rule of queue “{queue}”"),
    "overflow": _("“{queue}”队列的溢出规则“{rule}”", "Overflow rule “{rule}” of queue “{queue}”"),
}

TARGETS = {
    "queues": _("转往“{queue}”队列", "to queue “{queue}”"),
    "agent": _("转往座席 {agent}", "to agent {agent}"),
    "flow": _("转往流程 {to}", "to flow {to}"),
    "voicemail": _("转往语音留言", "to voicemail"),
    "callback": _("转为回呼", "to a callback"),
    "number": _("转往号码 {to}", "to number {to}"),
    "goodbye": _("播放通知后释放", "to a goodbye"),
}

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


def redirected(fact: Redirected, names: Names) -> Word:
    return {language: _text(fact, names, language) for language in LANGUAGES}


def _text(fact: Redirected, names: Names, language: Language) -> str:
    parts = {
        "rule": fact.rule,
        "to": fact.to,
        "agent": who(fact.to, names),
        "queue": queue_name(fact.queue or "", names, language),
    }
    by = BY[fact.by][language].format(**parts)
    parts["queue"] = queue_name(fact.to, names, language)
    target = TARGETS[fact.target][language].format(**parts)
    shown = [measured(field, value, names, language) for field, value in fact.measured.items()]
    if language == "zh-CN":
        return f"{by}{'（' + '，'.join(shown) + '）' if shown else ''}，{target}"
    return f"{by}{' (' + ', '.join(shown) + ')' if shown else ''}: sent {target}"


def measured(field: str, value: str, names: Names, language: Language) -> str:
    """A field of a condition and its value: "longest wait 65 s"; "“Sales”: callers waiting 12"."""
    name, _, measure = field.rpartition(".")
    of = ""
    if name.startswith("queue.") and measure in MEASURES:
        of = {"zh-CN": "“{}”", "en-US": "“{}”: "}[language].format(queue_name(name.removeprefix("queue."), names, language))
    word = MEASURES[measure][language] if name.startswith("queue") and measure in MEASURES else _field(field, language)
    return f"{of}{word} {_value(measure or field, value, language)}"


def _field(field: str, language: Language) -> str:
    kind, _, rest = field.partition(".")
    if kind == "data":
        return {"zh-CN": "随路数据 {}", "en-US": "attached data {}"}[language].format(rest)
    if kind == "calendar":
        return {"zh-CN": "营业日历 {}", "en-US": "calendar {}"}[language].format(rest)
    return FIELDS[field][language] if field in FIELDS else field


def _value(measure: str, value: str, language: Language) -> str:
    try:
        number = float(value)
    except ValueError:
        return value
    if measure.endswith("_s"):
        return duration(number * 1000, language)
    return f"{number:.0%}" if measure == "service_level" else value
