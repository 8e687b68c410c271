"""A rule that sent a call somewhere, told to a person: which rule, what it had measured, and where the call went."""

from __future__ import annotations

from callbase.apps.interactions.conditions import measured
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
    "agent": _("座席操作", "The agent"),
    "program": _("外部程序（{rule}）", "An outside program ({rule})"),
    "key": _("客户按键 {rule}", "The caller pressed {rule}"),
    "entry": _("“{queue}”队列的进入规则", "An entry rule of queue “{queue}”"),
    "supervisor": _("班长转走", "A supervisor sent it on"),
    "transfer": _("座席 {by_agent} 转接", "Agent {by_agent} transferred it"),
    "overflow": _("“{queue}”队列的溢出规则“{rule}”", "Overflow rule “{rule}” of queue “{queue}”"),
}

TARGETS = {
    "queues": _("转往“{queue}”队列", "to queue “{queue}”"),
    "agent": _("转往座席 {agent}", "to agent {agent}"),
    "flow": _("转往流程 {to}", "to flow {to}"),
    "voicemail": _("转往语音留言", "to voicemail"),
    "callback": _("转为回拨", "to a callback"),
    "number": _("转往号码 {to}", "to number {to}"),
    "goodbye": _("播放通知后释放", "to a goodbye"),
}

STILL_ON = _("开启 {}后仍在生效", "still on after {}")


def redirected(fact: Redirected, names: Names) -> Word:
    return {language: _text(fact, names, language) for language in LANGUAGES}


def _text(fact: Redirected, names: Names, language: Language) -> str:
    parts = {
        "rule": fact.rule,
        "to": fact.to,
        "agent": who(fact.to, names),
        "by_agent": who(fact.rule, names),
        "queue": queue_name(fact.queue or "", names, language),
    }
    by = BY[fact.by][language].format(**parts)
    names_of_queues = [queue_name(queue, names, language) for queue in fact.to.split(", ")]
    parts["queue"] = {"zh-CN": "”“", "en-US": "”, “"}[language].join(names_of_queues)
    target = TARGETS[fact.target][language].format(**parts)
    shown = [measured(field, value, names, language) for field, value in fact.measured.items()]
    if fact.on_since_ms is not None:
        shown.append(STILL_ON[language].format(duration(fact.at_ms - fact.on_since_ms, language)))
    if language == "zh-CN":
        return f"{by}{'（' + '，'.join(shown) + '）' if shown else ''}，{target}"
    return f"{by}{' (' + ', '.join(shown) + ')' if shown else ''}: sent {target}"
