"""Small words the texts are put together from, in both languages: durations, reasons, results."""

from __future__ import annotations

from callbase.web.language import Language

Word = dict[Language, str]


def _(zh: str, en: str) -> Word:
    return {"zh-CN": zh, "en-US": en}


def both(zh: str, en: str) -> Word:
    """The same thing said in either language."""
    return _(zh, en)


RULES = {
    "longest_idle": _("空闲时间最长者优先", "longest idle first"),
    "longest_average_idle": _("平均空闲时间最长者优先", "longest average idle time first"),
    "least_talk_time": _("通话时间最少者优先", "least talk time first"),
    "least_average_talk_time": _("平均通话时间最少者优先", "least average talk time first"),
    "fewest_calls": _("接听次数最少者优先", "fewest calls first"),
    "highest_skill": _("技能等级最高者优先", "highest skill first"),
    "lowest_skill": _("技能等级最低者优先", "lowest skill first"),
    "fixed_order": _("按固定顺序", "in fixed order"),
    "round_robin": _("轮流", "in turn"),
    "ring_all": _("全体振铃，先接者得", "ring all"),
    "last_served": _("上次接待者优先", "who served the caller last first"),
    "weighted_random": _("按权重随机", "at random by weight"),
    "preferred_agent": _("指定座席优先", "the preferred agent first"),
}

PASSED_OVER = {
    "signed_out": _("已签出", "signed out"),
    "not_ready": _("示忙", "not ready"),
    "busy": _("通话中", "on a call"),
    "reserved": _("已有振铃来电", "already offered a call"),
    "working_after_call": _("话后处理中", "in wrap-up"),
    "device_offline": _("电话未连接", "telephone not connected"),
    "already_tried": _("本次来电已尝试过", "was already asked for this call"),
    "less_idle": _("空闲时间较短", "idle for a shorter time"),
    "lower_priority": _("队列内优先级较低", "lower priority in the queue"),
    "less_average_idle": _("平均空闲加当前空闲较短", "idle for less time, on average and now"),
    "more_talk_time": _("通话时间较多", "more talk time"),
    "more_average_talk_time": _("平均通话时间较长", "more talk time on average"),
    "more_calls": _("接听次数较多", "more calls"),
    "lower_skill": _("技能等级较低", "a lower skill level"),
    "higher_skill": _("技能等级较高，留给更难的来电", "a higher skill level, kept for harder calls"),
    "later_in_order": _("顺序在后", "later in the order"),
    "not_its_turn": _("未轮到", "not its turn"),
    "not_last_served": _("上次不是由其接待", "did not serve this caller last"),
    "not_drawn": _("随机未抽中", "not drawn"),
    "too_many_ringing": _("同时振铃数已满", "enough telephones ring at once"),
    "skill_missing": _("技能不足", "lacks a skill required"),
    "ring_not_reached": _("等待时间未到，尚未扩大到该成员", "not asked before a longer wait"),
    "not_preferred": _("来电只等待指定座席", "the call waits for another agent"),
}

AGENT_STATES = {
    "logged_off": _("已签出", "signed out"),
    "not_ready": _("示忙", "not ready"),
    "reserved": _("正在振铃", "a call rings"),
    "busy": _("通话中", "on a call"),
    "working_after_call": _("话后处理中", "working after a call"),
}

NOT_READY_REASONS = {
    "no_answer": _("无应答", "did not answer"),
    "rejected": _("拒接来电", "declined a call"),
    "busy": _("话机忙", "the telephone was busy"),
    "unreachable": _("话机无法接通", "the telephone could not be reached"),
    "no_line": _("没有空闲线路呼叫外线号码", "no line was free to call the outside number"),
    "device_lost": _("话机离线", "telephone offline"),
    "console_lost": _("浏览器离线", "browser gone"),
    "signed_in": _("签入后尚未就绪", "not made ready since signing in"),
    "forced": _("由班长设置", "set by a supervisor"),
}

PRIORITY_REASONS = {
    "customer_level": _("客户等级", "the customer's level"),
    "supervisor": _("班长调整", "by a supervisor"),
}

PREFERENCE_OVER = {
    "timed_out": _("等待时间已到", "it has waited long enough"),
    "signed_out": _("该座席已签出", "that agent signed out"),
    "not_taken": _("该座席未接听", "that agent did not take it"),
    "removed": _("该座席已删除", "that agent is no more"),
    "moved": _("班长将来电放回队列", "a supervisor put the call back into the queue"),
}

PREFERENCE_DROPPED = {
    "signed_out": _("该座席已签出", "was signed out"),
    "removed": _("没有该座席", "there is no such agent"),
    "skill_missing": _("该座席技能不足", "lacks a skill required"),
}

OFFER_RESULTS = {
    "answered_elsewhere": _("已由其他座席接听", "another agent answered first"),
    "answered": _("已接听", "answered"),
    "no_answer": _("无人接听", "not answered in time"),
    "rejected": _("被拒接", "declined"),
    "busy": _("话机忙", "the telephone was busy"),
    "unreachable": _("话机无法接通", "the telephone could not be reached"),
    "no_line": _("没有空闲线路呼叫外线号码", "no line was free to call the outside number"),
    "withdrawn": _("已撤回", "withdrawn"),
}

CONSULT_RESULTS = {
    "transferred": _("已转接", "the call was transferred"),
    "conference": _("已加入会议", "joined the talk"),
    "cancelled": _("已取消", "cancelled"),
    "ended": _("已结束", "over"),
    "no_answer": _("无人接听", "not answered in time"),
    "rejected": _("被拒接", "declined"),
    "busy": _("话机忙", "the telephone was busy"),
    "unreachable": _("话机无法接通", "the telephone could not be reached"),
    "no_line": _("没有空闲线路呼叫外线号码", "no line was free to call the outside number"),
}

QUEUE_RESULTS = {
    "answered": _("由座席接听", "an agent answered"),
    "abandoned": _("客户在等待中挂断", "the customer hung up while waiting"),
    "left": _("离开队列", "left the queue"),
    "callback": _("改为等待回拨，保留排队位置", "the caller asked to be called back and kept the place"),
}

CALLBACK_RESULTS = {
    "answered": _("客户已接通", "the customer was reached"),
    "given_up": _("多次未接通，已放弃", "given up after the last attempt"),
    "merged": _("客户再次来电，由新来电接续位置", "the customer called in again and took the place over"),
    "abandoned": _("客户接通后挂断", "the customer hung up before an agent answered"),
    "left": _("转往别处或已取消", "sent elsewhere, or cancelled"),
}

CALLBACK_ATTEMPTS = {
    "answered": _("客户已接听", "the customer answered"),
    "busy": _("客户忙", "the customer was busy"),
    "no_answer": _("客户未接听", "the customer did not answer"),
    "no_user_responding": _("客户未接听", "the customer did not answer"),
    "rejected": _("客户拒接", "the customer declined"),
    "congestion": _("没有空闲线路", "no line was free"),
    "cancelled": _("座席取消", "the agent cancelled it"),
    "normal": _("接听前已中断", "it ended before an answer"),
    "unallocated": _("号码不存在", "the number does not exist"),
    "invalid_number": _("号码无效", "the number is not valid"),
    "unreachable": _("无法接通客户", "the customer's telephone could not be reached"),
    "media_lost": _("语音中断", "the audio was lost"),
    "switch_lost": _("与交换机的连接中断", "the switch was lost"),
    "error": _("线路故障", "the network failed"),
}

END_REASONS = {
    "customer_hung_up": _("客户挂断", "the customer hung up"),
    "agent_hung_up": _("座席挂断", "the agent hung up"),
    "abandoned": _("客户在等待中挂断", "the customer hung up while waiting"),
    "missed": _("平台接入前客户已挂断", "the customer hung up before the platform was there to take the call"),
    "flow_ended": _("流程结束", "the flow ended"),
    "supervisor_ended": _("由班长结束", "a supervisor ended it"),
    "number_unknown": _("被叫号码不存在", "the number called does not exist"),
    "transferred": _("已转接", "transferred"),
    "closed": _("非工作时间", "outside opening hours"),
    "blocked": _("主叫在黑名单中", "the caller was on the black list"),
    "lines_full": _("中继组开放的线路已满", "the trunk group had no open line left"),
    "voicemail": _("已留言", "a message was left"),
    "callback_failed": _("多次回拨未接通", "called back in vain"),
    "merged": _("客户再次来电，由新来电接续", "the customer called in again, which took its place"),
    "overflowed": _("溢出后播放通知并释放", "told goodbye by an overflow rule"),
    "failed": _("呼叫失败", "the call failed"),
    "switch_lost": _("与交换机失去联系期间结束", "it ended while the switch was out of sight"),
}

LANGUAGES = {
    "zh-CN": _("中文", "Chinese"),
    "en-US": _("英文", "English"),
}

DIRECTIONS = {
    "inbound": _("呼入", "inbound"),
    "outbound": _("呼出", "outbound"),
    "internal": _("内部", "internal"),
}

DISCREPANCIES = {
    "leg_answered": _("其间已有一方接听", "a telephone had been answered"),
    "leg_gone": _("交换机上已无此通话", "the switch no longer had a call leg"),
    "leg_unknown": _("交换机上有未知的通话", "the switch had a call leg we did not know"),
    "leg_remains": _("已释放的通话仍在交换机上", "the switch still had a call leg that was released"),
    "leg_alone": _("通话的一方未与其他人连通", "one party of the talk was not connected with the others"),
    "leg_connected": _("保持中或已离开通话的一方仍在通话中", "a party on hold, or that had left the talk, was still in it"),
    "bridge_unknown": _("交换机上有未知的桥接", "the switch had a bridge we did not know"),
    "bridge_remains": _("已结束的桥接仍在交换机上", "the switch still had a bridge that was over"),
    "recording_missing": _("录音没有在进行", "the call was not being recorded"),
    "recording_unknown": _("交换机上有未知的录音", "the switch had a recording we did not know"),
    "recording_remains": _("已停止的录音仍在进行", "a recording that was stopped went on"),
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
