"""Findings in words, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from callbase.web.language import Language

Words = dict[Language, str]


def _(zh: str, en: str) -> Words:
    return {"zh-CN": zh, "en-US": en}


KINDS: dict[str, Words] = {
    "queue": _("队列", "queue"),
    "prompt": _("提示音", "prompt"),
    "music": _("音乐", "music"),
    "agent": _("座席", "agent"),
    "flow": _("流程", "flow"),
    "skill": _("技能", "skill"),
    "calendar": _("日历", "calendar"),
    "caller_list": _("号码名单", "caller list"),
    "trunk": _("中继", "trunk"),
    "trunk_group": _("中继组", "trunk group"),
    "did": _("接入号码", "number"),
    "customer_level": _("客户级别", "customer level"),
}

FINDINGS: dict[str, Words] = {
    "gone": _("引用了不存在的{kind}“{named}”。", "Names the {kind} “{named}”, which does not exist."),
    "nobody_serves": _(
        "没有成员：进入此队列的来电永远不会有人接听。", "It has no members: whoever enters this queue is never answered."
    ),
    "not_reached": _(
        "没有流程、号码或规则通向此队列：不会有任何来电进入。", "No flow, number or rule leads to this queue: no call ever comes."
    ),
    "nobody_qualifies": _(
        "没有成员满足技能要求（{skills}），即使放宽到最低也没有：来电永远不会有人接听。",
        "No member fulfils what it requires ({skills}), not even once it is relaxed: callers are never answered.",
    ),
    "nobody_qualifies_there": _(
        "要求“{queue}”队列的成员都不具备的技能（{skills}）：来电永远不会有人接听。",
        "Asks for skills no member of the queue “{queue}” has ({skills}): callers are never answered.",
    ),
    "ring_asks_nobody": _(
        "等待 {after_s} 秒起的一级范围没有任何成员符合：这段时间内不会询问任何座席。",
        "The ring from {after_s} s on has no member in it: nobody is asked in that time.",
    ),
    "rings_begin_late": _(
        "第一级范围自等待 {after_s} 秒起：在此之前即使有座席空闲也不会询问任何人。",
        "The first ring begins at {after_s} s: before that nobody is asked, though agents be free.",
    ),
    "overflow_circle": _(
        "溢出形成环路：{queues}。来电可能来回转移。", "Overflow runs in a circle: {queues}. Callers may be sent round."
    ),
    "closed_without_hours": _(
        "设置了非工作时间去向，但没有指定日历：它永远不会生效。",
        "A night service is set but no calendar: it never takes effect.",
    ),
    "hours_without_closed": _(
        "指定了日历，但没有设置非工作时间去向：非工作时间来电会听到致歉并被释放。",
        "There are hours but nothing to do outside them: callers then hear an apology and are released.",
    ),
    "condition_never": _(
        "条件永远不会成立：{field} 不可能取这样的值。", "The condition can never hold: {field} is never like that."
    ),
    "until_at_once": _(
        "规则开启的条件成立时，关闭的条件也已成立：规则一开启就关闭。",
        "Whenever the rule goes on, what it goes off by holds already: it is over at once.",
    ),
    "calendar_was_open": _(
        "唯一的开放日期都已过去（最后一天 {date}）：不会再开放。",
        "The only days it was open are past, the last {date}: it never opens again.",
    ),
    "floor_above_ceiling": _(
        "下限 {floor} 高于上限 {ceiling}：以上限为准。", "The floor of {floor} is above the ceiling of {ceiling}, which counts."
    ),
    "callback_without_trunk": _(
        "提供回拨，但没有任何中继可以呼出。", "Callbacks are offered, and there is no trunk to call anybody back by."
    ),
    "outside_without_trunk": _(
        "允许在外线号码工作，但没有任何中继可以呼出：请为中继填写服务器地址。",
        "It may work at an outside number, and no trunk leads out to call it by: give a trunk a server.",
    ),
    "calendar_without_hours": _("没有设置任何工作时间。", "It has no hours at all."),
    "calendar_never_opens": _("所有工作时间都是空的：永远不会开放。", "All its hours are empty: it never opens."),
    "leads_nowhere": _(
        "流程“{flow}”既不进入队列也不转给任何人：来电只能听完挂机。",
        "The flow “{flow}” leads to no queue and to nobody: callers can only listen and hang up.",
    ),
    "skill_nobody_has": _("没有座席具备此技能。", "No agent has this skill."),
    "music_not_recorded": _(
        "音乐“{named}”还没有上传录音：来电听到的是内置音乐。",
        "Nothing was uploaded yet as the music “{named}”: callers hear the built-in one.",
    ),
    "black_and_red": _(
        "与 VIP 名单“{other}”包含相同的号码（{count} 个）：{numbers}。",
        "The red list “{other}” names the same numbers ({count}): {numbers}.",
    ),
}


def text(code: str, data: Mapping[str, str | Mapping[str, str]], language: Language) -> str:
    """A finding's sentence. Data may be a name in each language."""
    words = {key: value if isinstance(value, str) else value.get(language, "") for key, value in data.items()}
    words["kind"] = KINDS.get(words.get("kind", ""), {}).get(language, words.get("kind", ""))
    return FINDINGS[code][language].format_map(words)
