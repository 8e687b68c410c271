"""Small words the texts are put together from, in both languages: durations, reasons, results."""

from __future__ import annotations

from callbase.web.language import Language

Word = dict[Language, str]


def _(zh: str, en: str) -> Word:
    return {"zh-CN": zh, "en-US": en}


RULES = {"longest_idle": _("空闲时间最长者优先", "longest idle first")}

PASSED_OVER = {
    "signed_out": _("未签入", "signed out"),
    "not_ready": _("示忙", "not ready"),
    "busy": _("通话中", "on another call"),
    "reserved": _("另一来电正在振铃", "being offered another call"),
    "working_after_call": _("话后处理中", "working after a call"),
    "device_offline": _("话机离线", "telephone offline"),
    "already_tried": _("此来电已振铃过而未接", "rang for this call before without taking it"),
    "less_idle": _("空闲时间较短", "idle for less time"),
    "lower_priority": _("优先级较低", "lower priority in the queue"),
}

OFFER_RESULTS = {
    "answered": _("已接听", "answered"),
    "no_answer": _("无人接听", "not answered in time"),
    "rejected": _("被拒接", "declined"),
    "busy": _("话机忙", "the telephone was busy"),
    "unreachable": _("话机无法接通", "the telephone could not be reached"),
    "withdrawn": _("已撤回", "withdrawn"),
}

QUEUE_RESULTS = {
    "answered": _("由座席接听", "an agent answered"),
    "abandoned": _("客户在等待中挂机", "the customer hung up while waiting"),
    "left": _("离开队列", "left the queue"),
}

END_REASONS = {
    "customer_hung_up": _("客户挂机", "the customer hung up"),
    "agent_hung_up": _("座席挂机", "the agent hung up"),
    "abandoned": _("客户在等待中挂机", "the customer hung up while waiting"),
    "flow_ended": _("流程结束", "the flow ended"),
    "supervisor_ended": _("由班长结束", "a supervisor ended it"),
    "number_unknown": _("被叫号码不存在", "the number called does not exist"),
    "transferred": _("已转接", "transferred"),
    "closed": _("非工作时间", "outside opening hours"),
    "blocked": _("主叫在黑名单中", "the caller was on the black list"),
    "lines_full": _("中继组开放的线路已满", "the trunk group had no open line left"),
    "overflowed": _("溢出后播放通知并释放", "told goodbye by an overflow rule"),
    "failed": _("呼叫失败", "the call failed"),
    "switch_lost": _("与交换机失去联系期间结束", "it ended while the switch was out of sight"),
}

DIRECTIONS = {
    "inbound": _("呼入", "inbound"),
    "outbound": _("呼出", "outbound"),
    "internal": _("内部", "internal"),
}

DISCREPANCIES = {
    "leg_gone": _("交换机上已无此通话", "the switch no longer had a call leg"),
    "leg_unknown": _("交换机上有未知的通话", "the switch had a call leg we did not know"),
    "bridge_unknown": _("交换机上有未知的桥接", "the switch had a bridge we did not know"),
    "leg_alone": _("通话的一方已不在", "one party of the talk was gone"),
}


def word(words: dict[str, Word], key: str, language: Language) -> str:
    """The key itself where it has no word."""
    found = words.get(key)
    return found[language] if found else key


def duration(ms: float, language: Language) -> str:
    """The two largest units: "3 min 12 s", "3 分 12 秒"; below ten seconds with a decimal."""
    if ms < 10_000:
        return {"zh-CN": f"{ms / 1000:.1f} 秒", "en-US": f"{ms / 1000:.1f} s"}[language]
    seconds = int(ms // 1000)
    hours, minutes, rest = seconds // 3600, seconds // 60 % 60, seconds % 60
    units: list[tuple[int, Word]] = [(hours, _("小时", "h")), (minutes, _("分", "min")), (rest, _("秒", "s"))]
    shown = [f"{count} {unit[language]}" for count, unit in units if count]
    return " ".join(shown[:2])
